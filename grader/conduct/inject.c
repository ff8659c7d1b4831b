/*
 * Calls that fail, and calls that do half of what they were asked.
 *
 * A rule names a call and counts all calls of that name that the tested
 * programs make, one after the other; what the loader does, and a call that the
 * kernel begins again, do not count. What was really done is noted: a run in
 * which it was not shows nothing.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { NAME = 24, DONE_MAX = 64 };

static struct rule {
	char role[NAME_BYTES]; /* "" for all tested programs */
	char call[NAME];
	unsigned long first, last;
	bool each; /* in a run of its own */
	int error; /* 0: it does half */
	long bytes;
	unsigned long count;
} rules[RULES_MAX];
static int nrules;

static struct {
	char text[240];
} done[DONE_MAX];
static int ndone;

/* What may well happen to a call, where a test says "each". */
static const struct {
	const char *call;
	int error;
} usual[] = {
	{ "pipe", EMFILE },
	{ "fork", EAGAIN },
	{ "dup", EMFILE },
	{ "dup2", EMFILE },
	{ "open", EMFILE },
	{ "mmap", ENOMEM },
	{ "ftruncate", EIO },
	{ "socket", EMFILE },
	{ "socketpair", EMFILE },
	{ "bind", EADDRINUSE },
	{ "listen", EADDRINUSE },
	{ "accept", EMFILE },
	{ "connect", ECONNREFUSED },
	{ "shmget", ENOSPC },
	{ "shmat", ENOMEM },
	{ "shmctl", EPERM },
	{ "semget", ENOSPC },
	{ "msgget", ENOSPC },
	{ "wait", EINTR },
	{ "read", EINTR },
	{ "read", EIO },
	{ "write", EINTR },
	{ "write", ENOSPC },
	{ "recv", EINTR },
	{ "recv", ECONNRESET },
	{ "recvmsg", ECONNRESET },
	{ "send", EINTR },
	{ "send", ECONNRESET },
	{ "sendmsg", ECONNRESET },
	{ "poll", EINTR },
	{ "select", EINTR },
	{ "epoll_wait", EINTR },
	{ "sigaction", EINVAL },
	{ "mq_open", EMFILE },
	{ "memfd_create", EMFILE },
	{ "eventfd", EMFILE },
	{ "signalfd", EMFILE },
	{ "timerfd_create", EMFILE },
	{ "kill", EPERM },
	{ "sigqueue", EAGAIN },
	{ "tkill", EAGAIN },
	{ "unlink", EACCES },
	{ "link", EACCES },
	{ "semop", EINTR },
	{ "msgsnd", EINTR },
	{ "msgrcv", EINTR },
};

/* Says what is wrong with a rule. */
static bool
wrong(const char *rule, const char *format, const char *what)
{
	char text[100];

	snprintf(text, sizeof(text), format, what);
	warnx("%s: %s", rule, text);
	return false;
}

/* Does a call of that name exist, and may it fail so? */
static bool
makes_sense(const char *text, const struct rule *rule)
{
	bool interrupted = false;

	if (strcmp(rule->call, "thread") == 0)
		return rule->error != EINTR ||
		       wrong(text, "no signal ends %s", rule->call);
	if (!call_known(rule->call) && strcmp(rule->call, "mmap-file") != 0)
		return wrong(text, "there is no call \"%s\"", rule->call);
	for (const struct call *c = calls; c->name != NULL; c++)
		interrupted |= call_is(c, rule->call) && (c->flags & INTR);
	return rule->error != EINTR || interrupted ||
	       wrong(text, "no signal ends %s with EINTR", rule->call);
}

