/*
 * An error-checking robust mutex; the wait is a function of its own.
 */
#define _GNU_SOURCE
#include "bank.h"
#include <errno.h>
#include <time.h>

static void
set_up(struct bank *bank, int *error)
{
	pthread_mutexattr_t m;
	pthread_condattr_t c;

	*error = pthread_condattr_init(&c);
	*error = *error ? *error : pthread_mutexattr_init(&m);
	*error = *error
		     ? *error
		     : pthread_mutexattr_settype(&m, PTHREAD_MUTEX_ERRORCHECK);
	*error = *error
		     ? *error
		     : pthread_condattr_setpshared(&c, PTHREAD_PROCESS_SHARED);
	*error = *error
		     ? *error
		     : pthread_mutexattr_setpshared(&m, PTHREAD_PROCESS_SHARED);
	*error = *error ? *error
			: pthread_mutexattr_setrobust(&m, PTHREAD_MUTEX_ROBUST);
	*error = *error ? *error : pthread_mutex_init(&bank->lock, &m);
	*error = *error ? *error : pthread_cond_init(&bank->more, &c);
}

int
monitor_start(struct bank *bank)
{
	int error = 0, expected = NEW;

	while (
	    atomic_load(&bank->state) != READY &&
	    !atomic_compare_exchange_strong(&bank->state, &expected, MAKING)) {
		expected = NEW;
		clock_nanosleep(CLOCK_MONOTONIC, 0,
				&(struct timespec){ .tv_nsec = 200000 }, NULL);
	}
	if (atomic_load(&bank->state) == READY)
		return 0;
	for (int i = ACCOUNTS - 1; i >= 0; i--)
		bank->balance[i] = START;
	set_up(bank, &error);
	if (error != 0)
		atomic_exchange(&bank->state, NEW);
	else
		atomic_exchange(&bank->state, READY);
	return error;
}

static int
take_over(struct bank *bank)
{
	volatile struct note *n = &bank->note;

	if (n->valid != 0)
		for (int i = 0; i < 2; i++)
			bank->balance[i ? n->from : n->to] =
			    i ? n->from_had : n->to_had;
	n->valid = 0;
	int error = pthread_mutex_consistent(&bank->lock);
	if (error == 0)
		error = pthread_cond_broadcast(&bank->more);
	if (error != 0)
		pthread_mutex_unlock(&bank->lock);
	return error;
}

int
monitor_enter(struct bank *bank)
{
	int error = pthread_mutex_lock(&bank->lock);

	return error == EOWNERDEAD ? take_over(bank) : error;
}

void
move_money(struct bank *bank, int from, int to, long amount)
{
	bank->note.valid = 0;
	bank->note.from_had = bank->balance[from];
	bank->note.from = from;
	bank->note.to_had = bank->balance[to];
	bank->note.to = to;
	bank->note.valid++;
	bank->balance[to] += amount;
	bank->balance[from] -= amount;
	bank->note.valid--;
}

static int
await_money(struct bank *bank, int account, long amount)
{
	int error = 0;

	while (error == 0 && bank->balance[account] < amount) {
		error = pthread_cond_wait(&bank->more, &bank->lock);
		if (error == EOWNERDEAD)
			error = take_over(bank);
		else if (error != 0)
			pthread_mutex_unlock(&bank->lock);
	}
	return error;
}

int
transfer(struct bank *bank, int from, int to, long amount)
{
	int error = monitor_enter(bank);

	if (error == 0)
		error = await_money(bank, from, amount);
	if (error != 0)
		return error;
	move_money(bank, from, to, amount);
	(void)pthread_cond_broadcast(&bank->more);
	return pthread_mutex_unlock(&bank->lock);
}
