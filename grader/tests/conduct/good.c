/*
 * Correct programs, by name: `good NAME` prints the same in every schedule, and
 * ends with status 0. The conductor may never change that.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/select.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static const char *self;

static volatile sig_atomic_t came;

static void
on_signal(int signo)
{
	(void)signo;
	came++;
}

static void
catch_signal(int signo, int flags)
{
	struct sigaction action = { .sa_handler = on_signal,
				    .sa_flags = flags };

	sigaction(signo, &action, NULL);
}

static void
must(int condition, const char *what)
{
	if (!condition)
		err(1, "%s", what);
}

static double
now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		must(errno == EINTR, "waitpid");
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

/* ---- processes */

static void
forks(void)
{
	int fd[2];
	char c = 0;

	must(pipe(fd) == 0, "pipe");
	for (int i = 0; i < 3; i++)
		if (fork() == 0) {
			must(write(fd[1], "x", 1) == 1, "write");
			_exit(i);
		}
	close(fd[1]);
	int n = 0, sum = 0, status;
	while (read(fd[0], &c, 1) == 1)
		n++;
	while (wait(&status) > 0)
		sum += WEXITSTATUS(status);
	printf("%d bytes, sum %d\n", n, sum);
}

static void
vforks(void)
{
	pid_t pid = vfork();

	if (pid == 0) {
		execl(self, self, "status", "7", (char *)NULL);
		_exit(126);
	}
	printf("%d\n", reap(pid));
	pid = vfork();
	if (pid == 0)
		_exit(3);
	printf("%d\n", reap(pid));
}

static void
spawns(void)
{
	char *args[] = { (char *)self, (char *)"status", (char *)"9", NULL };
	pid_t pid;

	must(posix_spawn(&pid, self, NULL, NULL, args, environ) == 0, "spawn");
	printf("%d\n", reap(pid));
	args[0] = (char *)"/nowhere/at/all";
	printf("%s\n",
	       strerror(posix_spawn(&pid, args[0], NULL, NULL, args, environ)));
	FILE *p = popen("echo from a shell", "r");
	char line[100];
	must(p != NULL && fgets(line, sizeof(line), p) != NULL, "popen");
	printf("%s%d\n", line, pclose(p));
}

static void *
execs(void *unused)
{
	execl(self, self, "status", "5", (char *)NULL);
	return unused;
}

static void *
sleeps(void *unused)
{
	pause();
	return unused;
}

static void
exec_from_thread(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		pthread_t t;

		pthread_create(&t, NULL, sleeps, NULL);
		pthread_create(&t, NULL, execs, NULL);
		pthread_join(t, NULL);
		_exit(1);
	}
	printf("%d\n", reap(pid));
}

static void *
leaves(void *unused)
{
	printf("the last thread\n");
	fflush(stdout);
	return unused;
}

static void
first_thread_ends(void)
{
	pthread_t t;

	pthread_create(&t, NULL, leaves, NULL);
	pthread_exit(NULL);
}

static void
exit_with_threads(void)
{
	pthread_t t;

	for (int i = 0; i < 3; i++)
		pthread_create(&t, NULL, sleeps, NULL);
	printf("out\n");
}

static void
kills(void)
{
	pid_t a = fork();

	if (a == 0)
		for (;;)
			pause();
	pid_t b = fork();
	if (b == 0)
		for (;;)
			;
	kill(a, SIGKILL);
	kill(b, SIGTERM);
	int first = reap(a);
	printf("%d %d\n", first, reap(b));
}

static void
stops(void)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		raise(SIGSTOP);
		_exit(4);
	}
	must(waitpid(pid, &status, WUNTRACED) == pid, "waitpid");
	printf("stopped %d\n", WIFSTOPPED(status) ? WSTOPSIG(status) : -1);
	kill(pid, SIGCONT);
	printf("%d\n", reap(pid));
	pid = fork();
	if (pid == 0)
		for (;;)
			pause();
	kill(pid, SIGSTOP);
	must(waitpid(pid, &status, WUNTRACED) == pid, "waitpid");
	kill(pid, SIGTERM);
	kill(pid, SIGCONT);
	printf("%d\n", reap(pid));
}

