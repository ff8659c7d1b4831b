/*
 * Wrong programs, by name: `bad NAME` has one mistake that an ordinary run
 * hardly ever shows. The conductor has to find each.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t came;

static void
on_signal(int signo)
{
	(void)signo;
	came++;
}

static void
must(int condition, const char *what)
{
	if (!condition)
		err(1, "%s", what);
}

/* The reader keeps its own write end. */
static void
keeps_write_end(void)
{
	int fd[2];
	char c;

	must(pipe(fd) == 0, "pipe");
	if (fork() == 0) {
		must(write(fd[1], "x", 1) == 1, "write");
		_exit(0);
	}
	while (read(fd[0], &c, 1) == 1)
		;
}

/* The status of whichever child ends last. */
static void
last_to_end(void)
{
	int status = 0;

	for (int i = 3; i <= 4; i++)
		if (fork() == 0)
			_exit(i);
	while (wait(&status) > 0)
		;
	printf("%d\n", WEXITSTATUS(status));
}

/* A signal between the question and the sleep is lost. */
static void
asks_then_sleeps(void)
{
	pid_t parent = getpid();

	signal(SIGUSR1, on_signal);
	pid_t pid = fork();
	if (pid == 0) {
		kill(parent, SIGUSR1);
		_exit(0);
	}
	sched_yield();
	if (!came)
		pause();
	waitpid(pid, NULL, 0);
	printf("over\n");
}

/* The same, and a time limit hides it. */
static void
asks_again_later(void)
{
	pid_t parent = getpid();

	signal(SIGUSR1, on_signal);
	pid_t pid = fork();
	if (pid == 0) {
		kill(parent, SIGUSR1);
		_exit(0);
	}
	sched_yield();
	while (!came)
		poll(NULL, 0, 200);
	waitpid(pid, NULL, 0);
	printf("over\n");
}

/* Two take two locks in another order. */
static void *
second(void *locks)
{
	pthread_mutex_t *lock = locks;

	pthread_mutex_lock(&lock[1]);
	sched_yield();
	pthread_mutex_lock(&lock[0]);
	pthread_mutex_unlock(&lock[0]);
	pthread_mutex_unlock(&lock[1]);
	return NULL;
}

static void
two_locks(void)
{
	pthread_mutex_t lock[2] = { PTHREAD_MUTEX_INITIALIZER,
				    PTHREAD_MUTEX_INITIALIZER };
	pthread_t t;

	pthread_create(&t, NULL, second, lock);
	pthread_mutex_lock(&lock[0]);
	sched_yield();
	pthread_mutex_lock(&lock[1]);
	pthread_mutex_unlock(&lock[1]);
	pthread_mutex_unlock(&lock[0]);
	pthread_join(t, NULL);
	printf("over\n");
}

/* Nobody waits for the child. */
static void
leaves_child(void)
{
	if (fork() == 0) {
		usleep(1000);
		printf("late\n");
		exit(0);
	}
}

/* The end of the pipe is not looked at. */
static void
spins_at_end(void)
{
	int fd[2];
	char c;

	must(pipe(fd) == 0, "pipe");
	close(fd[1]);
	for (;;) {
		struct pollfd p = { .fd = fd[0], .events = POLLIN };

		must(poll(&p, 1, -1) == 1, "poll");
		if (p.revents & POLLIN)
			must(read(fd[0], &c, 1) == 1, "read");
	}
}

/* What pipe returns is not looked at. */
static void
unchecked_pipe(void)
{
	int fd[2] = { -1, -1 };
	char text[] = "lost", got[5] = "";

	pipe(fd);
	write(fd[1], text, 4);
	read(fd[0], got, 4);
	printf("%s\n", got);
}

/* A wait that EINTR ends has not waited. */
static void
unchecked_wait(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(7);
	waitpid(pid, &status, 0);
	printf("%d\n", WEXITSTATUS(status));
}

/* A child that takes longer than eight seconds is given up. */
static void
gives_up(void)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(7);
	for (time_t start = time(NULL); waitpid(pid, &status, WNOHANG) == 0;) {
		if (time(NULL) > start + 8)
			errx(1, "it takes too long");
		usleep(500);
	}
	printf("%d\n", WEXITSTATUS(status));
}

/* One read is taken for all. */
static void
one_read(void)
{
	int fd[2];
	char text[100], got[100] = "";

	memset(text, 'x', sizeof(text));
	must(pipe(fd) == 0, "pipe");
	must(write(fd[1], text, sizeof(text)) == sizeof(text), "write");
	printf("%zd\n", read(fd[0], got, sizeof(got)));
}

