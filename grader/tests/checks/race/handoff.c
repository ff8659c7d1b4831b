/*
 * One process writes a value to shared memory, another reads it.
 *
 *	./race_handoff WAY
 *
 * In most ways the reader knows when the value is there. In those that begin
 * with "no-" it does not.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SLOTS = 4, ITEMS = 300, FILES = 100 };

struct shared {
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	pthread_barrier_t barrier;
	pthread_rwlock_t rwlock;
	sem_t done;
	_Atomic int flag;
	volatile int plain_flag;
	int value;
	int ready; /* under the mutex */
	char text[64];
	_Atomic unsigned head, tail;
	int slot[SLOTS];
};

static struct shared *s;

static int ends[2]; /* of a pipe, or of a pair of sockets */
static int id;	    /* of a queue or of semaphores */
static mqd_t queue;
static sigset_t before; /* the signals blocked at the start */
static volatile sig_atomic_t came;

static void
fail(bool failed, const char *call)
{
	if (failed)
		err(2, "%s", call);
}

static void
check(void)
{
	if (s->value != 42)
		errx(2, "the value is not there");
}

/* ---- by what the writer tells (first function), and the reader waits ---- */

static void
by_wait(void)
{
	s->value = 42;
}

static void
by_wait_read(void)
{
	fail(wait(NULL) == -1, "wait");
	check();
}

static void
by_pipe(void)
{
	s->value = 42;
	fail(write(ends[1], "x", 1) != 1, "write");
}

static void
by_pipe_read(void)
{
	char byte;

	fail(read(ends[0], &byte, 1) != 1, "read");
	check();
}

static void
by_end_of_file(void)
{
	s->value = 42;
}

static void
by_end_of_file_read(void)
{
	char byte;

	close(ends[1]);
	fail(read(ends[0], &byte, 1) != 0, "read");
	check();
}

static void
by_stdio(void)
{
	FILE *f = fdopen(ends[1], "w");

	fail(f == NULL, "fdopen");
	s->value = 42;
	fprintf(f, "%s %d\n", "ready", 1);
	exit(0); /* which writes the line */
}

static void
by_stdio_read(void)
{
	FILE *f = fdopen(ends[0], "r");
	int number;

	fail(f == NULL || fscanf(f, "ready %d", &number) != 1, "fscanf");
	check();
}

static void
by_semaphore(void)
{
	s->value = 42;
	fail(sem_post(&s->done) == -1, "sem_post");
}

static void
by_semaphore_read(void)
{
	fail(sem_wait(&s->done) == -1, "sem_wait");
	check();
}

static void
change(int by)
{
	struct sembuf operation = { .sem_op = by };

	fail(semop(id, &operation, 1) == -1, "semop");
}

static void
by_semop(void)
{
	s->value = 42;
	change(1);
}

static void
by_semop_read(void)
{
	change(-1);
	check();
}

static void
by_zero(void)
{
	s->value = 42;
	change(-1);
}

static void
by_zero_read(void)
{
	change(0);
	check();
}

static void
by_queue(void)
{
	struct {
		long type;
		char text[1];
	} message = { 1, { 'x' } };

	s->value = 42;
	fail(msgsnd(id, &message, 1, 0) == -1, "msgsnd");
}

static void
by_queue_read(void)
{
	struct {
		long type;
		char text[1];
	} message;

	fail(msgrcv(id, &message, 1, 0, 0) == -1, "msgrcv");
	check();
}

static void
by_mq(void)
{
	s->value = 42;
	fail(mq_send(queue, "x", 1, 0) == -1, "mq_send");
}

static void
by_mq_read(void)
{
	char message[8];

	fail(mq_receive(queue, message, sizeof(message), NULL) == -1,
	     "mq_receive");
	check();
}

static void
note_signal(int signal)
{
	(void)signal;
	came = 1;
}

static void
by_signal(void)
{
	s->value = 42;
	fail(kill(getppid(), SIGUSR1) == -1, "kill");
}

static void
by_signal_read(void)
{
	while (!came)
		sigsuspend(&before);
	check();
}

