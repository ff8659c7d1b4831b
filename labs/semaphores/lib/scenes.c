/*
 * scenes.c - one in the room; many at the turnstile; philosophers at the table.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scenes.h"
#include "set.h"

#define TIMED_OUT 124	     /* exit status, as timeout(1) has it */
#define SECOND	  1000000000 /* ns */

/* What the children of one program share. */
static struct shared {
	_Atomic long done; /* entries, meals */
	_Atomic int inside;
	_Atomic int peak;	   /* the most that were ever inside */
	_Atomic int held[SET_MAX]; /* forks that are in somebody's hand */
} * shared;

static const char *set_name;
static int rounds_each, forks;

static void
print(const char *line)
{
	printf("%s\n", line);
	if (fflush(stdout) == EOF)
		err(1, "standard output");
}

static void
join(const char *name, enum role role, int count, int value)
{
	set_name = name;
	if (set_join(name, role, count, value) != 0)
		err(1, "%s: join", name);
}

/* ---- one in the room ---- */

static volatile sig_atomic_t is_inside;

/* SIGUSR1 asks where it is. It interrupts every call: no SA_RESTART. */
static void
on_usr1(int signo)
{
	static const char waiting[] = "waiting\n", inside[] = "still inside\n";
	const char *text = is_inside ? inside : waiting;
	int saved = errno;

	(void)signo;
	(void)!write(STDOUT_FILENO, text, strlen(text));
	errno = saved;
}

/* When it will be `ms` milliseconds from now. */
static struct timespec
point_in_time(int ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += ms % 1000 * 1000000L;
	if (t.tv_nsec >= SECOND) {
		t.tv_sec++;
		t.tv_nsec -= SECOND;
	}
	return t;
}

static void
enter(int limit)
{
	struct timespec end = point_in_time(limit > 0 ? limit : 0);
	int result =
	    limit > 0 ? take_until(0, &end) : take(0, NONE, limit == FOR_EVER);

	if (result == 0)
		return;
	if (limit == NOT_AT_ALL && errno == EAGAIN)
		errx(1, "%s: full", set_name);
	if (limit > 0 && errno == ETIMEDOUT)
		errx(TIMED_OUT, "%s: no place within %d ms", set_name, limit);
	err(1, "%s: take", set_name);
}

int
scene_hold(const char *name, int capacity, int limit)
{
	struct sigaction action = { .sa_handler = on_usr1 };
	char buffer[512];
	ssize_t n;

	if (sigaction(SIGUSR1, &action, NULL) == -1)
		err(1, "sigaction");
	join(name, ROOM, 1, capacity);
	enter(limit);
	is_inside = 1;
	print("inside");
	do
		n = read(STDIN_FILENO, buffer, sizeof(buffer));
	while (n > 0 || (n == -1 && errno == EINTR));
	if (give(0, NONE) != 0)
		err(1, "%s: give", name);
	print("outside");
	return 0;
}

/* ---- many processes ---- */

static void
share(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		err(1, "mmap");
}

/* SIGUSR1 interrupts what they wait for, and nothing else comes of it. */
static void
nothing(int signo)
{
	(void)signo;
}

/*
 * Runs work(0), work(1) ... in `count` children, all at once. Returns when all
 * have ended: the exit status, 0 if all went well.
 */
static int
run(const char *role, int count, void (*work)(int))
{
	struct sigaction action = { .sa_handler = nothing };
	pid_t *child = calloc((size_t)count, sizeof(*child));
	int result = 0, started = 0, status;

	if (child == NULL || sigaction(SIGUSR1, &action, NULL) == -1)
		err(1, "%ss", role);
	for (; started < count; started++) {
		child[started] = fork();
		if (child[started] == -1) {
			warn("fork");
			result = 1;
			break;
		}
		if (child[started] == 0) {
			free(child);
			work(started);
			_exit(0);
		}
	}
	while (started > 0) {
		pid_t pid = waitpid(-1, &status, 0);
		int i = 0;

		if (pid == -1 && errno == EINTR)
			continue;
		if (pid == -1)
			err(1, "waitpid");
		while (i < count && child[i] != pid)
			i++;
		if (i == count)
			continue; /* a child from before we were executed */
		started--;
		if (WIFSIGNALED(status))
			warnx("%s %d: killed by signal %d", role, i,
			      WTERMSIG(status));
		if (status != 0)
			result = 1;
	}
	free(child);
	return result;
}

static void
worker(int number)
{
	(void)number;
	for (int i = 0; i < rounds_each; i++) {
		if (take(0, NONE, true) != 0)
			err(1, "%s: take", set_name);
		int now = atomic_fetch_add(&shared->inside, 1) + 1;
		int peak = atomic_load(&shared->peak);
		while (now > peak &&
		       !atomic_compare_exchange_weak(&shared->peak, &peak, now))
			continue;
		sched_yield(); /* others may try to come in */
		atomic_fetch_sub(&shared->inside, 1);
		atomic_fetch_add(&shared->done, 1);
		if (give(0, NONE) != 0)
			err(1, "%s: give", set_name);
	}
}

int
scene_turnstile(const char *name, int capacity, int workers, int rounds)
{
	int result, value;

	share();
	join(name, ROOM, 1, capacity);
	rounds_each = rounds;
	result = run("worker", workers, worker);
	value = value_of(0);
	if (value == -1)
		err(1, "%s: value", name);
	printf("%ld entries, peak %d, %d free\n", atomic_load(&shared->done),
	       atomic_load(&shared->peak), value);
	return result;
}

static void
philosopher(int number)
{
	int left = number, right = (number + 1) % forks;

	for (int i = 0; i < rounds_each; i++) {
		if (take(left, right, true) != 0)
			err(1, "%s: take", set_name);
		if (atomic_exchange(&shared->held[left], 1) == 1)
			errx(1, "fork %d is in two hands", left);
		if (atomic_exchange(&shared->held[right], 1) == 1)
			errx(1, "fork %d is in two hands", right);
		sched_yield(); /* eats */
		atomic_fetch_add(&shared->done, 1);
		atomic_store(&shared->held[left], 0);
		atomic_store(&shared->held[right], 0);
		if (give(left, right) != 0)
			err(1, "%s: give", set_name);
	}
}

int
scene_table(const char *name, int philosophers, int rounds)
{
	int result;

	share();
	join(name, FORKS, philosophers, 1);
	rounds_each = rounds;
	forks = philosophers;
	result = run("philosopher", philosophers, philosopher);
	printf("%d philosophers, %ld meals\n", philosophers,
	       atomic_load(&shared->done));
	return result;
}
