/*
 * race, the compiler's side: the functions that such code calls instead of
 * atomic operations. Compilers define their names and types.
 */
#define _GNU_SOURCE
#include "race.h"

/* Points into the call, so that addr2line names the calling line. */
#define PLACE ((const char *)__builtin_return_address(0) - 1)

/*
 * The operations themselves are always done with the strongest order: that is
 * allowed for any.
 */
#define LOAD(bits, type)                                                      \
	EXPORT type __tsan_atomic##bits##_load(const volatile type *a,        \
					       int order);                    \
	type __tsan_atomic##bits##_load(const volatile type *a, int order)    \
	{                                                                     \
		struct held held;                                             \
		bool shared = race_atomic_begin(a, &held);                    \
		type value = __atomic_load_n(a, __ATOMIC_SEQ_CST);            \
                                                                              \
		if (shared)                                                   \
			race_atomic_end(a, sizeof(type), LOADS, order, PLACE, \
					&held);                               \
		return value;                                                 \
	}

#define STORE(bits, type)                                                      \
	EXPORT void __tsan_atomic##bits##_store(volatile type *a, type value,  \
						int order);                    \
	void __tsan_atomic##bits##_store(volatile type *a, type value,         \
					 int order)                            \
	{                                                                      \
		struct held held;                                              \
		bool shared = race_atomic_begin(a, &held);                     \
                                                                               \
		__atomic_store_n(a, value, __ATOMIC_SEQ_CST);                  \
		if (shared)                                                    \
			race_atomic_end(a, sizeof(type), STORES, order, PLACE, \
					&held);                                \
	}

/* Load, change, store; `name` is the compilers', `operation` the builtin. */
#define CHANGE(bits, type, name, operation)                                    \
	EXPORT type __tsan_atomic##bits##_##name(volatile type *a, type value, \
						 int order);                   \
	type __tsan_atomic##bits##_##name(volatile type *a, type value,        \
					  int order)                           \
	{                                                                      \
		struct held held;                                              \
		bool shared = race_atomic_begin(a, &held);                     \
		type old = operation(a, value, __ATOMIC_SEQ_CST);              \
                                                                               \
		if (shared)                                                    \
			race_atomic_end(a, sizeof(type), LOADS | STORES,       \
					order, PLACE, &held);                  \
		return old;                                                    \
	}

/* True if the value was as expected; else `*expected` becomes what it was. */
#define COMPARE(bits, type)                                                    \
	static bool compare##bits(volatile type *a, type *expected,            \
				  type value, int order, int failure_order,    \
				  const void *place)                           \
	{                                                                      \
		struct held held;                                              \
		bool shared = race_atomic_begin(a, &held);                     \
		bool done = __atomic_compare_exchange_n(                       \
		    a, expected, value, false, __ATOMIC_SEQ_CST,               \
		    __ATOMIC_SEQ_CST);                                         \
                                                                               \
		if (shared)                                                    \
			race_atomic_end(                                       \
			    a, sizeof(type), done ? LOADS | STORES : LOADS,    \
			    done ? order : failure_order, place, &held);       \
		return done;                                                   \
	}                                                                      \
	EXPORT int __tsan_atomic##bits##_compare_exchange_strong(              \
	    volatile type *a, type *expected, type value, int order,           \
	    int failure_order);                                                \
	int __tsan_atomic##bits##_compare_exchange_strong(                     \
	    volatile type *a, type *expected, type value, int order,           \
	    int failure_order)                                                 \
	{                                                                      \
		return compare##bits(a, expected, value, order, failure_order, \
				     PLACE);                                   \
	}                                                                      \
	EXPORT int __tsan_atomic##bits##_compare_exchange_weak(                \
	    volatile type *a, type *expected, type value, int order,           \
	    int failure_order);                                                \
	int __tsan_atomic##bits##_compare_exchange_weak(                       \
	    volatile type *a, type *expected, type value, int order,           \
	    int failure_order)                                                 \
	{                                                                      \
		return compare##bits(a, expected, value, order, failure_order, \
				     PLACE);                                   \
	}                                                                      \
	EXPORT type __tsan_atomic##bits##_compare_exchange_val(                \
	    volatile type *a, type expected, type value, int order,            \
	    int failure_order);                                                \
	type __tsan_atomic##bits##_compare_exchange_val(                       \
	    volatile type *a, type expected, type value, int order,            \
	    int failure_order)                                                 \
	{                                                                      \
		compare##bits(a, &expected, value, order, failure_order,       \
			      PLACE);                                          \
		return expected;                                               \
	}

#define ATOMICS(bits, type)                                 \
	LOAD(bits, type)                                    \
	STORE(bits, type)                                   \
	CHANGE(bits, type, exchange, __atomic_exchange_n)   \
	CHANGE(bits, type, fetch_add, __atomic_fetch_add)   \
	CHANGE(bits, type, fetch_sub, __atomic_fetch_sub)   \
	CHANGE(bits, type, fetch_and, __atomic_fetch_and)   \
	CHANGE(bits, type, fetch_or, __atomic_fetch_or)     \
	CHANGE(bits, type, fetch_xor, __atomic_fetch_xor)   \
	CHANGE(bits, type, fetch_nand, __atomic_fetch_nand) \
	COMPARE(bits, type)

ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)
