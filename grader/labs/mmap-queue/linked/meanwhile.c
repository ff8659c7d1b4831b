/*
 * Calls the functions of the queue, and at each of their calls on a semaphore
 * lets other producers and consumers do all that they may do at that moment. So
 * what is touched without the lock, announced too early or copied too late is
 * wrong in every run. The clocks are made up, and so are waits that time out or
 * that a signal interrupts: none of them takes its time.
 *
 *	meanwhile PART... WORD	for each PART in the table `parts`, prints WORD
 *	meanwhile open FILE	maps FILE, with old values on the stack
 *
 * What is wrong it says in one line, and ends with exit status 1. It fills its
 * queues by itself, so that each gap is tried alone.
 */
#define _GNU_SOURCE
#include "queue.h"
#include <dlfcn.h>
#include <err.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define ROOM	   4096 // of the mapping: what is behind the queue is looked at
#define PRODUCERS  3
#define LIMIT	   7 // seconds
#define SECOND	   1000000000LL
#define LONG_LIMIT (1000 * LIMIT * SECOND) // as good as none

#define POST_ERRNO ENOTTY // a call that succeeds may set errno, too

/* Who else is at work. */
enum { CONSUMERS = 1, PRODUCERS_TOO = 2, EVERYBODY = 3 };

static struct queue *q;
static char before[ROOM]; // what the file was like when the lock was given back
static struct message log_of[64];
static uint64_t first; // number of the message in log_of[0]
static char where[200];

// About the call of one of the student's functions:
static bool watching, has_lock;
static int others;  // who they are
static int leaver;  // another producer leaves, too: 1 before, 2 after the post
static sem_t *dead; // this one nobody posts any more
static int interrupts;	    // waits that a signal ends, each after a second
static int failing;	    // this call of sem_post, or of sem_init, fails
static int posts;	    // so many have been made
static int limit;	    // what the function was told
static int64_t began;	    // when it was called; see passed
static int64_t latest;	    // deadline of the wait that was interrupted, or 0
static struct message mine; // what queue_send is to put in
static const struct message *due; // what queue_receive has taken out

static int (*real_post)(sem_t *);
static int (*real_try)(sem_t *);
static int (*real_init)(sem_t *, int, unsigned);

/* Nanoseconds since the start; the clocks stand still but for interrupts. */
static int64_t passed;
#define REALTIME  (1700000000 * SECOND + SECOND / 2)
#define MONOTONIC (12345 * SECOND + SECOND / 2)

__attribute__((format(printf, 1, 2), noreturn)) static void
complain(const char *format, ...)
{
	va_list values;

	va_start(values, format);
	printf("%s: ", where);
	vprintf(format, values);
	putchar('\n');
	fflush(stdout);
	_exit(1);
}

static const char *
name_of(const sem_t *sem)
{
	return sem == &q->lock ? "lock" : sem == &q->free ? "free" : "items";
}

static int
value_of(sem_t *sem)
{
	int value;

	sem_getvalue(sem, &value);
	return value;
}

static struct message *
noted(uint64_t number)
{
	return &log_of[(number - first) % 64];
}

static bool
same(const struct message *a, const struct message *b)
{
	return a->length == b->length &&
	       memcmp(a->text, b->text, a->length) == 0;
}

static bool
ended(void)
{
	return q->left == q->producers;
}

/* Any bytes, null bytes too; each length comes, the full one first. */
static struct message
make(unsigned number)
{
	struct message m = { .length =
				 MESSAGE_MAX - number * 8 % (MESSAGE_MAX + 1) };

	for (unsigned i = 0; i < MESSAGE_MAX; i++)
		m.text[i] = (char)(number * 16 + i * 7);
	return m;
}

/* ---- what others see */

static void
keep(void)
{
	memcpy(before, q, ROOM);
}

static struct queue *
kept(void)
{
	return (struct queue *)(void *)before;
}