static void
by_sigwait_read(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	fail(sigwaitinfo(&set, NULL) == -1, "sigwaitinfo");
	check();
}

static void
by_flag(void)
{
	s->value = 42;
	atomic_store_explicit(&s->flag, 1, memory_order_release);
}

static void
by_flag_read(void)
{
	while (!atomic_load_explicit(&s->flag, memory_order_acquire))
		usleep(10);
	check();
}

static void
by_fence(void)
{
	s->value = 42;
	__sync_synchronize();
	atomic_store_explicit(&s->flag, 1, memory_order_relaxed);
}

static void
by_fence_read(void)
{
	while (!atomic_load_explicit(&s->flag, memory_order_relaxed))
		usleep(10);
	__sync_synchronize();
	check();
}

static void
by_condition(void)
{
	pthread_mutex_lock(&s->mutex);
	s->value = 42;
	s->ready = 1;
	pthread_cond_signal(&s->changed);
	pthread_mutex_unlock(&s->mutex);
}

static void
by_condition_read(void)
{
	pthread_mutex_lock(&s->mutex);
	while (!s->ready)
		pthread_cond_wait(&s->changed, &s->mutex);
	pthread_mutex_unlock(&s->mutex);
	check();
}

static void
by_barrier(void)
{
	s->value = 42;
	pthread_barrier_wait(&s->barrier);
}

static void
by_barrier_read(void)
{
	pthread_barrier_wait(&s->barrier);
	check();
}

static void
by_ring(void)
{
	unsigned head = 0;

	for (int i = 0; i < ITEMS; i++) {
		while (head - atomic_load_explicit(&s->tail,
						   memory_order_acquire) ==
		       SLOTS)
			usleep(10);
		s->slot[head % SLOTS] = i;
		atomic_store_explicit(&s->head, ++head, memory_order_release);
	}
}

static void
by_ring_read(void)
{
	unsigned tail = 0;

	for (int i = 0; i < ITEMS; i++) {
		while (atomic_load_explicit(&s->head, memory_order_acquire) ==
		       tail)
			usleep(10);
		if (s->slot[tail % SLOTS] != i)
			errx(2, "a wrong item");
		atomic_store_explicit(&s->tail, ++tail, memory_order_release);
	}
}

/* Each has files of its own, one of which may get the other's inode. */
static void
by_own_file(void)
{
	for (int i = 0; i < FILES; i++) {
		char name[] = "own-file.XXXXXX";
		int fd = mkstemp(name);
		int *own;

		fail(fd == -1 || ftruncate(fd, sizeof(*own)) == -1, "mkstemp");
		own = mmap(NULL, sizeof(*own), PROT_READ | PROT_WRITE,
			   MAP_SHARED, fd, 0);
		fail(own == MAP_FAILED, "mmap");
		*own = i;
		munmap(own, sizeof(*own));
		close(fd);
		unlink(name);
	}
}

/* ---- and those that do not know ---- */

static void
no_volatile(void)
{
	s->value = 42;
	s->plain_flag = 1;
}

static void
no_volatile_read(void)
{
	while (!s->plain_flag)
		usleep(10);
	check();
}

static void
no_relaxed(void)
{
	s->value = 42;
	atomic_store_explicit(&s->flag, 1, memory_order_relaxed);
}

static void
no_relaxed_read(void)
{
	while (!atomic_load_explicit(&s->flag, memory_order_relaxed))
		usleep(10);
	check();
}

static void
no_sleep(void)
{
	s->value = 42;
}

static void
no_sleep_read(void)
{
	usleep(200000);
	check();
}

static void
no_text(void)
{
	strcpy(s->text, "hello");
}

static void
no_text_read(void)
{
	usleep(200000);
	printf("%s, %d times\n", s->text, 2);
}

static void
no_order(void)
{
	fail(write(ends[1], "x", 1) != 1, "write");
	s->value = 42; /* too late */
}

static void
no_order_read(void)
{
	char byte;

	fail(read(ends[0], &byte, 1) != 1, "read");
	usleep(200000);
	check();
}

