/*
 * Runs the functions of the monitor instruction by instruction, and kills
 * processes at each of them, or at some, drawn from SEED.
 *
 *	steps probe WORD		prints it only where no process can be traced
 *	steps start WORD		two make the monitor, one of them stopped at each moment
 *	steps started WORD		what was made: the next owner of the lock is told
 *	steps sleeper lock|more WORD	who waits is woken by another process
 *	steps move WORD			the note, at each instruction of move_money
 *	steps repair KILLS SEED WORD	owners die, then who takes over dies, too
 *	steps kills KILLS SEED WORD	transfers are killed; 0 kills: at each instruction
 *
 * Prints WORD, or in one line what is wrong.
 */
#include "making.h"
#include "stepping.h"
#include <limits.h>
#include <linux/futex.h>
#include <stddef.h>
#include <sys/syscall.h>
#include <sys/time.h>

static int from, to;
static long amount;
static int to_fail; /* this call of those with which it is made */

enum {
	MOMENTS = 20000,
	LOOK = 1000,   /* instructions from one look at state to the next */
	LOOKS = 150,   /* so many of them are tried */
	FAILURES = 40, /* so often one waits for others that fail */
};

static void
begin_start(void)
{
	int error = monitor_start(bank);

	if (error != 0)
		complain("monitor_start returns %d", error);
}

static void
begin_to_fail(void)
{
	calls = 0;
	failing = to_fail;
	failure = EAGAIN;
	monitor_start(bank);
}

static void
begin_move(void)
{
	move_money(bank, from, to, amount);
}

static void
begin_enter(void)
{
	if (monitor_enter(bank) == 0)
		pthread_mutex_unlock(&bank->lock);
}

static void
begin_transfer(void)
{
	transfer(bank, from, to, amount);
}

static void
check_started(const char *when)
{
	int error;

	if (bank->state != READY)
		complain("%s: state is %s, not READY", when, state_name());
	for (int i = 0; i < ACCOUNTS; i++)
		if (bank->balance[i] != START)
			complain("%s: account %d has %ld, not %d", when, i,
				 bank->balance[i], START);
	die_inside();
	error = pthread_mutex_trylock(&bank->lock);
	if (error != EOWNERDEAD)
		complain("%s: the owner of the lock has died, and the next one "
			 "is told: %s",
			 when, error == 0 ? "nothing" : strerrorname_np(error));
	pthread_mutex_consistent(&bank->lock);
	pthread_mutex_unlock(&bank->lock);
}

/* What follows `more` belongs to who is inside. */
enum { INSIDE = offsetof(struct bank, note) };

/* Somebody else is inside by now, writes a note and moves money. */
static void
change_inside(void)
{
	memset((char *)bank + INSIDE, 7, sizeof(*bank) - INSIDE);
}

/*
 * After how many instructions of a start another process may see what nobody has
 * seen before: while state is NEW, after each, since nobody sees the first one
 * look; later, when something in the bank has changed, and at the end. Returns how
 * many there are.
 */
static int
find_moments(long *moments)
{
	char before[sizeof(*bank)];
	int found = 0, making = 0, ready = 0;
	long k = 0;

	memset((void *)bank, 0, sizeof(*bank));
	pid_t pid = victim(begin_start);
	do {
		if (ready && memcmp(before + INSIDE, (char *)bank + INSIDE,
				    sizeof(*bank) - INSIDE) != 0)
			complain("READY is stored, and after that it still "
				 "writes to note or balances, when somebody "
				 "else may be inside");
		if (!ready && bank->state == READY) {
			ready = 1;
			change_inside();
		}
		if (found < MOMENTS - 1 &&
		    (bank->state == NEW ||
		     memcmp(before, (void *)bank, sizeof(*bank)) != 0)) {
			moments[found++] = k;
			memcpy(before, (void *)bank, sizeof(*bank));
		}
		making |= bank->state == MAKING;
		if (making && bank->state == NEW)
			complain("state is MAKING, and NEW again while the "
				 "monitor is still made: who comes then makes "
				 "it, too");
		k++;
	} while (step(pid));
	end(pid);
	moments[found++] = k;
	return found;
}

