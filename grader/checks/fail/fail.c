/*
 * fail: makes chosen calls fail, to see whether a program checks and cleans up.
 *
 *	FAIL=pipe:2:EMFILE,fork:1:EAGAIN,write:3+:ENOSPC
 *
 * The second pipe fails, the first fork, and every write from the third on.
 * Each failure leaves a note, so that a test knows that it happened:
 *
 *	fail: pipe call 2 in pipeline failed with EMFILE at pipeline+0x1234
 *
 * Calls are counted in each process for itself; a child goes on from its
 * parent's count at fork, a program started by exec from 0. Only calls in the
 * program's own code count: what a library does inside is left alone. The call
 * does nothing but set errno and return its failure value; only close still
 * closes the descriptor, as Linux does when close reports an error.
 *
 * The conductor (grader/conduct) makes system calls fail, and nothing can avoid
 * it; tests use that. This checker stays for what is a call of the program's only
 * before it comes to the kernel: an mmap of its own, which the C library calls as
 * well, for threads and memory of its; and for one process of many that a
 * scenario starts.
 *
 * The supervisor, not the student, sets FAIL; what it says that makes no sense
 * is told in a note: "fail: cannot understand TEXT".
 */
#define _GNU_SOURCE
#include "../note/wrap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	MAX_RULES = 16,
	MAX_NAME = 32,
	MAX_ERRNO = 133 /* EHWPOISON, the last one of Linux */
};

static struct rule {
	char name[MAX_NAME];
	long number; /* of the call that fails */
	bool onward; /* and all after it */
	int error;
	long count; /* calls so far in this process */
} rules[MAX_RULES];
static int rule_count;

/* Counts a call; returns the error that it is to fail with, or 0. */
static int
error_of_call(const char *name, const void *frame)
{
	const void *place;
	int error = 0;

	if (rule_count == 0 || (place = note_caller(frame)) == NULL)
		return 0;
	for (struct rule *r = rules; r < rules + rule_count; r++) {
		struct note n;
		long count;

		if (strcmp(r->name, name) != 0)
			continue;
		count = __atomic_add_fetch(&r->count, 1, __ATOMIC_RELAXED);
		if (count != r->number && !(r->onward && count > r->number))
			continue;
		error = r->error;
		note_begin(&n, "fail");
		note_text(&n, name);
		note_text(&n, " call ");
		note_number(&n, count);
		note_text(&n, " in ");
		note_text(&n, note_program());
		note_text(&n, " failed with ");
		note_error(&n, error);
		note_text(&n, " at ");
		note_place(&n, place);
		note_send(&n);
	}
	return error;
}

// clang-format off
/* The name in the library, the name in FAIL, and what the call returns. */
#define MINUS_ONE(X) X(pipe, pipe) X(pipe2, pipe2) X(fork, fork) \
	X(dup, dup) X(dup2, dup2) X(dup3, dup3) X(open, open) \
	X(open64, open) X(__open_2, open) X(__open64_2, open) \
	X(openat, openat) X(openat64, openat) X(mkfifo, mkfifo) \
	X(read, read) X(write, write) X(fsync, fsync) \
	X(fdatasync, fdatasync) X(rename, rename) X(link, link) \
	X(unlink, unlink) X(ftruncate, ftruncate) X(ftruncate64, ftruncate) \
	X(mmap, mmap) X(mmap64, mmap) X(munmap, munmap) X(msync, msync) \
	X(shm_open, shm_open) X(memfd_create, memfd_create) \
	X(eventfd, eventfd) X(shmget, shmget) X(shmat, shmat) \
	X(shmctl, shmctl) X(semget, semget) X(semop, semop) \
	X(semctl, semctl) X(msgget, msgget) X(msgsnd, msgsnd) \
	X(msgrcv, msgrcv) X(msgctl, msgctl) X(ftok, ftok) \
	X(sem_init, sem_init) X(sem_wait, sem_wait) X(mq_open, mq_open) \
	X(__mq_open_2, mq_open) X(mq_send, mq_send) \
	X(mq_receive, mq_receive) X(socket, socket) X(bind, bind) \
	X(listen, listen) X(accept, accept) X(accept4, accept4) \
	X(connect, connect) X(socketpair, socketpair) X(send, send) \
	X(sendmsg, sendmsg) X(recv, recv) X(recvmsg, recvmsg) X(poll, poll) \
	X(execv, execv) X(execvp, execvp) X(execve, execve) \
	X(sigaction, sigaction) X(sigprocmask, sigprocmask) X(kill, kill) \
	X(sigqueue, sigqueue) X(wait, wait) X(waitpid, waitpid)
