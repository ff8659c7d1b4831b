/*
 * perturb, locks and other calls that wait: a process may lose the processor
 * right before and right after each of them, so the others get some time there.
 * A pause before an unlock comes between the last store and the unlock: a
 * process that does not take the lock gets in.
 *
 * The calls that may wait also fail with EINTR, see perturb_interrupted.
 */
#define _GNU_SOURCE
#include "perturb.h"

#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdarg.h>
#include <sys/file.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * The call `name` with its arguments and yields around it. With `waits`, the
 * call may wait, so it may also be interrupted.
 */
#define AROUND(type, name, waits, ...)                    \
	do {                                              \
		type result_;                             \
		DECLARE_NEXT(name);                       \
		perturb_yield();                          \
		if ((waits) && perturb_interrupted(-1)) { \
			errno = EINTR;                    \
			return -1;                        \
		}                                         \
		result_ = next(__VA_ARGS__);              \
		perturb_yield();                          \
		return result_;                           \
	} while (0)

EXPORT int
sem_wait(sem_t *s)
{
	AROUND(int, sem_wait, true, s);
}

EXPORT int
sem_trywait(sem_t *s)
{
	AROUND(int, sem_trywait, false, s);
}

EXPORT int
sem_timedwait(sem_t *restrict s, const struct timespec *restrict end)
{
	AROUND(int, sem_timedwait, true, s, end);
}

EXPORT int
sem_clockwait(sem_t *restrict s, clockid_t clock,
	      const struct timespec *restrict end)
{
	AROUND(int, sem_clockwait, true, s, clock, end);
}

EXPORT int
sem_post(sem_t *s)
{
	AROUND(int, sem_post, false, s);
}

EXPORT int
pthread_mutex_lock(pthread_mutex_t *m)
{
	AROUND(int, pthread_mutex_lock, false, m);
}

EXPORT int
pthread_mutex_trylock(pthread_mutex_t *m)
{
	AROUND(int, pthread_mutex_trylock, false, m);
}

EXPORT int
pthread_mutex_unlock(pthread_mutex_t *m)
{
	AROUND(int, pthread_mutex_unlock, false, m);
}

EXPORT int
pthread_rwlock_rdlock(pthread_rwlock_t *l)
{
	AROUND(int, pthread_rwlock_rdlock, false, l);
}

EXPORT int
pthread_rwlock_wrlock(pthread_rwlock_t *l)
{
	AROUND(int, pthread_rwlock_wrlock, false, l);
}

EXPORT int
pthread_rwlock_unlock(pthread_rwlock_t *l)
{
	AROUND(int, pthread_rwlock_unlock, false, l);
}

static bool
semop_waits(const struct sembuf *operations, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (operations[i].sem_flg & IPC_NOWAIT)
			return false;
	return true;
}

EXPORT int
semop(int id, struct sembuf *operations, size_t count)
{
	AROUND(int, semop, semop_waits(operations, count), id, operations,
	       count);
}

EXPORT int
semtimedop(int id, struct sembuf *operations, size_t count,
	   const struct timespec *time)
{
	AROUND(int, semtimedop, semop_waits(operations, count), id, operations,
	       count, time);
}

EXPORT int
msgsnd(int id, const void *message, size_t size, int flags)
{
	AROUND(int, msgsnd, !(flags & IPC_NOWAIT), id, message, size, flags);
}

EXPORT ssize_t
msgrcv(int id, void *message, size_t size, long type, int flags)
{
	AROUND(ssize_t, msgrcv, !(flags & IPC_NOWAIT), id, message, size, type,
	       flags);
}

EXPORT int
mq_send(mqd_t queue, const char *message, size_t size, unsigned priority)
{
	AROUND(int, mq_send, perturb_waits(queue), queue, message, size,
	       priority);
}

EXPORT ssize_t
mq_receive(mqd_t queue, char *message, size_t size, unsigned *priority)
{
	AROUND(ssize_t, mq_receive, perturb_waits(queue), queue, message, size,
	       priority);
}

EXPORT int
flock(int fd, int operation)
{
	AROUND(int, flock, !(operation & LOCK_NB), fd, operation);
}

/* All commands of fcntl take one argument at most, of a pointer's size. */
EXPORT int
fcntl(int fd, int command, ...)
{
	va_list arguments;
	void *argument;

	va_start(arguments, command);
	argument = va_arg(arguments, void *);
	va_end(arguments);
	if (command == F_SETLK || command == F_SETLKW ||
	    command == F_OFD_SETLK || command == F_OFD_SETLKW)
		AROUND(int, fcntl,
		       command == F_SETLKW || command == F_OFD_SETLKW, fd,
		       command, argument);
	DECLARE_NEXT(fcntl);
	return next(fd, command, argument);
}

/* For futex(2), which has no function of its own. */
EXPORT long
syscall(long number, ...)
{
	long a[6];
	va_list arguments;

	va_start(arguments, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_futex)
		AROUND(long, syscall, false, number, a[0], a[1], a[2], a[3],
		       a[4], a[5]);
	DECLARE_NEXT(syscall);
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}