/* Both pieces are taken for sent, and the empty one before them. */
static void
one_vector(void)
{
	char text[] = "hello there", got[100];
	struct iovec piece[] = { { text, 0 }, { text, 6 }, { text + 6, 5 } };
	struct msghdr message = { .msg_iov = piece, .msg_iovlen = 3 };
	int pair[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
	must(sendmsg(pair[0], &message, 0) > 0, "sendmsg");
	printf("%.*s\n", (int)read(pair[1], got, sizeof(got)), got);
	must(writev(pair[0], piece, 3) > 0, "writev");
	printf("%.*s\n", (int)read(pair[1], got, sizeof(got)), got);
	must(piece[1].iov_len == 6 && message.msg_iov == piece, "pieces");
}

/* Writes where nothing is. */
static void
crashes(void)
{
	int fd[2];

	must(pipe(fd) == 0, "pipe");
	pid_t pid = fork();
	if (pid == 0) {
		char *where = NULL;

		if (read(fd[0], &where, 1) != -1)
			*(volatile char *)where = 1;
		_exit(0);
	}
	must(write(fd[1], "", 1) == 1, "write");
	waitpid(pid, NULL, 0);
}

/* The file is there, but not what is in it. */
static void
looks_for_file(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		int fd = open("flag", O_WRONLY | O_CREAT, 0600);

		must(write(fd, "1", 1) == 1, "write");
		_exit(0);
	}
	waitpid(pid, NULL, WNOHANG);
	while (access("flag", F_OK) == -1)
		sched_yield();
	int fd = open("flag", O_RDONLY);
	char c = '?';
	(void)!read(fd, &c, 1);
	printf("%c\n", c);
	waitpid(pid, NULL, 0);
}

/* The slot is free before what is in it has been taken. */
static void
frees_too_early(void)
{
	struct both {
		sem_t full, empty;
		int value;
	} *both = mmap(NULL, sizeof(*both), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	sem_init(&both->full, 1, 0);
	sem_init(&both->empty, 1, 1);
	pid_t pid = fork();
	if (pid == 0) {
		for (int i = 1; i <= 3; i++) {
			sem_wait(&both->empty);
			both->value = i;
			sem_post(&both->full);
		}
		_exit(0);
	}
	int sum = 0;
	for (int i = 0; i < 3; i++) {
		sem_wait(&both->full);
		sem_post(&both->empty);
		sum += both->value;
	}
	waitpid(pid, NULL, 0);
	printf("%d\n", sum);
}

/* SIGPIPE is not thought of. */
static void
dies_of_pipe(void)
{
	int pair[2];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
	pid_t pid = fork();
	if (pid == 0) {
		close(pair[0]);
		_exit(0);
	}
	close(pair[1]);
	(void)!write(pair[0], "x", 1);
	waitpid(pid, NULL, 0);
	printf("over\n");
}

static int sends_on;
static volatile int said;

static void *
shuts_down(void *unused)
{
	shutdown(sends_on, SHUT_WR);
	said = 1;
	return unused;
}

/* A thread says too late that it has sent all. */
static void
says_it_late(void)
{
	pthread_t thread;
	int pair[2];
	char c;

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
	pid_t pid = fork();
	if (pid == 0) { /* it ends when the other side has sent all */
		close(pair[0]);
		_exit(read(pair[1], &c, 1) != 0);
	}
	close(pair[1]);
	sends_on = pair[0];
	pthread_create(&thread, NULL, shuts_down, NULL);
	must(read(pair[0], &c, 1) == 0, "read");
	printf(said ? "all is sent\n" : "it ended too early\n");
	pthread_join(thread, NULL);
	waitpid(pid, NULL, 0);
}

/* TERM between two questions is lost. */
static void
misses_term(void)
{
	signal(SIGTERM, on_signal);
	printf("ready\n");
	fflush(stdout);
	while (!came)
		pause();
}

/* It blocks the signal only after it has looked whether that has come. */
static void
blocks_late(void)
{
	sigset_t set, none;

	sigemptyset(&none);
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	signal(SIGTERM, on_signal);
	if (came)
		return;
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigsuspend(&none);
}

/* An alarm before the sleep that it is to end is lost. */
static void
naps(void)
{
	signal(SIGALRM, on_signal);
	alarm(1);
	pause();
}

/* The set is what stays blocked during the sleep, not what is waited for. */
static void
waits_for_set(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	signal(SIGALRM, on_signal);
	alarm(1);
	sigsuspend(&set);
}

/* An alarm may come before it is stopped. */
static void
stops_alarm(void)
{
	signal(SIGALRM, on_signal);
	alarm(1);
	alarm(0);
	while (came)
		pause();
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "keeps_write_end", keeps_write_end },
	{ "last_to_end", last_to_end },
	{ "asks_then_sleeps", asks_then_sleeps },
	{ "asks_again_later", asks_again_later },
	{ "two_locks", two_locks },
	{ "leaves_child", leaves_child },
	{ "spins_at_end", spins_at_end },
	{ "unchecked_pipe", unchecked_pipe },
	{ "unchecked_wait", unchecked_wait },
	{ "gives_up", gives_up },
	{ "one_read", one_read },
	{ "one_vector", one_vector },
	{ "crashes", crashes },
	{ "looks_for_file", looks_for_file },
	{ "frees_too_early", frees_too_early },
	{ "dies_of_pipe", dies_of_pipe },
	{ "says_it_late", says_it_late },
	{ "misses_term", misses_term },
	{ "blocks_late", blocks_late },
	{ "naps", naps },
	{ "waits_for_set", waits_for_set },
	{ "stops_alarm", stops_alarm },
};

int
main(int argc, char *argv[])
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (argc == 1)
			printf("%s\n", cases[i].name);
		else if (strcmp(argv[1], cases[i].name) == 0)
			cases[i].run();
	}
	return 0;
}
