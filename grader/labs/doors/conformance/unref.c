/* Conformance: the unreferenced notice. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stropts.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define QUIET 200 // milliseconds without a notice: there is none

static struct sign notice, inside, go_on;
static atomic_bool odd; // a notice had more arguments than it should

static void
procedure(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	if (argp == DOOR_UNREF_DATA) {
		if (size != 0 || dp != NULL || n != 0)
			odd = true;
		sign_give(&notice);
	} else if (size == 1) {
		sign_give(&inside);
		sign_await(&go_on);
	}
	door_return(NULL, 0, NULL, 0);
}

static int
new_door(uint_t attributes)
{
	int door;

	sign_make(&notice);
	sign_make(&inside);
	sign_make(&go_on);
	door = door_create(procedure, NULL, attributes);
	CHECK(door != -1);
	return door;
}

static void
child_with(int door)
{
	pid_t child = fork();

	if (child == 0) {
		CHECK(door_call(door, NULL) == 0);
		_exit(0);
	}
	reap(child);
}

static void
once(void)
{
	int door = new_door(DOOR_UNREF);

	CHECK(!sign_comes(&notice, QUIET)); // no other process has had it yet
	child_with(door);
	sign_await(&notice);
	CHECK(!odd);
	child_with(door);
	CHECK(!sign_comes(&notice, QUIET));
	CHECK(door_call(door, NULL) == 0);
}

static void
each_time(void)
{
	int door = new_door(DOOR_UNREF_MULTI);

	for (int i = 0; i < 20; i++) {
		child_with(door);
		sign_await(&notice);
	}
	CHECK(!sign_comes(&notice, QUIET));
}

static void
never(void)
{
	int door = new_door(0);

	child_with(door);
	CHECK(!sign_comes(&notice, QUIET));
}

// The last of several.
static void
last_one(void)
{
	int door = new_door(DOOR_UNREF);
	struct sign end[2];
	pid_t child[2];

	for (int i = 0; i < 2; i++) {
		sign_make(&end[i]);
		child[i] = fork();
		if (child[i] == 0) {
			CHECK(door_call(door, NULL) == 0);
			sign_give(&inside);
			sign_await(&end[i]);
			_exit(0);
		}
		sign_await(&inside);
	}
	sign_give(&end[0]);
	reap(child[0]);
	CHECK(!sign_comes(&notice, QUIET));
	sign_give(&end[1]);
	reap(child[1]);
	sign_await(&notice);
}

static void
at_a_path(void)
{
	int door = new_door(DOOR_UNREF_MULTI), client, two;

	CHECK(close(open("path", O_WRONLY | O_CREAT, 0600)) == 0);
	CHECK(fattach(door, "path") == 0);
	CHECK(!sign_comes(&notice, QUIET));
	client = open("path", O_RDONLY);
	two = open("path", O_RDWR);
	CHECK(door_call(client, NULL) == 0 && door_call(two, NULL) == 0);
	CHECK(close(client) == 0);
	CHECK(!sign_comes(&notice, QUIET));
	CHECK(close(two) == 0);
	sign_await(&notice);
	client = open("path", O_RDONLY);
	CHECK(door_call(client, NULL) == 0);
	CHECK(fdetach("path") == 0);
	CHECK(!sign_comes(&notice, QUIET));
	CHECK(close(client) == 0);
	sign_await(&notice);
	CHECK(fattach(door, "path") == 0 && fdetach("path") == 0);
	CHECK(!sign_comes(&notice, QUIET)); // no other process has had it since
}

static int passed_door;

static void
hand_out(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	door_desc_t desc = { .d_attributes = DOOR_DESCRIPTOR };

	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	desc.d_data.d_desc.d_descriptor = passed_door;
	door_return(NULL, 0, &desc, 1);
}

static void
passed(void)
{
	int broker = door_create(hand_out, NULL, 0);
	pid_t child;

	passed_door = new_door(DOOR_UNREF);
	CHECK(fcntl(passed_door, F_SETFD, FD_CLOEXEC) == 0);
	child = fork();
	if (child == 0) {
		door_desc_t desc;
		door_arg_t arg = { .rbuf = (char *)&desc,
				   .rsize = sizeof(desc) };
		int door;

		CHECK(close(passed_door) == 0);
		CHECK(door_call(broker, &arg) == 0 && arg.desc_num == 1);
		door = desc.d_data.d_desc.d_descriptor;
		CHECK(desc.d_attributes == (DOOR_DESCRIPTOR | DOOR_UNREF));
		CHECK(door_call(door, NULL) == 0);
		CHECK(close(door) == 0);
		_exit(0);
	}
	sign_await(&notice);
	reap(child);
}

// One that came over a socket counts, too, from its first call.
static void
over_a_socket(void)
{
	int door, pair[2];
	pid_t child;

	sign_make(&inside);
	sign_make(&go_on);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
	child = fork();
	if (child == 0) {
		door = receive_fd(pair[1]);
		CHECK(door_call(door, NULL) == 0);
		sign_give(&inside);
		sign_await(&go_on);
		CHECK(door_call(door, NULL) == 0);
		_exit(0);
	}
	sign_make(&notice);
	door = door_create(procedure, NULL, DOOR_UNREF);
	CHECK(door != -1);
	send_fd(pair[0], door);
	sign_await(&inside);
	CHECK(!sign_comes(&notice, QUIET));
	sign_give(&go_on);
	reap(child);
	sign_await(&notice);
}

// Not before the call under way has ended, although its caller is dead.
static void
after_calls(void)
{
	int door = new_door(DOOR_UNREF | DOOR_NO_CANCEL);
	door_arg_t arg = { .data_ptr = "w", .data_size = 1 };
	pid_t child = fork();

	if (child == 0) {
		door_call(door, &arg);
		_exit(0);
	}
	sign_await(&inside);
	end_child(child);
	CHECK(!sign_comes(&notice, QUIET));
	sign_give(&go_on);
	sign_await(&notice);
}

static void
is_unref(void)
{
	int door = new_door(DOOR_UNREF);
	struct sign end;
	door_info_t info;
	pid_t child;

	sign_make(&end);
	CHECK(door_info(door, &info) == 0);
	CHECK(info.di_attributes & DOOR_IS_UNREF);
	child = fork();
	if (child == 0) {
		CHECK(door_call(door, NULL) == 0);
		sign_give(&inside);
		sign_await(&end);
		_exit(0);
	}
	sign_await(&inside);
	CHECK(door_info(door, &info) == 0);
	CHECK(!(info.di_attributes & DOOR_IS_UNREF));
	sign_give(&end);
	reap(child);
}

// While all threads are taken, the notice waits for one; it is not lost.
static void *
call_and_wait(void *door)
{
	door_arg_t arg = { .data_ptr = "w", .data_size = 1 };

	CHECK(door_call(*(int *)door, &arg) == 0);
	return NULL;
}

static door_server_func_t *usual;

static void
only_one(door_info_t *info)
{
	static atomic_int calls;

	if (calls++ == 0)
		usual(info);
}

static void
no_thread_free(void)
{
	pthread_t thread[20];
	int door, other;

	usual = door_server_create(only_one);
	other = door_create(procedure, NULL, 0);
	door = new_door(DOOR_UNREF);
	CHECK(other != -1);
	for (int i = 0; i < 20; i++)
		CHECK(pthread_create(&thread[i], NULL, call_and_wait, &other) ==
		      0);
	sign_await(&inside);
	// Not by door_call: that would wait for a thread.
	if (fork() == 0)
		_exit(0);
	CHECK(wait(NULL) != -1);
	CHECK(!sign_comes(&notice, QUIET));
	for (int i = 0; i < 20; i++)
		sign_give(&go_on);
	for (int i = 0; i < 20; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
	sign_await(&notice);
	CHECK(door_call(door, NULL) == 0);
}

const struct test tests[] = { { "once", once },
			      { "each_time", each_time },
			      { "never", never },
			      { "last_one", last_one },
			      { "at_a_path", at_a_path },
			      { "passed", passed },
			      { "over_a_socket", over_a_socket },
			      { "after_calls", after_calls },
			      { "is_unref", is_unref },
			      { "no_thread_free", no_thread_free },
			      { NULL, NULL } };
