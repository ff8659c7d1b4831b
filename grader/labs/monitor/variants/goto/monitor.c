/*
 * One way out of each function; the whole note is one assignment, and is told valid
 * after a fence.
 */
#define _GNU_SOURCE
#include "bank.h"
#include <errno.h>
#include <sched.h>

static int
made(struct bank *bank, pthread_mutexattr_t *m, pthread_condattr_t *c)
{
	int error = pthread_mutexattr_setpshared(m, PTHREAD_PROCESS_SHARED);

	if (error)
		goto out;
	error = pthread_condattr_setpshared(c, PTHREAD_PROCESS_SHARED);
	if (error)
		goto out;
	error = pthread_mutexattr_setrobust(m, PTHREAD_MUTEX_ROBUST);
	if (error)
		goto out;
	error = pthread_cond_init(&bank->more, c);
	if (error)
		goto out;
	error = pthread_mutex_init(&bank->lock, m);
out:
	return error;
}

int
monitor_start(struct bank *bank)
{
	pthread_mutexattr_t m;
	pthread_condattr_t c;
	int error, old;

again:
	old = NEW;
	if (!atomic_compare_exchange_strong_explicit(&bank->state, &old, MAKING,
						     memory_order_acquire,
						     memory_order_acquire)) {
		if (old == READY)
			return 0;
		sched_yield();
		goto again;
	}
	error = pthread_mutexattr_init(&m);
	if (error)
		goto lost;
	error = pthread_condattr_init(&c);
	if (error)
		goto lost;
	for (volatile long *b = bank->balance; b < bank->balance + ACCOUNTS;)
		*b++ = START;
	error = made(bank, &m, &c);
	pthread_condattr_destroy(&c);
	pthread_mutexattr_destroy(&m);
lost:
	atomic_store_explicit(&bank->state, error ? NEW : READY,
			      memory_order_release);
	return error;
}

static int
take_over(struct bank *bank)
{
	struct note note = bank->note;
	int error;

	if (note.valid) {
		bank->balance[note.from] = note.from_had;
		bank->balance[note.to] = note.to_had;
		note.valid = 0;
		bank->note.valid = 0;
	}
	error = pthread_mutex_consistent(&bank->lock);
	pthread_cond_broadcast(&bank->more);
	if (error)
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
	struct note note = { 0, from, to, bank->balance[from],
			     bank->balance[to] };

	bank->note = note;
	atomic_signal_fence(memory_order_seq_cst);
	bank->note.valid = 1;
	bank->balance[from] = note.from_had - amount;
	bank->balance[to] = note.to_had + amount;
	bank->note.valid = 0;
}

int
transfer(struct bank *bank, int from, int to, long amount)
{
	int error = monitor_enter(bank);

	if (error)
		goto out;
look:
	if (bank->balance[from] < amount) {
		error = pthread_cond_wait(&bank->more, &bank->lock);
		if (error == EOWNERDEAD)
			error = take_over(bank);
		else if (error)
			goto leave;
		if (error)
			goto out;
		goto look;
	}
	pthread_cond_broadcast(&bank->more);
	move_money(bank, from, to, amount);
leave:
	if (error)
		pthread_mutex_unlock(&bank->lock);
	else
		error = pthread_mutex_unlock(&bank->lock);
out:
	return error;
}
