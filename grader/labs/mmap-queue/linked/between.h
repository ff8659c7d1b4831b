/*
 * The other side of the ring between two accesses to it: see otherside.c.
 *
 * A child calls the function. The ring is in a file of its parent's, which is cut
 * to nothing: so each access to the ring stops the child (SIGBUS, and ptrace), and
 * its parent brings the ring back for that one instruction. Before one of them it
 * acts as the other side; then the child goes on by itself. So it is tried before
 * one access after the other, in a child each. An access that a loop makes often is
 * tried the first and the last time.
 *
 * This shows each order of what the two sides do, as the program has it. Another
 * order, to which a processor may change that of relaxed operations, it does not
 * show.
 */
#include "side.h"
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define RING_BYTES   4096
#define ACCESSES_MAX 500 // a loop that makes more is left to itself
#define REFUSED	     3	 // exit status of a child that nobody may trace

/* What a child and its parent share. */
static struct between {
	volatile bool inside; // the function is at work, not one of ours
	bool acted;	      // the other side has; then it went to sleep
	bool moved;	      // the function's counter had moved before
	int wakes;	      // calls that wake it, since
	const char *what;     // the other side did, ...
	char when[50];
} * between;

/* An access: what comes after it in the program, and whether the counter had moved. */
static struct access {
	const void *after;
	bool moved;
} accesses[ACCESSES_MAX];

static int ring_file;
static struct ring hidden; // what the ring is like while it is not there

static void
hide_ring(void)
{
	hidden = *ring;
	if (ftruncate(ring_file, 0) == -1)
		err(2, "ftruncate");
}

static void
show_ring(void)
{
	if (ftruncate(ring_file, RING_BYTES) == -1)
		err(2, "ftruncate");
	*ring = hidden;
}

static uint32_t
counted(void)
{
	return sending ? ring->sent - sent : ring->received - received;
}

/* In place of its call of futex: it has looked, and goes to sleep. */
static long
sleep_between(const _Atomic uint32_t *word, uint32_t seen)
{
	if (!between->acted)
		_exit(0); // that is tried elsewhere
	if (++sleeps > 100)
		complain("it sleeps again and again");
	if (*word != seen) {
		errno = EAGAIN;
		return -1;
	}
	complain("%s %s, and it sleeps all the same", between->what,
		 between->when);
}

/* The child: its call, and what is judged after it. */
__attribute__((noreturn)) static void
call_stepped(void)
{
	const struct itimerval limit = { .it_value.tv_sec = 2 };
	const _Atomic uint32_t *flag =
	    sending ? &ring->consumer_waits : &ring->producer_waits;
	struct message m = *make(sent);
	int result;

	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1)
		_exit(REFUSED);
	setitimer(ITIMER_VIRTUAL, &limit, NULL);
	raise(SIGSTOP);
	watching = true;
	between->inside = true;
	result = sending ? ring_send(ring, &m) : ring_receive(ring, &m);
	between->inside = watching = false;
	if (!between->acted)
		_exit(0);
	if (result != 0 || counted() != 1)
		complain("%s %s: it returns %d, and its counter has moved by "
			 "%u",
			 between->what, between->when, result, counted());
	if (between->wakes == 0 && !(between->moved && *flag))
		complain("%s %s, goes to sleep, and is not woken",
			 between->what, between->when);
	if (sending && ring->received == sent &&
	    !same(&ring->slots[sent % RING_SLOTS], make(sent)))
		complain("%s %s: the message is not in slot %u", between->what,
			 between->when, sent % RING_SLOTS);
	if (!sending && !same(&m, make(received)))
		complain("%s %s: it is not the message that was in slot %u",
			 between->what, between->when, received % RING_SLOTS);
	_exit(0);
}

/* Makes a child that is about to call; returns 0 if it may not be traced. */
static pid_t
begin(void)
{
	pid_t child;
	int status;

	memset(between, 0, sizeof(*between));
	child = fork();
	if (child == -1)
		err(2, "fork");
	if (child == 0)
		call_stepped();
	if (waitpid(child, &status, 0) == -1)
		err(2, "waitpid");
	if (!WIFSTOPPED(status))
		return 0;
	ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_EXITKILL);
	return child;
}