/* "[WHO/]CALL:N:WHAT" (also N+, N-M), or "[WHO/]CALL:each:WHAT"; false says why not. */
static bool
parse(const char *text, struct rule *rule, char what[NAME])
{
	const char *slash = strchr(text, '/'), *from = text;
	char number[NAME], *end;
	int used = 0;

	memset(rule, 0, sizeof(*rule));
	if (slash != NULL && (size_t)(slash - text) < sizeof(rule->role)) {
		memcpy(rule->role, text, (size_t)(slash - text));
		from = slash + 1;
	}
	if (nrules == RULES_MAX)
		return wrong(text, "there are too many %s", "rules");
	if (sscanf(from, "%23[^:]:%23[^:]:%23[^:]%n", rule->call, number, what,
		   &used) != 3 ||
	    from[used] != '\0')
		return wrong(text, "this is not %s",
			     "[WHO/]CALL:N:WHAT, CALL:N+:WHAT, "
			     "CALL:N-M:WHAT or CALL:each:WHAT");
	rule->each = strcmp(number, "each") == 0;
	if (rule->each)
		return true;
	rule->first = strtoul(number, &end, 10);
	rule->last = rule->first;
	if (*end == '+') {
		rule->last = ULONG_MAX;
		end++;
	} else if (*end == '-') {
		rule->last = strtoul(end + 1, &end, 10);
	}
	return (rule->first > 0 && rule->last >= rule->first && *end == '\0') ||
	       wrong(text, "\"%s\" is not N, N+, N-M or each", number);
}

bool
inject_add(const char *text)
{
	struct rule rule;
	char what[NAME];

	if (strcmp(text, "each") == 0) {
		options.each_usual = true;
		return true;
	}
	if (!parse(text, &rule, what))
		return false;
	rule.error = error_number(what);
	if (rule.error == 0)
		return wrong(text, "there is no error \"%s\"", what);
	options.each_fault |= rule.each;
	rules[nrules++] = rule;
	return makes_sense(text, &rule);
}

/* The same for calls that do half: so many bytes. */
bool
inject_short(const char *text)
{
	struct rule rule;
	char what[NAME], *end;

	if (strcmp(text, "each") == 0) {
		options.each_half = true;
		return true;
	}
	if (!parse(text, &rule, what))
		return false;
	rule.bytes = strtol(what, &end, 10);
	if (rule.bytes <= 0 || *end != '\0')
		return wrong(text, "\"%s\" is not a number of bytes", what);
	options.each_half_of |= rule.each;
	rules[nrules++] = rule;
	if (strcmp(rule.call, "read") == 0 || strcmp(rule.call, "write") == 0 ||
	    strcmp(rule.call, "recv") == 0 || strcmp(rule.call, "send") == 0)
		return true;
	if (!rule.each && (strcmp(rule.call, "writev") == 0 ||
			   strcmp(rule.call, "sendmsg") == 0 ||
			   strcmp(rule.call, "exit") == 0))
		return true;
	return wrong(text,
		     "%s is none of read, write, recv, send, writev, sendmsg, "
		     "exit",
		     rule.call);
}

/* Is a call of that name ("mmap-file", with "mmap") to fail somewhere? */
bool
inject_names(const char *call)
{
	for (int i = 0; i < nrules; i++)
		if (strncmp(rules[i].call, call, strlen(call)) == 0)
			return true;
	return false;
}

void
inject_reset(void)
{
	for (int i = 0; i < nrules; i++)
		rules[i].count = 0;
	ndone = 0;
}

void
inject_print(FILE *out)
{
	for (int i = 0; i < ndone; i++)
		fprintf(out, "fault %s\n", done[i].text);
}

/*
 * Standard files are looked at by the C library, and by checks/exits each
 * descriptor that there could be.
 */
static bool
looks_at_descriptor(const struct tracee *t)
{
	if (t->number == SYS_newfstatat && !(t->args[3] & AT_EMPTY_PATH))
		return false;
	if (t->number == SYS_statx && !(t->args[2] & AT_EMPTY_PATH))
		return false;
	return (int)t->args[0] > STDERR_FILENO &&
	       strcmp(object_of(t, (int)t->args[0]), "nothing") != 0;
}

/* Has its process no other thread? */
static bool
is_alone(const struct tracee *t)
{
	for (int i = 0; i < ntracees; i++)
		if (&tracees[i] != t && tracees[i].leader == t->leader &&
		    tracees[i].state != DEAD)
			return false;
	return true;
}

