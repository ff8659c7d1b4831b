/*
 * The same tasks done right, in several styles. Each run of
 *
 *	./perturb_good STYLE
 *
 * must end with status 0, whatever is perturbed.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <semaphore.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONG_MESSAGE = 200000, JOBS = 40, WORKERS = 3 };

static volatile sig_atomic_t came;
static int wakeup[2]; /* the pipe that a process writes to itself */

static void
note_signal(int signal)
{
	int saved = errno;

	(void)signal;
	came = 1;
	if (wakeup[1] != 0 && write(wakeup[1], "", 1) == -1)
		_exit(1);
	errno = saved;
}

static void
handle(int signal)
{
	struct sigaction action = { .sa_handler = note_signal };

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

static void
start_sender(void)
{
	pid_t parent = getpid();

	if (start_child() == 0) {
		if (kill(parent, SIGUSR1) == -1)
			err(1, "kill");
		_exit(0);
	}
}

static void
reap(void)
{
	int status;

	while (wait(&status) == -1)
		if (errno != EINTR)
			err(1, "wait");
	if (status != 0)
		errx(1, "the child failed");
}

static void
block(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &set, before) == -1)
		err(1, "sigprocmask");
}

static void
by_sigsuspend(void)
{
	sigset_t before;

	handle(SIGUSR1);
	block(&before);
	start_sender();
	while (!came)
		sigsuspend(&before);
	if (sigprocmask(SIG_SETMASK, &before, NULL) == -1)
		err(1, "sigprocmask");
	reap();
}

static void
by_sigwaitinfo(void)
{
	sigset_t before, set;

	block(&before);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	start_sender();
	while (sigwaitinfo(&set, NULL) == -1)
		if (errno != EINTR)
			err(1, "sigwaitinfo");
	reap();
}

static void
by_self_pipe(void)
{
	char byte;

	if (pipe(wakeup) == -1)
		err(1, "pipe");
	handle(SIGUSR1);
	start_sender();
	while (read(wakeup[0], &byte, 1) == -1)
		if (errno != EINTR)
			err(1, "read");
	reap();
}

static void
by_ppoll(void)
{
	sigset_t before;

	handle(SIGUSR1);
	block(&before);
	start_sender();
	while (!came)
		if (ppoll(NULL, 0, NULL, &before) == -1 && errno != EINTR)
			err(1, "ppoll");
	reap();
}

/* A signal that ends the process needs no handler; nor does pause then. */
static void
by_pause_until_killed(void)
{
	pid_t pid = start_child();
	int status;

	if (pid == 0)
		for (;;)
			pause();
	if (kill(pid, SIGTERM) == -1 || waitpid(pid, &status, 0) == -1)
		err(1, "kill, wait");
	if (!WIFSIGNALED(status))
		errx(1, "not killed");
}

static void *
share(size_t size)
{
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		err(1, "mmap");
	return shared;
}

static void
by_semaphore(void)
{
	struct {
		sem_t done;
		int result;
	} *shared = share(sizeof(*shared));

	if (sem_init(&shared->done, 1, 0) == -1)
		err(1, "sem_init");
	if (start_child() == 0) {
		shared->result = 42;
		if (sem_post(&shared->done) == -1)
			err(1, "sem_post");
		_exit(0);
	}
	while (sem_wait(&shared->done) == -1)
		if (errno != EINTR)
			err(1, "sem_wait");
	if (shared->result != 42)
		errx(1, "not yet done");
	reap();
}

static void
by_semop(void)
{
	int *result = share(sizeof(*result));
	struct sembuf up = { .sem_op = 1 }, down = { .sem_op = -1 };
	int id = semget(IPC_PRIVATE, 1, 0600);

	if (id == -1)
		err(1, "semget");
	if (start_child() == 0) {
		*result = 42;
		_exit(semop(id, &up, 1) == -1);
	}
	while (semop(id, &down, 1) == -1)
		if (errno != EINTR)
			err(1, "semop");
	if (semctl(id, 0, IPC_RMID) == -1)
		err(1, "semctl");
	if (*result != 42)
		errx(1, "not yet done");
	reap();
}

/* A poll with naps between two looks is slow, but right. */
static void
by_looking(void)
{
	_Atomic int *result = share(sizeof(*result));

	if (start_child() == 0) {
		*result = 42;
		_exit(0);
	}
	while (*result != 42)
		usleep(1000);
	reap();
}

static void
send_long(int fd)
{
	static char message[LONG_MESSAGE];
	ssize_t n;

	memset(message, 'x', sizeof(message));
	for (size_t done = 0; done < sizeof(message); done += n) {
		n = write(fd, message + done, sizeof(message) - done);
		if (n == -1 && errno == EINTR)
			n = 0;
		if (n == -1)
			err(1, "write");
	}
}

static size_t
by_read_loop(int fd)
{
	static char buffer[LONG_MESSAGE + 1];
	size_t done = 0;
	ssize_t n;

	while ((n = read(fd, buffer + done, sizeof(buffer) - done)) != 0) {
		if (n == -1 && errno != EINTR)
			err(1, "read");
		if (n > 0)
			done += n;
	}
	return done;
}