static void
end(pid_t child)
{
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* What a child that has ended had to say is said. */
static void
judge(int status)
{
	if (WIFSIGNALED(status))
		complain("%s %s: it is ended by signal %d (%s)", between->what,
			 between->when, WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	if (WEXITSTATUS(status) != 0)
		_exit(1);
}

/*
 * Lets the child run until it is about to access the ring, which is hidden before
 * and shown after. Returns false if it has ended instead.
 */
static bool
runs_to_access(pid_t child)
{
	siginfo_t info = { 0 };
	int status, signal = 0;

	hide_ring();
	for (;;) {
		const char *end_of_ring = (char *)ring + RING_BYTES;

		if (ptrace(PTRACE_CONT, child, NULL, (void *)(long)signal) ==
			-1 ||
		    waitpid(child, &status, 0) == -1)
			err(2, "ptrace");
		if (!WIFSTOPPED(status))
			break;
		signal = WSTOPSIG(status);
		ptrace(PTRACE_GETSIGINFO, child, NULL, &info);
		if (signal == SIGBUS && (char *)info.si_addr >= (char *)ring &&
		    (char *)info.si_addr < end_of_ring)
			break;
	}
	show_ring();
	if (!WIFSTOPPED(status))
		judge(status);
	return WIFSTOPPED(status);
}

/* The access, and nothing else. Returns what comes after it in the program. */
static const void *
make_access(pid_t child)
{
	siginfo_t info = { 0 };
	int status;

	if (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) == -1 ||
	    waitpid(child, &status, 0) == -1)
		err(2, "ptrace");
	if (!WIFSTOPPED(status)) {
		judge(status);
		exit(1);
	}
	ptrace(PTRACE_GETSIGINFO, child, NULL, &info);
	return info.si_addr;
}

/* The function's next access, not one of ours; as runs_to_access. */
static bool
runs_to_its_access(pid_t child)
{
	while (runs_to_access(child)) {
		if (between->inside)
			return true;
		make_access(child);
	}
	return false;
}

/* Finds all accesses; returns how many. */
static int
find_accesses(void)
{
	pid_t child = begin();
	int n = 0;

	if (child == 0)
		return 0;
	for (; runs_to_its_access(child); n++) {
		if (n == ACCESSES_MAX) {
			end(child);
			break;
		}
		accesses[n].moved = counted() > 0;
		accesses[n].after = make_access(child);
	}
	return n;
}

/* Is access i of n one of those before which the other side acts? */
static bool
is_tried(int i, int n, bool other_waits)
{
	int before = 0, after = n - 1;

	// If it waits already, it has nothing to do before.
	if (other_waits && !accesses[i].moved)
		return false;
	while (accesses[before].after != accesses[i].after)
		before++;
	while (accesses[after].after != accesses[i].after)
		after--;
	return i == before || i == after;
}

/* The other side acts while the child has stopped, and goes to sleep. */
static void
act_between(pid_t child)
{
	_Atomic uint32_t *own =
	    sending ? &ring->producer_waits : &ring->consumer_waits;
	const char *counter = sending ? "`sent`" : "`received`";

	if (sending)
		between->what = ring->sent == ring->received
				    ? "the consumer finds the ring empty"
				    : "the consumer empties the ring";
	else
		between->what = ring->sent - ring->received == RING_SLOTS
				    ? "the producer finds the ring full"
				    : "the producer fills the ring";
	between->moved = counted() > 0;
	if (between->moved)
		snprintf(between->when, sizeof(between->when),
			 "after %s has moved", counter);
	else if (sent - received != (sending ? RING_SLOTS : 0))
		snprintf(between->when, sizeof(between->when),
			 "before %s moves", counter);
	else
		snprintf(between->when, sizeof(between->when),
			 *own ? "after it has said that it waits"
			      : "before it says that it waits");
	for (uint32_t i = ring->received; sending && i != ring->sent; i++)
		if (!same(&ring->slots[i % RING_SLOTS], make(i))) {
			end(child);
			complain(
			    "`sent` has moved, and message %u is not whole "
			    "in slot %u",
			    i, i % RING_SLOTS);
		}
	act();
	*(sending ? &ring->consumer_waits : &ring->producer_waits) = 1;
	between->acted = true;
}

/* One call with n messages in the ring; before access i the other side acts. */
static void
act_before(int i)
{
	pid_t child = begin();
	int status;

	if (child == 0)
		return;
	for (; runs_to_its_access(child); i--) {
		if (i > 0) {
			make_access(child);
			continue;
		}
		act_between(child);
		if (ptrace(PTRACE_DETACH, child, NULL, NULL) == -1 ||
		    waitpid(child, &status, 0) == -1)
			err(2, "ptrace");
		judge(status);
		return;
	}
}

static void
fill_for(uint32_t n, bool other_waits)
{
	fill(5, n);
	*(sending ? &ring->consumer_waits : &ring->producer_waits) =
	    other_waits;
}

static void
call_between(bool send, uint32_t n, bool other_waits)
{
	int found;

	snprintf(where, sizeof(where), "%s, %u message%s in the ring",
		 send ? "ring_send" : "ring_receive", n, n == 1 ? "" : "s");
	sending = send;
	fill_for(n, other_waits);
	found = find_accesses();
	for (int i = 0; i < found; i++)
		if (is_tried(i, found, other_waits)) {
			fill_for(n, other_waits);
			act_before(i);
		}
}

static void
try_between(void)
{
	const struct itimerval no_limit = { 0 };

	setitimer(ITIMER_VIRTUAL, &no_limit, NULL); // children have their own
	ring_file = memfd_create("ring", MFD_CLOEXEC);
	if (ring_file == -1 || ftruncate(ring_file, RING_BYTES) == -1)
		err(2, "memfd_create");
	between = mmap(NULL, sizeof(*between), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ring = mmap(NULL, RING_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED,
		    ring_file, 0);
	if (between == MAP_FAILED || ring == MAP_FAILED)
		err(2, "mmap");
	call_between(true, RING_SLOTS, false);
	call_between(true, 0, false);
	call_between(true, 0, true);
	call_between(false, 0, false);
	call_between(false, RING_SLOTS, false);
	call_between(false, RING_SLOTS, true);
}
