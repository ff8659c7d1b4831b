/*
 * Classic faults that ordinary runs do not show. Each run of
 *
 *	./perturb_bad FAULT
 *
 * ends with status 0 if all went well by luck, with 1 or a hang if not.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONG_MESSAGE = 20000, ROUNDS = 20 };

static volatile sig_atomic_t came;

static void
note_signal(int signal)
{
	(void)signal;
	came = 1;
}

static void
handle(int signal)
{
	struct sigaction action = { .sa_handler = note_signal,
				    .sa_flags = SA_RESTART };

	if (sigaction(signal, &action, NULL) == -1)
		err(1, "sigaction");
}

static pid_t
start_child(void)
{
	pid_t pid = fork();

	if (pid == -1)
		err(1, "fork");
	return pid;
}

/* The alarm may go off before pause. */
static int
alarm_pause(void)
{
	struct itimerval soon = { .it_value.tv_usec = 20000 };

	handle(SIGALRM);
	if (setitimer(ITIMER_REAL, &soon, NULL) == -1)
		err(1, "setitimer");
	pause();
	return 0;
}

/* The signal may come between the check and pause. */
static int
check_pause(void)
{
	pid_t parent = getpid();

	handle(SIGUSR1);
	if (start_child() == 0) {
		kill(parent, SIGUSR1);
		_exit(0);
	}
	while (!came)
		pause();
	return 0;
}

/* The child may need more than a second. */
static int
sleep_order(void)
{
	int *result = mmap(NULL, sizeof(*result), PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (result == MAP_FAILED)
		err(1, "mmap");
	if (start_child() == 0) {
		*result = 42;
		_exit(0);
	}
	sleep(1);
	return *result == 42 ? 0 : 1;
}

static void
send_long(int fd)
{
	static char message[LONG_MESSAGE];
	ssize_t n;

	memset(message, 'x', sizeof(message));
	for (size_t done = 0; done < sizeof(message); done += n) {
		n = write(fd, message + done, sizeof(message) - done);
		if (n == -1)
			err(1, "write");
	}
}

/* One read may return less than one write wrote. */
static int
one_read(int ends[2])
{
	char buffer[LONG_MESSAGE];

	if (start_child() == 0) {
		close(ends[0]);
		send_long(ends[1]);
		_exit(0);
	}
	close(ends[1]);
	wait(NULL);
	return read(ends[0], buffer, sizeof(buffer)) == sizeof(buffer) ? 0 : 1;
}

/* Even if the message is a short one. */
static int
one_short_read(int ends[2])
{
	char buffer[6];

	if (start_child() == 0) {
		close(ends[0]);
		if (write(ends[1], "hello", 6) != 6)
			err(1, "write");
		_exit(0);
	}
	close(ends[1]);
	return read(ends[0], buffer, 6) == 6 ? 0 : 1;
}

/* One non-blocking write may take less than it is given. */
static int
one_write(int ends[2])
{
	static char message[LONG_MESSAGE];

	if (fcntl(ends[1], F_SETFL, O_NONBLOCK) == -1)
		err(1, "fcntl");
	return write(ends[1], message, sizeof(message)) == sizeof(message) ? 0
									   : 1;
}

/* The parent takes it that the child goes first, or itself. */
static int
order(bool child_first)
{
	int *turn = mmap(NULL, sizeof(*turn), PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int status;

	if (turn == MAP_FAILED)
		err(1, "mmap");
	pid = start_child();
	if (*turn == 0)
		*turn = pid == 0 ? 1 : 2;
	if (pid == 0)
		_exit(0);
	if (waitpid(pid, &status, 0) == -1)
		err(1, "waitpid");
	return *turn == (child_first ? 1 : 2) ? 0 : 1;
}

/* The lock is given back between the load and the store. */
static int
split_lock(void)
{
	struct {
		sem_t lock;
		int counter;
	} *s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid;
	int old;

	if (s == MAP_FAILED || sem_init(&s->lock, 1, 1) == -1)
		err(1, "mmap, sem_init");
	pid = start_child();
	for (int i = 0; i < ROUNDS; i++) {
		sem_wait(&s->lock);
		old = s->counter;
		sem_post(&s->lock);
		sem_wait(&s->lock);
		s->counter = old + 1;
		sem_post(&s->lock);
	}
	if (pid == 0)
		_exit(0);
	wait(NULL);
	return s->counter == 2 * ROUNDS ? 0 : 1;
}

/* A signal may come in any call. */
static int
no_eintr(int ends[2])
{
	struct sigaction action = { .sa_handler = note_signal };
	pid_t pid;
	char byte;

	if (sigaction(SIGUSR1, &action, NULL) == -1)
		err(1, "sigaction");
	pid = start_child();
	if (pid == 0) {
		for (;;) {
			kill(getppid(), SIGUSR1);
			usleep(1000);
		}
	}
	for (int i = 0; i < 10 * ROUNDS; i++) {
		if (write(ends[1], "x", 1) != 1 ||
		    read(ends[0], &byte, 1) != 1) {
			kill(pid, SIGKILL);
			return 1;
		}
	}
	kill(pid, SIGKILL);
	return 0;
}

int
main(int argc, char *argv[])
{
	const char *fault = argc == 2 ? argv[1] : "";
	int ends[2];

	if (strcmp(fault, "alarm-pause") == 0)
		return alarm_pause();
	if (strcmp(fault, "check-pause") == 0)
		return check_pause();
	if (strcmp(fault, "sleep-order") == 0)
		return sleep_order();
	if (strcmp(fault, "split-lock") == 0)
		return split_lock();
	if (strcmp(fault, "child-order") == 0)
		return order(true);
	if (strcmp(fault, "parent-order") == 0)
		return order(false);
	if (strncmp(fault, "socket-", 7) == 0) {
		fault += 7;
		if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1)
			err(1, "socketpair");
	} else if (pipe(ends) == -1) {
		err(1, "pipe");
	}
	if (strcmp(fault, "one-read") == 0)
		return one_read(ends);
	if (strcmp(fault, "one-short-read") == 0)
		return one_short_read(ends);
	if (strcmp(fault, "no-eintr") == 0)
		return no_eintr(ends);
	if (strcmp(fault, "one-write") == 0)
		return one_write(ends);
	fprintf(stderr, "usage: perturb_bad FAULT\n");
	return 2;
}
