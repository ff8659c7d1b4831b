/*
 * race, objects in shared memory, known by their address: POSIX semaphores, the
 * mutexes and the like of pthread, futexes.
 */
#define _GNU_SOURCE
#include "hooks.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <semaphore.h>
#include <stdarg.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
release_object(const struct call *call)
{
	race_release(race_address_key(pointer(call->a)));
}

static void
acquire_object(const struct call *call)
{
	if (race_int(call) == 0)
		race_acquire(race_address_key(pointer(call->a)));
}

static void
acquire_mutex(const struct call *call)
{
	if (race_int(call) == 0 || race_int(call) == EOWNERDEAD)
		race_acquire(race_address_key(pointer(call->a)));
	if (race_int(call) == EOWNERDEAD)
		race_join_ended(false);
}

static void
release_both(const struct call *call)
{
	race_release(race_address_key(pointer(call->b)));
}

static void
acquire_both(const struct call *call)
{
	race_acquire(race_address_key(pointer(call->a)));
	race_acquire(race_address_key(pointer(call->b)));
}

static void
acquire_barrier(const struct call *call)
{
	race_acquire(race_address_key(pointer(call->a)));
}

RACE_WRAP(sem_post, release_object, nothing)
RACE_WRAP(sem_wait, nothing, acquire_object)
RACE_WRAP(sem_trywait, nothing, acquire_object)
RACE_WRAP(sem_timedwait, nothing, acquire_object)
RACE_WRAP(sem_clockwait, nothing, acquire_object)
RACE_WRAP(sem_getvalue, nothing, acquire_object)
RACE_WRAP(pthread_mutex_lock, nothing, acquire_mutex)
RACE_WRAP(pthread_mutex_trylock, nothing, acquire_mutex)
RACE_WRAP(pthread_mutex_timedlock, nothing, acquire_mutex)
RACE_WRAP(pthread_mutex_clocklock, nothing, acquire_mutex)
RACE_WRAP(pthread_mutex_unlock, release_object, nothing)
RACE_WRAP(pthread_rwlock_rdlock, nothing, acquire_object)
RACE_WRAP(pthread_rwlock_tryrdlock, nothing, acquire_object)
RACE_WRAP(pthread_rwlock_timedrdlock, nothing, acquire_object)
RACE_WRAP(pthread_rwlock_wrlock, nothing, acquire_object)
RACE_WRAP(pthread_rwlock_trywrlock, nothing, acquire_object)
RACE_WRAP(pthread_rwlock_timedwrlock, nothing, acquire_object)
RACE_WRAP(pthread_rwlock_unlock, release_object, nothing)
RACE_WRAP(pthread_spin_lock, nothing, acquire_object)
RACE_WRAP(pthread_spin_trylock, nothing, acquire_object)
RACE_WRAP(pthread_spin_unlock, release_object, nothing)
RACE_WRAP(pthread_barrier_wait, release_object, acquire_barrier)
RACE_WRAP(pthread_cond_signal, release_object, nothing)
RACE_WRAP(pthread_cond_broadcast, release_object, nothing)
RACE_WRAP(pthread_cond_wait, release_both, acquire_both)
RACE_WRAP(pthread_cond_timedwait, release_both, acquire_both)
RACE_WRAP(pthread_cond_clockwait, release_both, acquire_both)

/* There are older functions of these names, with other structures. */
__attribute__((constructor)) static void
choose_versions(void)
{
	struct wrapped *conditions[] = {
		&wrapped_pthread_cond_signal,
		&wrapped_pthread_cond_broadcast,
		&wrapped_pthread_cond_wait,
		&wrapped_pthread_cond_timedwait,
	};

	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++)
		conditions[i]->next = (function *)dlvsym(
		    RTLD_NEXT, conditions[i]->name, "GLIBC_2.3.2");
}

/* The semaphore's memory is mapped by the library, unseen by our mmap. */

static void
name_semaphore(const struct call *call)
{
	if (call->b & O_CREAT)
		race_made((const char *)call->a);
}

static void
map_semaphore(const struct call *call)
{
	race_found((const char *)call->a);
	if (pointer(call->result) != SEM_FAILED)
		race_map(pointer(call->result), sizeof(sem_t), false, 0);
}

static void
unmap_semaphore(const struct call *call)
{
	race_unmap(pointer(call->a), 1);
}

RACE_WRAP(sem_open, name_semaphore, map_semaphore)
RACE_WRAP(sem_close, unmap_semaphore, nothing)

/* futex(2) has no function of its own, and more arguments than RACE_WRAP. */
EXPORT long
syscall(long number, ...)
{
	static struct wrapped wrapped = { .name = "syscall" };
	long a[6], result;
	uint64_t key = 0;
	va_list arguments;

	va_start(arguments, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	if (number == SYS_futex) {
		int operation = a[1] & FUTEX_CMD_MASK;

		key = race_address_key(pointer(a[0]));
		if (operation != FUTEX_WAIT && operation != FUTEX_WAIT_BITSET)
			race_release(key);
	}
	result = ((long (*)(long, ...))wrap_next(&wrapped))(
	    number, a[0], a[1], a[2], a[3], a[4], a[5]);
	race_acquire(key);
	return result;
}