/* Whatever state the bank is left in, it is somebody else's from then on. */
static void
try_ready(void)
{
	char before[sizeof(*bank)];

	make_monitor();
	bank->balance[0] = 7;
	memcpy(before, (void *)bank, sizeof(*bank));
	pid_t pid = victim(begin_start);
	do {
		if (bank->state != READY)
			complain("the bank is READY, and one more comes: for a "
				 "moment it makes state %s; if it is killed "
				 "there, that stays",
				 state_name());
		if (memcmp(before, (void *)bank, sizeof(*bank)) != 0)
			complain("it was made twice: what was there is lost");
	} while (step(pid));
	end(pid);
}

/* So, too, after a call that failed: another one has made state `next` by then. */
static void
try_failed(int next)
{
	char before[sizeof(*bank)];
	int making = 0, left = 0;

	memset((void *)bank, 0, sizeof(*bank));
	pid_t pid = victim(begin_to_fail);
	do {
		making |= bank->state == MAKING;
		if (making && !left && bank->state == NEW) {
			left = 1;
			change_inside();
			bank->state = next;
			memcpy(before, (void *)bank, sizeof(*bank));
		}
		if (left && bank->state != next)
			complain("a call that makes the monitor fails, and "
				 "state is NEW again; then another process "
				 "makes it %s, and after that this one stores "
				 "%s there once more",
				 next == MAKING ? "MAKING" : "READY",
				 state_name());
		if (left && memcmp(before, (void *)bank, sizeof(*bank)) != 0)
			complain("a call that makes the monitor fails, and "
				 "state is NEW again: after that it still "
				 "changes what another may have made by then");
	} while (step(pid));
	end(pid);
}

static void
try_hands_off(void)
{
	try_ready();
	memset((void *)bank, 0, sizeof(*bank));
	calls = 0;
	begin_start();
	int all = calls;
	for (to_fail = 1; to_fail <= all; to_fail++) {
		try_failed(MAKING);
		try_failed(READY);
	}
}

/*
 * The bank has become READY since this one looked, which now goes on to the end. Is
 * state anything else meanwhile, if only for an instant?
 */
static int
disturbs(pid_t pid)
{
	int disturbed = 0;

	for (long k = 0; k < MOMENTS; k++) {
		disturbed |= bank->state != READY;
		if (!step(pid))
			return disturbed;
	}
	go_on(pid);
	await_done(pid);
	return disturbed;
}

static void
on_alarm(int number)
{
	(void)number;
	bank->state = READY;
}

/* Waits for a bank, so that the loader has no work later. */
static void
wait_once(void)
{
	const struct itimerval often = { { 0, 1000 }, { 0, 1000 } };
	const struct itimerval never = { 0 };
	struct sigaction action = { .sa_handler = on_alarm };

	make_monitor();
	bank->state = MAKING;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	begin_start();
	setitimer(ITIMER_REAL, &never, NULL);
}

/*
 * One makes the bank, another looks meanwhile: it has made so many instructions, or
 * sleeps, when the bank becomes READY.
 */
static void
try_waiting(void)
{
	int more = 1;

	wait_once();
	for (int n = 0; more == 1 && n < LOOKS; n++) {
		memset((void *)bank, 0, sizeof(*bank));
		pid_t maker = victim(begin_start);
		while (bank->state == NEW && step(maker))
			;
		pid_t other = victim(begin_start);
		for (int k = 0; more == 1 && k < n; k++)
			more = step_or_sleep(other);
		go_on(maker);
		await_done(maker);
		if (more == ASLEEP)
			await_stop(other);
		int goes_on = more != 0;
		for (int k = 0; k < LOOK; k++) {
			if (bank->state != READY)
				complain("a process looked while state was "
					 "MAKING, then the bank became READY, "
					 "and it went on: for a moment state "
					 "is %s; if it is killed there, that "
					 "stays",
					 state_name());
			if (!goes_on)
				break;
			goes_on = step_or_sleep(other) == 1;
		}
		end(maker);
		end(other);
	}
}