static void
orphans(void)
{
	int fd[2];
	char c;

	must(pipe(fd) == 0, "pipe");
	if (fork() == 0) {
		if (fork() == 0) {
			close(fd[0]);
			must(write(fd[1], "o", 1) == 1, "write");
			_exit(0);
		}
		_exit(0);
	}
	close(fd[1]);
	must(read(fd[0], &c, 1) == 1, "read");
	must(read(fd[0], &c, 1) == 0, "read");
	wait(NULL);
	printf("%c\n", c);
}

/* ---- threads */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t change = PTHREAD_COND_INITIALIZER;
static int counter, turn;

static void *
counts(void *unused)
{
	for (int i = 0; i < 100; i++) {
		pthread_mutex_lock(&lock);
		counter++;
		pthread_mutex_unlock(&lock);
	}
	return unused;
}

static void *
takes_turns(void *arg)
{
	int mine = arg != NULL;

	for (int i = 0; i < 5; i++) {
		pthread_mutex_lock(&lock);
		while (turn != mine)
			pthread_cond_wait(&change, &lock);
		printf("%d", mine);
		turn = !turn;
		pthread_cond_broadcast(&change);
		pthread_mutex_unlock(&lock);
	}
	return arg;
}

static void
aborts(void)
{
	int status;
	siginfo_t info;
	pid_t pid = fork();

	if (pid == 0)
		abort();
	waitid(P_PID, pid, &info, WEXITED | WNOWAIT);
	waitpid(pid, &status, 0);
	printf("%d %d %d\n", WTERMSIG(status), WCOREDUMP(status) != 0,
	       info.si_code == CLD_DUMPED);
}

/* Maps a file privately. */
static void
looks_at_file(void)
{
	int fd = open("good", O_RDONLY), found;
	struct stat st;
	char *text;

	found = fstat(fd, &st);
	text = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, fd, 0);
	printf("%d %d\n", found, text == MAP_FAILED ? -1 : text[0] == 0x7f);
}

static void *
one_write(void *arg)
{
	(void)!write(1, "from a thread\n", 14);
	return arg;
}

/* Another thread makes the call. */
static void
thread_writes(void)
{
	pthread_t thread;

	must(pthread_create(&thread, NULL, one_write, NULL) == 0, "thread");
	pthread_join(thread, NULL);
}

static void
threads(void)
{
	pthread_t t[4];

	for (int i = 0; i < 4; i++)
		pthread_create(&t[i], NULL, counts, NULL);
	for (int i = 0; i < 4; i++)
		pthread_join(t[i], NULL);
	printf("%d ", counter);
	pthread_create(&t[0], NULL, takes_turns, NULL);
	pthread_create(&t[1], NULL, takes_turns, &lock);
	pthread_join(t[0], NULL);
	pthread_join(t[1], NULL);
	printf("\n");
}

static void *
cancelled(void *unused)
{
	char c;
	int fd[2];

	must(pipe(fd) == 0, "pipe");
	must(read(fd[0], &c, 1) == 1, "read");
	return unused;
}

static void
cancels(void)
{
	pthread_t t;
	void *result;

	pthread_create(&t, NULL, cancelled, NULL);
	pthread_cancel(t);
	pthread_join(t, &result);
	printf("%s\n", result == PTHREAD_CANCELED ? "cancelled" : "ended");
}

/* ---- time */

static void
alarms(void)
{
	catch_signal(SIGALRM, 0);
	double start = now(CLOCK_MONOTONIC);
	must(alarm(20) == 0, "alarm");
	unsigned left = alarm(3);
	printf("left %u\n", left);
	while (came == 0)
		pause();
	double took = now(CLOCK_MONOTONIC) - start;
	printf("%s\n", took > 2.9 && took < 4 ? "3 s" : "other");
	struct itimerval every = { { 1, 0 }, { 0, 500000 } }, seen;
	setitimer(ITIMER_REAL, &every, NULL);
	while (came < 5)
		pause();
	getitimer(ITIMER_REAL, &seen);
	printf("%d, interval %ld\n", came, (long)seen.it_interval.tv_sec);
	every = (struct itimerval){ 0 };
	setitimer(ITIMER_REAL, &every, NULL);
	took = now(CLOCK_REALTIME);
	sleep(100);
	took = now(CLOCK_REALTIME) - took;
	printf("%s\n", took > 99 && took < 102 ? "100 s" : "other");
}

