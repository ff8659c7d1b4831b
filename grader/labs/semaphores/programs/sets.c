/*
 * The sets of the lab `semaphores`, as its tests make, change and see them.
 *
 *	sets sysv|posix NAME room|forks make VALUE...	makes one, with these values
 *	sets sysv|posix NAME room|forks raise I		adds 1 to semaphore I
 *	sets sysv|posix NAME room|forks lower I		takes 1 off it, if it can at once
 *	sets posix NAME room|forks exceed I		makes the largest value, which it
 *							has, one larger
 *	sets sysv|posix NAME room|forks show		its values, and its mode
 *	sets sysv|posix NAME room|forks|all remove	if it is there
 *	sets sysv|posix NAME room|forks end		shows, then removes it
 *	sets sysv NAME room|forks begin COUNT		makes one, without values
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <semaphore.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <time.h>

enum { MAX = 100 };

union argument {
	int value;
	struct semid_ds *set;
	unsigned short *values;
};

static const char *name;
static bool room;

static key_t
key(void)
{
	return ftok(name, room ? 'R' : 'F');
}

static const char *
posix_name(int i)
{
	static char text[300];

	if (room)
		snprintf(text, sizeof(text), "%.200s.room", name);
	else
		snprintf(text, sizeof(text), "%.200s.fork%d", name, i);
	return text;
}

static int
sysv_set(void)
{
	int set = semget(key(), 0, 0);

	if (set == -1)
		err(1, "%s", name);
	return set;
}

static int
sysv_begin(int count)
{
	int set = semget(key(), count, IPC_CREAT | IPC_EXCL | 0600);

	if (set == -1)
		err(1, "%s", name);
	return set;
}

/* sem_otime is set, too, as in every set that is ready. */
static void
sysv_make(const unsigned int *values, int count)
{
	struct sembuf touch[] = { { 0, +1, 0 }, { 0, -1, 0 } };
	unsigned short all[MAX];
	union argument start = { .values = all };
	int set = sysv_begin(count);

	for (int i = 0; i < count; i++)
		all[i] = (unsigned short)values[i];
	if (semctl(set, 0, SETALL, start) == -1 || semop(set, touch, 2) == -1)
		err(1, "%s", name);
}

static void
sysv_show(void)
{
	struct semid_ds ds;
	union argument argument = { .set = &ds };
	int set = sysv_set();

	if (semctl(set, 0, IPC_STAT, argument) == -1)
		err(1, "%s", name);
	for (int i = 0; i < (int)ds.sem_nsems; i++)
		printf("%d ", semctl(set, i, GETVAL));
	printf("mode %o\n", ds.sem_perm.mode);
}

static sem_t *
posix_sem(int i)
{
	sem_t *sem = sem_open(posix_name(i), 0);

	if (sem == SEM_FAILED)
		err(1, "%s", posix_name(i));
	return sem;
}

/*
 * A limit that is over; unlike sem_trywait, this asks the kernel, whose error may be
 * what a test is after.
 */
static int
posix_lower(int i)
{
	struct timespec over = { 0 };

	return sem_clockwait(posix_sem(i), CLOCK_MONOTONIC, &over);
}

/* So that not the next sem_post fails, but the one after a sem_wait. */
static void
posix_exceed(int i)
{
	++*(uint64_t *)posix_sem(i); /* the value is the lower half */
}

static void
posix_show(void)
{
	char path[320];
	struct stat st = { 0 };
	int value;

	for (int i = 0; i < (room ? 1 : MAX); i++) {
		snprintf(path, sizeof(path), "/dev/shm/sem.%s",
			 posix_name(i) + 1);
		if (i > 0 && stat(path, &st) == -1)
			break;
		sem_getvalue(posix_sem(i), &value);
		printf("%d ", value);
		if (stat(path, &st) == -1)
			err(1, "%s", path);
	}
	printf("mode %o\n", st.st_mode & 0777);
}

static void
show(bool sysv)
{
	if (sysv)
		sysv_show();
	else
		posix_show();
}

/* If it is there. */
static void
discard(bool sysv)
{
	int set = sysv ? semget(key(), 0, 0) : -1;

	if (set != -1)
		semctl(set, 0, IPC_RMID);
	for (int i = 0; !sysv && sem_unlink(posix_name(i)) == 0; i++)
		if (room)
			break;
}

int
main(int argc, char **argv)
{
	bool sysv = argc > 4 && strcmp(argv[1], "sysv") == 0;
	const char *verb = argc > 4 ? argv[4] : "";
	unsigned int values[MAX];
	int count = argc - 5;

	if (argc < 5 || argc > MAX)
		errx(2, "usage: sets sysv|posix NAME room|forks VERB ...");
	name = argv[2];
	room = strcmp(argv[3], "room") == 0;
	for (int i = 0; i < count; i++)
		values[i] = (unsigned int)atoi(argv[5 + i]);
	if (strcmp(verb, "make") == 0) {
		if (sysv)
			sysv_make(values, count);
		for (int i = 0; !sysv && i < count; i++)
			if (sem_open(posix_name(i), O_CREAT | O_EXCL, 0600,
				     values[i]) == SEM_FAILED)
				err(1, "%s", posix_name(i));
	} else if (strcmp(verb, "begin") == 0 && sysv) {
		sysv_begin((int)values[0]);
	} else if (strcmp(verb, "raise") == 0) {
		struct sembuf up = { (unsigned short)values[0], +1, 0 };

		if (sysv ? semop(sysv_set(), &up, 1)
			 : sem_post(posix_sem((int)values[0])))
			err(1, "%s", name);
	} else if (strcmp(verb, "lower") == 0) {
		struct sembuf down = { (unsigned short)values[0], -1,
				       IPC_NOWAIT };

		if (sysv ? semop(sysv_set(), &down, 1)
			 : posix_lower((int)values[0]))
			err(1, "%s", name);
	} else if (strcmp(verb, "exceed") == 0 && !sysv) {
		posix_exceed((int)values[0]);
	} else if (strcmp(verb, "show") == 0) {
		show(sysv);
	} else if (strcmp(verb, "remove") == 0) {
		discard(sysv);
		room = !room && strcmp(argv[3], "all") == 0;
		if (room)
			discard(sysv);
	} else if (strcmp(verb, "end") == 0) {
		show(sysv);
		discard(sysv);
	} else {
		errx(2, "%s: not a verb", verb);
	}
	return 0;
}