/* Who returns 0 here has found no bank that is READY, and made none. */
static void
begin_in_vain(void)
{
	if (monitor_start(bank) == 0)
		bank->balance[0] = 7;
}

/*
 * Others make the bank and fail, again and again: at each instruction state may
 * have become another one, until the one that waits makes the bank itself, or
 * returns an error number.
 */
static void
try_failures(void)
{
	for (int n = 0; n < FAILURES; n++) {
		int left = MAKING, more = 1;

		srandom((unsigned)n);
		memset((void *)bank, 0, sizeof(*bank));
		bank->state = MAKING;
		pid_t pid = victim(begin_in_vain);
		for (int k = 0; more != 0 && k < LOOK; k++) {
			more = step_or_sleep(pid);
			if (bank->state != left)
				break;
			left =
			    random() % 2 == 0 || more == ASLEEP ? NEW : MAKING;
			bank->state = left;
			if (more == ASLEEP) {
				syscall(SYS_futex, &bank->state, FUTEX_WAKE,
					INT_MAX, NULL, NULL, 0);
				more = await_stop(pid);
			}
		}
		if (bank->balance[0] == 7)
			complain("others make the monitor and fail, so state "
				 "is MAKING and NEW by turns, and never READY: "
				 "one that waits for them returns 0");
		end(pid);
	}
}

/* Two start; the first one is stopped at each moment that counts. */
static void
try_start(void)
{
	static long moments[MOMENTS];
	int more = 1, disturbed = 0;

	for (int i = 0; i < 2; i++) {
		memset((void *)bank, 0, sizeof(*bank));
		begin_start();
		if (bank->state != READY)
			complain("%smonitor_start has returned 0: state is "
				 "%s, not READY",
				 i == 0 ? "" : "a second bank: ", state_name());
	}
	int found = find_moments(moments);
	for (int m = 0; m < found; m++) {
		memset((void *)bank, 0, sizeof(*bank));
		pid_t first = victim(begin_start);
		for (long k = 0; more && k < moments[m]; k++)
			more = step(first);
		int unclaimed = bank->state == NEW;
		pid_t second = victim(begin_start);
		go_on(second);
		int early = done_or_waits(second);
		if (early) {
			check_started("one process made the monitor, another "
				      "came meanwhile and has returned");
			bank->balance[0] = 7;
			pthread_mutex_lock(&bank->lock);
		}
		if (more && early && unclaimed) {
			disturbed |= disturbs(first);
		} else if (more) {
			go_on(first);
			await_done(first);
		}
		if (early && unclaimed && bank->balance[0] != 7 && is_locked())
			complain("a process was stopped before it had turned "
				 "NEW into MAKING, and another made the "
				 "monitor: when the first one went on, it "
				 "still stored START in account 0, which had "
				 "7");
		if (early && (bank->balance[0] != 7 || !is_locked()))
			complain("it was made twice: what was there when the "
				 "second process returned is lost");
		if (early) {
			pthread_mutex_unlock(&bank->lock);
			bank->balance[0] = START;
		} else {
			bank->balance[0] = 7;
			pthread_mutex_lock(&bank->lock);
			await_done(second);
			if (bank->balance[0] != 7 || !is_locked())
				complain("it was made twice: one that had "
					 "waited for another makes it again");
			pthread_mutex_unlock(&bank->lock);
			bank->balance[0] = START;
		}
		check_started("two have made the monitor");
		end(first);
		end(second);
	}
	try_hands_off();
	if (disturbed)
		complain("a process looked while state was NEW, then another "
			 "made the bank READY, and the first one went on: for "
			 "a moment state is not READY any more; if it is "
			 "killed there, that stays");
	try_waiting();
	try_failures();
}

