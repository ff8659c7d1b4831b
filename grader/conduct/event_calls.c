/*
 * A line for each call that moved something between processes, or waits; those for
 * signals and ended children are in event_signals.c.
 */
#define _GNU_SOURCE
#include "events.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../why/world.h"

enum { SETS_MAX = 32, FDS_MAX = 16, TEXT_BYTES = 600 };

/* What a process is about to close: known only before. */
static char closing[TRACEES_MAX][TEXT_BYTES];

/* Where a process has mapped shared memory. */
static struct {
	int leader, object;
	uint64_t address;
} maps[256];
static int nmaps;

static bool
is(const struct tracee *t, const char *name)
{
	return call_is(t->call, name);
}

/* ---- what calls take and bring */

static bool
reads(const struct tracee *t)
{
	return is(t, "read") || is(t, "readv") || is(t, "recv") ||
	       is(t, "recvmsg");
}

static bool
writes(const struct tracee *t)
{
	return is(t, "write") || is(t, "writev") || is(t, "send") ||
	       is(t, "sendmsg") || is(t, "sendfile");
}

/* The object that its call is made on. */
static int
object_of_call(const struct tracee *t)
{
	const uint64_t *a = t->args;

	if (is(t, "mq_send") || is(t, "mq_receive"))
		return identity_of_queue(t, (int)a[0]);
	if (is(t, "msgsnd") || is(t, "msgrcv"))
		return identity_of_id("queue", (long)a[0]);
	if (is(t, "semop") || is(t, "semctl"))
		return identity_of_id("set", (long)a[0]);
	if (is(t, "futex"))
		return identity_of_address(t, a[0], true);
	if (is(t, "splice") || is(t, "tee") || (t->call->flags & FD))
		return identity_of(t, (int)a[0]);
	return NO_OBJECT;
}

/* How many bytes it is to write: what may move before it comes back. */
static unsigned long
wanted(const struct tracee *t)
{
	struct {
		uint64_t base, length;
	} part[64];
	const bool message = is(t, "sendmsg");
	uint64_t vector = t->args[1], n = t->args[2];
	struct msghdr head;
	unsigned long sum = 0;

	if (!message && !is(t, "writev"))
		return t->args[is(t, "sendfile") ? 3 : 2];
	if (message) {
		if (!memory_read(t->tid, t->args[1], &head, sizeof(head)))
			return 0;
		vector = (uint64_t)(uintptr_t)head.msg_iov;
		n = head.msg_iovlen;
	}
	n = n > 64 ? 64 : n;
	if (n == 0 || !memory_read(t->tid, vector, part, n * sizeof(part[0])))
		return 0;
	for (uint64_t i = 0; i < n; i++)
		sum += part[i].length;
	return sum;
}

/* Where a datagram goes: "to=5", if it has an address, or is connected. */
static int
addressee(const struct tracee *t, int object)
{
	uint64_t address = 0, length = 0;
	struct msghdr head;
	char name[WHY_NAME];

	if (is(t, "send")) {
		address = t->args[4];
		length = t->args[5];
	} else if (is(t, "sendmsg") &&
		   memory_read(t->tid, t->args[1], &head, sizeof(head))) {
		address = (uint64_t)(uintptr_t)head.msg_name;
		length = head.msg_namelen;
	}
	if (object == NO_OBJECT || address == 0 ||
	    !why_address(t->tid, address, length, name, sizeof(name)))
		return NO_OBJECT;
	return identity_named(name);
}

/* The objects of descriptors that came with a message: "2,7". */
static void
passed(const struct tracee *t, char *text, size_t size)
{
	char control[CMSG_SPACE(FDS_MAX * sizeof(int)) + 64];
	int fds[FDS_MAX];
	struct msghdr head;
	size_t used = 0;

	text[0] = '\0';
	if (!memory_read(t->tid, t->args[1], &head, sizeof(head)) ||
	    head.msg_controllen == 0)
		return;
	if (head.msg_controllen > sizeof(control))
		head.msg_controllen = sizeof(control);
	if (!memory_read(t->tid, (uint64_t)(uintptr_t)head.msg_control, control,
			 head.msg_controllen))
		return;
	head.msg_control = control;
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&head); c != NULL;
	     c = CMSG_NXTHDR(&head, c)) {
		size_t n;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS ||
		    c->cmsg_len < CMSG_LEN(0))
			continue;
		n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		n = n > FDS_MAX ? FDS_MAX : n;
		memcpy(fds, CMSG_DATA(c), n * sizeof(int));
		for (size_t i = 0; i < n && used < size; i++)
			used += (size_t)snprintf(text + used, size - used,
						 "%s%s", used > 0 ? ", " : "",
						 object_of(t, fds[i]));
	}
}

