/*
 * For the conformance tests of doors: a program is a table of cases, each of
 * which tests one sentence of the contract.
 *
 *	./PROGRAM CASE
 *
 * Status 0: it holds. Otherwise a line on standard error says what does not. No
 * case takes longer than CASE_SECONDS.
 */
#ifndef CHECK_H
#define CHECK_H

#include <door.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CASE_SECONDS 100

struct test {
	const char *name;
	void (*run)(void);
};

extern const struct test tests[]; // ends with a NULL name

#define CHECK(condition)                                                   \
	do {                                                               \
		if (!(condition)) {                                        \
			fprintf(stderr, "%s:%d: not so: %s (errno: %s)\n", \
				__FILE__, __LINE__, #condition,            \
				strerror(errno));                          \
			exit(1);                                           \
		}                                                          \
	} while (0)

// The call fails with this errno.
#define CHECK_FAILS(call, problem)         \
	do {                               \
		errno = 0;                 \
		CHECK((call) == -1);       \
		CHECK(errno == (problem)); \
	} while (0)

// Signals from one thread or process to another, over pipes made before fork.
struct sign {
	int ends[2];
};

void sign_make(struct sign *sign);
void sign_give(const struct sign *sign);
void sign_await(const struct sign *sign);
int sign_comes(const struct sign *sign, int milliseconds);

// Until this thread of ours, or the main thread of a child, sleeps.
void await_asleep(pid_t tid);

// A server in a process of its own, attached at `path`, which it makes. Returns
// its process id when the door can be opened.
pid_t start_server(door_server_procedure_t *proc, uint_t attributes,
		   const char *path);

// Kills a child and waits for it.
void end_child(pid_t child);

// Waits for a child, which must exit with status 0.
void reap(pid_t child);

// Descriptors that this process has open.
int count_descriptors(void);

// Sends an open descriptor to another process, without a door.
void send_fd(int sock, int fd);
int receive_fd(int sock);

// Procedures.
void answer_nothing(void *cookie, char *argp, size_t size, door_desc_t *dp,
		    uint_t n);
void answer_same(void *cookie, char *argp, size_t size, door_desc_t *dp,
		 uint_t n);

#endif