/* Slots with messages that wait, but `own`, and what is behind the last one. */
static void
check_slots(int own)
{
	const size_t end = offsetof(struct queue, slots) + sizeof(q->slots);
	const struct queue *old = kept();

	for (uint64_t n = old->received; n < old->sent; n++) {
		int i = (int)(n % SLOTS);

		if (i != own && memcmp(&q->slots[i], &old->slots[i],
				       sizeof(q->slots[i])) != 0)
			complain("it writes into slot %d, whose message nobody "
				 "has taken",
				 i);
	}
	if (memcmp((char *)q + end, before + end, ROOM - end) != 0)
		complain("it writes past the end of the last slot");
}

/* Without the lock nothing changes but the semaphores. */
static void
check_untouched(void)
{
	const size_t from = offsetof(struct queue, joined);

	if (memcmp((char *)q + from, before + from,
		   offsetof(struct queue, slots) - from) != 0)
		complain("it changes a counter without holding the lock");
	for (int i = 0; i < SLOTS; i++)
		if (memcmp(&q->slots[i], &kept()->slots[i],
			   sizeof(q->slots[i])) != 0)
			complain("it writes into slot %d without holding the "
				 "lock",
				 i);
	check_slots(-1);
}

/* What the function has done while it held the lock. */
static void
check_changes(void)
{
	const struct queue *old = kept();
	int slot = -1;

	if (q->sent - q->received > SLOTS)
		complain("it puts a message into a full queue");
	if (q->sent == old->sent + 1) {
		slot = (int)(old->sent % SLOTS);
		if (!same(&q->slots[slot], &mine))
			complain("message %llu is counted in `sent`, and slot "
				 "%d does not hold it when the lock is given "
				 "back",
				 (unsigned long long)old->sent, slot);
		*noted(old->sent) = mine;
	} else if (q->sent != old->sent) {
		complain("`sent` goes from %llu to %llu",
			 (unsigned long long)old->sent,
			 (unsigned long long)q->sent);
	}
	if (q->received == old->received + 1) {
		slot = (int)(old->received % SLOTS);
		due = noted(old->received);
	} else if (q->received != old->received) {
		complain("`received` goes from %llu to %llu",
			 (unsigned long long)old->received,
			 (unsigned long long)q->received);
	}
	check_slots(slot);
}

/* ---- what others do */

static bool
consume(void)
{
	if (value_of(&q->lock) == 0 || real_try(&q->items) == -1)
		return false;
	if (q->received == q->sent && ended()) {
		real_post(&q->items);
		return false;
	}
	if (q->received == q->sent)
		complain("another consumer is woken, and finds neither a "
			 "message nor the end: items is posted too early");
	if (!same(&q->slots[q->received % SLOTS], noted(q->received)))
		complain("another consumer does not find message %llu in slot "
			 "%d",
			 (unsigned long long)q->received,
			 (int)(q->received % SLOTS));
	q->received++;
	keep();
	real_post(&q->free);
	return true;
}

static bool
produce(void)
{
	if (value_of(&q->lock) == 0 || real_try(&q->free) == -1)
		return false;
	if (q->sent - q->received >= SLOTS)
		complain("another producer gets a slot, and none is empty: "
			 "free is posted too early");
	*noted(q->sent) = make((unsigned)(q->sent - first) + 3);
	q->slots[q->sent % SLOTS] = *noted(q->sent);
	q->sent++;
	keep();
	real_post(&q->items);
	return true;
}

static void
act(void)
{
	if (!watching || has_lock || value_of(&q->lock) == 0)
		return;
	check_untouched();
	if (leaver == 1 || (leaver == 2 && posts > 0)) {
		leaver = 0;
		q->left++;
		keep();
		if (ended())
			real_post(&q->items);
	}
	for (int i = 0; i < SLOTS && (others & CONSUMERS) && consume(); i++)
		;
	for (int i = 0; i < SLOTS && (others & PRODUCERS_TOO) && produce(); i++)
		;
}

/* ---- the clocks */

static int64_t
nanoseconds(const struct timespec *t)
{
	return t->tv_sec * SECOND + t->tv_nsec;
}

static int64_t
base_of(clockid_t clock)
{
	bool real_time = clock == CLOCK_REALTIME ||
			 clock == CLOCK_REALTIME_COARSE || clock == CLOCK_TAI;

	return real_time ? REALTIME : MONOTONIC;
}

