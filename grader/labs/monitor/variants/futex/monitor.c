/*
 * Who waits for the maker sleeps in futex; broadcast comes first, or after the lock
 * is given back.
 */
#define _GNU_SOURCE
#include "bank.h"
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

static int
make(struct bank *bank)
{
	pthread_mutexattr_t m;
	pthread_condattr_t c;
	int error;

	if ((error = pthread_mutexattr_init(&m)) != 0 ||
	    (error = pthread_mutexattr_setrobust(&m, PTHREAD_MUTEX_ROBUST)) !=
		0 ||
	    (error = pthread_mutexattr_setpshared(
		 &m, PTHREAD_PROCESS_SHARED)) != 0 ||
	    (error = pthread_condattr_init(&c)) != 0 ||
	    (error = pthread_condattr_setpshared(&c, PTHREAD_PROCESS_SHARED)) !=
		0 ||
	    (error = pthread_cond_init(&bank->more, &c)) != 0)
		return error;
	for (int i = 0; i < ACCOUNTS; i++)
		bank->balance[i] = START;
	return pthread_mutex_init(&bank->lock, &m);
}

int
monitor_start(struct bank *bank)
{
	int seen, error;

	while ((seen = atomic_load(&bank->state)) != READY) {
		if (seen == MAKING) {
			syscall(SYS_futex, &bank->state, FUTEX_WAIT, MAKING,
				NULL, NULL, 0);
			continue;
		}
		if (!atomic_compare_exchange_weak(&bank->state, &seen, MAKING))
			continue;
		error = make(bank);
		atomic_store(&bank->state, error ? NEW : READY);
		syscall(SYS_futex, &bank->state, FUTEX_WAKE, INT_MAX, NULL,
			NULL, 0);
		return error;
	}
	return 0;
}

static int
take_over(struct bank *bank)
{
	int error = pthread_mutex_consistent(&bank->lock);

	if (error != 0) {
		pthread_mutex_unlock(&bank->lock);
		return error;
	}
	if (bank->note.valid == 1) {
		bank->balance[bank->note.to] = bank->note.to_had;
		bank->balance[bank->note.from] = bank->note.from_had;
	}
	bank->note.valid = 0;
	pthread_cond_broadcast(&bank->more);
	return 0;
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
	long from_had = bank->balance[from], to_had = bank->balance[to];

	bank->note.to_had = to_had;
	bank->note.from_had = from_had;
	bank->note.to = to;
	bank->note.from = from;
	bank->note.valid = 1;
	bank->balance[to] = to_had + amount;
	bank->balance[from] = from_had - amount;
	bank->note.valid = 0;
}

int
transfer(struct bank *bank, int from, int to, long amount)
{
	int error = monitor_enter(bank);

	if (error != 0)
		return error;
	for (;;) {
		if (bank->balance[from] >= amount)
			break;
		error = pthread_cond_wait(&bank->more, &bank->lock);
		if (error == EOWNERDEAD && (error = take_over(bank)) != 0)
			return error;
		if (error == ENOTRECOVERABLE)
			return error;
		if (error != 0) {
			pthread_mutex_unlock(&bank->lock);
			return error;
		}
	}
	move_money(bank, from, to, amount);
	error = pthread_mutex_unlock(&bank->lock);
	pthread_cond_broadcast(&bank->more);
	return error;
}