static void
try_sleeper(int lock)
{
	pid_t pid;

	memset((void *)bank, 0, sizeof(*bank));
	begin_start();
	pthread_mutex_lock(&bank->lock);
	pid = fork();
	if (pid == -1)
		broken("fork");
	if (pid == 0) {
		pthread_mutex_lock(&bank->lock);
		while (!lock && bank->balance[0] == START)
			pthread_cond_wait(&bank->more, &bank->lock);
		pthread_mutex_unlock(&bank->lock);
		_exit(0);
	}
	victims[0] = pid;
	while (!is_asleep(pid))
		sched_yield();
	if (!lock) {
		pthread_mutex_unlock(&bank->lock);
		// It sleeps where the lock is free: it waits for `more`.
		do {
			sched_yield();
			pthread_mutex_lock(&bank->lock);
			pthread_mutex_unlock(&bank->lock);
		} while (((volatile unsigned *)&bank->more)[9] >> 3 == 0 ||
			 !is_asleep(pid));
		pthread_mutex_lock(&bank->lock);
		bank->balance[0] = 0;
		pthread_cond_signal(&bank->more);
	}
	pthread_mutex_unlock(&bank->lock);
	await(pid);
	victims[0] = 0;
}

/* If its owner were killed now: would the note lead back to a right bank? */
static void
check_note(long from_had, long to_had, long step_number)
{
	static int whole; // while the note is valid
	static long old_from_had, old_to_had;
	long a = bank->balance[from], b = bank->balance[to];

	if (step_number == 0) {
		old_from_had = bank->note.from_had;
		old_to_had = bank->note.to_had;
	}
	if (!bank->note.valid)
		whole = 0;
	else if (bank->note.from_had == from_had && bank->note.to_had == to_had)
		whole = 1;
	else if (whole)
		complain("after %ld instructions of move_money the note is "
			 "still valid, and no longer says what the accounts "
			 "had: %ld and %ld",
			 step_number, from_had, to_had);
	if (bank->note.valid) {
		if (bank->note.from != from || bank->note.to != to)
			complain(
			    "after %ld instructions the note is valid, and "
			    "names accounts %d and %d, not %d and %d",
			    step_number, bank->note.from, bank->note.to, from,
			    to);
		a = bank->note.from_had;
		b = bank->note.to_had;
		if (old_to_had != 0 && !whole && a == old_from_had &&
		    b == old_to_had)
			complain("after %ld instructions the note is valid, "
				 "and still says what the accounts had before "
				 "the last change, %ld and %ld: before this "
				 "one they had %ld and %ld",
				 step_number, a, b, from_had, to_had);
	}
	if ((a != from_had || b != to_had) &&
	    (a != from_had - amount || b != to_had + amount))
		complain(
		    "killed after %ld instructions of move_money: accounts "
		    "of %ld and %ld, of which %ld are moved, are %ld and "
		    "%ld %s",
		    step_number, from_had, to_had, amount, a, b,
		    bank->note.valid ? "when the note is undone"
				     : "and the note is not valid");
}

static void
try_move(void)
{
	static const long pays[][3] = {
		{ 0, 1, 60 }, { 7, 0, 100 }, { 3, 2, 1 }, { 3, 2, 99 }
	};

	for (size_t i = 0; i < sizeof(pays) / sizeof(pays[0]); i++) {
		long n = 0;

		if (i != 3)
			make_monitor();
		from = (int)pays[i][0];
		to = (int)pays[i][1];
		amount = pays[i][2];
		long from_had = bank->balance[from], to_had = bank->balance[to];
		pthread_mutex_lock(&bank->lock);
		pid_t pid = victim(begin_move);
		do
			check_note(from_had, to_had, n++);
		while (step(pid));
		end(pid);
		pthread_mutex_unlock(&bank->lock);
		if (bank->note.valid)
			complain("the note is still valid when all is done");
		if (bank->balance[from] != from_had - amount ||
		    bank->balance[to] != to_had + amount)
			complain("accounts of %ld and %ld, of which %ld are "
				 "moved, are %ld and %ld at the end",
				 from_had, to_had, amount, bank->balance[from],
				 bank->balance[to]);
	}
}

