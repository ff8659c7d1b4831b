/*
 * Calls the functions of the queue, and at each of their calls on a semaphore
 * lets other producers and consumers do all that they may do at that moment. So
 * what is touched without the lock, announced too early or copied too late is
 * wrong in every run. The clocks are made up, and so are waits that time out or
 * that a signal interrupts: none of them takes its time.
 *
 *	meanwhile PART... WORD	prints WORD once for each PART, a name in `parts`
 *
 * What is wrong it says in one line, and ends with exit status 1. It fills its
 * queues by itself, so that each gap is tried alone.
 *
 * Here is what is tried. calls.h makes one call of a function, standins.h has the
 * clocks and semaphores that the function sees, others.h what others do meanwhile,
 * scene.h what all of these know.
 */
#include "calls.h"

/* ---- what is tried */

#define BOTH 3 // calls of sem_post that fail, see scene.h

/* Each slot is the first one; the last number is about to need 33 bits. */
static const uint64_t starts[] = { 0, 1, 2, 3, UINT32_MAX - 1 };
#define STARTS (int)(sizeof(starts) / sizeof(starts[0]))

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

/* One whose waits have no limit; those after the first few are interrupted. */
static void
fill_interrupted(unsigned n, int signals)
{
	fill(2, n);
	interrupts = signals;
	waits_before = signals % 2;
	if (signals > 0)
		about = ", a signal ends a wait";
}

/* One where waits for this semaphore fail. */
static void
fill_broken(unsigned n, sem_t *sem)
{
	fill(2, n);
	broken = sem;
	about = sem == &q->lock	   ? ", each wait for lock fails"
		: sem == &q->items ? ", each wait for items fails"
				   : ", each wait for free fails";
}

/* From now on in this one what only the lock allows to read is hidden. */
static void
hide_all(void)
{
	hiding = true;
	about = ", all from joined down is 0 while it does not hold the lock";
}

/* One that all its producers have left. */
static void
fill_ended(uint64_t received, unsigned n, uint32_t producers)
{
	fill(received, n);
	q->producers = q->joined = q->left = producers;
	real_post(&q->items);
}

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
	for (unsigned i = 0; i < 5; i++) {
		const size_t lengths[] = { MESSAGE_MAX + 1, 1000, 1ul << 31,
					   1ul << 32, SIZE_MAX };

		fill(3, 2);
		refuse_one(lengths[i]);
	}
	for (int i = 0; i < 8; i++) {
		fill_interrupted(i % 2 ? SLOTS : 2, i / 2);
		send_one(0, 0, 0);
	}
	fill_broken(2, &q->free);
	send_one(0, -1, EINVAL);
	fill_broken(2, &q->lock);
	send_one(0, -1, EINVAL);
	for (unsigned calls = 1; calls <= BOTH; calls++) {
		fill(3, 2);
		failing = calls;
		send_one(0, 0, 0);
	}
	fill_broken(2, &q->lock);
	failing = 1;
	send_one(0, -1, EINVAL);
	for (unsigned n = 0; n <= SLOTS; n++) {
		fill(1, n);
		hide_all();
		send_one(0, 0, 0);
	}
}

static void
try_receive(void)
{
	for (unsigned size = 0; size < 6; size++) {
		fill(0, 1);
		q->slots[0] = *noted(0) = make(size);
		receive_one(1, 0);
	}
	for (int i = 0; i < STARTS; i++)
		for (unsigned n = 0; n <= SLOTS; n++)
			for (int who = 0; who <= EVERYBODY; who++) {
				fill(starts[i], n);
				others = who;
				receive_one(1, 0);
			}
	for (unsigned n = 1; n <= SLOTS; n++) {
		fill_ended(1, n, PRODUCERS);
		about = ", every producer has left";
		receive_one(1, 0);
	}
	for (int i = 0; i < 8; i++) {
		fill_interrupted(i % 2 ? 0 : 2, i / 2);
		receive_one(1, 0);
	}
	fill_broken(2, &q->items);
	receive_one(-1, EINVAL);
	fill_broken(2, &q->lock);
	receive_one(-1, EINVAL);
	for (unsigned calls = 1; calls <= BOTH; calls++) {
		fill(3, 2);
		failing = calls;
		receive_one(1, 0);
	}
	fill_broken(2, &q->lock);
	failing = 1;
	receive_one(-1, EINVAL);
	// At the end, too, as far as it is gap 4's: up to the first sem_post.
	fill_ended(0, 0, PRODUCERS);
	receive_end();
	fill_ended(0, 0, PRODUCERS);
	failing = 1;
	receive_one(0, 0);
	for (unsigned i = 0; i < 3; i++) {
		const uint32_t wrong[] = { MESSAGE_MAX + 1, 1u << 31,
					   UINT32_MAX };

		fill(i, 1);
		q->slots[i].length = noted(i)->length = wrong[i];
		about = ", which is too many: damaged";
		receive_one(-1, EBADMSG);
	}
	for (unsigned n = 0; n <= SLOTS; n++) {
		fill(1, n);
		hide_all();
		receive_one(1, 0);
	}
}

/* Producers, of whom so many have left before. */
static void
leave_of(uint32_t producers, uint32_t left, int more)
{
	unsigned n = left % (SLOTS + 1);

	fill(n, n);
	q->joined = q->producers = producers;
	q->left = left;
	leaver = left + 1 < producers ? more : 0;
	if (leaver != 0)
		about = ", another one leaves meanwhile";
	others = n % 2 ? CONSUMERS : 0;
	leave_one(0, 0);
	if (q->left <= left)
		complain("it does not count itself out");
}

