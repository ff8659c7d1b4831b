/*
 * One call of a student's function: the queue before it, and what is judged after
 * it. See meanwhile.c.
 */
#include "standins.h"

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
	too_long = 0;
	about = "";
	dead = broken = NULL;
	interrupts = waits_before = limit = failing = 0;
	hiding = false;
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
	bool sends = strcmp(function, "queue_send") == 0;
	bool receives = strcmp(function, "queue_receive") == 0;
	unsigned long long next = sends ? q->sent : q->received;
	unsigned n = (unsigned)(q->sent - q->received);
	char which[100] = "";

	if (sends || (receives && n > 0))
		snprintf(
		    which, sizeof(which),
		    ", the next one (number %llu, of length %zu) %s slot %d",
		    next,
		    too_long ? too_long
		    : sends  ? mine.length
			     : noted(next)->length,
		    sends ? "into" : "from", (int)(next % SLOTS));
	else if (receives && !ended())
		snprintf(which, sizeof(which),
			 ", the next one will be number %llu", next);
	else
		snprintf(which, sizeof(which),
			 ", producers %u: %u joined, %u left", q->producers,
			 q->joined, q->left);
	snprintf(where, sizeof(where), "%s, %u message%s in the queue%s%s%s",
		 function, n, n == 1 ? "" : "s", which, who[others], about);
	keep();
	began = passed;
	latest = 0;
	posts = takes = 0;
	has_lock = false;
	due = NULL;
	failed = NULL;
	failed_calls = 0;
	failed_names[0] = '\0';
	lock_failed = false;
	watching = true;
	hide();
}

/* After one in which a sem_post was to fail. */
static void
check_failed(int result, int error)
{
	char function[60];
	const char *what;

	snprintf(function, sizeof(function), "sem_post (%s)", failed_names);
	what = failures(function, failed_calls);
	if (failed != NULL && result != -1)
		complain("it returns %d when %s", result, what);
	if (failed != NULL && error == ENOSYS) // of a gap that is open
		complain("it goes on when %s", what);
	if (has_lock && !lock_failed)
		complain("it keeps the lock when sem_post of %s has failed",
			 failed == NULL ? "nothing" : name_of(failed));
	// Where the lock was not to be had, that is the error. (A sem_post that
	// succeeds leaves errno alone, but for ours.)
	if (failed == NULL || broken != NULL || error == EOVERFLOW ||
	    error == POST_ERRNO)
		return;
	complain("%s, and errno is \"%s\"", what, strerror(error));
}

/* After it: nothing is held, and the semaphores say what is there. */
static void
check_end(int result, int wanted, int number)
{
	int error = errno, full;

	show();
	full = (int)(q->sent - q->received);
	watching = false;
	if (lenient && result == -1 && error == ENOSYS)
		_exit(0);
	if (failing != 0) {
		check_failed(result, error);
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
		complain("items is %d at the end, with %d message%s%s",
			 value_of(&q->items), full, full == 1 ? "" : "s",
			 ended() ? " and the end" : "");
}

/* Its bytes, unlike those of all others, are in memory of just that size. */
static void
send_one(unsigned number, int wanted, int error)
{
	uint64_t sent = q->sent;
	char *text;
	int result;

	mine = make(33 + number);
	text = malloc(mine.length);
	memcpy(text, mine.text, mine.length);
	watch("queue_send");
	result = queue_send(q, text, mine.length, limit);
	check_end(result, wanted, error);
	if (wanted == 0 && failing == 0 && q->sent == sent)
		complain("it puts nothing in");
	free(text);
}

/* One that does not fit: nothing is sent. */
static void
refuse_one(size_t length)
{
	static char text[ROOM];

	mine = make(0);
	too_long = length;
	watch("queue_send");
	check_end(queue_send(q, text, length, limit), -1, EMSGSIZE);
}

/* Shows how a message differs from the one that was taken. */
__attribute__((noreturn)) static void
complain_of_message(const struct message *m)
{
	const uint64_t number = first + (uint64_t)(due - log_of);
	unsigned i = 0;

	for (uint64_t n = first; n < q->sent; n++)
		if (n != number && same(m, noted(n)))
			complain("it counts message %llu as taken, and returns "
				 "message %llu: %s",
				 (unsigned long long)number,
				 (unsigned long long)n,
				 n % SLOTS == number % SLOTS
				     ? "the slot was overwritten before it was "
				       "copied"
				     : "it is the wrong slot");
	if (m->length != due->length)
		complain("it returns a message whose length is %u, not %u",
			 m->length, due->length);
	while (m->text[i] == due->text[i])
		i++;
	complain("it returns a message whose byte %u is 0x%02x, not 0x%02x", i,
		 m->text[i] & 0xff, due->text[i] & 0xff);
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
	if (wanted == 1 && failing == 0 && !lenient && !same(m, due))
		complain_of_message(m);
	free(m);
}

/* At the end: a lock that was taken before gap 5 comes in is given back before, too. */
static void
receive_end(void)
{
	struct message m;

	watch("queue_receive");
	queue_receive(q, &m, limit);
	show();
	watching = false;
	if (has_lock && takes == 2) // an item, and the lock
		complain("it returns and keeps the lock");
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