/* Enters; the bank must be right, its monitor too, and so the next time. */
static void
check_taken_over(const char *what, long instruction)
{
	int error = monitor_enter(bank);

	if (error != 0)
		complain("%s at instruction %ld: the next one cannot enter: %s",
			 what, instruction, strerrorname_np(error));
	if (sum() != TOTAL)
		complain("%s at instruction %ld: who enters next sees the sum "
			 "%ld, not %d",
			 what, instruction, sum(), TOTAL);
	error = pthread_mutex_unlock(&bank->lock);
	if (error != 0)
		complain(
		    "%s at instruction %ld: who entered next cannot leave: "
		    "%s",
		    what, instruction, strerrorname_np(error));
	error = pthread_mutex_lock(&bank->lock);
	if (error != 0)
		complain("%s at instruction %ld: the lock is lost after the "
			 "next one has left: %s",
			 what, instruction, strerrorname_np(error));
	pthread_mutex_unlock(&bank->lock);
}

/* As somebody leaves it who has died in a change of two accounts. */
static void
leave_half(int a, int b, int valid, int changes)
{
	make_monitor();
	bank->note.from = a;
	bank->note.to = b;
	bank->note.from_had = 70;
	bank->note.to_had = 130;
	bank->note.valid = valid;
	bank->balance[a] = valid && changes > 0 ? 20 : 70;
	bank->balance[b] = valid && changes > 1 ? 180 : 130;
	if (!valid) // an old note
		bank->note.from_had = bank->note.to_had = 1;
	die_inside();
}

static void
check_undone(const char *what, long instruction, int a, int b)
{
	for (int i = 0; i < ACCOUNTS; i++) {
		long had = i == a ? 70 : i == b ? 130 : START;

		if (bank->balance[i] != had)
			complain("%s at instruction %ld: account %d had %ld "
				 "before the change, and has %ld when the next "
				 "one has taken over",
				 what, instruction, i, had, bank->balance[i]);
	}
	if (bank->note.valid)
		complain(
		    "the note was valid when the owner died, and still is");
}

/* If who takes over were killed now, too: would the next one know what to undo? */
static void
check_repair(long n, int a, int b)
{
	if (!bank->note.valid &&
	    (bank->balance[a] != 70 || bank->balance[b] != 130))
		complain(
		    "killed after %ld instructions of taking over: the "
		    "note is no longer valid, and accounts that had 70 and "
		    "130 have %ld and %ld",
		    n, bank->balance[a], bank->balance[b]);
	if (bank->note.valid &&
	    (bank->note.from != a || bank->note.to != b ||
	     bank->note.from_had != 70 || bank->note.to_had != 130))
		complain("killed after %ld instructions of taking over: the "
			 "note is valid, and changed",
			 n);
}

/*
 * Somebody died in a change. Whatever the next one has made of note and balances,
 * after each instruction of taking over, the one after that must get it right,
 * too: in another bank, since the next one goes on in this. Returns how many
 * instructions that takes.
 */
static long
try_second_death(int a, int b, int valid, int changes)
{
	char seen[sizeof(*bank) - INSIDE];
	struct bank *first = bank, *second = new_bank();
	long n = 0;

	leave_half(a, b, valid, changes);
	pid_t pid = victim(begin_enter);
	do {
		const char *what =
		    n == 0 ? "an owner died" : "who took over was killed";

		check_repair(n, a, b);
		if (n == 0 ||
		    memcmp(seen, (char *)first + INSIDE, sizeof(seen)) != 0) {
			memcpy(seen, (char *)first + INSIDE, sizeof(seen));
			bank = second;
			make_monitor();
			memcpy((char *)second + INSIDE, seen, sizeof(seen));
			die_inside();
			check_taken_over(what, n);
			check_undone(what, n, a, b);
			bank = first;
		}
		n++;
	} while (step(pid));
	end(pid);
	return n;
}