static void
alarm_while_computing(void)
{
	catch_signal(SIGALRM, 0);
	struct itimerval once = { .it_value = { 0, 200000 } };

	setitimer(ITIMER_REAL, &once, NULL);
	while (came == 0)
		;
	printf("came\n");
}

static void
timed_waits(void)
{
	static sem_t sem;
	struct timespec t;
	double start = now(CLOCK_MONOTONIC);

	sem_init(&sem, 0, 0);
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += 5;
	printf("%d", sem_timedwait(&sem, &t) == -1 && errno == ETIMEDOUT);
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += 5;
	printf("%d", sem_clockwait(&sem, CLOCK_MONOTONIC, &t) == -1 &&
			 errno == ETIMEDOUT);
	clock_gettime(CLOCK_REALTIME, &t);
	t.tv_sec += 5;
	pthread_mutex_lock(&lock);
	printf("%d", pthread_cond_timedwait(&change, &lock, &t) == ETIMEDOUT);
	pthread_mutex_unlock(&lock);
	sem_post(&sem);
	printf("%d", sem_timedwait(&sem, &t) == 0);
	t.tv_sec -= 100;
	printf("%d", sem_timedwait(&sem, &t) == -1 && errno == ETIMEDOUT);
	printf("%d", poll(NULL, 0, 5000));
	struct epoll_event event;
	int e = epoll_create1(0);
	printf("%d", epoll_wait(e, &event, 1, 5000));
	fd_set set;
	int fd[2];
	must(pipe(fd) == 0, "pipe");
	FD_ZERO(&set);
	FD_SET(fd[0], &set);
	struct timeval v = { 5, 0 };
	printf("%d%d", select(fd[0] + 1, &set, NULL, NULL, &v),
	       FD_ISSET(fd[0], &set) != 0);
	sigset_t usr1;
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	t = (struct timespec){ 5, 0 };
	printf("%d", sigtimedwait(&usr1, NULL, &t) == -1 && errno == EAGAIN);
	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += 10;
	printf("%d", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL));
	double took = now(CLOCK_MONOTONIC) - start;
	printf(" %s\n", took > 44 && took < 46 ? "45 s" : "other");
}

/* The limits that a socket itself has. */
static void
socket_waits(void)
{
	const struct timeval limit = { .tv_sec = 60 };
	double start = now(CLOCK_MONOTONIC), took;
	int pair[2], sent = 0;
	char c, much[4096] = "";

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
	setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	setsockopt(pair[0], SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit));
	printf("%d", recv(pair[0], &c, 1, 0) == -1 && errno == EAGAIN);
	printf("%d", read(pair[0], &c, 1) == -1 && errno == EAGAIN);
	while (send(pair[0], much, sizeof(much), 0) > 0)
		sent++;
	printf("%d", sent > 0 && errno == EAGAIN);
	took = now(CLOCK_MONOTONIC) - start;
	printf(" %s", took > 179 && took < 181 ? "180 s" : "other");
	fflush(stdout);
	pid_t pid = fork();
	if (pid == 0) {
		sleep(30);
		must(write(pair[1], "x", 1) == 1, "write");
		_exit(0);
	}
	printf(" %zd\n", recv(pair[0], &c, 1, 0)); /* before its limit */
	waitpid(pid, NULL, 0);
}

/* A time limit of a second, computed anew after each sleep. */
static void
deadline(void)
{
	double end = now(CLOCK_MONOTONIC) + 1;
	int looks = 0;

	for (;;) {
		double left = end - now(CLOCK_MONOTONIC);

		if (left <= 0)
			break;
		poll(NULL, 0, (int)(left * 1000) + 1);
		looks++;
	}
	printf("%s\n", looks < 4 ? "few" : "many");
}

