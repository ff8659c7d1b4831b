/*
 * The bytes that a call has moved, in a file beside that of the events: where two
 * writes wait for room at the same time, only their bytes tell in which order they
 * were read.
 */
#define _GNU_SOURCE
#include "events.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { PARTS_MAX = 64, CALL_MAX = 1 << 20, ALL_MAX = 1 << 25 };

static FILE *bytes;
static char *text;
static size_t size;
static long used;

/* What `call` reads or writes: up to PARTS_MAX parts. Returns how many. */
static int
parts_of(const struct tracee *t, struct iovec part[PARTS_MAX])
{
	const bool message =
	    call_is(t->call, "sendmsg") || call_is(t->call, "recvmsg");
	uint64_t vector = t->args[1], n = t->args[2];
	struct msghdr head;

	if (message) {
		if (!memory_read_all(t->tid, t->args[1], &head, sizeof(head)))
			return 0;
		vector = (uint64_t)(uintptr_t)head.msg_iov;
		n = head.msg_iovlen;
	} else if (!call_is(t->call, "readv") && !call_is(t->call, "writev")) {
		part[0].iov_base =
		    (void *)(uintptr_t)(t->args[1] +
					(call_is(t->call, "msgsnd") ||
						 call_is(t->call, "msgrcv")
					     ? sizeof(long)
					     : 0));
		part[0].iov_len = CALL_MAX;
		return 1;
	}
	n = n > PARTS_MAX ? PARTS_MAX : n;
	if (n == 0 ||
	    !memory_read_all(t->tid, vector, part, n * sizeof(part[0])))
		return 0;
	return (int)n;
}

/* Keeps the first n bytes of its call. Returns where they are; -1 if nowhere. */
long
event_data(const struct tracee *t, unsigned long n)
{
	static char buffer[CALL_MAX];
	struct iovec part[PARTS_MAX];
	const long at = used;
	size_t got = 0;
	int parts;

	if (n == 0 || n > CALL_MAX || used + (long)n > ALL_MAX ||
	    call_is(t->call, "sendfile"))
		return -1;
	parts = parts_of(t, part);
	for (int i = 0; i < parts && got < n; i++) {
		size_t length = part[i].iov_len;

		length = length > n - got ? n - got : length;
		if (!memory_read_all(t->tid,
				     (uint64_t)(uintptr_t)part[i].iov_base,
				     buffer + got, length))
			return -1;
		got += length;
	}
	if (got < n)
		return -1;
	if (bytes == NULL && (bytes = open_memstream(&text, &size)) == NULL)
		err(TROUBLE, "events");
	fwrite(buffer, 1, n, bytes);
	used += (long)n;
	return at;
}

void
event_data_close(void)
{
	char path[4096];
	FILE *file;

	snprintf(path, sizeof(path), "%s.data", options.events);
	file = fopen(path, "we");
	if (file == NULL)
		err(TROUBLE, "%s", path);
	if (bytes != NULL) {
		fclose(bytes);
		fwrite(text, 1, size, file);
	}
	fclose(file);
}
