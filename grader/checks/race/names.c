/*
 * race, names: finding a file or a queue comes after making it or changing its
 * size; finding it missing, after removing it. A name counts without its
 * directory.
 */
#define _GNU_SOURCE
#include "hooks.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* How far the time stamps of file systems may lag, in nanoseconds: a tick. */
enum { LAG = 20000000 };

static struct timespec began; /* when this program did */

__attribute__((constructor)) static void
start(void)
{
	clock_gettime(CLOCK_REALTIME, &began);
}

bool
race_is_news(const struct stat *status)
{
	const struct timespec *t = &status->st_ctim;

	return t->tv_sec - began.tv_sec >
	       (began.tv_nsec - t->tv_nsec - LAG) / 1e9;
}

static const char *
path(word w)
{
	return (const char *)w;
}

static uint64_t
path_key(const char *name)
{
	const char *slash = strrchr(name, '/');
	uint64_t number = 0;

	for (const char *p = slash == NULL ? name : slash + 1; *p != '\0'; p++)
		number = number * 31 + (unsigned char)*p;
	return race_key(NAMES, number, 0);
}

static uint64_t
content_key(const struct stat *status)
{
	return race_key(OPEN_FILE, status->st_dev, status->st_ino);
}

static bool
status_of(const char *name, struct stat *status)
{
	return note_syscall(SYS_newfstatat, AT_FDCWD, name, status, 0) == 0;
}

/*
 * The name was found, with this status; NULL: it was missing. A file that no
 * watched program made was made by another one, unless it is older than this
 * program.
 */
static void
find(const char *name, const struct stat *status)
{
	if (!race_acquire(path_key(name)) && status != NULL &&
	    race_is_news(status))
		race_join_outside();
	if (status != NULL)
		race_acquire(content_key(status));
}

void
race_found(const char *name)
{
	find(name, NULL);
}

void
race_made(const char *name)
{
	race_release(path_key(name));
	race_release(race_key(OUTSIDE, 0, 0));
}

static void
make_first(const struct call *call)
{
	race_made(path(call->a));
}

static void
make_second(const struct call *call)
{
	race_made(path(call->b));
}

static void
make_both(const struct call *call)
{
	make_first(call);
	make_second(call);
}

static void
find_first(const struct call *call)
{
	struct stat status;

	find(path(call->a), status_of(path(call->a), &status) ? &status : NULL);
}

static void
find_second(const struct call *call)
{
	struct stat status;

	find(path(call->b), status_of(path(call->b), &status) ? &status : NULL);
}

/* A FIFO opens when both ends are being opened. */
static void
before_open(const char *name, int flags)
{
	struct stat status;

	if (flags & (O_CREAT | O_TRUNC))
		race_made(name);
	if (status_of(name, &status) && S_ISFIFO(status.st_mode))
		race_release(content_key(&status));
}

static void
open_first(const struct call *call)
{
	before_open(path(call->a), call->b);
}

static void
open_second(const struct call *call)
{
	before_open(path(call->b), call->c);
}

/* These three return a descriptor, whose file cannot be found by name. */
static void
opened_first(const struct call *call)
{
	struct stat status;
	bool found = race_int(call) != -1 &&
		     note_syscall(SYS_fstat, race_int(call), &status) == 0;

	find(path(call->a), found ? &status : NULL);
}

static void
make_if_new(const struct call *call)
{
	if (call->b & O_CREAT)
		make_first(call);
}

RACE_WRAP(shm_open, make_if_new, opened_first)
RACE_WRAP(mq_open, make_if_new, opened_first)
RACE_WRAP(mkstemp, nothing, make_first)
RACE_WRAP(mkstemp64, nothing, make_first)

RACE_WRAP(open, open_first, find_first)
RACE_WRAP(open64, open_first, find_first)
RACE_WRAP(openat, open_second, find_second)
RACE_WRAP(openat64, open_second, find_second)
RACE_WRAP(fopen, nothing, find_first)
RACE_WRAP(fopen64, nothing, find_first)
RACE_WRAP(creat, make_first, find_first)
RACE_WRAP(mkfifo, make_first, find_first)
RACE_WRAP(mkdir, make_first, find_first)
RACE_WRAP(rmdir, make_first, find_first)
RACE_WRAP(unlink, make_first, find_first)
RACE_WRAP(remove, make_first, find_first)
RACE_WRAP(rename, make_both, find_second)
RACE_WRAP(link, make_second, find_second)
RACE_WRAP(symlink, make_second, find_second)
RACE_WRAP(shm_unlink, make_first, nothing)
RACE_WRAP(sem_unlink, make_first, nothing)
RACE_WRAP(mq_unlink, make_first, nothing)
RACE_WRAP(stat, nothing, find_first)
RACE_WRAP(lstat, nothing, find_first)
RACE_WRAP(stat64, nothing, find_first)
RACE_WRAP(lstat64, nothing, find_first)
RACE_WRAP(access, nothing, find_first)

/* ---- the size of a file ---- */

static void
resize(const struct call *call)
{
	struct stat status;

	if (note_syscall(SYS_fstat, call->a, &status) == 0)
		race_release(content_key(&status));
}

static void
resize_path(const struct call *call)
{
	struct stat status;

	if (status_of(path(call->a), &status))
		race_release(content_key(&status));
}

static void
look(const struct call *call)
{
	if (race_int(call) == 0)
		race_acquire(content_key((const struct stat *)call->b));
}

RACE_WRAP(ftruncate, resize, nothing)
RACE_WRAP(ftruncate64, resize, nothing)
RACE_WRAP(posix_fallocate, resize, nothing)
RACE_WRAP(truncate, resize_path, nothing)
RACE_WRAP(fstat, nothing, look)
RACE_WRAP(fstat64, nothing, look)
