/* Conformance: door_return, and descriptors that pass through doors. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

#define MANY 600 // more descriptors than one message takes

static struct sign done;
static int returned; // what door_return gave when it came back
static int problem;

static door_desc_t
desc_of(int fd, door_attr_t more)
{
	door_desc_t desc = { .d_attributes = DOOR_DESCRIPTOR | more };

	desc.d_data.d_desc.d_descriptor = fd;
	return desc;
}

static int
fd_of(const door_desc_t *desc)
{
	return desc->d_data.d_desc.d_descriptor;
}

static void
never_back(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	door_return("1", 2, NULL, 0);
	sign_give(&done);
}

static void
does_not_come_back(void)
{
	int door = door_create(never_back, NULL, 0);
	char rbuf[2];
	door_arg_t arg = { .rbuf = rbuf, .rsize = sizeof(rbuf) };

	sign_make(&done);
	for (int i = 0; i < 100; i++)
		CHECK(door_call(door, &arg) == 0);
	CHECK(!sign_comes(&done, 100));
}

static void
try_results(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	returned = door_return("results", 8, NULL, 0);
	problem = errno;
	door_return(NULL, 0, NULL, 0);
}

static void
null_caller(void)
{
	int door = door_create(try_results, NULL, 0);

	CHECK(door_call(door, NULL) == 0);
	CHECK(returned == -1 && problem == E2BIG);
}

static void
try_bad_desc(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	door_desc_t desc = desc_of(999, 0);

	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	returned = door_return("results", 8, &desc, 1);
	problem = errno;
	door_return("after", 6, NULL, 0);
}

static void
bad_result_descriptor(void)
{
	int door = door_create(try_bad_desc, NULL, 0);
	char rbuf[100];
	door_arg_t arg = { .rbuf = rbuf, .rsize = sizeof(rbuf) };

	CHECK(door_call(door, &arg) == 0);
	CHECK(returned == -1 && problem == EINVAL);
	CHECK(strcmp(rbuf, "after") == 0);
}

static void
try_bad_data(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	returned = door_return((char *)8, 100, NULL, 0);
	problem = errno;
	door_return("after", 6, NULL, 0);
}

static void
bad_result_pointer(void)
{
	int door = door_create(try_bad_data, NULL, 0);
	char rbuf[100];
	door_arg_t arg = { .rbuf = rbuf, .rsize = sizeof(rbuf) };

	CHECK(door_call(door, &arg) == 0);
	CHECK(returned == -1 && problem == EFAULT);
	CHECK(strcmp(rbuf, "after") == 0);
}

static void
give_many(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	static door_desc_t desc[MANY];
	int *count = (int *)(void *)argp;

	(void)cookie;
	(void)size;
	(void)dp;
	(void)n;
	for (int i = 0; i < *count; i++)
		desc[i] = desc_of(0, 0);
	returned = door_return(NULL, 0, desc, (uint_t)*count);
	problem = errno;
	door_return("less", 5, NULL, 0);
}

// The caller has no room for them: the server is told, and answers otherwise.
static void
caller_out_of_descriptors(void)
{
	struct rlimit few = { 64, 64 };
	int count = 100;
	char rbuf[4096];
	door_arg_t arg = { .data_ptr = (char *)&count,
			   .data_size = sizeof(count),
			   .rbuf = rbuf,
			   .rsize = sizeof(rbuf) };
	int door = door_create(give_many, NULL, 0), before;
	pid_t child = fork();

	if (child == 0) {
		CHECK(setrlimit(RLIMIT_NOFILE, &few) == 0);
		before = count_descriptors();
		CHECK(door_call(door, &arg) == 0);
		CHECK(strcmp(rbuf, "less") == 0 && arg.desc_num == 0);
		CHECK(count_descriptors() <= before + 2);
		_exit(0);
	}
	reap(child);
	CHECK(returned == -1 && problem == EMFILE);
}

static void *
join_pool(void *unused)
{
	(void)unused;
	door_return(NULL, 0, NULL, 0);
	return NULL;
}

static void
no_creation(door_info_t *info)
{
	(void)info;
}

static void
any_thread_joins(void)
{
	pthread_t thread;
	int door;

	door_server_create(no_creation);
	door = door_create(answer_nothing, NULL, 0);
	CHECK(pthread_create(&thread, NULL, join_pool, NULL) == 0);
	CHECK(door_call(door, NULL) == 0);
	CHECK(door_call(door, NULL) == 0);
}

static void
all_is_well(int sig)
{
	(void)sig;
	_exit(0);
}

static void
main_joins(void)
{
	int door;
	pid_t child;

	door_server_create(no_creation);
	door = door_create(answer_nothing, NULL, 0);
	child = fork();
	if (child == 0) {
		CHECK(door_call(door, NULL) == 0);
		CHECK(door_call(door, NULL) == 0);
		CHECK(kill(getppid(), SIGUSR1) == 0);
		_exit(0);
	}
	signal(SIGUSR1, all_is_well);
	door_return(NULL, 0, NULL, 0);
}

// A file goes to the server, and the server writes it.
static void
write_into(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	CHECK(n == 1 && (dp->d_attributes & DOOR_DESCRIPTOR));
	CHECK(write(fd_of(dp), argp, size) == (ssize_t)size);
	CHECK(close(fd_of(dp)) == 0);
	door_return(NULL, 0, NULL, 0);
}

static void
argument_descriptor(void)
{
	int door = door_create(write_into, NULL, 0);
	int file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	door_desc_t desc = desc_of(file, 0);
	char text[6];
	door_arg_t arg = { .data_ptr = "hello",
			   .data_size = 6,
			   .desc_ptr = &desc,
			   .desc_num = 1 };

	CHECK(door_call(door, &arg) == 0);
	// It is a duplicate: they share the offset, and ours is still open.
	CHECK(lseek(file, 0, SEEK_CUR) == 6);
	CHECK(pread(file, text, 6, 0) == 6 && strcmp(text, "hello") == 0);
}

static void
released(void)
{
	int door = door_create(write_into, NULL, 0);
	int file = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	door_desc_t desc = desc_of(file, DOOR_RELEASE);
	door_arg_t arg = { .desc_ptr = &desc, .desc_num = 1 };

	CHECK(door_call(door, &arg) == 0);
	CHECK_FAILS(fcntl(file, F_GETFD), EBADF);
}

static void
not_a_descriptor(void)
{
	int door = door_create(answer_nothing, NULL, 0);
	door_desc_t desc = desc_of(0, 0);
	door_arg_t arg = { .desc_ptr = &desc, .desc_num = 1 };

	desc.d_attributes = 0;
	CHECK_FAILS(door_call(door, &arg), EINVAL);
	desc = desc_of(999, 0);
	CHECK_FAILS(door_call(door, &arg), EBADF);
}

static void
give_file(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	int file = open("file", O_RDONLY);
	door_desc_t desc = desc_of(file, DOOR_RELEASE);

	(void)cookie;
	(void)dp;
	(void)n;
	CHECK(file != -1);
	door_return(argp, size, &desc, 1);
}

static void
layout_of_results(size_t size, size_t rsize)
{
	static char data[1 << 20];
	int door = door_create(give_file, NULL, 0);
	char *rbuf = malloc(rsize);
	size_t at = (size + 23) / 24 * 24;
	door_arg_t arg = { .data_ptr = data,
			   .data_size = size,
			   .rbuf = rbuf,
			   .rsize = rsize };
	char text[4];

	CHECK(rbuf != NULL);
	memset(data, 'd', size);
	CHECK(door_call(door, &arg) == 0);
	CHECK((arg.rbuf == rbuf) == (at + 24 <= rsize));
	CHECK(size == 0 || arg.data_ptr == arg.rbuf);
	CHECK(arg.data_size == size && arg.desc_num == 1);
	CHECK((char *)arg.desc_ptr == arg.rbuf + at);
	CHECK(memcmp(arg.rbuf, data, size) == 0);
	CHECK(arg.desc_ptr->d_attributes == DOOR_DESCRIPTOR);
	CHECK(read(fd_of(arg.desc_ptr), text, 4) == 4);
	CHECK(memcmp(text, "file", 4) == 0);
	CHECK(close(fd_of(arg.desc_ptr)) == 0);
	if (arg.rbuf != rbuf)
		CHECK(munmap(arg.rbuf, arg.rsize) == 0);
	free(rbuf);
}

static void
result_descriptor(void)
{
	int file = open("file", O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(write(file, "file", 4) == 4);
	layout_of_results(0, 24);
	layout_of_results(0, 23);
	layout_of_results(5, 48);
	layout_of_results(5, 47);
	layout_of_results(24, 48);
	layout_of_results(25, 71);
	layout_of_results(100000, 200000);
	layout_of_results(100000, 100000);
	layout_of_results(1 << 20, 10);
}

static void
show_door(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	door_desc_t seen = *dp;

	(void)cookie;
	(void)argp;
	(void)size;
	CHECK(n == 1);
	CHECK(close(fd_of(dp)) == 0);
	door_return((char *)&seen, sizeof(seen), NULL, 0);
}

static void
door_as_descriptor(void)
{
	int door = door_create(show_door, NULL, 0);
	int other = door_create(answer_nothing, NULL, DOOR_REFUSE_DESC);
	int unref = door_create(answer_nothing, NULL, DOOR_UNREF);
	door_desc_t desc = desc_of(other, 0), seen;
	door_arg_t arg;
	door_info_t info;
	pid_t child;

	// Back to the process that made it: DOOR_LOCAL.
	arg = (door_arg_t){ .desc_ptr = &desc,
			    .desc_num = 1,
			    .rbuf = (char *)&seen,
			    .rsize = sizeof(seen) };
	CHECK(door_call(door, &arg) == 0);
	CHECK(door_info(other, &info) == 0);
	CHECK(seen.d_attributes ==
	      (DOOR_DESCRIPTOR | DOOR_LOCAL | DOOR_REFUSE_DESC));
	CHECK(seen.d_data.d_desc.d_id == info.di_uniquifier);
	desc = desc_of(unref, 0);
	arg.desc_ptr = &desc;
	arg.desc_num = 1;
	CHECK(door_call(door, &arg) == 0);
	CHECK(seen.d_attributes == (DOOR_DESCRIPTOR | DOOR_LOCAL | DOOR_UNREF));
	// A child's own door, to us: not local.
	child = fork();
	if (child == 0) {
		int own = door_create(answer_nothing, NULL, DOOR_NO_CANCEL);

		desc = desc_of(own, 0);
		arg.desc_ptr = &desc;
		arg.desc_num = 1;
		CHECK(door_call(door, &arg) == 0);
		CHECK(seen.d_attributes == (DOOR_DESCRIPTOR | DOOR_NO_CANCEL));
		_exit(0);
	}
	reap(child);
}

static void
call_back(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	door_arg_t arg = { .data_ptr = argp, .data_size = size };

	(void)cookie;
	CHECK(n == 1);
	CHECK(door_call(fd_of(dp), &arg) == 0);
	CHECK(close(fd_of(dp)) == 0);
	door_return(arg.data_ptr, arg.data_size, NULL, 0);
}

static void
passed_door_works(void)
{
	int door = door_create(call_back, NULL, 0);
	pid_t child = fork();

	if (child == 0) {
		int own = door_create(answer_same, NULL, 0);
		door_desc_t desc = desc_of(own, 0);
		char rbuf[100] = "";
		door_arg_t arg = { .data_ptr = "hello",
				   .data_size = 6,
				   .desc_ptr = &desc,
				   .desc_num = 1,
				   .rbuf = rbuf,
				   .rsize = sizeof(rbuf) };

		CHECK(door_call(door, &arg) == 0);
		CHECK(strcmp(rbuf, "hello") == 0);
		_exit(0);
	}
	reap(child);
}

static void
count_them(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	for (uint_t i = 0; i < n; i++)
		CHECK(close(fd_of(&dp[i])) == 0);
	door_return((char *)&n, sizeof(n), NULL, 0);
}

// More descriptors than the kernel takes in one message, both ways.
static void
hundreds(void)
{
	struct rlimit limit = { 4096, 4096 };
	int there, back, count = MANY;
	static door_desc_t desc[MANY];
	uint_t n = 0;
	door_arg_t arg = { .desc_ptr = desc,
			   .desc_num = MANY,
			   .rbuf = (char *)&n,
			   .rsize = sizeof(n) };

	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	there = door_create(count_them, NULL, 0);
	back = door_create(give_many, NULL, 0);
	for (int i = 0; i < MANY; i++)
		desc[i] = desc_of(0, 0);
	for (int turn = 0; turn < 3; turn++) {
		arg.desc_ptr = desc;
		arg.desc_num = MANY;
		CHECK(door_call(there, &arg) == 0);
		CHECK(n == MANY);
	}
	arg = (door_arg_t){ .data_ptr = (char *)&count,
			    .data_size = sizeof(count) };
	CHECK(door_call(back, &arg) == 0);
	CHECK(arg.desc_num == MANY);
	for (int i = 0; i < MANY; i++)
		CHECK(close(fd_of(&arg.desc_ptr[i])) == 0);
	CHECK(munmap(arg.rbuf, arg.rsize) == 0);
}

// Nothing is left open or mapped, here or there, after many calls of all kinds.
static void
leaks(void)
{
	const char *text = getenv("CALLS");
	int calls = text == NULL ? 10000 : atoi(text), before = 0;
	int file = open("file", O_WRONLY | O_CREAT | O_TRUNC, 0600);
	int same = door_create(answer_same, NULL, 0);
	int give = door_create(give_file, NULL, 0);
	int take = door_create(count_them, NULL, 0);
	static char data[20000], rbuf[20000];

	CHECK(write(file, "file", 4) == 4);
	for (int i = 0; i < calls; i++) {
		door_desc_t desc = desc_of(file, 0);
		door_arg_t arg = { .data_ptr = data,
				   .data_size = i % 64 == 0 ? 20000 : 100,
				   .rbuf = rbuf,
				   .rsize = sizeof(rbuf) };

		if (i == 200)
			before = count_descriptors();
		if (i % 4 == 0) {
			CHECK(door_call(same, &arg) == 0);
		} else if (i % 4 == 1) {
			arg.rsize = 10;
			CHECK(door_call(same, &arg) == 0);
			CHECK(munmap(arg.rbuf, arg.rsize) == 0);
		} else if (i % 4 == 2) {
			CHECK(door_call(give, &arg) == 0);
			CHECK(close(fd_of(arg.desc_ptr)) == 0);
		} else {
			arg.desc_ptr = &desc;
			arg.desc_num = 1;
			CHECK(door_call(take, &arg) == 0);
		}
	}
	// The last server thread may still be closing what it sent.
	for (int i = 0; i < 500 && count_descriptors() > before; i++)
		usleep(10000);
	CHECK(count_descriptors() <= before);
}

const struct test tests[] = {
	{ "does_not_come_back", does_not_come_back },
	{ "null_caller", null_caller },
	{ "bad_result_descriptor", bad_result_descriptor },
	{ "bad_result_pointer", bad_result_pointer },
	{ "caller_out_of_descriptors", caller_out_of_descriptors },
	{ "any_thread_joins", any_thread_joins },
	{ "argument_descriptor", argument_descriptor },
	{ "released", released },
	{ "not_a_descriptor", not_a_descriptor },
	{ "result_descriptor", result_descriptor },
	{ "door_as_descriptor", door_as_descriptor },
	{ "passed_door_works", passed_door_works },
	{ "hundreds", hundreds },
	{ "leaks", leaks },
	{ "main_joins", main_joins },
	{ NULL, NULL }
};