static void
try_leave(void)
{
	static const uint32_t numbers[] = { 1, 2, PRODUCERS, 12, 1000 };

	for (int i = 0; i < 5; i++)
		for (uint32_t left = 0; left < numbers[i]; left++)
			for (int more = 0; more < 3; more++)
				leave_of(numbers[i], left, more);
	for (unsigned n = 0; n <= SLOTS; n++)
		for (unsigned left = 0; left < PRODUCERS; left++) {
			fill(n, n);
			q->left = left;
			q->joined = left + 1;
			leave_one(0, 0);
		}
	for (int i = 0; i < 4; i++) {
		fill_interrupted(2, i);
		leave_one(0, 0);
		fill_ended(3, 0, PRODUCERS);
		interrupts = i;
		receive_one(0, 0);
	}
	fill_broken(2, &q->lock);
	leave_one(-1, EINVAL);
	for (int i = 0; i < STARTS; i++) {
		fill_ended(starts[i], 0, numbers[i]);
		others = CONSUMERS;
		receive_one(0, 0);
	}
	for (unsigned calls = 1; calls <= BOTH; calls++) {
		fill(3, 2);
		q->joined = PRODUCERS;
		q->left = PRODUCERS - 1;
		failing = calls;
		leave_one(0, 0);
	}
	fill_ended(0, 0, PRODUCERS);
	failing = 2;
	receive_one(0, 0);
	for (unsigned left = 0; left < PRODUCERS; left++) {
		fill(1, left);
		q->left = left;
		q->joined = left + 1;
		hide_all();
		leave_one(0, 0);
	}
	fill_ended(1, 0, PRODUCERS);
	hide_all();
	receive_one(0, 0);
	fill_ended(1, 0, PRODUCERS);
	limit = LIMIT;
	receive_one(0, 0);
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

static void
try_send_limit(void)
{
	for (int signals = 0; signals < 4; signals++) {
		fill_limited(2, signals);
		send_one(0, 0, 0);
		fill_limited(SLOTS, signals);
		send_one(0, 0, 0);
		fill_limited(2, signals);
		waits_before = 1;
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
		fill_limited(2, signals);
		waits_before = 1;
		receive_one(1, 0);
	}
	fill_dead(0, &q->items);
	receive_one(-1, ETIMEDOUT);
	fill_dead(2, &q->lock);
	receive_one(-1, EOWNERDEAD);
}

/* Another consumer takes what is announced at once. */
static void
try_announce(void)
{
	lenient = true;
	fill(0, 0);
	others = CONSUMERS;
	send_one(1, 0, 0);
	lenient = false;
}

static void
try_leave_limit(void)
{
	for (int signals = 0; signals < 3; signals++) {
		fill_limited(2, signals);
		leave_one(0, 0);
		fill_limited(2, signals);
		q->joined = PRODUCERS;
		q->left = PRODUCERS - 1;
		leave_one(0, 0);
	}
	fill_dead(2, &q->lock);
	leave_one(-1, EOWNERDEAD);
	fill_dead(2, &q->lock);
	join_one(PRODUCERS, -1, EOWNERDEAD);
}

static void
try_init(void)
{
	static const unsigned which[] = { 4, 2, 1, 3, 5, 6, 7, 0 };

	snprintf(where, sizeof(where), "queue_init");
	for (int i = lenient ? 7 : 0; i < 8; i++) {
		int result;

		memset(q, 0, ROOM);
		inits = 0;
		failing = which[i];
		errno = 0;
		result = queue_init(q, PRODUCERS);
		if (failing > 0 && result != -1)
			complain("it returns %d when %s", result,
				 failures("sem_init", failing));
		if (failing > 0 && errno != ENOSPC)
			complain("%s, and errno is not what it was then",
				 failures("sem_init", failing));
		if (lenient && result == -1 && errno == ENOSYS)
			_exit(0);
		if (failing == 0 && result != 0)
			complain("it returns %d", result);
	}
	if (value_of(&q->lock) != 1 || value_of(&q->free) != SLOTS ||
	    value_of(&q->items) != 0)
		complain("lock is %d, free %d, items %d", value_of(&q->lock),
			 value_of(&q->free), value_of(&q->items));
}

/*
 * Whether anything can work at all: what others would wait for in vain. Each
 * function alone; one whose gap is open ends it.
 */
static void
try_basics(void)
{
	lenient = true;
	try_init();
	for (unsigned n = 0; n < SLOTS; n++) {
		fill(n, n);
		send_one(1, 0, 0);
	}
	lenient = false;
}

static void
try_taking(void)
{
	lenient = true;
	for (unsigned n = 1; n <= SLOTS; n++) {
		fill(n, n);
		receive_one(1, 0);
	}
	lenient = false;
}

static void
try_leaving(void)
{
	lenient = true;
	fill(0, 0);
	leave_one(0, 0);
	lenient = false;
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
run(const char *part)
{
	static const struct {
		const char *name;
		void (*try)(void);
	} parts[] = {
		{ "basics", try_basics },
		{ "taking", try_taking },
		{ "leaving", try_leaving },
		{ "announce", try_announce },
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
		run(argv[i]);
	for (int i = 1; i < argc - 1; i++)
		puts(argv[argc - 1]);
	return 0;
}