/* ---- lines */

static void
data(const struct tracee *t, long result)
{
	const bool in = reads(t);
	int object = object_of_call(t), flags = 0, to = NO_OBJECT;
	char with[TEXT_BYTES] = "";

	if (object == NO_OBJECT)
		return;
	if (is(t, "recv"))
		flags = (int)t->args[3];
	else if (is(t, "recvmsg"))
		flags = (int)t->args[2];
	if (!in)
		to = addressee(t, object);
	if (result >= 0 && (is(t, "sendmsg") || is(t, "recvmsg")))
		passed(t, with, sizeof(with));
	event(t, in ? "read" : "write",
	      "obj=%d\tcall=%s\tbytes=%ld\tto=%d\tpeek=%d\twith=%s\tat=%ld",
	      object, t->call->family, result, to, (flags & MSG_PEEK) != 0,
	      with, result > 0 ? event_data(t, (unsigned long)result) : -1L);
}

static void
between(const struct tracee *t, long result)
{
	int from = identity_of(t, (int)t->args[is(t, "sendfile") ? 1 : 0]);
	int to = identity_of(t, (int)t->args[is(t, "sendfile") ? 0
					     : is(t, "splice") ? 2
							       : 1]);

	if (from != NO_OBJECT && !is(t, "tee"))
		event(t, "read", "obj=%d\tcall=%s\tbytes=%ld", from,
		      t->call->family, result);
	if (to != NO_OBJECT)
		event(t, "write", "obj=%d\tcall=%s\tbytes=%ld", to,
		      t->call->family, result);
}

static void
queue(const struct tracee *t, long result)
{
	const bool in = is(t, "msgrcv") || is(t, "mq_receive");
	const bool posix = is(t, "mq_send") || is(t, "mq_receive");
	long bytes = in || result < 0 ? result : (long)t->args[2], type = 0;
	unsigned priority = 0;

	if (posix && !in)
		type = (long)t->args[3];
	else if (posix &&
		 memory_read(t->tid, t->args[3], &priority, sizeof(priority)))
		type = priority;
	else if (posix)
		type = -1; /* not told */
	else if (!memory_read(t->tid, t->args[1], &type, sizeof(type)))
		type = -1;
	event(t, in ? "read" : "write",
	      "obj=%d\tcall=%s\tbytes=%ld\ttype=%ld\tat=%ld", object_of_call(t),
	      t->call->family, bytes, type,
	      bytes > 0 ? event_data(t, (unsigned long)bytes) : -1L);
}

static void
semaphores(const struct tracee *t, long result)
{
	struct sembuf op[SETS_MAX];
	size_t n = t->args[2] > SETS_MAX ? SETS_MAX : t->args[2], used = 0;
	char text[TEXT_BYTES] = "";

	if (n > 0 && memory_read(t->tid, t->args[1], op, n * sizeof(op[0])))
		for (size_t i = 0; i < n; i++)
			used += (size_t)snprintf(
			    text + used, sizeof(text) - used, "%s%d:%+d",
			    i > 0 ? "," : "", op[i].sem_num, op[i].sem_op);
	event(t, "semop", "obj=%d\tresult=%ld\tops=%s", object_of_call(t),
	      result, text);
}

static void
set_value(const struct tracee *t, long result)
{
	int command = (int)t->args[2];

	if (result >= 0 && (command == SETVAL || command == SETALL))
		event(t, "semset", "obj=%d\tsem=%d\tvalue=%ld",
		      object_of_call(t),
		      command == SETALL ? -1 : (int)t->args[1],
		      command == SETALL ? -1L : (long)(int)t->args[3]);
}