static void
try_repair(int kills)
{
	const char *what = "who took over was killed";
	long n = 0;
	pid_t pid;

	for (int changes = 0; changes < 3; changes++) {
		try_second_death(changes, 7 - changes, 0, changes);
		n = try_second_death(2 + changes, 5 - changes, 1, changes);
	}
	// And where the lock is half repaired.
	for (int i = 0; i < kills; i++) {
		long at = n * i / kills + random() % (n / kills + 1);

		leave_half(0, 7, 1, 1);
		pid = victim(begin_enter);
		for (long k = 0; k < at && step(pid); k++)
			;
		end(pid);
		check_taken_over(what, at);
		check_undone(what, at, 0, 7);
	}
}

static void
toggle(long i)
{
	from = i % 2 == 0 ? 0 : 1;
	to = 1 - from;
}

/* Transfers, killed while they are inside; an auditor looks at each instruction. */
static void
try_kills(int kills)
{
	long begin = -1, last = 0, n = 0, inside = 0;

	make_monitor();
	amount = 60;
	for (int i = 1; i >= 0; i--) { // so that the loader has no work later
		toggle(i);
		begin_transfer();
	}
	make_monitor();
	pid_t pid = victim(begin_transfer);
	do {
		if (is_locked()) {
			begin = begin == -1 ? n : begin;
			last = n;
			inside++;
		}
		if (!is_locked() && sum() != TOTAL)
			complain(
			    "nobody is inside, and an auditor sees the sum "
			    "%ld, not %d: money is moved outside of the "
			    "lock",
			    sum(), TOTAL);
		n++;
	} while (step(pid));
	if (begin == -1 || is_locked())
		complain("transfer %s", is_locked() ? "keeps the lock"
						    : "does not take the lock");
	if (bank->balance[0] != 40 || bank->balance[1] != 160)
		complain("of 100 and 100, 60 were moved: 40 and 160, not %ld "
			 "and %ld",
			 bank->balance[0], bank->balance[1]);
	end(pid);
	if (kills == 0)
		kills = (int)inside;
	for (int i = 0; i < kills; i++) {
		long at = begin + (last - begin) * i / kills;

		if (kills < inside)
			at += random() % (inside / kills);
		toggle(bank->balance[0] >= 60 ? 0 : 1);
		pid = victim(begin_transfer);
		for (long k = 0; k < at && step(pid); k++)
			;
		end(pid);
		check_taken_over("killed inside", at);
	}
	fprintf(stderr, "%d kills\n", kills);
}

int
main(int argc, char *argv[])
{
	const char *part = argc > 1 ? argv[1] : "";

	bank = new_bank();
	setlinebuf(stdout);
	find_functions();
	if (argc > 3)
		srandom((unsigned)atoi(argv[3]));
	if (strcmp(part, "probe") == 0 && may_trace())
		return 0;
	if (strcmp(part, "start") == 0)
		try_start();
	else if (strcmp(part, "started") == 0) {
		begin_start();
		if (bank->note.to_had != 0 || *(volatile long *)(bank + 1) != 0)
			complain(
			    "it writes before the first account, or behind "
			    "the last one");
		check_started("made by one process");
	} else if (strcmp(part, "sleeper") == 0)
		try_sleeper(strcmp(argv[2], "lock") == 0);
	else if (strcmp(part, "move") == 0)
		try_move();
	else if (strcmp(part, "repair") == 0)
		try_repair(atoi(argv[2]));
	else if (strcmp(part, "kills") == 0)
		try_kills(atoi(argv[2]));
	puts(argv[argc - 1]);
	return 0;
}
