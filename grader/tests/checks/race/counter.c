/*
 * Two processes increment one counter in shared memory.
 *
 *	./race_counter MEMORY WHEN LOCK     parent and two children
 *	./race_counter MEMORY NAME LOCK     one of several unrelated programs
 *	./race_counter MEMORY NAME remove   removes what they left behind
 *
 * Two unrelated programs meet, before they count, at the FIFO NAME.meet, which the
 * one to which the environment says MEET=for-writing opens for writing.
 *
 * MEMORY is sysv, posix, file or anonymous; WHEN, "before" or "after" fork, is
 * when it is mapped; NAME (it begins with a slash) is a file that all can find.
 * LOCK is none, sem, named-sem, mutex, semop, flock, atomic or spin.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ROUNDS = 200 };

struct shared {
	pthread_mutex_t mutex;
	sem_t semaphore;
	atomic_flag flag;
	_Atomic int atomic;
	int counter;
};

static const char *memory, *file, *lock;
static int semaphores; /* System V */
static int lock_file;
static sem_t *named;

static void
name_posix(char name[64])
{
	const char *slash = strrchr(file, '/');

	snprintf(name, 64, "%.60s", slash);
}

static struct shared *
map(void)
{
	int flags = MAP_SHARED, fd = -1;
	char name[64];
	void *p;

	if (strcmp(memory, "sysv") == 0) {
		int id = shmget(ftok(file, 1), sizeof(struct shared),
				IPC_CREAT | 0600);

		if (id == -1)
			err(2, "shmget");
		p = shmat(id, NULL, 0);
		if (p == (void *)-1)
			err(2, "shmat");
		return p;
	}
	name_posix(name);
	if (strcmp(memory, "posix") == 0)
		fd = shm_open(name, O_RDWR | O_CREAT, 0600);
	else if (strcmp(memory, "file") == 0)
		fd = open(file, O_RDWR | O_CREAT, 0600);
	else
		flags |= MAP_ANONYMOUS;
	if (fd != -1 && ftruncate(fd, sizeof(struct shared)) == -1)
		err(2, "ftruncate");
	p = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, flags, fd,
		 0);
	if (p == MAP_FAILED)
		err(2, "mmap");
	return p;
}

static void
set_up(struct shared *s)
{
	pthread_mutexattr_t shared;

	if (pthread_mutexattr_init(&shared) != 0 ||
	    pthread_mutexattr_setpshared(&shared, PTHREAD_PROCESS_SHARED) !=
		0 ||
	    pthread_mutex_init(&s->mutex, &shared) != 0)
		errx(2, "pthread_mutex_init");
	if (sem_init(&s->semaphore, 1, 1) == -1)
		err(2, "sem_init");
}

static void
open_locks(void)
{
	char name[64];

	lock_file = open(file, O_RDWR);
	if (lock_file == -1)
		err(2, "%s", file);
	if (strcmp(lock, "named-sem") == 0) {
		name_posix(name);
		named = sem_open(name, O_CREAT, 0600, 1);
		if (named == SEM_FAILED)
			err(2, "sem_open");
	}
}

static void
change(short by)
{
	struct sembuf operation = { .sem_op = by, .sem_flg = SEM_UNDO };

	if (semop(semaphores, &operation, 1) == -1)
		err(2, "semop");
}

static void
enter(struct shared *s)
{
	if (strcmp(lock, "sem") == 0)
		while (sem_wait(&s->semaphore) == -1)
			;
	else if (strcmp(lock, "named-sem") == 0)
		while (sem_wait(named) == -1)
			;
	else if (strcmp(lock, "mutex") == 0)
		pthread_mutex_lock(&s->mutex);
	else if (strcmp(lock, "semop") == 0)
		change(-1);
	else if (strcmp(lock, "flock") == 0)
		flock(lock_file, LOCK_EX);
	else if (strcmp(lock, "spin") == 0)
		while (atomic_flag_test_and_set(&s->flag))
			usleep(10);
}

static void
leave(struct shared *s)
{
	if (strcmp(lock, "sem") == 0)
		sem_post(&s->semaphore);
	else if (strcmp(lock, "named-sem") == 0)
		sem_post(named);
	else if (strcmp(lock, "mutex") == 0)
		pthread_mutex_unlock(&s->mutex);
	else if (strcmp(lock, "semop") == 0)
		change(1);
	else if (strcmp(lock, "flock") == 0)
		flock(lock_file, LOCK_UN);
	else if (strcmp(lock, "spin") == 0)
		atomic_flag_clear(&s->flag);
}

static void
count(struct shared *s)
{
	open_locks();
	for (int i = 0; i < ROUNDS; i++) {
		enter(s);
		if (strcmp(lock, "atomic") == 0)
			atomic_fetch_add(&s->atomic, 1);
		else
			s->counter++;
		leave(s);
	}
}

static void
run_family(bool before)
{
	struct shared *s = map();

	set_up(s);
	semaphores = semget(IPC_PRIVATE, 1, 0600);
	if (semaphores == -1)
		err(2, "semget");
	change(1);
	for (int i = 0; i < 2; i++) {
		pid_t pid = fork();

		if (pid == -1)
			err(2, "fork");
		if (pid == 0) {
			count(before ? s : map());
			_exit(0);
		}
	}
	for (int i = 0; i < 2; i++)
		if (wait(NULL) == -1)
			err(2, "wait");
	if (s->counter + s->atomic > 2 * ROUNDS)
		errx(2, "more than all");
	if (semctl(semaphores, 0, IPC_RMID) == -1)
		err(2, "semctl");
}

/* So that neither has ended before the other has begun. */
static void
meet(void)
{
	const char *how = getenv("MEET");
	char path[256];

	if (how == NULL)
		return;
	snprintf(path, sizeof(path), "%s.meet", file);
	if (open(path, strcmp(how, "for-writing") == 0 ? O_WRONLY : O_RDONLY) ==
	    -1)
		err(2, "%s", path);
}

static void
clean_up(void)
{
	char name[64];

	if (strcmp(memory, "sysv") == 0)
		shmctl(shmget(ftok(file, 1), 0, 0), IPC_RMID, NULL);
	name_posix(name);
	shm_unlink(name);
	sem_unlink(name);
	unlink(file);
}

int
main(int argc, char *argv[])
{
	char path[] = "/tmp/race_counter.XXXXXX";

	if (argc != 4) {
		fprintf(stderr, "usage: race_counter MEMORY WHEN LOCK\n");
		return 2;
	}
	memory = argv[1];
	lock = argv[3];
	if (argv[2][0] == '/') {
		file = argv[2];
		if (strcmp(lock, "remove") == 0) {
			clean_up();
			return 0;
		}
		struct shared *s = map();
		meet();
		count(s);
		return 0;
	}
	if (mkstemp(path) == -1)
		err(2, "mkstemp");
	file = path;
	run_family(strcmp(argv[2], "before") == 0);
	clean_up();
	return 0;
}
