/*
 * Whatever the other side of a chat can do, at whatever moment, for the tests of
 * the lab `shm`.
 *
 *	turns wait	wait_turn, while the other side gives the turn, is gone, or
 *			a signal comes: before it, at its n-th call or, in the build
 *			`race`, just before its n-th look at memory
 *	turns give	what give_turn does, and in which order
 *	turns order	two processes take turns: for the checker `race`
 *
 * wait_turn finds out by shmctl(2) whether the other side is gone, and sleeps by
 * syscall(2). Both stand here in place of the C library's: something happens
 * when they are called, and nobody has to sleep for it. Where a thread of its own
 * asks for it, each sleep is a real one, but short: the others must get on. And the
 * build `race` tells of each look at memory before it is done.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <err.h>
#include <errno.h>
#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "chat.h"

int shmctl(int, int, struct shmid_ds *);
long syscall(long, ...);
void labbox_before_access(const volatile void *);

enum {
	CALLS = 20,	 /* after the event, until it counts as endless */
	UNASKED = 2,	 /* sleeps after it, until the kernel is asked */
	NAPS = 3000,	 /* the same where threads take turns: 3 s */
	MOMENTS = 16,	 /* at which the event comes: calls and looks */
	FEW_MOMENTS = 1, /* the same where each costs time */
};

/* What happens, all at the same moment. */
enum { GIVES = 1, GOES = 2, TOLD = 4, EVENTS = 8 };

static struct chat *chat;
static void *partner; /* where the other side has it attached, or NULL */
static int id;
static int complaints;
static int told; /* so many of them */
static bool nobody_sleeps;
static bool several;		/* wait_turn has threads of its own */
static bool threaded;		/* and these need time */
static _Thread_local bool ours; /* what is done now, wait_turn does not do */

/* wait_turn may have several threads. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static struct {
	bool on;
	enum turn mine;
	int event, at; /* at the moment of that number; 0: before the first */
	int moments, calls;
	int awake; /* calls since the last sleep */
	bool happened;
	bool told;	/* told_to_end was set before the last sleep ended */
	bool known;	/* the kernel has said that the other side is gone */
	bool asked;	/* the kernel was asked since the last sleep */
	int unasked;	/* sleeps after the event for which it was not */
	int woken;	/* how the last sleep ended, as an errno */
	int refused;	/* sleeps, as the flag had another value */
	char text[200]; /* in words */
} now;

static const char *
name_of(enum turn turn)
{
	return turn == CONSUMER ? "CONSUMER" : "PRODUCER";
}

/* Tells the first three, but not the same line twice. */
static void
complain(const char *what)
{
	static char last[400];
	char line[400];

	snprintf(line, sizeof(line), "%s: %s", now.text, what);
	if (complaints++ >= 3 || strcmp(line, last) == 0)
		return;
	told++;
	strcpy(last, line);
	printf("%s\n", line);
}

/* It will not return any more. */
static _Noreturn void
give_up(const char *what)
{
	complain(what);
	fflush(stdout);
	_exit(1);
}

static void
happen(void)
{
	now.happened = true;
	if (now.event & GIVES)
		atomic_store(&chat->written_by_you, now.mine);
	if (now.event & TOLD)
		told_to_end = 1;
	if (now.event & GOES && shmdt(partner) == -1)
		err(1, "shmdt");
	if (now.event & GOES)
		partner = NULL;
}

/* Whether there is more than one thread in this process. */
static bool
has_threads(void)
{
	struct stat st;

	/* A link for each, and two of its own. */
	return stat("/proc/self/task", &st) == 0 && st.st_nlink > 3;
}

static void
count_moment(void)
{
	if (++now.moments == now.at)
		happen();
}

/*
 * wait_turn looks at the flag or at told_to_end: is it the moment? What this
 * function does itself is not told of.
 */
__attribute__((no_sanitize_thread)) void
labbox_before_access(const volatile void *address)
{
	if (!now.on || ours ||
	    (address != &chat->written_by_you && address != &told_to_end))
		return;
	ours = true;
	pthread_mutex_lock(&lock);
	count_moment();
	pthread_mutex_unlock(&lock);
	ours = false;
}

/* wait_turn makes a call. */
static void
count_call(void)
{
	several = several || has_threads();
	count_moment();
	if (++now.calls > now.at + CALLS)
		threaded = several;
	if (now.calls > now.at + (threaded ? NAPS : CALLS))
		give_up("wait_turn does not return");
}