static size_t
by_fread(int fd)
{
	static char buffer[LONG_MESSAGE + 1];
	FILE *stream = fdopen(fd, "r");

	if (stream == NULL)
		err(1, "fdopen");
	return fread(buffer, 1, sizeof(buffer), stream);
}

static size_t
by_waitall(int fd)
{
	static char buffer[LONG_MESSAGE];
	ssize_t n = recv(fd, buffer, sizeof(buffer), MSG_WAITALL);

	if (n == -1)
		err(1, "recv");
	return n;
}

/* Without waiting, and told only once of each change. */
static size_t
by_epoll(int fd)
{
	static char buffer[4096];
	struct epoll_event event = { .events = EPOLLIN | EPOLLET };
	int epoll = epoll_create1(0);
	size_t done = 0;
	ssize_t n;

	if (epoll == -1 || fcntl(fd, F_SETFL, O_NONBLOCK) == -1 ||
	    epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == -1)
		err(1, "epoll");
	for (;;) {
		if (epoll_wait(epoll, &event, 1, -1) == -1)
			err(1, "epoll_wait");
		do {
			n = read(fd, buffer, sizeof(buffer));
			if (n == 0)
				return done;
			if (n == -1 && errno != EAGAIN)
				err(1, "read");
			if (n > 0)
				done += n;
		} while (n == sizeof(buffer) ||
			 (n > 0 && (event.events & EPOLLHUP)));
	}
}

static void
receive(size_t (*receiver)(int fd), bool socket)
{
	int ends[2];

	if (socket ? socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1
		   : pipe(ends) == -1)
		err(1, "pipe, socketpair");
	if (start_child() == 0) {
		close(ends[0]);
		send_long(ends[1]);
		_exit(0);
	}
	close(ends[1]);
	if (receiver(ends[0]) != LONG_MESSAGE)
		errx(1, "not the whole message");
	reap();
}

/* Several readers of one pipe: each takes a whole record by one read. */
static void
by_workers(void)
{
	struct {
		int number, twice;
	} job;
	int jobs[2];

	if (pipe(jobs) == -1)
		err(1, "pipe");
	for (int i = 0; i < WORKERS; i++) {
		if (start_child() != 0)
			continue;
		close(jobs[1]);
		while (read(jobs[0], &job, sizeof(job)) == sizeof(job))
			if (job.twice != 2 * job.number)
				errx(1, "half a job");
		_exit(0);
	}
	for (job.number = 0; job.number < JOBS; job.number++) {
		job.twice = 2 * job.number;
		if (write(jobs[1], &job, sizeof(job)) != sizeof(job))
			err(1, "write");
	}
	close(jobs[0]);
	close(jobs[1]);
	for (int i = 0; i < WORKERS; i++)
		reap();
}

/* EINTR may not come from nowhere: a handler has run each time. */
static void
by_alarms(void)
{
	struct itimerval often = { .it_value.tv_usec = 20000,
				   .it_interval.tv_usec = 20000 };
	int interrupted = 0;
	int ends[2];
	char byte;

	if (pipe(ends) == -1)
		err(1, "pipe");
	handle(SIGALRM);
	if (setitimer(ITIMER_REAL, &often, NULL) == -1)
		err(1, "setitimer");
	while (interrupted < 5) {
		if (read(ends[0], &byte, 1) != -1 || errno != EINTR)
			errx(1, "a byte that nobody wrote");
		if (!came)
			errx(1, "no alarm yet");
		came = 0;
		interrupted++;
	}
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*run)(void);
	} styles[] = {
		{ "sigsuspend", by_sigsuspend },
		{ "sigwaitinfo", by_sigwaitinfo },
		{ "self-pipe", by_self_pipe },
		{ "ppoll", by_ppoll },
		{ "killed-pause", by_pause_until_killed },
		{ "semaphore", by_semaphore },
		{ "semop", by_semop },
		{ "looking", by_looking },
		{ "workers", by_workers },
		{ "alarms", by_alarms },
	};
	static const struct {
		const char *name;
		size_t (*run)(int fd);
		bool socket;
	} receivers[] = {
		{ "read-loop", by_read_loop, false },
		{ "fread", by_fread, false },
		{ "epoll", by_epoll, false },
		{ "socket-read-loop", by_read_loop, true },
		{ "waitall", by_waitall, true },
	};
	const char *style = argc == 2 ? argv[1] : "";

	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
		if (strcmp(style, styles[i].name) == 0) {
			styles[i].run();
			return 0;
		}
	}
	for (size_t i = 0; i < sizeof(receivers) / sizeof(receivers[0]); i++) {
		if (strcmp(style, receivers[i].name) == 0) {
			receive(receivers[i].run, receivers[i].socket);
			return 0;
		}
	}
	fprintf(stderr, "usage: perturb_good STYLE\n");
	return 2;
}
