/*
 * A round: two processes, each on its core, and the one that watches them.
 */
#define _GNU_SOURCE
#include "link.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define GRACE 200 /* ms that a side has to end when the other one has failed */

/* What the processes leave behind. The samples are in memory from the start: no
 * page of theirs is missing in the loop. */
struct shared {
	struct report reports[SIDES];
	int errors[SIDES]; /* why ping, or pong, returned -1 */
	long long samples[];
};
static struct shared *shared;
static size_t shared_size;

static const struct round *played;
static int ready_pipe[2]; /* pong tells ping that it can begin */
static pid_t pids[SIDES]; /* 0: has ended */

static const char *
name_of(int side)
{
	return side == PING ? "ping" : "pong";
}

void
make_shared(struct round *round)
{
	size_t size =
	    sizeof(*shared) + (size_t)round->plan.trips * sizeof(long long);

	if (shared == NULL || size > shared_size) {
		if (shared != NULL)
			munmap(shared, shared_size);
		shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
		if (shared == MAP_FAILED)
			err(1, "memory for the samples");
		shared_size = size;
	}
	memset(shared, 0, size);
	round->ping = &shared->reports[PING];
	round->pong = &shared->reports[PONG];
	round->samples = shared->samples;
}

/* ---- in the two processes */

static int
work(struct end *end)
{
	if (end->side == PONG)
		return pong(&end->link, &played->plan, &shared->reports[PONG]);
	return ping(&end->link, &played->plan, &shared->reports[PING],
		    shared->samples);
}

static void
tell_ready(void)
{
	while (write(ready_pipe[1], "", 1) == -1 && errno == EINTR)
		;
	close(ready_pipe[1]);
}

/* Returns 0, or -1 if pong has gone. */
static int
await_ready(void)
{
	char byte;
	ssize_t n;

	close(ready_pipe[1]);
	while ((n = read(ready_pipe[0], &byte, 1)) == -1 && errno == EINTR)
		;
	if (n == 0)
		errno = EPIPE;
	return n == 1 ? 0 : -1;
}

static int
begin_side(struct end *end)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(options.cpus[played->cores == 1 ? PING : end->side], &set);
	if (sched_setaffinity(0, sizeof(set), &set) == -1)
		return -1;
	channel_use(end->channel, end->side);
	if (end->side == PING)
		return await_ready() == -1 ? -1 : work(end);
	close(ready_pipe[0]);
	if (end->mechanism->serve != NULL)
		return end->mechanism->serve(end, work, tell_ready);
	tell_ready();
	return work(end);
}

/* Starts one of the processes; it knows the other one that is there already. */
static void
start(struct channel *channel, int side, const sigset_t *mask, pid_t us)
{
	struct end end;

	pids[side] = fork();
	if (pids[side] == -1)
		err(1, "fork");
	if (pids[side] != 0)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != us)
		_exit(1);
	signal(SIGPIPE, SIG_IGN);
	sigprocmask(SIG_SETMASK, mask, NULL);
	end_init(&end, played->mechanism, channel, side);
	end.peer = pids[!side];
	if (begin_side(&end) == -1) {
		shared->errors[side] = errno;
		_exit(1);
	}
	_exit(0);
}

/* ---- in the one that watches */

static void
end_both(void)
{
	for (int side = 0; side < SIDES; side++)
		if (pids[side] > 0) {
			kill(pids[side], SIGKILL);
			waitpid(pids[side], NULL, 0);
			pids[side] = 0;
		}
}

static long
milliseconds(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) == -1)
		err(1, "clock_gettime");
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Looks for one that has ended. Returns its side, or -1. */
static int
look(int *status)
{
	for (int side = 0; side < SIDES; side++)
		if (pids[side] > 0 &&
		    waitpid(pids[side], status, WNOHANG) == pids[side]) {
			pids[side] = 0;
			return side;
		}
	return -1;
}

/* Waits for a signal of the set until `end`. Returns its number, 0 when the time
 * is over. */
static int
next_signal(const sigset_t *set, long end)
{
	long rest = end - milliseconds();
	struct timespec t = { rest / 1000, rest % 1000 * 1000000 };
	int signo;

	if (rest <= 0)
		return 0;
	signo = sigtimedwait(set, NULL, &t);
	return signo > 0 ? signo : SIGCHLD;
}

/* What of it went wrong; status is that of a side that failed. */
static const char *
reason(int side, int status, char *text, size_t size)
{
	if (WIFSIGNALED(status))
		snprintf(text, size, "%s died of signal %d", name_of(side),
			 WTERMSIG(status));
	else if (shared->errors[side] != 0)
		snprintf(text, size, "%s: message %ld: %s", name_of(side),
			 shared->reports[side].messages + 1,
			 strerror(shared->errors[side]));
	else
		snprintf(text, size, "%s exited with status %d", name_of(side),
			 WEXITSTATUS(status));
	return text;
}

/* One that fails because the other one did does not matter. */
static int
is_worse(int side, int status)
{
	return WIFSIGNALED(status) || shared->errors[side] != EPIPE;
}

/* Takes note of those that have ended. Returns how many of them failed; the last
 * one that has a reason of its own tells it in `text`. */
static int
take_note(char *text, size_t size)
{
	int failed = 0, side, status;

	while ((side = look(&status)) != -1) {
		if (status == 0)
			continue;
		failed++;
		if (text[0] == '\0' || is_worse(side, status))
			reason(side, status, text, size);
	}
	return failed;
}

/*
 * Waits for both. Returns 0; -1 with what went wrong in `text`; or the signal that
 * has come to end us.
 */
static int
watch(const sigset_t *set, int limit, char *text, size_t size)
{
	long end = milliseconds() + limit;
	int failed = 0, signo = SIGCHLD;

	text[0] = '\0';
	while (signo == SIGCHLD) {
		if (take_note(text, size) > 0 && failed++ == 0 && limit > GRACE)
			end = milliseconds() + GRACE;
		if (pids[PING] == 0 && pids[PONG] == 0)
			return failed ? -1 : 0;
		signo = next_signal(set, end);
	}
	if (signo == 0 && !failed)
		snprintf(text, size,
			 "given up after %d ms: %ld of %ld round trips", limit,
			 shared->reports[PING].messages,
			 played->plan.warmup + played->plan.trips);
	end_both();
	return signo == 0 ? -1 : signo;
}

/* Each side has seen every message, by its own account. */
static int
both_took_part(char *text, size_t size)
{
	for (int side = 0; side < SIDES; side++) {
		long all = played->plan.warmup + played->plan.trips,
		     n = shared->reports[side].messages;

		if (n != all) {
			snprintf(text, size,
				 "%s has counted %ld messages of %ld",
				 name_of(side), n, all);
			return 0;
		}
	}
	return 1;
}

int
play_round(struct round *round, struct channel *channel, int limit, char *text,
	   size_t size)
{
	sigset_t set, mask;
	pid_t us = getpid();
	int result;

	played = round;
	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (pipe2(ready_pipe, O_CLOEXEC) == -1)
		err(1, "pipe");
	signal(SIGCHLD, SIG_DFL);
	sigprocmask(SIG_BLOCK, &set, &mask);
	pids[PING] = pids[PONG] = 0;
	start(channel, PONG, &mask, us);
	start(channel, PING, &mask, us);
	close(ready_pipe[0]);
	close(ready_pipe[1]);
	/* Ours would hide that a side has gone. */
	channel_close(channel);
	result = watch(&set, limit, text, size);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	if (result == 0 && !both_took_part(text, size))
		result = -1;
	return result;
}