int
shmctl(int segment, int command, struct shmid_ds *ds)
{
	if (now.on) {
		ours = true;
		pthread_mutex_lock(&lock);
		count_call();
		now.known = now.happened && now.event & GOES;
		now.asked = true;
		if (++now.awake > 4 && !several)
			give_up("wait_turn asks again and again, and never "
				"sleeps on the flag");
		pthread_mutex_unlock(&lock);
		ours = false;
	}
	return (int)syscall(SYS_shmctl, segment, command, ds);
}

/*
 * Whoever goes to sleep has looked for what ends the wait. Where threads of its own
 * look, it may be on its way to know.
 */
static void
judge_sleep(void)
{
	several = several || has_threads();
	if (several)
		return;
	if (now.told)
		complain("wait_turn goes to sleep although told_to_end is set");
	if (now.known)
		complain("wait_turn goes to sleep although the kernel has said "
			 "that the other side is gone");
	if (now.happened && now.event & GOES && !now.asked &&
	    ++now.unasked > UNASKED)
		complain("wait_turn goes to sleep and does not ask whether the "
			 "other side is gone");
}

/* Stands for a sleep. Whatever ends one, it may be for no reason. */
static long
pretend_to_sleep(const _Atomic uint32_t *word, uint32_t value)
{
	static const int reasons[] = { 0, EINTR, ETIMEDOUT };

	static const struct timespec nap = { .tv_nsec = 1000000 };
	uint32_t flag = atomic_load(word);
	bool others;

	pthread_mutex_lock(&lock);
	if (flag == value)
		judge_sleep();
	count_call();
	now.woken = now.happened ? ETIMEDOUT : reasons[now.calls % 3];
	if (atomic_load(word) != value)
		now.woken = EAGAIN;
	else if (atomic_load(word) == now.mine)
		complain("wait_turn sleeps although the turn is its own");
	now.awake = 0;
	if (now.woken != EAGAIN) {
		now.told = told_to_end;
		now.asked = false;
	} else if (++now.refused > 2) {
		/* It is our event that changes the flag, once. */
		printf("futex_wait is told %u while the flag is %u, so it "
		       "returns at once\n",
		       (unsigned)value, (unsigned)flag);
		give_up("wait_turn asks again and again, and never sleeps on "
			"the flag");
	}
	others = threaded;
	errno = now.woken;
	pthread_mutex_unlock(&lock);
	if (others && errno != EAGAIN) {
		nanosleep(&nap, NULL);
		errno = now.woken;
	}
	return errno == 0 ? 0 : -1;
}

/* In words, what ended the last sleep. */
static const char *
waking(void)
{
	switch (now.woken) {
	case -1:
		return "";
	case 0:
		return "a wake came that was not for it";
	case EINTR:
		return "a signal came that sets nothing";
	case ETIMEDOUT:
		return "the time was over";
	default:
		return "the flag changed";
	}
}

