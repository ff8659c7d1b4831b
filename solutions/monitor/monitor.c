/*
 * The monitor: one process at a time is inside, and who must wait for money
 * waits asleep, without keeping others out.
 *
 * Whenever nobody is inside, the balances add up to TOTAL, and the note is not
 * valid. A process may be killed at any place; then the next one that enters is
 * told so, and makes both true again.
 */
#define _GNU_SOURCE
#include "bank.h"
#include <errno.h>
#include <time.h>

// BEGIN SOLUTION 1
static int
make_lock(pthread_mutex_t *lock)
{
	pthread_mutexattr_t attributes;
	int error = pthread_mutexattr_init(&attributes);

	if (error != 0)
		return error;
	error =
	    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	if (error == 0)
		error = pthread_mutexattr_setrobust(&attributes,
						    PTHREAD_MUTEX_ROBUST);
	if (error == 0)
		error = pthread_mutex_init(lock, &attributes);
	pthread_mutexattr_destroy(&attributes);
	return error;
}

static int
make_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;
	int error = pthread_condattr_init(&attributes);

	if (error != 0)
		return error;
	error =
	    pthread_condattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	if (error == 0)
		error = pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
	return error;
}
// END SOLUTION 1

/*
 * Gap 1: make the monitor of a new bank: lock, condition variable, START in each
 * account. Processes that are not related will use it.
 *
 * Several may call this at the same moment: exactly one makes it, and nobody
 * returns before it is ready. One that is READY already stays as it is.
 *
 * Returns 0; or an error number, and then the bank is NEW again.
 * Trap: between a look at `state` and a store, others look, too.
 */
int
monitor_start(struct bank *bank)
{
	// BEGIN SOLUTION 1
	const struct timespec nap = { .tv_nsec = 1000000 };
	int seen, error;

	for (;;) {
		seen = NEW;
		if (atomic_compare_exchange_strong(&bank->state, &seen, MAKING))
			break;
		if (seen == READY)
			return 0;
		nanosleep(&nap, NULL);
	}
	error = make_lock(&bank->lock);
	if (error == 0)
		error = make_condition(&bank->more);
	for (int i = 0; i < ACCOUNTS; i++)
		bank->balance[i] = START;
	atomic_store(&bank->state, error == 0 ? READY : NEW);
	return error;
	// STUB (void)bank;
	// STUB return ENOSYS;
	// END SOLUTION 1
}

/*
 * Gap 2: you hold the lock, and its last owner died with it, at any place
 * between its enter and its leave. Undo what the note says, if it is valid, and
 * make the monitor as good as before.
 *
 * Returns 0; or an error number, without the lock.
 * Traps: you may die here, too. And who waits for money may have been owed a
 * wake-up.
 */
static int
take_over(struct bank *bank)
{
	// BEGIN SOLUTION 2
	volatile struct note *note = &bank->note;
	int error;

	if (note->valid) {
		bank->balance[note->from] = note->from_had;
		bank->balance[note->to] = note->to_had;
		note->valid = 0;
	}
	error = pthread_cond_broadcast(&bank->more);
	if (error == 0)
		error = pthread_mutex_consistent(&bank->lock);
	if (error != 0)
		pthread_mutex_unlock(&bank->lock);
	return error;
	// STUB pthread_mutex_unlock(&bank->lock);
	// STUB return ENOTRECOVERABLE;
	// END SOLUTION 2
}

int
monitor_enter(struct bank *bank)
{
	int error = pthread_mutex_lock(&bank->lock);

	return error == EOWNERDEAD ? take_over(bank) : error;
}

/*
 * Gap 3: move the money, so that whoever takes over can undo it, wherever you
 * are killed: before the first change, between the two, after the last.
 *
 * You hold the lock, and `from` has the amount; `from` is not `to`.
 * Trap: a note is only worth something if it is whole.
 */
void
move_money(struct bank *bank, int from, int to, long amount)
{
	// BEGIN SOLUTION 3
	volatile struct note *note = &bank->note;

	note->from = from;
	note->to = to;
	note->from_had = bank->balance[from];
	note->to_had = bank->balance[to];
	note->valid = 1;
	bank->balance[from] -= amount;
	bank->balance[to] += amount;
	note->valid = 0;
	// STUB (void)bank;
	// STUB (void)from;
	// STUB (void)to;
	// STUB (void)amount;
	// END SOLUTION 3
}

/*
 * Gap 4: enter, wait asleep until `from` has the amount, move it, wake all whom
 * that may concern, leave.
 *
 * Returns 0; or an error number, and then no money was moved. It never returns
 * with the lock.
 * Trap: the wait takes the lock again, and may find that its owner has died.
 */
int
transfer(struct bank *bank, int from, int to, long amount)
{
	// BEGIN SOLUTION 4
	int error = monitor_enter(bank);

	while (error == 0 && bank->balance[from] < amount) {
		error = pthread_cond_wait(&bank->more, &bank->lock);
		if (error == EOWNERDEAD)
			error = take_over(bank);
		else if (error != 0)
			pthread_mutex_unlock(&bank->lock);
	}
	if (error != 0)
		return error;
	move_money(bank, from, to, amount);
	pthread_cond_broadcast(&bank->more);
	pthread_mutex_unlock(&bank->lock);
	return 0;
	// STUB (void)bank;
	// STUB (void)from;
	// STUB (void)to;
	// STUB (void)amount;
	// STUB return ENOSYS;
	// END SOLUTION 4
}