static void
word(const struct tracee *t, long result)
{
	int command = (int)t->args[1] & FUTEX_CMD_MASK;

	if (futex_waits(t)) {
		if (result == 0 || t->slept)
			event(t, "woken", "obj=%d\tresult=%ld",
			      object_of_call(t), result);
	} else if (result > 0 &&
		   (command == FUTEX_WAKE || command == FUTEX_WAKE_BITSET ||
		    command == FUTEX_WAKE_OP || command == FUTEX_UNLOCK_PI)) {
		event(t, "wake", "obj=%d\tn=%ld", object_of_call(t), result);
	}
}

static void
made_ends(const struct tracee *t)
{
	int fd[2];
	const bool sockets = is(t, "socketpair");
	int first, second;

	if (!memory_read(t->tid, t->args[sockets ? 3 : 0], fd, sizeof(fd)))
		return;
	first = identity_of(t, fd[0]);
	second = identity_of(t, fd[1]);
	if (sockets)
		identity_pair(t, fd[0]);
	event(t, sockets ? "socketpair" : "pipe", "obj=%d\tother=%d\tfds=%d,%d",
	      first, second, fd[0], fd[1]);
}

static void
opened(const struct tracee *t, long result)
{
	int object = result >= 0 ? identity_of(t, (int)result) : NO_OBJECT;
	int copy, held = 0;

	if (object == NO_OBJECT)
		return;
	copy = object_borrow(t, (int)result);
	if (copy == -1 || ioctl(copy, FIONREAD, &held) == -1)
		held = -1;
	if (copy != -1)
		close(copy);
	event(t, "open", "obj=%d\tend=%s\theld=%d", object,
	      identity_end(t, (int)result), held);
}

static void
accepted(const struct tracee *t, long result)
{
	if (result < 0)
		return;
	identity_pair(t, (int)result);
	event(t, "accept", "obj=%d\tnew=%d", identity_of(t, (int)t->args[0]),
	      identity_of(t, (int)result));
}

static void
connected(const struct tracee *t, long result)
{
	char name[WHY_NAME] = "";

	if (!why_address(t->tid, t->args[1], t->args[2], name, sizeof(name)))
		name[0] = '\0'; /* a UNIX address only */
	event(t, "connect", "obj=%d\tresult=%ld\tname=%s",
	      identity_of(t, (int)t->args[0]), result, name);
	identity_pair(t, (int)t->args[0]);
}

static void
map(const struct tracee *t, uint64_t address)
{
	int object = identity_of_address(t, address, false);

	if (object == NO_OBJECT)
		return;
	if (nmaps < (int)(sizeof(maps) / sizeof(maps[0]))) {
		maps[nmaps].leader = t->leader;
		maps[nmaps].object = object;
		maps[nmaps++].address = address;
	}
	event(t, "map", "obj=%d\tmay=%s", object,
	      is(t, "shmat") || (t->args[2] & PROT_WRITE) ? "rw" : "r");
}

static void
unmap(const struct tracee *t)
{
	for (int i = nmaps - 1; i >= 0; i--)
		if (maps[i].leader == t->leader &&
		    maps[i].address == t->args[0]) {
			event(t, "unmap", "obj=%d", maps[i].object);
			maps[i] = maps[--nmaps];
			return;
		}
}

static void
timer(const struct tracee *t)
{
	if (is(t, "alarm"))
		event(t, "timer", "call=alarm\tseconds=%ld", (long)t->args[0]);
	else
		event(t, "timer", "call=%s", t->call->family);
}

/* ---- what the conductor calls */

/* t is about to make its call. */
void
events_entry(const struct tracee *t)
{
	char *text = closing[t - tracees];
	int fd = (int)t->args[0], last = fd;

	if (options.events == NULL || t->starting || t->call == NULL)
		return;
	if (is(t, "exit")) {
		events_exit(t);
	} else if (is(t, "close") || is(t, "close_range")) {
		if (is(t, "close_range"))
			last = (unsigned)t->args[1] > 65535 ? 65535
							    : (int)t->args[1];
		identity_files(t, fd, last, text, TEXT_BYTES);
	} else if (is(t, "dup2") && (int)t->args[1] != fd) {
		last = (int)t->args[1];
		identity_files(t, last, last, text, TEXT_BYTES);
	}
}