long
syscall(long number, ...)
{
	static long (*next)(long, ...);
	va_list list;
	long a[6];

	va_start(list, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(list, long);
	va_end(list);
	if (next == NULL)
		*(void **)&next = dlsym(RTLD_NEXT, "syscall");
	if (nobody_sleeps && number == SYS_futex)
		return 0;
	/* Another word is its own affair: threads of its own may sleep on it. */
	if (now.on && number == SYS_futex &&
	    (_Atomic uint32_t *)a[0] == &chat->written_by_you &&
	    ((int)a[1] & FUTEX_CMD_MASK) != FUTEX_WAKE) {
		long result;

		ours = true;
		result =
		    pretend_to_sleep((_Atomic uint32_t *)a[0], (uint32_t)a[2]);
		ours = false;
		return result;
	}
	return next(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static long
futex(_Atomic uint32_t *word, int operation, int n, int more,
      _Atomic uint32_t *to)
{
	return syscall(SYS_futex, word, operation, n, (long)more, to, 0);
}

static void
open_chat(void)
{
	id = shmget(IPC_PRIVATE, sizeof(*chat), 0600);
	if (id == -1 || (chat = shmat(id, NULL, 0)) == (void *)-1)
		err(1, "shmget");
	/* The key and id are gone at our end, at the latest. */
	if (shmctl(id, IPC_RMID, NULL) == -1)
		err(1, "shmctl");
}

/*
 * A wait for the turn `mine`, in which the event happens at that moment; until then
 * it is nobody's turn, or the other's, as the flag says.
 */
static void
try_wait(enum turn mine, bool came, int event, int at, uint32_t flag)
{
	struct chat before;
	bool nobodys = flag != CONSUMER && flag != PRODUCER;
	int result, error;

	if (partner == NULL && (partner = shmat(id, NULL, 0)) == (void *)-1)
		err(1, "shmat");
	memset(chat->text, 'x', sizeof(chat->text));
	chat->length = 3;
	atomic_store(&chat->producers, came);
	atomic_store(&chat->written_by_you, flag);
	told_to_end = 0;
	now.mine = mine;
	now.event = event;
	now.at = at;
	now.moments = now.calls = now.awake = now.refused = 0;
	now.unasked = 0;
	now.woken = -1;
	now.happened = now.known = now.asked = false;
	snprintf(now.text, sizeof(now.text),
		 "wait_turn(%s), %s the other side %s%s%s%s%s", name_of(mine),
		 at == 0 ? "and before it" : "and during it",
		 event & GIVES ? "gives the turn" : "",
		 event & GIVES && event & GOES ? " and " : "",
		 event & GOES ? "is gone" : "",
		 event & (GIVES | GOES) && event & TOLD ? ", " : "",
		 event & TOLD
		     ? (event & (GIVES | GOES) ? "and told_to_end is set"
					       : "does nothing, but "
						 "told_to_end is set")
		     : "");
	if (at == 0)
		happen();
	now.told = told_to_end;
	memcpy(&before, chat, sizeof(before));
	now.on = true;
	errno = 0;
	result = wait_turn(chat, id, mine);
	error = errno;
	now.on = false;

	if (!now.happened && nobodys) {
		printf("the flag is %u\n", (unsigned)flag);
		give_up("wait_turn returns while the flag says that it is "
			"nobody's turn");
	}
	if (!now.happened) {
		printf("it returns %d (errno: %s), %s%s\n", result,
		       strerror(error),
		       now.woken == -1 ? "before any sleep"
				       : "after a sleep that ended because ",
		       waking());
		give_up("wait_turn returns before that");
	}
	if (event & GIVES) {
		if (result != 0)
			complain("wait_turn does not return 0, although the "
				 "turn is its own");
		before.written_by_you = mine;
	} else if (result != -1) {
		complain("wait_turn does not return -1, although the turn is "
			 "the other's");
	} else if (!(event & GOES) ? error != EINTR
		   : event & TOLD  ? error != EPIPE && error != EINTR
				   : error != EPIPE) {
		printf("errno: %s\n", strerror(error));
		complain(event & GOES ? "errno is not EPIPE"
				      : "errno is not EINTR");
	}
	if (memcmp(&before, chat, sizeof(before)) != 0)
		complain("wait_turn changes what is in the segment");
}

static void
wait_turns(void)
{
	/* A flag that says of neither that it is its turn. */
	static const uint32_t nobodys[] = { 2, 7, 256, UINT32_MAX };

	for (int event = 1; event < EVENTS; event++)
		for (int at = 0; at <= (threaded ? FEW_MOMENTS : MOMENTS);
		     at++) {
			try_wait(CONSUMER, true, event, at, PRODUCER);
			try_wait(PRODUCER, true, event, at, CONSUMER);
			try_wait(at % 8 < 4 ? PRODUCER : CONSUMER, true, event,
				 at, nobodys[at % 4]);
			/* One that has not come cannot go, nor give. */
			if (event == TOLD)
				try_wait(CONSUMER, false, event, at, PRODUCER);
		}
	if (complaints == 0)
		printf("wait_turn is right whatever happens\n");
}

/* ---- give_turn: a process sleeps on the flag, and the flag cannot be written */

static struct chat *door;  /* the same chat, which can be written */
static struct chat *spare; /* whose flag is another word to sleep on */
static bool store_seen, asleep_at_store;
static size_t page;

/*
 * Whether the other process sleeps on the flag, and has not been woken. It may be
 * on its way: to say that it was woken, or, as it was stopped and went on, back to
 * the word on which it had begun to sleep.
 */
static bool
asleep(void)
{
	while (!atomic_load(&spare->producers)) {
		long n = futex(&door->written_by_you, FUTEX_REQUEUE, 0, INT_MAX,
			       &spare->written_by_you);

		if (n == -1 || futex(&spare->written_by_you, FUTEX_REQUEUE, 0,
				     INT_MAX, &door->written_by_you) == -1)
			err(1, "futex");
		if (n > 0)
			return true;
		sched_yield();
	}
	return false;
}

/* give_turn is about to change the flag. */
static void
on_store(int sig)
{
	(void)sig;
	store_seen = true;
	asleep_at_store = asleep();
	if (mprotect(chat, page, PROT_READ | PROT_WRITE) == -1)
		_exit(3);
}

/*
 * Gives the turn; returns what is wrong with its wake, or NULL. If the machine
 * stops the other process just then, it is not there to be woken.
 */
static const char *
give_once(enum turn to)
{
	const char *wrong = NULL;
	enum turn from = to == CONSUMER ? PRODUCER : CONSUMER;
	struct chat before;
	pid_t child;

	snprintf(now.text, sizeof(now.text), "give_turn(%s)", name_of(to));
	atomic_store(&chat->written_by_you, from);
	atomic_store(&spare->written_by_you, 0);
	atomic_store(&spare->producers, 0);
	memset(chat->text, 'x', sizeof(chat->text));
	memcpy(&before, chat, sizeof(before));
	before.written_by_you = to;
	store_seen = false;
	fflush(stdout);
	child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		/* It sleeps where we find it, and put it where it belongs. */
		while (futex(&spare->written_by_you, FUTEX_WAIT, 0, 0, NULL) ==
			   -1 &&
		       errno == EINTR)
			;
		atomic_store(&spare->producers, 1);
		_exit(0);
	}
	while (futex(&spare->written_by_you, FUTEX_REQUEUE, 0, 1,
		     &door->written_by_you) != 1)
		sched_yield();
	if (mprotect(chat, page, PROT_READ) == -1)
		err(1, "mprotect");
	give_turn(chat, to);
	mprotect(chat, page, PROT_READ | PROT_WRITE);
	if (atomic_load(&chat->written_by_you) != to)
		complain("the turn is not the other's");
	else if (memcmp(&before, chat, sizeof(before)) != 0)
		complain("something else in the segment has changed");
	if (store_seen && !asleep_at_store)
		wrong = "the other side is woken before the flag has changed";
	else if (asleep())
		wrong = "nobody is woken";
	atomic_store(&spare->written_by_you, 1);
	futex(&spare->written_by_you, FUTEX_WAKE, INT_MAX, 0, NULL);
	futex(&door->written_by_you, FUTEX_WAKE, INT_MAX, 0, NULL);
	if (waitpid(child, NULL, 0) == -1)
		err(1, "waitpid");
	return wrong;
}

/* What is wrong with a wake is wrong each time. */
static void
try_give(enum turn to)
{
	const char *wrong = give_once(to);

	for (int i = 0; i < 3 && wrong != NULL; i++)
		wrong = give_once(to);
	if (wrong != NULL)
		complain(wrong);
}

static void
give_turns(void)
{
	struct sigaction action = { .sa_handler = on_store };

	page = (size_t)sysconf(_SC_PAGESIZE);
	door = shmat(id, NULL, 0);
	spare = mmap(NULL, sizeof(*spare), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (door == (void *)-1 || spare == MAP_FAILED)
		err(1, "shmat");
	sigemptyset(&action.sa_mask);
	if (sigaction(SIGSEGV, &action, NULL) == -1)
		err(1, "sigaction");
	for (int i = 0; i < 2; i++) {
		try_give(CONSUMER);
		try_give(PRODUCER);
	}
	if (complaints == 0)
		printf(
		    "give_turn changes the flag, and wakes the other side\n");
}

/* ---- order */

/*
 * Takes some turns. That the turn is ours we know already, by a look that orders
 * nothing; what we then see of the text, only the flag can have ordered: a call
 * to wake would order, too, but nobody sleeps.
 */
static void
take_turns(enum turn mine)
{
	for (int i = 0; i < 3; i++) {
		while (atomic_load_explicit(&chat->written_by_you,
					    memory_order_relaxed) != mine)
			sched_yield();
		if (wait_turn(chat, id, mine) == -1)
			err(1, "wait_turn");
		chat->length++;
		chat->text[i]++;
		give_turn(chat, mine == CONSUMER ? PRODUCER : CONSUMER);
	}
}

static void
keep_order(void)
{
	pid_t child = fork();

	if (child == -1)
		err(1, "fork");
	nobody_sleeps = true;
	take_turns(child == 0 ? PRODUCER : CONSUMER);
	if (child == 0)
		_exit(0);
	if (waitpid(child, NULL, 0) == -1)
		err(1, "waitpid");
}

int
main(int argc, char **argv)
{
	const char *what = argc == 2 ? argv[1] : "";

	open_chat();
	if (strcmp(what, "wait") == 0)
		wait_turns();
	else if (strcmp(what, "give") == 0)
		give_turns();
	else if (strcmp(what, "order") == 0)
		keep_order();
	else
		errx(2, "usage: turns wait | give | order");
	if (complaints > told)
		printf("and %d more\n", complaints - told);
	return 0;
}
