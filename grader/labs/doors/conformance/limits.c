/*
 * Conformance: descriptors. A process may have few of them; and the program may
 * close those that it does not know.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stropts.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#define CALLERS 100
#define LIMIT	64

static void
set_limit(rlim_t descriptors)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	limit.rlim_cur = descriptors;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

// The number that was sent, doubled; a descriptor, if there is one, is closed.
static void
twice(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	long value = 0;

	(void)cookie;
	for (uint_t i = 0; i < n; i++)
		close(dp[i].d_data.d_desc.d_descriptor);
	if (size >= sizeof(value))
		memcpy(&value, argp, sizeof(value));
	value *= 2;
	door_return((char *)&value, sizeof(value), NULL, 0);
}

static int
ask(int door, long value)
{
	long answer = -1;
	door_arg_t arg = { .data_ptr = (char *)&value,
			   .data_size = sizeof(value),
			   .rbuf = (char *)&answer,
			   .rsize = sizeof(answer) };

	if (door_call(door, &arg) == -1)
		return -1;
	CHECK(answer == 2 * value);
	return 0;
}

static pid_t
start_limited(door_server_procedure_t *proc)
{
	struct rlimit before;
	pid_t server;

	CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
	set_limit(LIMIT);
	server = start_server(proc, 0, "path");
	CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
	return server;
}

// Forks a caller, which calls `calls` times when `start` is closed, and again
// when `again` is.
static pid_t
caller(const struct sign *start, const struct sign *again, int calls)
{
	pid_t child = fork();
	char byte;
	int door;

	CHECK(child != -1);
	if (child != 0)
		return child;
	CHECK(close(start->ends[1]) == 0 && close(again->ends[1]) == 0);
	door = open("path", O_RDONLY);
	CHECK(door != -1);
	CHECK(read(start->ends[0], &byte, 1) == 0);
	for (int i = 0; i < calls; i++)
		CHECK(ask(door, getpid() + i) == 0);
	CHECK(read(again->ends[0], &byte, 1) == 0);
	CHECK(ask(door, 5) == 0);
	_exit(0);
}

// More callers than the server may have descriptors, all at once, many times;
// then all idle, and once more.
static void
more_callers(void)
{
	pid_t server = start_limited(twice), child[CALLERS];
	struct sign start, again;

	sign_make(&start);
	sign_make(&again);
	for (int i = 0; i < CALLERS; i++)
		child[i] = caller(&start, &again, 20);
	CHECK(close(start.ends[1]) == 0);
	usleep(200000);
	CHECK(close(again.ends[1]) == 0);
	for (int i = 0; i < CALLERS; i++)
		reap(child[i]);
	end_child(server);
}

// A caller whose connection was let go still has what it wanted to give away
// until the call is under way; and what it releases is closed once.
static void
let_go_with_descriptors(void)
{
	pid_t server = start_limited(twice);
	int door = open("path", O_RDONLY);

	for (int round = 0; round < 5; round++) {
		struct sign start, again;
		pid_t child[LIMIT];
		int ends[2];
		char byte;
		door_desc_t desc = { .d_attributes =
					 DOOR_DESCRIPTOR | DOOR_RELEASE };
		door_arg_t arg = { .desc_ptr = &desc, .desc_num = 1 };
		long answer = 0;

		arg.rbuf = (char *)&answer;
		arg.rsize = sizeof(answer);
		CHECK(ask(door, round) == 0);
		sign_make(&start);
		sign_make(&again);
		for (int i = 0; i < LIMIT; i++)
			child[i] = caller(&start, &again, 1);
		CHECK(close(start.ends[1]) == 0 && close(start.ends[0]) == 0);
		CHECK(close(again.ends[1]) == 0 && close(again.ends[0]) == 0);
		for (int i = 0; i < LIMIT; i++)
			reap(child[i]);
		CHECK(pipe(ends) == 0);
		desc.d_data.d_desc.d_descriptor = ends[1];
		CHECK(door_call(door, &arg) == 0);
		CHECK_FAILS(fcntl(ends[1], F_GETFD), EBADF);
		CHECK(read(ends[0], &byte, 1) == 0); // nobody else has it
		CHECK(close(ends[0]) == 0);
	}
	end_child(server);
}

// The same with large arguments, whose memory the server has let go as well.
static void
let_go_with_memory(void)
{
	pid_t server = start_limited(twice);
	int door = open("path", O_RDONLY);
	static long data[20000];

	for (int round = 0; round < 3; round++) {
		struct sign start, again;
		pid_t child[LIMIT];
		long answer = 0;
		door_arg_t arg = { .data_ptr = (char *)data,
				   .data_size = sizeof(data),
				   .rbuf = (char *)&answer,
				   .rsize = sizeof(answer) };

		data[0] = round + 3;
		CHECK(door_call(door, &arg) == 0);
		CHECK(answer == 2 * data[0]);
		sign_make(&start);
		sign_make(&again);
		for (int i = 0; i < LIMIT; i++)
			child[i] = caller(&start, &again, 1);
		CHECK(close(start.ends[1]) == 0 && close(start.ends[0]) == 0);
		CHECK(close(again.ends[1]) == 0 && close(again.ends[0]) == 0);
		for (int i = 0; i < LIMIT; i++)
			reap(child[i]);
	}
	end_child(server);
}

static struct sign go_on;

static void
wait_for_sign(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	sign_await(&go_on);
	door_return(NULL, 0, NULL, 0);
}

// When all connections are busy nothing helps: EMFILE, and never EBADF, which
// would say that the server is dead.
static void
all_busy(void)
{
	atomic_int *served, *refused;
	pid_t server, child[CALLERS];

	sign_make(&go_on);
	served = mmap(NULL, 2 * sizeof(*served), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	CHECK(served != MAP_FAILED);
	refused = served + 1;
	server = start_limited(wait_for_sign);
	for (int i = 0; i < CALLERS; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			int door = open("path", O_RDONLY);

			if (door_call(door, NULL) == 0) {
				++*served;
				_exit(0);
			}
			CHECK(errno == EMFILE);
			++*refused;
			_exit(0);
		}
	}
	while (*refused < CALLERS - LIMIT)
		usleep(10000);
	for (int i = 0; i < CALLERS; i++)
		sign_give(&go_on);
	for (int i = 0; i < CALLERS; i++)
		reap(child[i]);
	CHECK(*served + *refused == CALLERS);
	CHECK(*served >= LIMIT / 2);
	end_child(server);
}

// A caller that may have few descriptors gives up idle connections to one door
// for a call of another.
static void
many_doors(void)
{
	int door[LIMIT / 2];

	for (int i = 0; i < LIMIT / 2; i++) {
		door[i] = door_create(twice, NULL, 0);
		CHECK(door[i] != -1);
	}
	pid_t child = fork();

	if (child == 0) {
		set_limit(LIMIT);
		for (int round = 0; round < 3; round++) {
			for (int i = 0; i < LIMIT / 2; i++)
				CHECK(ask(door[i], i) == 0);
		}
		// Now there is none at all.
		while (dup(0) != -1)
			continue;
		for (int i = 0; i < LIMIT / 2; i++)
			CHECK(ask(door[i], i) == 0 || errno == EMFILE);
		_exit(0);
	}
	reap(child);
}

static int
open_file(void)
{
	int file = open("ours", O_RDWR | O_CREAT, 0600);

	CHECK(file != -1);
	return file;
}

static int
open_socket(void)
{
	int ends[2];

	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0);
	return ends[0];
}

// Closes all but `keep`, opens files or sockets in place of them, calls: is it
// served, and is what we opened as it was?
static void
close_all(int door, int keep, int (*open_one)(void), int most)
{
	int fds[200], n = 0;
	char byte;

	CHECK(ask(door, 1) == 0);
	for (int fd = 3; fd < most; fd++) {
		if (fd != door && fd != keep)
			close(fd);
	}
	for (; n < 200; n++)
		fds[n] = open_one();
	for (int fd = most - 50; fd < most; fd++) {
		if (fd != door && fcntl(fd, F_GETFD) == -1)
			CHECK(dup2(fds[fd % 200], fd) == fd);
	}
	for (int i = 0; i < 3; i++)
		CHECK(ask(door, i) == 0);
	for (int i = 0; i < n; i++) {
		CHECK(fcntl(fds[i], F_GETFD) != -1);
		if (open_one == open_file)
			CHECK(lseek(fds[i], 0, SEEK_END) == 0);
		else
			CHECK_FAILS(recv(fds[i], &byte, 1, MSG_DONTWAIT),
				    EAGAIN);
		CHECK(close(fds[i]) == 0);
	}
	CHECK(ask(door, 7) == 0);
}

// The same without a moment in between: files take the place of all that the
// library may have opened.
static void
replaced_at_once(void)
{
	pid_t server = start_server(twice, 0, "path"), child;
	int door = open("path", O_RDONLY);

	for (int round = 0; round < 20; round++) {
		child = fork();
		if (child == 0) {
			int file = open_file();

			set_limit(4096);
			CHECK(ask(door, 1) == 0);
			CHECK(ask(door, 2) == 0);
			for (int fd = 1024; fd < 1024 + 3; fd++)
				CHECK(dup2(file, fd) == fd);
			CHECK(ask(door, 3) == 0);
			CHECK(lseek(file, 0, SEEK_END) == 0);
			for (int fd = 1024; fd < 1024 + 3; fd++)
				CHECK(close(fd) == 0);
			_exit(0);
		}
		reap(child);
	}
	end_child(server);
}

static void
closed_by_caller(void)
{
	pid_t server = start_server(twice, 0, "path"), child;
	int door = open("path", O_RDONLY);

	for (rlim_t limit = 512; limit <= 4096; limit *= 2) {
		for (int sockets = 0; sockets < 2; sockets++) {
			child = fork();
			if (child == 0) {
				set_limit(limit);
				close_all(door, -1,
					  sockets ? open_socket : open_file,
					  (int)limit);
				_exit(0);
			}
			reap(child);
		}
	}
	end_child(server);
}

// The library's new descriptors get the numbers of those that the program has
// closed, of which it still knows in another place.
static void
numbers_again(void)
{
	int door[6];
	pid_t child;

	for (int i = 0; i < 6; i++)
		door[i] = door_create(twice, NULL, 0);
	child = fork();
	if (child == 0) {
		for (int round = 0; round < 6; round++) {
			for (int i = 0; i < 6; i++)
				CHECK(ask(door[i], i) == 0);
			for (int fd = 3; fd < 2048; fd++) {
				if (fd < door[0] || fd > door[5])
					close(fd);
			}
			// Each opens anew what the next still believes in.
			for (int i = 5; i >= 0; i--)
				CHECK(ask(door[(i + round) % 6], i) == 0);
		}
		_exit(0);
	}
	reap(child);
}

// Ours are out of the way: a program that opens files gets the lowest numbers,
// as if there were no library.
static void
high_numbers(void)
{
	int before = dup(0), door = door_create(twice, NULL, 0);

	CHECK(door == before + 1);
	CHECK(ask(door, 1) == 0);
	CHECK(dup(0) == door + 1);
}

const struct test tests[] = { { "more_callers", more_callers },
			      { "let_go_with_descriptors",
				let_go_with_descriptors },
			      { "let_go_with_memory", let_go_with_memory },
			      { "all_busy", all_busy },
			      { "many_doors", many_doors },
			      { "closed_by_caller", closed_by_caller },
			      { "replaced_at_once", replaced_at_once },
			      { "numbers_again", numbers_again },
			      { "high_numbers", high_numbers },
			      { NULL, NULL } };