#define NULL_POINTER(X) X(malloc, malloc) X(calloc, calloc) \
	X(realloc, realloc) X(fopen, fopen) X(fopen64, fopen) \
	X(fdopen, fdopen) X(sem_open, sem_open)
#define ERROR_NUMBER(X) X(pthread_create, pthread_create) \
	X(pthread_mutex_init, pthread_mutex_init) \
	X(pthread_mutex_lock, pthread_mutex_lock) \
	X(posix_spawn, posix_spawn) X(posix_spawnp, posix_spawnp)
#define FUNCTIONS(X) MINUS_ONE(X) NULL_POINTER(X) ERROR_NUMBER(X) \
	X(close, close)
// clang-format on

#define INDEX(function_name, shown) AT_##function_name,
#define ENTRY(function_name, shown) { .name = #function_name },

enum { FUNCTIONS(INDEX) };
static struct wrapped wrapped[] = { FUNCTIONS(ENTRY) };

#define NEXT(name) wrap_next(&wrapped[AT_##name])

#define POINTER_WRAPPER(name, shown, failure)             \
	WRAP_DECLARE(name)                                \
	{                                                 \
		int error = error_of_call(#shown, FRAME); \
                                                          \
		if (error == 0)                           \
			return NEXT(name)(PASS);          \
		errno = error;                            \
		return failure;                           \
	}
#define MINUS_ONE_WRAPPER(name, shown)	  POINTER_WRAPPER(name, shown, -1)
#define NULL_POINTER_WRAPPER(name, shown) POINTER_WRAPPER(name, shown, 0)
#define ERROR_NUMBER_WRAPPER(name, shown)                     \
	WRAP_DECLARE(name)                                    \
	{                                                     \
		int error = error_of_call(#shown, FRAME);     \
                                                              \
		return error != 0 ? error : NEXT(name)(PASS); \
	}
MINUS_ONE(MINUS_ONE_WRAPPER)
NULL_POINTER(NULL_POINTER_WRAPPER)
ERROR_NUMBER(ERROR_NUMBER_WRAPPER)

WRAP_DECLARE(close)
{
	int error = error_of_call("close", FRAME);
	word result = NEXT(close)(PASS);

	if (error == 0)
		return result;
	errno = error;
	return -1;
}

static bool
known_call(const char *name)
{
	static const char *const names[] = {
#define SHOWN(function_name, shown) #shown,
		FUNCTIONS(SHOWN)
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

static int
error_number(const char *name)
{
	for (int error = 1; error <= MAX_ERRNO; error++) {
		const char *known = strerrorname_np(error);

		if (known != NULL && strcmp(known, name) == 0)
			return error;
	}
	return 0;
}

/* Adds the rule NAME:NUMBER[+]:ERROR, of `length` bytes. */
static bool
add_rule(const char *text, size_t length)
{
	struct rule *r = &rules[rule_count];
	char copy[2 * MAX_NAME];
	char *number, *error, *end;

	if (rule_count == MAX_RULES || length >= sizeof(copy))
		return false;
	memcpy(copy, text, length);
	copy[length] = '\0';
	if ((number = strchr(copy, ':')) == NULL ||
	    (error = strchr(number + 1, ':')) == NULL)
		return false;
	*number++ = *error++ = '\0';
	r->number = strtol(number, &end, 10);
	r->onward = *end == '+';
	r->error = error_number(error);
	if (r->number < 1 || end[r->onward] != '\0' || r->error == 0 ||
	    strlen(copy) >= sizeof(r->name) || !known_call(copy))
		return false;
	strcpy(r->name, copy);
	rule_count++;
	return true;
}

__attribute__((constructor)) static void
start(void)
{
	int saved = errno;
	const char *text = getenv("FAIL");
	struct note n;

	WRAP_RESOLVE(wrapped);
	while (note_here() && text != NULL && *text != '\0') {
		size_t length = strcspn(text, ",");

		if (!add_rule(text, length)) {
			note_begin(&n, "fail");
			note_text(&n, "cannot understand ");
			note_text(&n, text);
			note_send(&n);
			break;
		}
		text += length;
		text += *text == ',';
	}
	errno = saved;
}
