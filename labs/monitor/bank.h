/*
 * A bank in shared memory, and the monitor that guards it.
 *
 * Every process maps it at an address of its own. A new bank is all zeros.
 * monitor.c has the functions, bank.c the command line.
 */
#ifndef BANK_H
#define BANK_H

#include <pthread.h>
#include <stdatomic.h>

#define ACCOUNTS 8
#define START	 100 /* the money in each account of a new bank */
#define TOTAL	 (ACCOUNTS * START)

/* What the monitor of a bank is: of these, NEW is 0. */
enum { NEW, MAKING, READY };

// REGION layout
/* How two accounts were before a change that may be half done. */
struct note {
	int valid; /* 0, or 1 while the change goes on */
	int from, to;
	long from_had, to_had;
};

/*
 * Once `state` is READY, what stands below `more` is read and written only by who
 * holds `lock`. It is volatile, so that the stores are made in the order in which
 * you write them, each as a statement: the next owner sees what a killed one has
 * done so far.
 */
struct bank {
	atomic_int state;     /* NEW, MAKING or READY */
	pthread_mutex_t lock; /* who holds it is inside */
	pthread_cond_t more;  /* some account has more money than before */
	volatile struct note note;
	volatile long balance[ACCOUNTS];
};
// END REGION layout

/* All but move_money return 0, or an error number as pthread functions do. */

/* Makes the monitor of a new bank ready, or waits until another has. */
int monitor_start(struct bank *bank);

/* Enters; leave by pthread_mutex_unlock(&bank->lock). */
int monitor_enter(struct bank *bank);

/* Inside: moves `amount` from one account to another. */
void move_money(struct bank *bank, int from, int to, long amount);

/* Waits until `from` has `amount`, and moves it to `to`. */
int transfer(struct bank *bank, int from, int to, long amount);

/* lib/tellers.c, which you need not read */

enum { AMOUNT = 60, TELLERS_MAX = 8, TRANSFERS_MAX = 1000000 };

/* Reads digits as a number from `min` to `max`, or exits with status 2. */
int number(const char *what, const char *text, int min, int max);

/* Says what `error` means and exits with status 1, unless it is 0. */
void check(int error, const char *what);

/* Returns the sum of all balances, and prints them if it is asked to. */
long audit(struct bank *bank, int print);

/* Lets tellers work at each account. Returns 0, or 1 if one fails. */
int run(struct bank *bank, int accounts, int tellers, int transfers);

#endif