int
clock_gettime(clockid_t clock, struct timespec *t)
{
	int64_t now = base_of(clock) + passed;

	*t = (struct timespec){ now / SECOND, now % SECOND };
	return 0;
}

int
timespec_get(struct timespec *t, int base)
{
	clock_gettime(CLOCK_REALTIME, t);
	return base;
}

int
gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	struct timespec now;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &now);
	*t = (struct timeval){ now.tv_sec, now.tv_nsec / 1000 };
	return 0;
}

time_t
time(time_t *t)
{
	time_t now = (REALTIME + passed) / SECOND;

	if (t != NULL)
		*t = now;
	return now;
}

/*
 * A deadline is a point in time. It may count from where the function began or
 * from the wait, or in whole seconds; it may not move when the wait is begun
 * again.
 */
static void
check_deadline(const sem_t *sem, const struct timespec *t, clockid_t clock)
{
	int64_t deadline = nanoseconds(t) - base_of(clock);
	int64_t slack = t->tv_nsec == 0 ? SECOND : 0;

	if (limit == 0 && deadline < passed + LONG_LIMIT)
		complain("it waits for %s with a limit, and none was given",
			 name_of(sem));
	if (limit == 0)
		return;
	if (deadline < passed)
		complain("its wait for %s is to end within %d s, and it gives "
			 "a point in time %lld s ago",
			 name_of(sem), limit,
			 (long long)((passed - deadline) / SECOND));
	if (latest != 0 && deadline > latest)
		complain("its wait for %s begins anew after a signal: the "
			 "deadline moves",
			 name_of(sem));
	if (deadline < began + limit * SECOND - slack ||
	    deadline > passed + limit * SECOND + slack)
		complain("its wait for %s is to end within %d s, and it gives "
			 "a point in time %.1f s from now",
			 name_of(sem), limit,
			 (double)(deadline - passed) / SECOND);
}

/* ---- the semaphores, as the student's functions see them */

static int
fail(int number)
{
	errno = number;
	return -1;
}

/* Takes one off if that goes without a wait. */
static bool
take(sem_t *sem)
{
	if (sem == dead || real_try(sem) == -1)
		return false;
	latest = 0;
	if (sem == &q->lock) {
		check_untouched();
		has_lock = true;
	} else {
		act();
	}
	return true;
}

/* A wait, which may last until the deadline; for ever, if that is NULL. */
static int
await(sem_t *sem, const struct timespec *deadline, clockid_t clock)
{
	if (sem == &q->lock && has_lock)
		complain("it waits for the lock, which it holds itself");
	if (deadline != NULL)
		check_deadline(sem, deadline, clock);
	act();
	if (interrupts > 0) {
		interrupts--;
		if (deadline != NULL)
			latest = nanoseconds(deadline) - base_of(clock);
		passed += SECOND;
		return fail(EINTR);
	}
	if (take(sem))
		return 0;
	if (sem != dead && !has_lock &&
	    (sem == &q->items ? produce() : consume()) && take(sem))
		return 0;
	if (sem != dead)
		complain("it waits for %s%s: nobody can post it any more",
			 name_of(sem),
			 has_lock ? " while it holds the lock" : "");
	if (deadline == NULL)
		complain("it waits for %s for ever, and was given a limit of "
			 "%d s",
			 name_of(sem), limit);
	return fail(ETIMEDOUT);
}

int
sem_post(sem_t *sem)
{
	int result;

	if (!watching)
		return real_post(sem);
	if (++posts == failing)
		return fail(EOVERFLOW);
	if (sem == &q->lock && !has_lock)
		complain("it gives back the lock, and does not hold it");
	if (sem == &q->lock) {
		check_changes();
		keep();
		has_lock = false;
	}
	result = real_post(sem);
	act();
	errno = POST_ERRNO;
	return result;
}

int
sem_wait(sem_t *sem)
{
	return await(sem, NULL, 0);
}

int
sem_timedwait(sem_t *sem, const struct timespec *deadline)
{
	return await(sem, deadline, CLOCK_REALTIME);
}

int
sem_clockwait(sem_t *sem, clockid_t clock, const struct timespec *deadline)
{
	return await(sem, deadline, clock);
}

int
sem_trywait(sem_t *sem)
{
	act();
	return take(sem) ? 0 : fail(EAGAIN);
}