/* Waits in the n-th way, for days; the last one waits for ever. */
static int
waits_long(int n)
{
	struct timespec days = { .tv_sec = 1000000 };
	struct timeval same = { .tv_sec = 1000000 };
	struct epoll_event event;
	struct sembuf down = { 0, -1, 0 };
	int set, result;

	switch (n) {
	case 0:
		return poll(NULL, 0, 1000000000);
	case 1:
		return ppoll(NULL, 0, &days, NULL);
	case 2:
		return select(0, NULL, NULL, NULL, &same);
	case 3:
		return pselect(0, NULL, NULL, NULL, &days, NULL);
	case 4:
		return epoll_wait(epoll_create1(0), &event, 1, 1000000000);
	case 5:
		set = semget(IPC_PRIVATE, 1, 0600);
		result = semtimedop(set, &down, 1, &days);
		semctl(set, 0, IPC_RMID);
		return result != -1 || errno != EAGAIN;
	default:
		return poll(NULL, 0, -1);
	}
}

static void
long_waits(void)
{
	enum { WAYS = 7 };
	pid_t pid[WAYS];

	for (int i = 0; i < WAYS; i++)
		if ((pid[i] = fork()) == 0)
			_exit(waits_long(i));
	for (int i = 0; i < WAYS - 1; i++)
		printf("%d", reap(pid[i]));
	kill(pid[WAYS - 1], SIGKILL);
	printf(" %d\n", reap(pid[WAYS - 1]));
}

static void
timers(void)
{
	uint64_t n = 0;
	struct itimerspec in = { .it_value = { 30, 0 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);

	must(timerfd_settime(fd, 0, &in, NULL) == 0, "timerfd");
	must(read(fd, &n, sizeof(n)) == (ssize_t)sizeof(n), "read");
	printf("%d ", (int)n);
	timer_t id;
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGUSR2,
				  .sigev_value.sival_int = 77 };
	siginfo_t info;
	sigset_t usr2;
	sigemptyset(&usr2);
	sigaddset(&usr2, SIGUSR2);
	sigprocmask(SIG_BLOCK, &usr2, NULL);
	must(timer_create(CLOCK_REALTIME, &event, &id) == 0, "timer_create");
	must(timer_settime(id, 0, &in, NULL) == 0, "timer_settime");
	must(sigwaitinfo(&usr2, &info) == SIGUSR2, "sigwaitinfo");
	printf("%d %d\n", info.si_value.sival_int, info.si_code == SI_TIMER);
	timer_delete(id);
}

/* The rest of a sleep that a signal ended. */
static void
rest_of_sleep(void)
{
	struct timespec want = { 60, 0 }, rest = { 0, 0 };
	struct itimerval once = { .it_value = { 20, 0 } };

	catch_signal(SIGALRM, SA_RESTART);
	setitimer(ITIMER_REAL, &once, NULL);
	int result = nanosleep(&want, &rest);
	printf("%d %d %s\n", result, errno == EINTR,
	       rest.tv_sec >= 39 && rest.tv_sec <= 40 ? "40 s" : "other");
}

/* ---- signals */

static void
blocked_and_waited(void)
{
	sigset_t set, old;
	pid_t parent = getpid();

	catch_signal(SIGUSR1, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, &old);
	pid_t pid = fork();
	if (pid == 0) {
		kill(parent, SIGUSR1);
		_exit(0);
	}
	while (came == 0)
		sigsuspend(&old);
	printf("%d %d\n", came, reap(pid));
	pid = fork();
	if (pid == 0) {
		kill(parent, SIGUSR1);
		_exit(0);
	}
	while (came == 1)
		must(ppoll(NULL, 0, NULL, &old) == -1 && errno == EINTR,
		     "ppoll");
	printf("%d %d\n", came, reap(pid));
}

static void
signal_descriptor(void)
{
	struct signalfd_siginfo info;
	sigset_t set;
	pid_t parent = getpid();

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, NULL);
	int fd = signalfd(-1, &set, 0), usr1 = 0, chld = 0;
	pid_t pid = fork();
	if (pid == 0) {
		kill(parent, SIGUSR1);
		_exit(0);
	}
	while (!usr1 || !chld) {
		must(read(fd, &info, sizeof(info)) == sizeof(info), "read");
		usr1 |=
		    info.ssi_signo == SIGUSR1 && info.ssi_pid == (unsigned)pid;
		chld |= info.ssi_signo == SIGCHLD;
	}
	printf("%d\n", reap(pid));
}

