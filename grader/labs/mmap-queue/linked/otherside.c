/*
 * Calls the functions of the ring, and acts as the other side at each of their
 * calls of futex(2): between the look and the sleep, during the sleep, with the rest
 * of an earlier call, or not at all, as when a sleep ends for no reason.
 *
 *	otherside WORD
 *	otherside between WORD	it acts between two instructions, too: between.h
 *
 * Prints WORD, or one line that says what is wrong, with exit status 1.
 */
#include "between.h"
#include <dlfcn.h>
#include <stdarg.h>

static long
fail(int number)
{
	errno = number;
	return -1;
}

static long
sleep_on(const void *word, uint32_t seen)
{
	_Atomic uint32_t *moves = sending ? &ring->received : &ring->sent;
	_Atomic uint32_t *flag =
	    sending ? &ring->producer_waits : &ring->consumer_waits;
	bool told = *flag;

	if (between != NULL)
		return sleep_between(word, seen);
	sleeps++;
	if (sending ? ring->sent - ring->received != RING_SLOTS
		    : ring->sent != ring->received)
		complain("it sleeps, and the ring is not %s",
			 sending ? "full" : "empty");
	if (word != moves && word != flag)
		complain("it sleeps on a word that the other side leaves as it "
			 "is");
	by_flag[sending] = word == flag;
	if (word == flag)
		moves = flag;
	if (!told)
		complain(sleeps > 1 ? "it sleeps again, and has not said again "
				      "that it waits"
				    : "it sleeps and has not said that it "
				      "waits");
	if (sleeps > 100)
		complain(when == FAILS
			     ? "its sleep fails, and it tries again and again"
			     : "it sleeps again and again");
	if (when == FAILS)
		return fail(ENOMEM);
	if (when == BEFORE)
		act();
	if (*moves != seen)
		return fail(EAGAIN);
	if (when == BEFORE)
		complain("the other side acts between its look and its sleep, "
			 "and it sleeps all the same");
	if (when == AFTER_A_WHILE && sleeps < 3)
		return sleeps == 1 ? 0 : fail(EINTR);
	if (when == LATE && sleeps == 1) {
		if (takes_back[!sending])
			*flag = 0;
		return 0;
	}
	if (!act())
		complain("the other side would not wake it");
	return 0;
}

static long
wake(const void *word)
{
	const _Atomic uint32_t *moved = sending ? &ring->sent : &ring->received;
	const _Atomic uint32_t *flag =
	    sending ? &ring->consumer_waits : &ring->producer_waits;

	wakes++;
	if (word != (by_flag[!sending] ? flag : moved))
		complain("it wakes on a word on which nobody sleeps");
	if (*moved != (sending ? sent : received) + 1)
		complain(
		    "it wakes the other side before the counter has moved");
	if (between != NULL)
		between->wakes += between->acted;
	else if (word == flag && *flag != 0)
		complain("it wakes the other side, and the word on which that "
			 "sleeps is as it was");
	return when == FAILS ? fail(EFAULT) : 1;
}

/* The other side, by the student's own function, while this one sleeps. */
static long
answer(bool wakes_other)
{
	struct message m = *make(0);

	wakes++;
	if (wakes_other)
		return 1;
	if (sending)
		ring_receive(ring, &m);
	else
		ring_send(ring, &m);
	return 0;
}