/* ---- one call of a function */

/* A queue with n messages, the oldest of which is number `received`. */
static void
fill(uint64_t received, unsigned n)
{
	memset(q, 0x55, ROOM);
	q->magic = QUEUE_MAGIC;
	q->version = QUEUE_VERSION;
	q->producers = PRODUCERS;
	q->joined = 1;
	q->left = 0;
	real_init(&q->lock, 1, 1);
	real_init(&q->free, 1, SLOTS - n);
	real_init(&q->items, 1, n);
	first = q->received = received;
	q->sent = received + n;
	for (unsigned i = 0; i < n; i++) {
		*noted(received + i) = make(i + 1);
		q->slots[(received + i) % SLOTS] = *noted(received + i);
	}
	others = 0;
	leaver = 0;
	dead = NULL;
	interrupts = limit = failing = 0;
}

static void
watch(const char *function)
{
	static const char *const who[] = {
		"",
		", other consumers at work",
		", other producers at work",
		", others at work",
	};
	unsigned n = (unsigned)(q->sent - q->received);

	snprintf(where, sizeof(where),
		 "%s, %u message%s in the queue, the next one %s slot %d%s",
		 function, n, n == 1 ? "" : "s",
		 strcmp(function, "queue_send") == 0 ? "into" : "from",
		 (int)((strcmp(function, "queue_send") == 0 ? q->sent
							    : q->received) %
		       SLOTS),
		 who[others]);
	keep();
	began = passed;
	latest = 0;
	posts = 0;
	has_lock = false;
	due = NULL;
	watching = true;
}

/* After it: nothing is held, and the semaphores say what is there. */
static void
check_end(int result, int wanted, int number)
{
	int error = errno, full = (int)(q->sent - q->received);

	watching = false;
	if (failing != 0) {
		if (posts >= failing && result != -1)
			complain("it returns %d when call %d of sem_post fails",
				 result, failing);
		return;
	}
	if (has_lock)
		complain("it returns and keeps the lock");
	if (dead != &q->lock && value_of(&q->lock) != 1)
		complain("lock is %d at the end", value_of(&q->lock));
	check_untouched();
	if (result != wanted)
		complain("it returns %d (%s), not %d", result,
			 result == -1 ? strerror(error) : "no error", wanted);
	if (result == -1 && error != number && error == POST_ERRNO)
		complain("it fails, and errno is what sem_post has made of it "
			 "afterwards");
	if (result == -1 && error != number)
		complain("it fails with \"%s\", not \"%s\"", strerror(error),
			 strerror(number));
	if (value_of(&q->free) != SLOTS - full)
		complain("free is %d at the end, and %d slots are empty",
			 value_of(&q->free), SLOTS - full);
	if (value_of(&q->items) != full + ended())
		complain("items is %d at the end, with %d messages%s",
			 value_of(&q->items), full,
			 ended() ? " and the end" : "");
}

/* Its bytes are in memory of just that size. */
static void
send_one(unsigned number, int wanted, int error)
{
	uint64_t sent = q->sent;
	char *text;
	int result;

	mine = make(number);
	text = malloc(mine.length);
	memcpy(text, mine.text, mine.length);
	watch("queue_send");
	result = queue_send(q, text, mine.length, limit);
	check_end(result, wanted, error);
	if (wanted == 0 && failing == 0 && q->sent == sent)
		complain("it puts nothing in");
	free(text);
}

static void
receive_one(int wanted, int error)
{
	struct message *m = malloc(sizeof(*m));
	int result;

	memset(m, 0x33, sizeof(*m));
	watch("queue_receive");
	result = queue_receive(q, m, limit);
	check_end(result, wanted, error);
	if (wanted == 1 && failing == 0 && due == NULL)
		complain("it takes nothing out");
	if (wanted == 1 && failing == 0 && !same(m, due))
		complain("it returns another message than the one that it "
			 "takes: the slot was overwritten before it was "
			 "copied, or it is the wrong slot");
	free(m);
}

static void
leave_one(int wanted, int error)
{
	int result;

	watch("queue_leave");
	result = queue_leave(q, limit);
	check_end(result, wanted, error);
}