/* With SA_RESTART, no call here may fail with EINTR. */
static void
begins_again(void)
{
	int fd[2];
	char c;
	pid_t parent = getpid();

	catch_signal(SIGUSR1, SA_RESTART);
	must(pipe(fd) == 0, "pipe");
	pid_t pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 3; i++)
			kill(parent, SIGUSR1);
		must(write(fd[1], "r", 1) == 1, "write");
		for (int i = 0; i < 3; i++)
			kill(parent, SIGUSR1);
		_exit(6);
	}
	int status;
	must(read(fd[0], &c, 1) == 1, "read");
	must(waitpid(pid, &status, 0) == pid, "waitpid");
	printf("%c %d\n", c, WEXITSTATUS(status));
}

/* Nobody catches SIGCHLD: epoll_wait, semop and sigtimedwait sleep on. */
static void
ignored_signals(void)
{
	int fd[2], status;
	struct epoll_event event = { .events = EPOLLIN };
	int e = epoll_create1(0);
	struct sembuf take = { 0, -1, 0 };
	int sem = semget(IPC_PRIVATE, 1, 0600);
	pid_t parent = getpid();

	signal(SIGUSR2, SIG_IGN);
	must(pipe(fd) == 0 && sem != -1, "pipe, semget");
	must(epoll_ctl(e, EPOLL_CTL_ADD, fd[0], &event) == 0, "epoll_ctl");
	pid_t first = fork();
	if (first == 0)
		_exit(0);
	pid_t second = fork();
	if (second == 0) {
		struct sembuf give = { 0, 1, 0 };

		while (kill(first, 0) == 0 && getppid() == parent &&
		       waitpid(-1, NULL, WNOHANG) != -1)
			;
		kill(parent, SIGUSR2);
		must(write(fd[1], "e", 1) == 1, "write");
		kill(parent, SIGUSR2);
		must(semop(sem, &give, 1) == 0, "semop");
		_exit(0);
	}
	must(epoll_wait(e, &event, 1, -1) == 1, "epoll_wait");
	must(semop(sem, &take, 1) == 0, "semop");
	semctl(sem, 0, IPC_RMID);
	while (wait(&status) > 0)
		;
	printf("woken by data only\n");
}

/* Each SIGUSR1 is answered; the sender waits for the answer. */
static void
ping_pong(void)
{
	sigset_t set, old;
	pid_t parent = getpid();

	catch_signal(SIGUSR1, 0);
	catch_signal(SIGUSR2, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGUSR2);
	sigprocmask(SIG_BLOCK, &set, &old);
	pid_t pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 5; i++) {
			int before = came;

			kill(parent, SIGUSR1);
			while (came == before)
				sigsuspend(&old);
		}
		_exit(0);
	}
	for (int i = 0; i < 5; i++) {
		while (came == i)
			sigsuspend(&old);
		kill(pid, SIGUSR2);
	}
	printf("%d %d\n", came, reap(pid));
}

static void *
takes_signals(void *arg)
{
	int got;

	for (int i = 0; i < 3; i++)
		sigwait(arg, &got);
	return NULL;
}

static void
signal_thread(void)
{
	sigset_t set;
	pthread_t t;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	pthread_sigmask(SIG_BLOCK, &set, NULL);
	pthread_create(&t, NULL, takes_signals, &set);
	for (int i = 0; i < 3; i++)
		sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = i });
	pthread_join(t, NULL);
	printf("three\n");
}

/* ---- memory */

static void
shared_memory(void)
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
		for (int i = 1; i <= 10; i++) {
			sem_wait(&both->empty);
			both->value = i;
			sem_post(&both->full);
		}
		_exit(0);
	}
	int sum = 0;
	for (int i = 0; i < 10; i++) {
		sem_wait(&both->full);
		sum += both->value;
		sem_post(&both->empty);
	}
	printf("%d %d\n", sum, reap(pid));
}

