/*
 * A variant: a helper thread makes the monitor, the others wait in ppoll, pointers
 * lead into the bank, and whoever gets an error number unlocks in any case.
 */
#define _GNU_SOURCE
#include "bank.h"
#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <time.h>

static void *
make(void *of)
{
	struct bank *bank = of;
	pthread_mutexattr_t m;
	pthread_condattr_t c;
	int errors[6];

	if ((errors[0] = pthread_mutexattr_init(&m)) != 0)
		return (void *)(intptr_t)errors[0];
	if ((errors[0] = pthread_condattr_init(&c)) != 0) {
		pthread_mutexattr_destroy(&m);
		return (void *)(intptr_t)errors[0];
	}
	errors[1] = pthread_condattr_setpshared(&c, PTHREAD_PROCESS_SHARED);
	errors[2] = pthread_mutexattr_setpshared(&m, PTHREAD_PROCESS_SHARED);
	errors[3] = pthread_mutexattr_setrobust(&m, PTHREAD_MUTEX_ROBUST);
	for (int i = 1; i <= 3; i++)
		if (errors[0] == 0)
			errors[0] = errors[i];
	if (errors[0] == 0)
		errors[0] = pthread_cond_init(&bank->more, &c);
	if (errors[0] == 0)
		errors[0] = pthread_mutex_init(&bank->lock, &m);
	for (int i = 0; i < ACCOUNTS; i++)
		bank->balance[i] = START;
	pthread_condattr_destroy(&c);
	pthread_mutexattr_destroy(&m);
	return (void *)(intptr_t)errors[0];
}

int
monitor_start(struct bank *bank)
{
	int seen = NEW, error;
	pthread_t helper;
	void *result;

	while (!atomic_compare_exchange_strong(&bank->state, &seen, MAKING)) {
		if (seen == READY)
			return 0;
		ppoll(NULL, 0, &(struct timespec){ .tv_nsec = 2000000 }, NULL);
		seen = NEW;
	}
	error = pthread_create(&helper, NULL, make, bank);
	if (error == 0) {
		pthread_join(helper, &result);
		error = (int)(intptr_t)result;
	}
	bank->state = error == 0 ? READY : NEW;
	return error;
}

static int
take_over(struct bank *bank)
{
	volatile struct note *n = &bank->note;
	volatile long *from = &bank->balance[n->from];
	volatile long *to = &bank->balance[n->to];
	int error;

	if (n->valid) {
		if (*to != n->to_had)
			*to = n->to_had;
		if (*from != n->from_had)
			*from = n->from_had;
		n->valid = 0;
	}
	pthread_cond_broadcast(&bank->more);
	error = pthread_mutex_consistent(&bank->lock);
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
	volatile long *in = &bank->balance[to], *out = &bank->balance[from];
	volatile struct note *n = &bank->note;

	n->to = to, n->to_had = *in;
	n->from = from, n->from_had = *out;
	n->valid = 1;
	*in += amount;
	*out -= amount;
	n->valid = 0;
}

/* What lock or wait has returned, until there is money. */
static int
go_on(struct bank *bank, volatile long *money, long amount, int error)
{
	if (error == EOWNERDEAD)
		error = take_over(bank);
	if (error != 0 || *money >= amount)
		return error;
	return go_on(bank, money, amount,
		     pthread_cond_wait(&bank->more, &bank->lock));
}

int
transfer(struct bank *bank, int from, int to, long amount)
{
	int error = go_on(bank, &bank->balance[from], amount,
			  pthread_mutex_lock(&bank->lock));

	if (error == 0) {
		move_money(bank, from, to, amount);
		pthread_cond_broadcast(&bank->more);
	}
	pthread_mutex_unlock(&bank->lock);
	return error;
}