static void
join_one(uint32_t producers, int wanted, int error)
{
	uint32_t joined = q->joined;
	int result;

	watch("queue_join");
	result = queue_join(q, producers, limit);
	check_end(result, wanted, error);
	if (failing == 0 && q->joined != joined + (wanted == 0))
		complain("joined goes from %u to %u", joined, q->joined);
}

/* ---- what is tried */

/* Each slot is the first one; the last number is about to need 33 bits. */
static const uint64_t starts[] = { 0, 1, 2, 3, UINT32_MAX - 1 };
#define STARTS (int)(sizeof(starts) / sizeof(starts[0]))

static void
try_send(void)
{
	for (int i = 0; i < STARTS; i++)
		for (unsigned n = 0; n <= SLOTS; n++)
			for (int who = 0; who <= EVERYBODY; who++)
				for (unsigned size = 0; size < 6; size++) {
					fill(starts[i], n);
					others = who;
					send_one(size, 0, 0);
				}
	fill(3, 2);
	watch("queue_send");
	check_end(queue_send(q, "", MESSAGE_MAX + 1, 0), -1, EMSGSIZE);
	for (int i = 1; i < 3; i++) {
		fill(3, 2);
		failing = i;
		send_one(0, 0, 0);
	}
}

static void
try_receive(void)
{
	for (int i = 0; i < STARTS; i++)
		for (unsigned n = 0; n <= SLOTS; n++)
			for (int who = 0; who <= EVERYBODY; who++) {
				fill(starts[i], n);
				others = who;
				receive_one(1, 0);
			}
	for (int i = 1; i < 3; i++) {
		fill(3, 2);
		failing = i;
		receive_one(1, 0);
	}
	for (unsigned i = 0; i < 3; i++) {
		const uint32_t wrong[] = { MESSAGE_MAX + 1, 1u << 31,
					   UINT32_MAX };

		fill(i, 1);
		q->slots[i].length = noted(i)->length = wrong[i];
		receive_one(-1, EBADMSG);
	}
}

static void
try_leave(void)
{
	for (unsigned n = 0; n <= SLOTS; n++)
		for (unsigned left = 0; left < PRODUCERS; left++)
			for (int more = 0; more < 3; more++) {
				fill(n, n);
				q->left = left;
				leaver = left + 1 < PRODUCERS ? more : 0;
				others = n % 2 ? CONSUMERS : 0;
				leave_one(0, 0);
				if (q->left <= left)
					complain("it does not count itself "
						 "out");
			}
	for (int i = 0; i < STARTS; i++) {
		fill(starts[i], 0);
		q->left = PRODUCERS;
		real_post(&q->items);
		others = CONSUMERS;
		receive_one(0, 0);
	}
	for (int i = 1; i < 3; i++) {
		fill(3, 2);
		q->left = PRODUCERS - 1;
		failing = i;
		leave_one(0, 0);
		fill(0, 0);
		q->left = PRODUCERS;
		real_post(&q->items);
		failing = i;
		receive_one(0, 0);
	}
}

static void
try_join(void)
{
	fill(0, 2);
	join_one(PRODUCERS, 0, 0);
	join_one(PRODUCERS + 1, -1, EINVAL);
	join_one(PRODUCERS, 0, 0);
	join_one(PRODUCERS, -1, EUSERS);
}

/* A queue where each wait has a limit; it is interrupted that often. */
static void
fill_limited(unsigned n, int signals)
{
	fill(2, n);
	limit = LIMIT;
	interrupts = signals;
}

/* One in which this semaphore is 0 and stays so. */
static void
fill_dead(unsigned n, sem_t *sem)
{
	fill_limited(n, 0);
	dead = sem;
	if (sem == &q->lock)
		real_try(sem);
}

static void
try_send_limit(void)
{
	for (int signals = 0; signals < 4; signals++) {
		fill_limited(2, signals);
		send_one(0, 0, 0);
		fill_limited(SLOTS, signals);
		send_one(0, 0, 0);
		fill(2, 2);
		interrupts = signals;
		send_one(0, 0, 0);
	}
	fill_dead(SLOTS, &q->free);
	send_one(0, -1, ETIMEDOUT);
	fill_dead(2, &q->lock);
	send_one(0, -1, EOWNERDEAD);
}