/* Waits for a flag in shared memory, and gives way meanwhile. */
static void
spins(void)
{
	volatile int *flag = mmap(NULL, sizeof(int), PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pid = fork();

	if (pid == 0) {
		while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE))
			sched_yield();
		_exit(2);
	}
	pid_t other = fork();
	if (other == 0) {
		while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE))
			;
		_exit(3);
	}
	usleep(1000);
	__atomic_store_n(flag, 1, __ATOMIC_RELEASE);
	int first = reap(pid);
	printf("%d %d\n", first, reap(other));
}

static void
messages(void)
{
	struct {
		long type;
		char text[8];
	} message = { 1, "hello" };
	int queue = msgget(IPC_PRIVATE, 0600);
	int segment = shmget(IPC_PRIVATE, 4096, 0600);
	pid_t pid = fork();

	if (pid == 0) {
		char *memory = shmat(segment, NULL, 0);

		strcpy(memory, "there");
		must(msgsnd(queue, &message, 8, 0) == 0, "msgsnd");
		_exit(0);
	}
	char *memory = shmat(segment, NULL, 0);
	must(msgrcv(queue, &message, 8, 0, 0) == 8, "msgrcv");
	printf("%s %s %d\n", message.text, memory, reap(pid));
	msgctl(queue, IPC_RMID, NULL);
	shmctl(segment, IPC_RMID, NULL);
}

/* ---- sockets */

static void
sockets(void)
{
	int pair[2];
	char text[100000];

	must(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
	pid_t pid = fork();
	if (pid == 0) {
		close(pair[0]);
		for (size_t sent = 0; sent < 300000;) {
			size_t part = 300000 - sent;
			ssize_t n =
			    write(pair[1], text,
				  part < sizeof(text) ? part : sizeof(text));
			must(n > 0, "write");
			sent += (size_t)n;
		}
		_exit(0);
	}
	close(pair[1]);
	long got = 0;
	ssize_t n;
	while ((n = read(pair[0], text, sizeof(text))) > 0)
		got += n;
	printf("%ld %d\n", got, reap(pid));
}

/* Looks for its child's end again and again, for as long as that takes. */
static void
looks_for_child(useconds_t pause)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0)
		_exit(7);
	while (waitpid(pid, &status, WNOHANG) == 0)
		if (pause > 0)
			usleep(pause);
	printf("%d\n", WEXITSTATUS(status));
}

static void
polls(void)
{
	looks_for_child(500);
}

static void
polls_without_pause(void)
{
	looks_for_child(0);
}

/* Looks at a set until its child has made a semop. */
static void
polls_a_set(void)
{
	int set = semget(IPC_PRIVATE, 1, 0600);
	struct semid_ds ds = { 0 };
	pid_t pid = fork();

	if (pid == 0) {
		struct sembuf up = { 0, +1, 0 };

		_exit(semop(set, &up, 1) != 0);
	}
	while (ds.sem_otime == 0)
		must(semctl(set, 0, IPC_STAT, &ds) == 0, "semctl");
	printf("%d %d\n", semctl(set, 0, GETVAL), reap(pid));
	semctl(set, 0, IPC_RMID);
}

/* Takes a lock, and lets go of it, which close would do, too. */
static void
locks(void)
{
	int fd = open("lock", O_RDWR | O_CREAT, 0600);

	must(flock(fd, LOCK_EX) == 0, "flock");
	flock(fd, LOCK_UN);
	close(fd);
	puts("locked");
}

/* Both ends do not block: nothing is lost, and nobody spins. */
static void
nonblocking(void)
{
	int fd[2];

	must(pipe2(fd, O_NONBLOCK) == 0, "pipe2");
	pid_t pid = fork();
	if (pid == 0) {
		static char text[8192];
		size_t left = 500000;

		close(fd[0]);
		while (left > 0) {
			ssize_t n =
			    write(fd[1], text,
				  left < sizeof(text) ? left : sizeof(text));
			struct pollfd p = { .fd = fd[1], .events = POLLOUT };

			if (n > 0)
				left -= (size_t)n;
			else
				poll(&p, 1, -1);
		}
		_exit(0);
	}
	close(fd[1]);
	char text[3000];
	long got = 0;
	for (;;) {
		ssize_t n = read(fd[0], text, sizeof(text));
		struct pollfd p = { .fd = fd[0], .events = POLLIN };

		if (n > 0)
			got += n;
		else if (n == 0)
			break;
		else
			poll(&p, 1, -1);
	}
	printf("%ld %d\n", got, reap(pid));
}

