/*
 * A bank, and what steps.c and failing.c share.
 */
#ifndef COMMON_H
#define COMMON_H

#define _GNU_SOURCE
#include "bank.h"
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static struct bank *bank;

/* The processes that are run step by step, or 0. */
static pid_t victims[2];

/* Ends the program, and them. */
__attribute__((noreturn)) static void
give_up(void)
{
	for (int i = 0; i < 2; i++)
		if (victims[i] != 0) {
			kill(victims[i], SIGKILL);
			while (waitpid(victims[i], NULL, 0) == -1 &&
			       errno == EINTR)
				;
		}
	exit(1);
}

/* A call of this program's own fails, which is no fault of the functions. */
__attribute__((noreturn)) static void
broken(const char *call)
{
	printf("the grader's own %s fails: %s\n", call, strerror(errno));
	give_up();
}

/* Waits until it ends or stops. Returns its status. */
static int
await(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			broken("waitpid");
	return status;
}

/* What is wrong, in one line; ends the program. */
__attribute__((noreturn, format(printf, 1, 2))) static void
complain(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vprintf(format, arguments);
	va_end(arguments);
	printf("\n");
	give_up();
}

/* What `state` says, in the words of bank.h. */
static const char *
state_name(void)
{
	static const char *const names[] = { "NEW", "MAKING", "READY" };
	int state = bank->state;

	return state == NEW || state == MAKING || state == READY
		   ? names[state]
		   : "none of NEW, MAKING, READY";
}

/* Zeros that all processes share. */
static struct bank *
new_bank(void)
{
	void *memory = mmap(NULL, sizeof(struct bank), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		broken("mmap");
	return memory;
}

/* A monitor as it must be, with START in each account. */
static void
make_monitor(void)
{
	pthread_mutexattr_t lock;
	pthread_condattr_t more;

	memset((void *)bank, 0, sizeof(*bank));
	pthread_mutexattr_init(&lock);
	pthread_mutexattr_setpshared(&lock, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&lock, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(&bank->lock, &lock);
	pthread_condattr_init(&more);
	pthread_condattr_setpshared(&more, PTHREAD_PROCESS_SHARED);
	pthread_cond_init(&bank->more, &more);
	for (int i = 0; i < ACCOUNTS; i++)
		bank->balance[i] = START;
	bank->state = READY;
}

/* Somebody enters, and ends there. */
static void
die_inside(void)
{
	pid_t pid = fork();

	if (pid == -1)
		broken("fork");
	if (pid == 0) {
		pthread_mutex_lock(&bank->lock);
		_exit(0);
	}
	await(pid);
}

#endif
