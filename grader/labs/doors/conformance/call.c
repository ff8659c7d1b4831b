/* Conformance: door_call, and the server procedure. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <thread.h>
#include <unistd.h>

#include "check.h"

#define MANY 16 // calls at once

static void
not_a_door(void)
{
	int file = open("file", O_RDWR | O_CREAT, 0600);
	int ends[2];

	CHECK(pipe(ends) == 0);
	CHECK_FAILS(door_call(-1, NULL), EBADF);
	CHECK_FAILS(door_call(999, NULL), EBADF);
	CHECK_FAILS(door_call(file, NULL), EBADF);
	CHECK_FAILS(door_call(ends[0], NULL), EBADF);
	CHECK_FAILS(door_call(ends[1], NULL), EBADF);
}

static void
revoked(void)
{
	int door = door_create(answer_nothing, NULL, 0);
	int copy = dup(door);

	CHECK(door_call(copy, NULL) == 0);
	CHECK(door_revoke(door) == 0);
	CHECK_FAILS(door_call(door, NULL), EBADF);
	CHECK_FAILS(door_call(copy, NULL), EBADF);
}

static void
size_limits(void)
{
	int door = door_create(answer_same, NULL, 0);
	char data[100] = "";
	door_arg_t arg = { .data_ptr = data, .rbuf = data, .rsize = 100 };

	CHECK(door_setparam(door, DOOR_PARAM_DATA_MAX, 20) == 0);
	CHECK(door_setparam(door, DOOR_PARAM_DATA_MIN, 10) == 0);
	arg.data_size = 9;
	CHECK_FAILS(door_call(door, &arg), ENOBUFS);
	CHECK_FAILS(door_call(door, NULL), ENOBUFS);
	arg.data_size = 10;
	CHECK(door_call(door, &arg) == 0);
	arg.data_size = 20;
	CHECK(door_call(door, &arg) == 0);
	arg.data_size = 21;
	CHECK_FAILS(door_call(door, &arg), ENOBUFS);
}

static void
refuse_desc(void)
{
	int door = door_create(answer_same, NULL, DOOR_REFUSE_DESC);
	door_desc_t desc = { .d_attributes = DOOR_DESCRIPTOR };
	door_arg_t arg = { .desc_ptr = &desc, .desc_num = 1 };

	CHECK_FAILS(door_call(door, &arg), ENOTSUP);
	// Too much data is found first.
	CHECK(door_setparam(door, DOOR_PARAM_DATA_MIN, 1) == 0);
	CHECK_FAILS(door_call(door, &arg), ENOBUFS);
}

static void
too_many_desc(void)
{
	int door = door_create(answer_nothing, NULL, 0);
	door_desc_t desc[2] = { { .d_attributes = DOOR_DESCRIPTOR },
				{ .d_attributes = DOOR_DESCRIPTOR } };
	door_arg_t arg = { .desc_ptr = desc, .desc_num = 2 };

	CHECK(door_setparam(door, DOOR_PARAM_DESC_MAX, 1) == 0);
	CHECK_FAILS(door_call(door, &arg), ENFILE);
	arg.desc_num = 1;
	CHECK(door_call(door, &arg) == 0);
}

static struct sign inside, go_on;

static void
wait_inside(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)dp;
	(void)n;
	sign_give(&inside);
	sign_await(&go_on);
	door_return(argp, size, NULL, 0);
}

static void *
call_it(void *door)
{
	CHECK(door_call(*(int *)door, NULL) == 0);
	return NULL;
}

static door_server_func_t *usual_creator;
static atomic_int creations;

static void
only_one(door_info_t *info)
{
	if (creations++ == 0)
		usual_creator(info);
}

// The checks are made although no thread could serve the call.
static void
checked_at_once(void)
{
	pthread_t thread;
	door_arg_t arg = { .data_ptr = "12", .data_size = 2 };
	int door;

	sign_make(&inside);
	sign_make(&go_on);
	usual_creator = door_server_create(only_one);
	door = door_create(wait_inside, NULL, 0);
	CHECK(door_setparam(door, DOOR_PARAM_DATA_MAX, 1) == 0);
	CHECK(pthread_create(&thread, NULL, call_it, &door) == 0);
	sign_await(&inside);
	CHECK_FAILS(door_call(door, &arg), ENOBUFS);
	sign_give(&go_on);
	CHECK(pthread_join(thread, NULL) == 0);
}

static void
waits_for_thread(void)
{
	pthread_t thread[2];
	int door;

	sign_make(&inside);
	sign_make(&go_on);
	usual_creator = door_server_create(only_one);
	door = door_create(wait_inside, NULL, 0);
	CHECK(pthread_create(&thread[0], NULL, call_it, &door) == 0);
	sign_await(&inside);
	CHECK(pthread_create(&thread[1], NULL, call_it, &door) == 0);
	CHECK(!sign_comes(&inside, 200)); // the second waits
	sign_give(&go_on);
	sign_await(&inside);
	sign_give(&go_on);
	CHECK(pthread_join(thread[0], NULL) == 0);
	CHECK(pthread_join(thread[1], NULL) == 0);
}

static void
pool_grows(void)
{
	pthread_t thread[MANY];
	int door;

	sign_make(&inside);
	sign_make(&go_on);
	door = door_create(wait_inside, NULL, 0);
	for (int i = 0; i < MANY; i++)
		CHECK(pthread_create(&thread[i], NULL, call_it, &door) == 0);
	for (int i = 0; i < MANY; i++)
		sign_await(&inside); // all of them are in at once
	for (int i = 0; i < MANY; i++)
		sign_give(&go_on);
	for (int i = 0; i < MANY; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
}

static void
many_processes(void)
{
	pid_t child[MANY];
	int door;

	sign_make(&inside);
	sign_make(&go_on);
	door = door_create(wait_inside, NULL, 0);
	for (int i = 0; i < MANY; i++) {
		child[i] = fork();
		if (child[i] == 0) {
			CHECK(door_call(door, NULL) == 0);
			_exit(0);
		}
	}
	for (int i = 0; i < MANY; i++)
		sign_await(&inside);
	for (int i = 0; i < MANY; i++)
		sign_give(&go_on);
	for (int i = 0; i < MANY; i++)
		reap(child[i]);
}

static void
nothing(int sig)
{
	(void)sig;
}

// A call is cut short by a handler, even one with SA_RESTART.
static void
interrupted(void)
{
	struct sigaction action = { .sa_handler = nothing,
				    .sa_flags = SA_RESTART };
	pid_t child;
	int door;

	sign_make(&inside);
	sign_make(&go_on);
	door = door_create(wait_inside, NULL, 0);
	child = fork();
	if (child == 0) {
		CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
		CHECK_FAILS(door_call(door, NULL), EINTR);
		_exit(0);
	}
	sign_await(&inside);
	await_asleep(child);
	CHECK(kill(child, SIGUSR1) == 0);
	reap(child);
	sign_give(&go_on);
	// The thread is back, and the next call is not mixed up with that.
	sign_give(&go_on);
	CHECK(door_call(door, NULL) == 0);
}

static void
want_null(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	long good = argp == NULL && size == 0 && dp == NULL && n == 0;

	(void)cookie;
	door_return((char *)&good, sizeof(good), NULL, 0);
}

static void
no_arguments(void)
{
	int door = door_create(want_null, NULL, 0);
	long good = 0;
	door_arg_t arg = { .rbuf = (char *)&good, .rsize = sizeof(good) };

	CHECK(door_call(door, &arg) == 0);
	CHECK(good == 1);
}

static void
one_buffer(void)
{
	int door = door_create(answer_same, NULL, 0);
	char both[64] = "the same place";
	door_arg_t arg = { .data_ptr = both,
			   .data_size = sizeof(both),
			   .rbuf = both,
			   .rsize = sizeof(both) };

	CHECK(door_call(door, &arg) == 0);
	CHECK(arg.data_ptr == both && arg.rbuf == both);
	CHECK(arg.data_size == sizeof(both) && arg.rsize == sizeof(both));
	CHECK(strcmp(both, "the same place") == 0);
}

// Results that are one byte too large come in memory of their own.
static void
oversized(void)
{
	int door = door_create(answer_same, NULL, 0);
	char data[100], rbuf[99];
	door_arg_t arg = { .data_ptr = data,
			   .data_size = sizeof(data),
			   .rbuf = rbuf,
			   .rsize = sizeof(rbuf) };

	memset(data, 'd', sizeof(data));
	memset(rbuf, 'r', sizeof(rbuf));
	CHECK(door_call(door, &arg) == 0);
	CHECK(arg.rbuf != rbuf && arg.data_ptr == arg.rbuf);
	CHECK(arg.data_size == sizeof(data));
	CHECK(arg.rsize == (size_t)sysconf(_SC_PAGESIZE));
	CHECK(memcmp(arg.rbuf, data, sizeof(data)) == 0);
	CHECK(rbuf[0] == 'r');
	arg.rbuf[arg.rsize - 1] = 'w';
	CHECK(munmap(arg.rbuf, arg.rsize) == 0);
}

static void
exact_fit(void)
{
	int door = door_create(answer_same, NULL, 0);
	char data[100] = "fits", rbuf[100];
	door_arg_t arg = { .data_ptr = data,
			   .data_size = sizeof(data),
			   .rbuf = rbuf,
			   .rsize = sizeof(rbuf) };

	CHECK(door_call(door, &arg) == 0);
	CHECK(arg.rbuf == rbuf && arg.rsize == sizeof(rbuf));
}

static void
no_rbuf(void)
{
	int door = door_create(answer_same, NULL, 0);
	door_arg_t arg = { .data_ptr = "hello", .data_size = 6 };

	CHECK(door_call(door, &arg) == 0);
	CHECK(strcmp(arg.rbuf, "hello") == 0);
	CHECK(munmap(arg.rbuf, arg.rsize) == 0);
}

// Every byte arrives, whatever the size, there and back.
static void
sizes(void)
{
	static const size_t all[] = { 1,	 23,	  4095,	   4096,
				      16383,	 16384,	  16385,   65536,
				      (1 << 20), 3000001, 64 << 20 };
	int door = door_create(answer_same, NULL, 0);

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		size_t size = all[i];
		char *data = malloc(size), *rbuf = malloc(size);
		door_arg_t arg = { .data_ptr = data,
				   .data_size = size,
				   .rbuf = rbuf,
				   .rsize = size };

		CHECK(data != NULL && rbuf != NULL);
		for (size_t k = 0; k < size; k++)
			data[k] = (char)(k * 31 + k / 251);
		CHECK(door_call(door, &arg) == 0);
		CHECK(arg.rbuf == rbuf && arg.data_size == size);
		CHECK(memcmp(rbuf, data, size) == 0);
		arg.data_ptr = data;
		arg.rsize = size - 1;
		CHECK(door_call(door, &arg) == 0);
		CHECK(arg.rbuf != rbuf && arg.data_size == size);
		CHECK(memcmp(arg.rbuf, data, size) == 0);
		CHECK(munmap(arg.rbuf, arg.rsize) == 0);
		free(data);
		free(rbuf);
	}
}

static void
bad_pointer(void)
{
	int door = door_create(answer_same, NULL, 0);
	door_arg_t arg = { .data_ptr = (char *)8, .data_size = 100 };

	CHECK_FAILS(door_call(door, &arg), EFAULT);
	arg.data_size = 1 << 20;
	CHECK_FAILS(door_call(door, &arg), EFAULT);
	CHECK(door_call(door, NULL) == 0);
}

static int
call_with(int door, char *data, size_t size)
{
	door_arg_t arg = { .data_ptr = data, .data_size = size };

	return door_call(door, &arg);
}

// Of large arguments one page is not in memory, or not to be read.
static void
bad_page(void)
{
	static const size_t bad[] = { 0, 1, 255, 256, 257, 512, 599 };
	size_t page = (size_t)sysconf(_SC_PAGESIZE), size = 600 * page;
	int door = door_create(answer_nothing, NULL, 0);
	int file = memfd_create("short", MFD_CLOEXEC);
	char *data = mmap(NULL, size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *last = data + size - page;

	CHECK(data != MAP_FAILED && file != -1);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char *at = data + bad[i] * page;

		CHECK(mprotect(at, page, PROT_NONE) == 0);
		CHECK_FAILS(call_with(door, data + 1, size - 2), EFAULT);
		CHECK(mprotect(at, page, PROT_READ) == 0);
		CHECK(call_with(door, data + 1, size - 2) == 0);
	}
	CHECK(munmap(last, page) == 0);
	CHECK_FAILS(call_with(door, data + 1, size - page), EFAULT);
	CHECK(call_with(door, data + 1, size - page - 1) == 0);
	// A file that is shorter than its mapping.
	CHECK(mmap(last, page, PROT_READ, MAP_SHARED | MAP_FIXED, file, 0) ==
	      last);
	CHECK_FAILS(call_with(door, data + 1, size - page), EFAULT);
	CHECK(ftruncate(file, 1) == 0);
	CHECK(call_with(door, data + 1, size - page) == 0);
}

static char *caller_stack_data;

static void
change_arguments(void *cookie, char *argp, size_t size, door_desc_t *dp,
		 uint_t n)
{
	(void)cookie;
	(void)dp;
	(void)n;
	CHECK(argp != caller_stack_data);
	memset(argp, 'x', size);
	door_return(NULL, 0, NULL, 0);
}

static void
arguments_are_a_copy(void)
{
	static const size_t all[] = { 100, 1 << 20 };
	int door = door_create(change_arguments, NULL, 0);

	for (int i = 0; i < 2; i++) {
		char *data = calloc(1, all[i]);
		door_arg_t arg = { .data_ptr = data, .data_size = all[i] };

		caller_stack_data = data;
		CHECK(door_call(door, &arg) == 0);
		CHECK(data[0] == 0 && data[all[i] - 1] == 0);
		CHECK(arg.data_size == 0 && arg.desc_num == 0);
		free(data);
	}
}

#define LARGE (1 << 20)

static int
all_are(const char *data, char c)
{
	for (size_t i = 0; i < LARGE; i++) {
		if (data[i] != c)
			return 0;
	}
	return 1;
}

// Waits, and sees the same arguments as before.
static void
look_twice(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	char c = argp[0];

	(void)cookie;
	(void)dp;
	(void)n;
	CHECK(size == LARGE && all_are(argp, c));
	if (c == 'w') {
		sign_give(&inside);
		sign_await(&go_on);
		CHECK(all_are(argp, c));
	}
	memset(argp, 'z', size);
	door_return(&c, 1, NULL, 0);
}

static void
call_large(int door, char *data, char c)
{
	char answer = 0;
	door_arg_t arg = { .data_ptr = data,
			   .data_size = LARGE,
			   .rbuf = &answer,
			   .rsize = 1 };

	memset(data, c, LARGE);
	CHECK(door_call(door, &arg) == 0);
	CHECK(answer == c && all_are(data, data[0]));
}

static char waiting_data[LARGE];

static void *
call_and_wait(void *door)
{
	call_large(*(int *)door, waiting_data, 'a');
	call_large(*(int *)door, waiting_data, 'w');
	return NULL;
}

// The memory of large arguments is used again, but not while a procedure has
// them; and what the caller does to its own does not matter.
static void
large_stay(void)
{
	int door = door_create(look_twice, NULL, 0);
	static char data[LARGE];
	pthread_t thread;

	sign_make(&inside);
	sign_make(&go_on);
	for (int round = 0; round < 3; round++) {
		CHECK(pthread_create(&thread, NULL, call_and_wait, &door) == 0);
		sign_await(&inside);
		memset(waiting_data, 'x', LARGE);
		for (char c = 'b'; c < 'h'; c++)
			call_large(door, data, c);
		sign_give(&go_on);
		CHECK(pthread_join(thread, NULL) == 0);
	}
}

static void
fork_and_look(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	pid_t child = -1;

	(void)cookie;
	(void)dp;
	(void)n;
	CHECK(size == LARGE);
	if (argp[0] == 'f') {
		child = fork();
		if (child == 0) {
			sign_await(&go_on); // it serves others meanwhile
			CHECK(all_are(argp, 'f'));
			memset(argp, 'c', size);
			sign_give(&inside);
			_exit(0);
		}
		memset(argp, 'p', size);
	}
	door_return((char *)&child, sizeof(child), NULL, 0);
}

// A child that the procedure forks has them as they were then.
static void
large_after_fork(void)
{
	int door = door_create(fork_and_look, NULL, 0);
	static char data[LARGE];
	pid_t child = 0;
	door_arg_t arg = { .data_ptr = data,
			   .data_size = LARGE,
			   .rbuf = (char *)&child,
			   .rsize = sizeof(child) };

	sign_make(&inside);
	sign_make(&go_on);
	memset(data, 'f', LARGE);
	CHECK(door_call(door, &arg) == 0 && child > 0);
	memset(data, 'g', LARGE);
	for (int i = 0; i < 5; i++) {
		pid_t none;

		arg = (door_arg_t){ .data_ptr = data,
				    .data_size = LARGE,
				    .rbuf = (char *)&none,
				    .rsize = sizeof(none) };
		CHECK(door_call(door, &arg) == 0 && none == -1);
	}
	sign_give(&go_on);
	sign_await(&inside);
	reap(child);
}

static void
show_cookie(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	door_return((char *)&cookie, sizeof(cookie), NULL, 0);
}

static void
cookies(void)
{
	void *cookie = NULL;
	int door = door_create(show_cookie, (void *)0x1234, 0);
	door_arg_t arg = { .rbuf = (char *)&cookie, .rsize = sizeof(cookie) };

	CHECK(door_call(door, &arg) == 0);
	CHECK(cookie == (void *)0x1234);
}

// A procedure may itself call, also the door that it serves.
static int self_door;

static void
count_down(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	int left = *(int *)(void *)argp, sum = 0;

	(void)cookie;
	(void)size;
	(void)dp;
	(void)n;
	if (left > 0) {
		int next = left - 1;
		door_arg_t arg = { .data_ptr = (char *)&next,
				   .data_size = sizeof(next),
				   .rbuf = (char *)&sum,
				   .rsize = sizeof(sum) };

		CHECK(door_call(self_door, &arg) == 0);
	}
	sum += left;
	door_return((char *)&sum, sizeof(sum), NULL, 0);
}

static void
nested(void)
{
	int n = 20, sum = 0;
	door_arg_t arg = { .data_ptr = (char *)&n,
			   .data_size = sizeof(n),
			   .rbuf = (char *)&sum,
			   .rsize = sizeof(sum) };

	self_door = door_create(count_down, NULL, 0);
	CHECK(door_call(self_door, &arg) == 0);
	CHECK(sum == 210);
}

static void *
stop_in_call(void *door)
{
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
	door_call(*(int *)door, NULL);
	return NULL;
}

// A caller's thread that is cancelled leaves nothing locked or open.
static void
cancelled_caller(void)
{
	pthread_t thread;
	int door;

	sign_make(&inside);
	sign_make(&go_on);
	door = door_create(wait_inside, NULL, 0);
	CHECK(pthread_create(&thread, NULL, stop_in_call, &door) == 0);
	sign_await(&inside);
	CHECK(pthread_cancel(thread) == 0);
	CHECK(pthread_join(thread, NULL) == 0);
	sign_give(&go_on);
	sign_give(&go_on);
	CHECK(door_call(door, NULL) == 0);
}

const struct test tests[] = { { "not_a_door", not_a_door },
			      { "revoked", revoked },
			      { "size_limits", size_limits },
			      { "refuse_desc", refuse_desc },
			      { "too_many_desc", too_many_desc },
			      { "checked_at_once", checked_at_once },
			      { "waits_for_thread", waits_for_thread },
			      { "pool_grows", pool_grows },
			      { "many_processes", many_processes },
			      { "interrupted", interrupted },
			      { "no_arguments", no_arguments },
			      { "one_buffer", one_buffer },
			      { "oversized", oversized },
			      { "exact_fit", exact_fit },
			      { "no_rbuf", no_rbuf },
			      { "sizes", sizes },
			      { "bad_pointer", bad_pointer },
			      { "bad_page", bad_page },
			      { "arguments_are_a_copy", arguments_are_a_copy },
			      { "large_stay", large_stay },
			      { "large_after_fork", large_after_fork },
			      { "cookies", cookies },
			      { "nested", nested },
			      { "cancelled_caller", cancelled_caller },
			      { NULL, NULL } };
