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

// TODO 1

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
	// TODO 1
	(void)bank;
	return ENOSYS;
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
	// TODO 2
	pthread_mutex_unlock(&bank->lock);
	return ENOTRECOVERABLE;
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
	// TODO 3
	(void)bank;
	(void)from;
	(void)to;
	(void)amount;
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
	// TODO 4
	(void)bank;
	(void)from;
	(void)to;
	(void)amount;
	return ENOSYS;
}
