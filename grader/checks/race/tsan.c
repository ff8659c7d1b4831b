/*
 * race, the compiler's side: the functions that code compiled for
 * ThreadSanitizer calls at each access. Compilers define their names and types.
 */
#define _GNU_SOURCE
#include "race.h"

/* Points into the call, so that addr2line names the calling line. */
#define PLACE ((const char *)__builtin_return_address(0) - 1)

EXPORT void __tsan_init(void);
EXPORT void __tsan_func_entry(void *caller);
EXPORT void __tsan_func_exit(void);
EXPORT void __tsan_read_range(void *address, size_t size);
EXPORT void __tsan_write_range(void *address, size_t size);
EXPORT void __tsan_atomic_thread_fence(int order);
EXPORT void __tsan_atomic_signal_fence(int order);

/* Runs before main, but after the constructors of this library. */
void
__tsan_init(void)
{
	race_instrumented = true;
}

void
__tsan_func_entry(void *caller)
{
	(void)caller;
}

void
__tsan_func_exit(void)
{
}

void
__tsan_read_range(void *address, size_t size)
{
	race_access(address, size, READ, PLACE);
}

void
__tsan_write_range(void *address, size_t size)
{
	race_access(address, size, WRITE, PLACE);
}

void
__tsan_atomic_thread_fence(int order)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	race_fence(order);
}

void
__tsan_atomic_signal_fence(int order)
{
	(void)order;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
}

#define ACCESS(name, size, how)                         \
	EXPORT void __tsan_##name(void *address);       \
	void __tsan_##name(void *address)               \
	{                                               \
		race_access(address, size, how, PLACE); \
	}
#define ACCESSES(size)                                  \
	ACCESS(read##size, size, READ)                  \
	ACCESS(write##size, size, WRITE)                \
	ACCESS(read_write##size, size, WRITE)           \
	ACCESS(unaligned_read##size, size, READ)        \
	ACCESS(unaligned_write##size, size, WRITE)      \
	ACCESS(unaligned_read_write##size, size, WRITE) \
	ACCESS(volatile_read##size, size, READ)         \
	ACCESS(volatile_write##size, size, WRITE)

ACCESSES(1)
ACCESSES(2)
ACCESSES(4)
ACCESSES(8)
ACCESSES(16)
