/*
 * alarm, ualarm and setitimer: the supervisor serves these calls (why/alarm.c), and
 * until it has received one, a signal with a handler would end it with EINTR, which
 * none of them knows. So signals wait until the call is done, as they do at a call
 * that the kernel alone carries out. Under the conductor nobody serves them, and
 * LABBOX_EARLY is not set.
 */
#define _GNU_SOURCE
#include "../note/wrap.h"
#include "exits.h"

#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FUNCTIONS(X) X(alarm) X(setitimer) X(ualarm)

enum { FUNCTIONS(WRAP_INDEX) };
static struct wrapped wrapped[] = { FUNCTIONS(WRAP_ENTRY) };

static bool served;

void
find_who_serves_alarms(void)
{
	served = getenv("LABBOX_EARLY") != NULL;
	WRAP_RESOLVE(wrapped);
}

#define SERVED(name)                                                          \
	WRAP_DECLARE(name)                                                    \
	{                                                                     \
		const uint64_t all = UINT64_MAX;                              \
		uint64_t mask;                                                \
		word result;                                                  \
                                                                              \
		if (!served)                                                  \
			return wrap_next(&wrapped[AT_##name])(PASS);          \
		syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, &mask,           \
			sizeof(mask));                                        \
		result = wrap_next(&wrapped[AT_##name])(PASS);                \
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, (void *)NULL, \
			sizeof(mask));                                        \
		return result;                                                \
	}
FUNCTIONS(SERVED)