static void
set_up(const char *way)
{
	pthread_mutexattr_t mutex;
	pthread_condattr_t condition;
	pthread_barrierattr_t barrier;
	struct sigaction action = { .sa_handler = note_signal };
	struct mq_attr one = { .mq_maxmsg = 1, .mq_msgsize = 8 };
	char name[64];
	sigset_t set;

	s = mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fail(s == MAP_FAILED, "mmap");
	fail(sem_init(&s->done, 1, 0) == -1, "sem_init");
	pthread_mutexattr_init(&mutex);
	pthread_mutexattr_setpshared(&mutex, PTHREAD_PROCESS_SHARED);
	pthread_mutex_init(&s->mutex, &mutex);
	pthread_condattr_init(&condition);
	pthread_condattr_setpshared(&condition, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&s->changed, &condition);
	pthread_barrierattr_init(&barrier);
	pthread_barrierattr_setpshared(&barrier, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&s->barrier, &barrier, 2);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	fail(sigprocmask(SIG_BLOCK, &set, &before) == -1, "sigprocmask");
	fail(sigaction(SIGUSR1, &action, NULL) == -1, "sigaction");
	if (strncmp(way, "socket", 6) == 0)
		fail(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1,
		     "socketpair");
	else
		fail(pipe(ends) == -1, "pipe");
	if (strcmp(way, "queue") == 0) {
		id = msgget(IPC_PRIVATE, 0600);
	} else if (strcmp(way, "semop") == 0 || strcmp(way, "zero") == 0) {
		id = semget(IPC_PRIVATE, 1, 0600);
		if (id != -1 && strcmp(way, "zero") == 0)
			change(1);
	} else if (strcmp(way, "mq") == 0) {
		snprintf(name, sizeof(name), "/race_handoff.%d", getpid());
		queue = mq_open(name, O_RDWR | O_CREAT, 0600, &one);
		fail(queue == (mqd_t)-1, "mq_open");
		mq_unlink(name);
	}
	fail(id == -1, "msgget, semget");
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*write)(void), (*read)(void);
	} ways[] = {
		{ "wait", by_wait, by_wait_read },
		{ "pipe", by_pipe, by_pipe_read },
		{ "socket", by_pipe, by_pipe_read },
		{ "end-of-file", by_end_of_file, by_end_of_file_read },
		{ "stdio", by_stdio, by_stdio_read },
		{ "semaphore", by_semaphore, by_semaphore_read },
		{ "semop", by_semop, by_semop_read },
		{ "zero", by_zero, by_zero_read },
		{ "queue", by_queue, by_queue_read },
		{ "mq", by_mq, by_mq_read },
		{ "signal", by_signal, by_signal_read },
		{ "sigwaitinfo", by_signal, by_sigwait_read },
		{ "flag", by_flag, by_flag_read },
		{ "fence", by_fence, by_fence_read },
		{ "condition", by_condition, by_condition_read },
		{ "barrier", by_barrier, by_barrier_read },
		{ "ring", by_ring, by_ring_read },
		{ "own-file", by_own_file, by_own_file },
		{ "no-volatile", no_volatile, no_volatile_read },
		{ "no-relaxed", no_relaxed, no_relaxed_read },
		{ "no-sleep", no_sleep, no_sleep_read },
		{ "no-text", no_text, no_text_read },
		{ "no-order", no_order, no_order_read },
	};
	const char *way = argc == 2 ? argv[1] : "";
	size_t i = 0;
	int status;
	pid_t pid;

	while (i < sizeof(ways) / sizeof(ways[0]) &&
	       strcmp(ways[i].name, way) != 0)
		i++;
	if (i == sizeof(ways) / sizeof(ways[0])) {
		fprintf(stderr, "usage: race_handoff WAY\n");
		return 2;
	}
	set_up(way);
	pid = fork();
	fail(pid == -1, "fork");
	if (pid == 0) {
		ways[i].write();
		exit(0);
	}
	ways[i].read();
	if (strcmp(way, "queue") == 0)
		msgctl(id, IPC_RMID, NULL);
	else if (id != 0)
		semctl(id, 0, IPC_RMID);
	return waitpid(pid, &status, 0) == -1 && errno != ECHILD;
}
