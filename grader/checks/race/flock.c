/*
 * race, locks on files. Which part of the file is locked does not count.
 */
#define _GNU_SOURCE
#include "hooks.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

uint64_t
race_lock_key(int fd)
{
	struct stat status;

	if (!race_status(fd, &status))
		return 0;
	return race_key(FILE_LOCK, status.st_dev, status.st_ino);
}

static void
take_lock(int fd)
{
	race_acquire(race_lock_key(fd));
	race_join_ended(false); /* a process that ends gives up its locks */
}

static void
before_flock(const struct call *call)
{
	if (call->b & LOCK_UN)
		race_release(race_lock_key(call->a));
}

static void
after_flock(const struct call *call)
{
	if (race_int(call) == 0 && !(call->b & LOCK_UN))
		take_lock(call->a);
}

static void
before_lockf(const struct call *call)
{
	if ((int)call->b == F_ULOCK)
		race_release(race_lock_key(call->a));
}

static void
after_lockf(const struct call *call)
{
	if (race_int(call) == 0 && (int)call->b != F_ULOCK)
		take_lock(call->a);
}

/* The lock that a call of fcntl is about, NULL for other commands. */
static const struct flock *
lock_of(const struct call *call)
{
	switch ((int)call->b) {
	case F_GETLK:
	case F_SETLK:
	case F_SETLKW:
	case F_OFD_GETLK:
	case F_OFD_SETLK:
	case F_OFD_SETLKW:
		return pointer(call->c);
	default:
		return NULL;
	}
}

static void
before_fcntl(const struct call *call)
{
	const struct flock *lock = lock_of(call);

	if (lock != NULL && lock->l_type != F_RDLCK)
		race_release(race_lock_key(call->a));
}

static void
after_fcntl(const struct call *call)
{
	const struct flock *lock = lock_of(call);

	if (lock != NULL && race_int(call) == 0)
		take_lock(call->a);
}

RACE_WRAP(flock, before_flock, after_flock)
RACE_WRAP(lockf, before_lockf, after_lockf)
RACE_WRAP(fcntl, before_fcntl, after_fcntl)
RACE_WRAP(fcntl64, before_fcntl, after_fcntl)