/* Is t about to make the call of that name? A thread is no fork. */
static bool
calls_it(const struct tracee *t, const char *name)
{
	/* To look is not to wait, and checks/exits looks at every end. */
	const uint64_t look = WNOHANG | WNOWAIT;

	if (t->number == SYS_waitid && (t->args[3] & look) == look)
		return false;
	if (makes_thread(t))
		return strcmp(name, "thread") == 0;
	/* What lets go of a lock needs nothing, and close does it anyway. */
	if (t->number == SYS_flock && ((int)t->args[1] & LOCK_UN))
		return false;
	if (call_is(t->call, "mmap") && strcmp(name, "mmap-file") == 0)
		return !(t->args[3] & MAP_ANONYMOUS);
	if (call_is(t->call, "fstat"))
		return strcmp(name, "fstat") == 0 && looks_at_descriptor(t);
	/* Those before SIGRTMIN are the C library's own, for its threads. */
	if (call_is(t->call, "sigaction") && (int)t->args[0] >= __SIGRTMIN &&
	    (int)t->args[0] < SIGRTMIN)
		return false;
	/* What moves a descriptor is a dup, too. */
	if (t->number == SYS_fcntl && strcmp(name, "dup") == 0)
		return (int)t->args[1] == F_DUPFD ||
		       (int)t->args[1] == F_DUPFD_CLOEXEC;
	/* From a number to itself: does nothing, and needs nothing. */
	if (call_is(t->call, "dup2") && (int)t->args[0] == (int)t->args[1])
		return false;
	/* The kernel's "exit" ends a thread, and with the last its process. */
	if (strcmp(name, "exit") == 0)
		return strcmp(t->call->family, name) == 0 ||
		       (t->number == SYS_exit && is_alone(t));
	return call_is(t->call, name);
}

static const char *
name_of(const struct tracee *t)
{
	return makes_thread(t) ? "thread" : t->call->family;
}

/* Can a signal end a call of t's with EINTR? One must be caught, and let in. */
static bool
can_be_interrupted(const struct tracee *t)
{
	uint64_t caught =
	    tracee_signals(t, "SigCgt") & ~tracee_signals(t, "SigBlk");

	for (int s = 1; s < 65; s++)
		if ((caught >> (s - 1) & 1) &&
		    !(tracees[t->leader].restart[s / 32] >> (s % 32) & 1))
			return true;
	return false;
}

/* The type of the socket that t has as `fd`, or -1. */
static int
socket_type(const struct tracee *t, int fd)
{
	int copy = object_borrow(t, fd), type = -1;
	socklen_t length = sizeof(type);

	if (copy == -1)
		return -1;
	if (getsockopt(copy, SOL_SOCKET, SO_TYPE, &type, &length) == -1)
		type = -1;
	close(copy);
	return type;
}

/*
 * May the call that t is about to make wait for so long that a signal ends it?
 * Not one on a file, on this system, nor one that only looks.
 */
static bool
may_wait(const struct tracee *t)
{
	int fd = (int)t->args[0];

	switch (t->number) {
	case SYS_futex:
		return futex_waits(t);
	case SYS_wait4:
		return !(t->args[2] & WNOHANG);
	case SYS_waitid:
		return !(t->args[3] & WNOHANG);
	case SYS_flock:
		return !((int)t->args[1] & (LOCK_NB | LOCK_UN));
	case SYS_fcntl:
		return t->args[1] == F_SETLKW || t->args[1] == F_OFD_SETLKW;
	case SYS_recvfrom:
	case SYS_sendto:
		if (t->args[3] & MSG_DONTWAIT)
			return false;
		break;
	case SYS_recvmsg:
	case SYS_sendmsg:
		if (t->args[2] & MSG_DONTWAIT)
			return false;
		break;
	}
	return !(t->call->flags & FD) || call_is(t->call, "epoll_wait") ||
	       (!object_is_file(t, fd) &&
		!(open_flags(t->tid, fd) & O_NONBLOCK));
}

/*
 * May the call that t is about to make come back with less than it was asked
 * for? A read may from a pipe or a stream; a write that is larger than what
 * goes in one piece.
 */
static bool
half_is_possible(const struct tracee *t)
{
	enum { ONE_PIECE = 4096, SMALL = 16 };
	const char *object;
	bool reads = call_is(t->call, "read") || call_is(t->call, "recv");
	bool writes = call_is(t->call, "write") || call_is(t->call, "send");

	if ((!reads && !writes) || (long)t->args[2] <= SMALL)
		return false;
	object = object_of(t, (int)t->args[0]);
	if (strncmp(object, "socket", 6) == 0) {
		if (call_is(t->call, "recv") &&
		    (t->args[3] & (MSG_WAITALL | MSG_PEEK)))
			return false;
		return socket_type(t, (int)t->args[0]) == SOCK_STREAM;
	}
	if (strncmp(object, "pipe", 4) != 0 && strncmp(object, "fifo", 4) != 0)
		return false;
	return reads || t->args[2] > ONE_PIECE;
}