long
syscall(long number, ...)
{
	static long (*next)(long, ...);
	long a[6];
	va_list values;

	va_start(values, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(values, long);
	va_end(values);
	if (talking && number == SYS_futex)
		return answer((a[1] & FUTEX_CMD_MASK) == FUTEX_WAKE);
	if (watching && number == SYS_futex) {
		const void *word = (const void *)a[0];
		long result;

		if (between != NULL)
			between->inside = false;
		if (a[1] & FUTEX_PRIVATE_FLAG)
			complain("its futex is private to one process");
		if ((a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT ||
		    (a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET)
			result = sleep_on(word, (uint32_t)a[2]);
		else
			result = wake(word);
		if (between != NULL)
			between->inside = true;
		return result;
	}
	if (next == NULL)
		next = (long (*)(long, ...))dlsym(RTLD_NEXT, "syscall");
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static void
call(bool send, bool other_waits)
{
	const uint32_t n = sent - received;
	struct message *m = malloc(sizeof(*m));
	struct message due;
	bool must_sleep = n == (send ? RING_SLOTS : 0);
	bool fails = when == FAILS && (must_sleep || other_waits);
	int result;

	snprintf(where, sizeof(where),
		 "%s, %u message%s in the ring, received %u, sent %u",
		 send ? "ring_send" : "ring_receive", n, n == 1 ? "" : "s",
		 received, sent);
	sending = send;
	if (send)
		ring->consumer_waits = other_waits;
	else
		ring->producer_waits = other_waits;
	*m = *make(sent);
	watching = true;
	result = send ? ring_send(ring, m) : ring_receive(ring, m);
	watching = false;
	if (result != (fails ? -1 : 0))
		complain("it returns %d%s", result,
			 fails ? ", and its call of futex has failed" : "");
	due = *make(send ? sent : received);
	if (!fails) {
		if (other_waits)
			takes_back[send] = (send ? ring->consumer_waits
						 : ring->producer_waits) == 0;
		if ((sleeps > 0) != must_sleep)
			complain(must_sleep ? "it does not sleep"
					    : "it sleeps");
		if (wakes != other_waits)
			complain(other_waits
				     ? "it does not wake the other side"
				     : "it makes a system call, and nobody "
				       "waits");
		if (ring->sent - ring->received > RING_SLOTS)
			complain("it puts a message into a full ring");
		if ((send ? ring->sent - sent : ring->received - received) != 1)
			complain("its counter does not move by one");
		if (!same(send ? &ring->slots[sent % RING_SLOTS] : m, &due))
			complain(send ? "the message is not in slot %u"
				      : "it is not the message of slot %u",
				 (send ? sent : received) % RING_SLOTS);
	}
	for (uint32_t i = received + !send; i != sent && !must_sleep; i++)
		if (!same(&ring->slots[i % RING_SLOTS], make(i)))
			complain("it writes into slot %u, whose message nobody "
				 "has taken",
				 i % RING_SLOTS);
	free(m);
}

/* Once it has been woken, and nobody waits any more, no system call is made. */
static void
converse(bool send)
{
	struct message m = *make(0);

	fill(0, send ? RING_SLOTS : 0);
	snprintf(where, sizeof(where), "%s, after a wait",
		 send ? "ring_receive" : "ring_send");
	sending = send;
	talking = true;
	if (send)
		ring_send(ring, &m);
	else
		ring_receive(ring, &m);
	wakes = 0;
	for (int i = 0; i < 3; i++)
		if ((send ? ring_receive(ring, &m) : ring_send(ring, &m)) == -1)
			complain("it fails");
	if (wakes > 0)
		complain("it makes a system call, and nobody waits any more");
	talking = false;
}

/* A loop that makes no call does not sleep. */
static void
looped(int signal)
{
	(void)signal;
	complain(sent - received == (sending ? RING_SLOTS : 0)
		     ? "it goes round in a loop, where it could sleep"
		     : "it goes round in a loop, and need not wait");
}

int
main(int argc, char *argv[])
{
	const struct itimerval limit = { .it_value.tv_sec = 2 };
	static const uint32_t firsts[] = { 0, 5, UINT32_MAX - 3 };

	if (argc != 2 && (argc != 3 || strcmp(argv[1], "between") != 0))
		errx(2, "usage: otherside [between] WORD");
	ring = malloc(sizeof(*ring));
	if (ring == NULL)
		err(2, "malloc");
	signal(SIGVTALRM, looped);
	setitimer(ITIMER_VIRTUAL, &limit, NULL);
	// First the sleeps, which show on which word to wake.
	when = DURING;
	fill(0, RING_SLOTS - 1);
	call(true, false);
	fill(0, RING_SLOTS);
	call(true, false);
	fill(0, 0);
	call(false, false);
	for (unsigned i = 0; i < sizeof(firsts) / sizeof(firsts[0]); i++)
		for (uint32_t n = 0; n <= RING_SLOTS; n++)
			for (int w = 0; w < 8; w++)
				for (when = BEFORE; when <= FAILS; when++) {
					fill(firsts[i], n);
					call(w & 1, w & 2);
				}
	when = LATE;
	for (int send = 0; send < 2; send++) {
		fill(5, send ? RING_SLOTS : 0);
		call(send, false);
	}
	converse(true);
	converse(false);
	free(ring);
	if (argc == 3)
		try_between();
	puts(argv[argc - 1]);
	return 0;
}