static void
one_byte_at_a_time(void)
{
	int fd = open("/proc/self/exe", O_RDONLY), n = 0;
	char c;

	while (n < 5000 && read(fd, &c, 1) == 1)
		n++;
	printf("%d\n", n);
}

/* Half a second of nothing but looking at the clock. */
static void
looks_at_clock(void)
{
	double end = now(CLOCK_MONOTONIC) + 0.5;

	while (now(CLOCK_MONOTONIC) < end)
		sched_yield();
	printf("over\n");
}

/* Looks at what each call returns; a failure ends it with status 1. */
static void
checks_all(void)
{
	int fd[2], status;
	char text[5000], c;
	size_t got = 0;

	must(pipe(fd) == 0, "pipe");
	pid_t pid = fork();
	must(pid != -1, "fork");
	if (pid == 0) {
		memset(text, 'x', sizeof(text));
		close(fd[0]);
		for (size_t sent = 0; sent < sizeof(text);) {
			ssize_t n =
			    write(fd[1], text + sent, sizeof(text) - sent);

			must(n >= 0 || errno == EINTR, "write");
			sent += n > 0 ? (size_t)n : 0;
		}
		_exit(0);
	}
	close(fd[1]);
	for (;;) {
		ssize_t n = read(fd[0], &c, 1);

		must(n >= 0 || errno == EINTR, "read");
		if (n == 0)
			break;
		got += n > 0;
	}
	while (waitpid(pid, &status, 0) == -1)
		must(errno == EINTR, "waitpid");
	if (got != sizeof(text) || status != 0)
		errx(1, "%zu bytes, status %d", got, status);
	must(printf("%zu\n", got) > 0 && fflush(stdout) == 0, "printf");
}

static const struct {
	const char *name;
	void (*run)(void);
} cases[] = {
	{ "forks", forks },
	{ "vforks", vforks },
	{ "spawns", spawns },
	{ "exec_from_thread", exec_from_thread },
	{ "first_thread_ends", first_thread_ends },
	{ "exit_with_threads", exit_with_threads },
	{ "kills", kills },
	{ "stops", stops },
	{ "orphans", orphans },
	{ "aborts", aborts },
	{ "looks_at_file", looks_at_file },
	{ "threads", threads },
	{ "thread_writes", thread_writes },
	{ "cancels", cancels },
	{ "alarms", alarms },
	{ "alarm_while_computing", alarm_while_computing },
	{ "timed_waits", timed_waits },
	{ "long_waits", long_waits },
	{ "socket_waits", socket_waits },
	{ "deadline", deadline },
	{ "timers", timers },
	{ "rest_of_sleep", rest_of_sleep },
	{ "blocked_and_waited", blocked_and_waited },
	{ "signal_descriptor", signal_descriptor },
	{ "begins_again", begins_again },
	{ "ignored_signals", ignored_signals },
	{ "ping_pong", ping_pong },
	{ "signal_thread", signal_thread },
	{ "shared_memory", shared_memory },
	{ "spins", spins },
	{ "polls", polls },
	{ "polls_without_pause", polls_without_pause },
	{ "polls_a_set", polls_a_set },
	{ "locks", locks },
	{ "messages", messages },
	{ "sockets", sockets },
	{ "nonblocking", nonblocking },
	{ "one_byte_at_a_time", one_byte_at_a_time },
	{ "looks_at_clock", looks_at_clock },
	{ "checks_all", checks_all },
};

int
main(int argc, char *argv[])
{
	self = "./good";
	if (argc == 3 && strcmp(argv[1], "status") == 0)
		return atoi(argv[2]);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (argc == 1)
			printf("%s\n", cases[i].name);
		else if (strcmp(argv[1], cases[i].name) == 0)
			cases[i].run();
	}
	return 0;
}