/*
 * The same for pieces that go into a stream: the writev or sendmsg that t is about
 * to make gets only the first that is not empty, and at most `bytes` of it. Returns
 * how many, or 0: nothing was changed.
 */
static long
cut_pieces(struct tracee *t, long bytes)
{
	struct {
		struct msghdr head;
		struct iovec piece;
	} copy = { 0 };
	const bool message = t->number == SYS_sendmsg;
	uint64_t room = (arch_sp(t->tid) - BELOW_STACK) & ~15ULL;
	uint64_t from = t->args[1], n = t->args[2];
	size_t total = 0;

	if (socket_type(t, (int)t->args[0]) != SOCK_STREAM)
		return 0;
	if (message) {
		if (!memory_read(t->tid, t->args[1], &copy.head,
				 sizeof(copy.head)))
			return 0;
		from = (uint64_t)(uintptr_t)copy.head.msg_iov;
		n = copy.head.msg_iovlen;
	}
	for (uint64_t i = 0; i < n && i < IOV_MAX; i++) {
		struct iovec piece;

		if (!memory_read(t->tid, from + i * sizeof(piece), &piece,
				 sizeof(piece)))
			return 0;
		if (copy.piece.iov_len == 0)
			copy.piece = piece;
		total += piece.iov_len;
	}
	if (total <= (size_t)bytes)
		return 0;
	if (copy.piece.iov_len > (size_t)bytes)
		copy.piece.iov_len = (size_t)bytes;
	from = room + ((uintptr_t)&copy.piece - (uintptr_t)&copy);
	copy.head.msg_iov = (struct iovec *)(uintptr_t)from;
	copy.head.msg_iovlen = 1;
	if (!memory_write(t->tid, room, &copy, sizeof(copy)))
		return 0;
	tracee_save_args(t);
	arch_set_arg(t->tid, 1, message ? room : from);
	if (!message)
		arch_set_arg(t->tid, 2, 1);
	return (long)copy.piece.iov_len;
}

/* As the kernel does it, EPIPE comes with a signal, unless that is turned off. */
static void
signal_pipe(const struct tracee *t)
{
	bool quiet = false;

	if (t->number == SYS_sendto)
		quiet = t->args[3] & MSG_NOSIGNAL;
	else if (t->number == SYS_sendmsg)
		quiet = t->args[2] & MSG_NOSIGNAL;
	if (!quiet)
		tgkill(t->tgid, t->tid, SIGPIPE);
}

/*
 * Makes the call at whose entry t stands fail (error), or do half (bytes); an
 * exit has the status `bytes`.
 */
static bool
inject_choice(struct tracee *t, int error, long bytes)
{
	struct choice choice = { .kind = error != 0 ? FAULT : HALF,
				 .point = t->ncalls,
				 .value = error != 0 ? error : bytes };
	char what[100];

	if (error == 0 && calls_it(t, "exit")) {
		arch_set_arg(t->tid, 0, (uint64_t)bytes);
	} else if (error != 0) {
		t->forced = true;
		t->result = -error;
		t->fault = error;
		if (error == EPIPE)
			signal_pipe(t);
		if (call_is(t->call, "write") && error != EINTR &&
		    strncmp(object_of(t, (int)t->args[0]), "socket", 6) != 0)
			tracees[t->leader].write_failed = true;
		/* As Linux has it, a close that fails has closed. */
		if (!call_is(t->call, "close"))
			arch_skip(t->tid, -error);
	} else if (t->number == SYS_writev || t->number == SYS_sendmsg) {
		bytes = cut_pieces(t, bytes);
		if (bytes == 0)
			return false;
	} else {
		if (!half_is_possible(t) || (long)t->args[2] <= bytes)
			return false;
		tracee_save_args(t);
		arch_set_arg(t->tid, 2, (uint64_t)bytes);
	}
	snprintf(choice.at, sizeof(choice.at), "%s", t->role);
	snprintf(choice.who, sizeof(choice.who), "%s", name_of(t));
	list_add(&run.made, &choice);
	run.fault_used = true;
	if (ndone == DONE_MAX)
		return true; /* enough was told */
	describe_call(t, what, sizeof(what));
	if (error != 0)
		snprintf(done[ndone++].text, sizeof(done[0].text),
			 "%s %s fails with %s", t->name, what,
			 error_name(error));
	else if (calls_it(t, "exit"))
		snprintf(done[ndone++].text, sizeof(done[0].text),
			 "%s %s is changed to exit(%ld)", t->name, what, bytes);
	else
		snprintf(done[ndone++].text, sizeof(done[0].text),
			 "%s %s is cut to %ld byte%s", t->name, what, bytes,
			 bytes == 1 ? "" : "s");
	say("%s", done[ndone - 1].text);
	tell("%s.", done[ndone - 1].text);
	return true;
}