static void
try_receive_limit(void)
{
	for (int signals = 0; signals < 4; signals++) {
		fill_limited(2, signals);
		receive_one(1, 0);
		fill_limited(0, signals);
		receive_one(1, 0);
		fill(2, 2);
		interrupts = signals;
		receive_one(1, 0);
	}
	fill_dead(0, &q->items);
	receive_one(-1, ETIMEDOUT);
	fill_dead(2, &q->lock);
	receive_one(-1, EOWNERDEAD);
}

static void
try_leave_limit(void)
{
	for (int signals = 0; signals < 3; signals++) {
		fill_limited(2, signals);
		leave_one(0, 0);
	}
	fill_dead(2, &q->lock);
	leave_one(-1, EOWNERDEAD);
	fill_dead(2, &q->lock);
	join_one(PRODUCERS, -1, EOWNERDEAD);
}

/* ---- the start */

static int inits;

int
sem_init(sem_t *sem, int pshared, unsigned value)
{
	inits++;
	if (inits == failing)
		return fail(ENOSPC);
	if (pshared == 0)
		complain("%s is not shared between processes", name_of(sem));
	return real_init(sem, pshared, value);
}

static void
try_init(void)
{
	snprintf(where, sizeof(where), "queue_init");
	for (failing = 3; failing >= 0; failing--) {
		int result;

		memset(q, 0, ROOM);
		inits = 0;
		result = queue_init(q, PRODUCERS);
		if (failing > 0 && result != -1)
			complain("it returns %d when call %d of sem_init fails",
				 result, failing);
		if (failing == 0 && result != 0)
			complain("it returns %d", result);
	}
	if (value_of(&q->lock) != 1 || value_of(&q->free) != SLOTS ||
	    value_of(&q->items) != 0)
		complain("lock is %d, free %d, items %d", value_of(&q->lock),
			 value_of(&q->free), value_of(&q->items));
}

/* ---- the file */

/* Leaves values on the stack that would make any file a queue. */
__attribute__((noinline)) static void
leave_values(void)
{
	volatile uint32_t old[8192];

	for (size_t i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		old[i] = i % 2 == 0 ? QUEUE_MAGIC : QUEUE_VERSION;
}

/* ---- the start */

static void *
real(const char *name)
{
	void *function = dlsym(RTLD_NEXT, name);

	if (function == NULL)
		errx(2, "there is no %s", name);
	return function;
}

/* A loop that makes no call waits for nothing. */
static void
looped(int signal)
{
	(void)signal;
	complain("it goes round in a loop, and waits for nothing");
}

static void
run(const char *part, const char *word)
{
	static const struct {
		const char *name;
		void (*try)(void);
	} parts[] = {
		{ "init", try_init },
		{ "join", try_join },
		{ "send", try_send },
		{ "send-limit", try_send_limit },
		{ "receive", try_receive },
		{ "receive-limit", try_receive_limit },
		{ "leave", try_leave },
		{ "leave-limit", try_leave_limit },
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (strcmp(part, parts[i].name) == 0) {
			parts[i].try();
			puts(word);
			return;
		}
	errx(2, "%s: not a part", part);
}

int
main(int argc, char *argv[])
{
	const struct itimerval limit_of_time = { .it_value.tv_sec = 2 };

	if (argc < 3)
		errx(2, "usage: meanwhile PART... WORD");
	if (strcmp(argv[1], "open") == 0) {
		leave_values();
		queue_close(queue_open(argv[2]));
		return 0;
	}
	real_post = (int (*)(sem_t *))real("sem_post");
	real_try = (int (*)(sem_t *))real("sem_trywait");
	real_init = (int (*)(sem_t *, int, unsigned))real("sem_init");
	q = mmap(NULL, ROOM, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		 -1, 0);
	if (q == MAP_FAILED)
		err(2, "mmap");
	signal(SIGVTALRM, looped);
	setitimer(ITIMER_VIRTUAL, &limit_of_time, NULL);
	for (int i = 1; i < argc - 1; i++)
		run(argv[i], argv[argc - 1]);
	return 0;
}