static void
closed(const struct tracee *t)
{
	if (closing[t - tracees][0] != '\0')
		event(t, "close", "open=%s", closing[t - tracees]);
	closing[t - tracees][0] = '\0';
}

/* t sleeps in its call. */
void
events_sleep(const struct tracee *t)
{
	unsigned long wants;
	char what[200];
	pid_t pid = -1;

	if (options.events == NULL || t->starting || t->call == NULL)
		return;
	describe_call(t, what, sizeof(what));
	wants = writes(t) ? wanted(t) : 0;
	if (is(t, "wait") && (t->number == SYS_wait4 || t->args[0] == P_PID))
		pid = (pid_t)t->args[t->number == SYS_wait4 ? 0 : 1];
	event(t, "sleep",
	      "call=%s\tobj=%d\twants=%lu\twhat=%s\tat=%ld\tchild=%d",
	      t->call->family, object_of_call(t), wants, what,
	      event_data(t, wants), pid > 0 ? process_index(pid) : NOBODY);
}

/* t's call has ended. */
void
events_call(const struct tracee *t, long result)
{
	const bool good = result >= 0;

	if (options.events == NULL || t->call == NULL)
		return;
	if (t->slept)
		event(t, "go", "call=%s\tresult=%ld", t->call->family, result);
	if (is(t, "sendfile") || is(t, "splice") || is(t, "tee"))
		between(t, result);
	else if (is(t, "read") &&
		 strncmp(object_of(t, (int)t->args[0]), "signalfd", 8) == 0)
		event_taken_by_file(t, result);
	else if (reads(t) || writes(t))
		data(t, result);
	else if (is(t, "mq_send") || is(t, "mq_receive") || is(t, "msgsnd") ||
		 is(t, "msgrcv"))
		queue(t, result);
	else if (is(t, "semop"))
		semaphores(t, result);
	else if (is(t, "semctl"))
		set_value(t, result);
	else if (is(t, "futex"))
		word(t, result);
	else if (is(t, "kill") || is(t, "tkill") || is(t, "sigqueue"))
		event_sent(t, result);
	else if (is(t, "sigtimedwait"))
		event_taken(t, result);
	else if (is(t, "wait"))
		event_waited(t, result);
	else if (good && (is(t, "pipe") || is(t, "socketpair")))
		made_ends(t);
	else if (good && (is(t, "msgget") || is(t, "semget")))
		event(
		    t, "get", "obj=%d",
		    identity_of_id(is(t, "msgget") ? "queue" : "set", result));
	else if (good && is(t, "mq_open"))
		event(t, "get", "obj=%d", identity_of_queue(t, (int)result));
	else if (is(t, "open"))
		opened(t, result);
	else if (is(t, "accept"))
		accepted(t, result);
	else if (is(t, "connect"))
		connected(t, result);
	else if (good && is(t, "bind"))
		event(t, "bind", "obj=%d", identity_of(t, (int)t->args[0]));
	else if (good && is(t, "mmap") && (t->args[3] & MAP_SHARED))
		map(t, (uint64_t)result);
	else if (good && is(t, "shmat"))
		map(t, (uint64_t)result);
	else if (good && (is(t, "munmap") || is(t, "shmdt")))
		unmap(t);
	else if (good && (is(t, "close") || is(t, "close_range")))
		closed(t);
	else if (is(t, "alarm") || is(t, "setitimer") || is(t, "timer_settime"))
		timer(t);
	else if (good && is(t, "shutdown"))
		event(t, "shutdown", "obj=%d\thow=%ld",
		      identity_of(t, (int)t->args[0]), (long)t->args[1]);
	if (good && is(t, "dup2") && t->args[0] != t->args[1]) {
		int object = identity_of(t, (int)t->args[0]);

		closed(t);
		if (object != NO_OBJECT)
			event(t, "dup", "obj=%d\tend=%s\tfd=%ld", object,
			      identity_end(t, (int)t->args[0]), result);
	}
}