/*
 * May it happen to the call that t is about to make, even if nobody has asked for
 * that error? A full disk is a matter of files, not of pipes; EINTR needs a handler.
 */
static bool
can_happen(const struct tracee *t, int error)
{
	if (error == EINTR)
		return may_wait(t) && can_be_interrupted(t);
	if (error == ENOSPC || error == EIO)
		return !(t->call->flags & FD) ||
		       object_is_file(t, (int)t->args[0]);
	return true;
}

/* Is t about to look for an object of System V, and to make none? */
static bool
only_looks_up(const struct tracee *t)
{
	switch (t->number) {
	case SYS_semget:
	case SYS_shmget:
		return !(t->args[2] & IPC_CREAT);
	case SYS_msgget:
		return !(t->args[1] & IPC_CREAT);
	}
	return false;
}

/* Is there an error, or a short count, that is to come each time in turn? */
static void
offer(const struct tracee *t)
{
	struct choice choice = { .point = t->ncalls };

	snprintf(choice.at, sizeof(choice.at), "%s", t->role);
	snprintf(choice.who, sizeof(choice.who), "%s", name_of(t));
	for (const struct rule *r = rules; r < rules + nrules; r++) {
		if (!r->each || !tracee_answers_to(t, r->role) ||
		    !calls_it(t, r->call))
			continue;
		if (r->error == ENOSPC && only_looks_up(t))
			continue;
		choice.kind = r->error != 0 ? FAULT : HALF;
		choice.value = r->error != 0 ? r->error : r->bytes;
		if (r->error != 0 ? r->error != EINTR || may_wait(t)
				  : half_is_possible(t))
			list_add(&run.possible, &choice);
	}
	choice.kind = FAULT;
	for (size_t u = 0; u < sizeof(usual) / sizeof(usual[0]); u++) {
		choice.value = usual[u].error;
		if (options.each_usual && calls_it(t, usual[u].call) &&
		    can_happen(t, usual[u].error))
			list_add(&run.possible, &choice);
	}
	if (options.each_half && half_is_possible(t)) {
		choice.kind = HALF;
		choice.value = 1;
		list_add(&run.possible, &choice);
	}
}

/* t is at the entry of a call of its own. */
void
inject_at_entry(struct tracee *t)
{
	if (t->call == NULL)
		return;
	for (int i = 0; run.list != NULL && i < run.list->n; i++) {
		const struct choice *c = &run.list->choice[i];

		if ((c->kind == FAULT || c->kind == HALF) &&
		    c->point == t->ncalls && strcmp(c->at, t->role) == 0 &&
		    (c->kind == HALF || calls_it(t, c->who)) &&
		    inject_choice(t, c->kind == FAULT ? (int)c->value : 0,
				  c->value))
			return;
	}
	if (!t->tested)
		return;
	for (struct rule *r = rules; r < rules + nrules; r++) {
		if (r->each || !tracee_answers_to(t, r->role) ||
		    !calls_it(t, r->call) ||
		    (r->error == EINTR && !may_wait(t)))
			continue;
		r->count++;
		if (r->count < r->first || r->count > r->last)
			continue;
		if (inject_choice(t, r->error, r->bytes))
			return;
		r->count -= r->error == 0; /* half was not possible there */
	}
	if (run.collect && options.many)
		offer(t);
}
