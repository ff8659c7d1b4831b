/* Conformance: names and door_create. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <sys/stat.h>
#include <thread.h>
#include <unistd.h>

#include "check.h"

static void
layouts(void)
{
	CHECK(sizeof(door_desc_t) == 24);
	CHECK(offsetof(door_desc_t, d_data) == 4);
	CHECK(offsetof(door_desc_t, d_data.d_desc.d_id) == 8);
	CHECK(sizeof(door_info_t) == 48);
	CHECK(offsetof(door_info_t, di_proc) == 4);
	CHECK(offsetof(door_info_t, di_attributes) == 20);
	CHECK(offsetof(door_info_t, di_uniquifier) == 24);
	CHECK(offsetof(door_arg_t, data_ptr) == 0);
	CHECK(offsetof(door_arg_t, desc_ptr) == 16);
	CHECK(offsetof(door_arg_t, rbuf) == 32);
	CHECK(sizeof(door_arg_t) == 48);
}

static void
values(void)
{
	CHECK(DOOR_UNREF == 1 && DOOR_PRIVATE == 2 && DOOR_LOCAL == 4);
	CHECK(DOOR_REVOKED == 8 && DOOR_UNREF_MULTI == 0x10);
	CHECK(DOOR_IS_UNREF == 0x20 && DOOR_REFUSE_DESC == 0x40);
	CHECK(DOOR_NO_CANCEL == 0x80 && DOOR_DESCRIPTOR == 0x10000);
	CHECK(DOOR_RELEASE == 0x40000 && DOOR_INVAL == -1);
	CHECK(DOOR_QUERY == -2 && DOOR_UNREF_DATA == (void *)1);
	CHECK(DOOR_PARAM_DESC_MAX == 1 && DOOR_PARAM_DATA_MAX == 2);
	CHECK(DOOR_PARAM_DATA_MIN == 3);
	CHECK(DOOR_CREATE_MASK == 0xd3 && DOOR_KI_CREATE_MASK == 0x11);
	CHECK(DOOR_ATTR_MASK == 0xff && DOOR_NO_DEPLETION_CB == 0x100);
	CHECK(DOOR_PRIVCREATE == 0x200 && DOOR_DEPLETION_CB == 0x400);
	CHECK(DOOR_DELAY == 0x80000 && DOOR_UNREF_ACTIVE == 0x100000);
	CHECK(DOOR_CREATE == 0 && DOOR_CALL == 3 && DOOR_RETURN == 10);
}

static void
unknown_attribute(void)
{
	CHECK_FAILS(door_create(answer_nothing, NULL, 0x4000), EINVAL);
	CHECK_FAILS(door_create(answer_nothing, NULL, DOOR_LOCAL), EINVAL);
}

static void
both_unrefs(void)
{
	CHECK_FAILS(
	    door_create(answer_nothing, NULL, DOOR_UNREF | DOOR_UNREF_MULTI),
	    EINVAL);
}

static void
close_on_exec(void)
{
	int plain = door_create(answer_nothing, NULL, 0);
	int unref = door_create(answer_nothing, NULL, DOOR_UNREF);

	CHECK(fcntl(plain, F_GETFD) == FD_CLOEXEC);
	CHECK(fcntl(unref, F_GETFD) == FD_CLOEXEC);
}

static void
is_door(void)
{
	int door = door_create(answer_nothing, NULL, 0);
	int file = open("file", O_WRONLY | O_CREAT, 0600);
	struct stat st;

	CHECK(fstat(door, &st) == 0 && S_ISDOOR(st.st_mode));
	CHECK(fstat(file, &st) == 0 && !S_ISDOOR(st.st_mode));
	CHECK(stat(".", &st) == 0 && !S_ISDOOR(st.st_mode));
}

static atomic_int created;
static door_info_t seen;
static atomic_bool had_info;

static void
counting(door_info_t *info)
{
	had_info = info != NULL;
	if (info != NULL)
		seen = *info;
	created++;
}

static void
first_door(void)
{
	door_server_create(counting);
	CHECK(door_create(answer_nothing, NULL, 0) != -1);
	CHECK(created == 1 && !had_info);
	CHECK(door_create(answer_nothing, NULL, 0) != -1);
	CHECK(created == 1);
}

static void
private_door(void)
{
	static int cookie;
	door_info_t info;
	int door;

	door_server_create(counting);
	door = door_create(answer_nothing, &cookie, DOOR_PRIVATE);
	CHECK(door != -1);
	CHECK(created == 1 && had_info);
	CHECK(seen.di_data == (door_ptr_t)(uintptr_t)&cookie);
	CHECK(seen.di_attributes & DOOR_PRIVATE);
	CHECK(door_info(door, &info) == 0);
	CHECK(info.di_uniquifier == seen.di_uniquifier);
	CHECK(door_create(answer_nothing, NULL, DOOR_PRIVATE) != -1);
	CHECK(created == 2);
	// The first that is not private still gets its thread.
	CHECK(door_create(answer_nothing, NULL, 0) != -1);
	CHECK(created == 3 && !had_info);
}

static const door_info_t *handed_out[5];

static void
keep_info(door_info_t *info)
{
	handed_out[created++] = info;
}

// Overwrites what functions that have returned had on the stack.
static __attribute__((noinline)) void
scribble(void)
{
	volatile char junk[8192];

	for (size_t i = 0; i < sizeof(junk); i++)
		junk[i] = 0x55;
}

// A thread may look at it late: when the door is there, and when it has ended.
static void
info_stays(void)
{
	int door[5];

	door_server_create(keep_info);
	for (uintptr_t i = 0; i < 5; i++) {
		door[i] =
		    door_create(answer_nothing, (void *)(i + 70), DOOR_PRIVATE);
		CHECK(door[i] != -1);
	}
	for (int ended = 0; ended < 2; ended++) {
		scribble();
		for (uintptr_t i = 0; i < 5; i++) {
			CHECK(handed_out[i]->di_data == i + 70);
			CHECK(handed_out[i]->di_target == getpid());
		}
		for (int i = 0; i < 5; i++)
			CHECK(door_revoke(door[i]) == (ended ? -1 : 0));
	}
}

static atomic_int set_up;
static int results[10]; // of the creator, by turns
static atomic_uint attributes_seen;

static int
xcreator(door_info_t *info, void *(*start)(void *), void *arg, void *cookie)
{
	pthread_t thread;
	int result = results[created++];

	CHECK(cookie == &set_up);
	attributes_seen = info->di_attributes;
	if (result == 1)
		CHECK(pthread_create(&thread, NULL, start, arg) == 0);
	return result;
}

static void
set_up_thread(void *cookie)
{
	++*(atomic_int *)cookie;
	CHECK(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
}

static int
xcreate(uint_t attributes, door_xcreate_server_func_t *creator, int n)
{
	return door_xcreate(answer_nothing, NULL, attributes, creator,
			    set_up_thread, &set_up, n);
}

// Its threads are there when it returns, each set up.
static void
xcreated(void)
{
	door_info_t info;
	int door;

	for (int i = 0; i < 10; i++)
		results[i] = 1;
	door = xcreate(0, xcreator, 3);
	CHECK(door != -1 && created == 3 && set_up == 3);
	CHECK(!(attributes_seen & DOOR_DEPLETION_CB));
	CHECK(door_info(door, &info) == 0);
	CHECK(info.di_attributes ==
	      (DOOR_LOCAL | DOOR_PRIVATE | DOOR_PRIVCREATE));
	CHECK(door_call(door, NULL) == 0);
	CHECK(door_revoke(door) == 0);
}

static void
xcreate_fails(void)
{
	int before = count_descriptors();

	CHECK_FAILS(xcreate(0, NULL, 1), EINVAL);
	CHECK_FAILS(xcreate(0, xcreator, 0), EINVAL);
	CHECK_FAILS(xcreate(DOOR_PRIVCREATE, xcreator, 1), EINVAL);
	CHECK_FAILS(xcreate(0x4000, xcreator, 1), EINVAL);
	CHECK_FAILS(door_create(answer_nothing, NULL, DOOR_NO_DEPLETION_CB),
		    EINVAL);
	CHECK(created == 0);
	// The second thread is not made: nor is the door.
	results[0] = 1;
	results[1] = 0;
	CHECK_FAILS(xcreate(0, xcreator, 3), EINVAL);
	results[2] = 1;
	results[3] = -1;
	CHECK_FAILS(xcreate(0, xcreator, 3), EPIPE);
	CHECK(created == 4);
	for (int i = 0; i < 500 && count_descriptors() > before + 5; i++)
		usleep(10000);
	CHECK(count_descriptors() <= before + 5); // the event thread's, at most
}

// When a call takes the last thread the creator is asked for one more, unless
// the door does not want that.
static void
xcreate_grows(void)
{
	int door;

	results[0] = results[1] = 1;
	door = xcreate(0, xcreator, 1);
	CHECK(door != -1 && door_call(door, NULL) == 0);
	CHECK(created == 2 && set_up == 2);
	CHECK(attributes_seen & DOOR_DEPLETION_CB);
	CHECK(door_revoke(door) == 0);
	created = 0;
	door = xcreate(DOOR_NO_DEPLETION_CB, xcreator, 1);
	CHECK(door != -1);
	for (int i = 0; i < 10; i++)
		CHECK(door_call(door, NULL) == 0);
	CHECK(created == 1);
}

static void *
number_of_thread(void *unused)
{
	(void)unused;
	return (void *)(uintptr_t)thr_self();
}

// A thread_t is a small number.
static void
thread_numbers(void)
{
	pthread_t thread;
	thread_t made, departed;
	void *number;

	CHECK(thr_self() == 1);
	for (int i = 0; i < 3; i++) {
		CHECK(thr_create(NULL, 0, number_of_thread, NULL, 0, &made) ==
		      0);
		CHECK(made > 1 && made < 100);
		CHECK(thr_join(made, &departed, &number) == 0);
		CHECK(departed == made && (uintptr_t)number == made);
		CHECK(thr_join(made, NULL, NULL) != 0);
	}
	CHECK(pthread_create(&thread, NULL, number_of_thread, NULL) == 0);
	CHECK(pthread_join(thread, &number) == 0);
	CHECK((uintptr_t)number > made && (uintptr_t)number < 100);
	CHECK(thr_kill(thr_self(), 0) == 0);
}

static int fails_at; // the pthread_create that fails: the next is 1; 0: none

// In place of the C library's, for the library of doors too.
int
pthread_create(pthread_t *thread, const pthread_attr_t *attr,
	       void *(*start)(void *), void *arg)
{
	int (*create)(pthread_t *, const pthread_attr_t *, void *(*)(void *),
		      void *);
	void *next = dlsym(RTLD_NEXT, "pthread_create");

	if (fails_at > 0 && --fails_at == 0)
		return EAGAIN;
	CHECK(next != NULL);
	memcpy(&create, &next, sizeof(create));
	return create(thread, attr, start, arg);
}

// Otherwise every caller would wait for ever.
static void
no_first_thread(void)
{
	int door, before;

	fails_at = 1; // that for events
	CHECK_FAILS(door_create(answer_nothing, NULL, 0), EAGAIN);
	fails_at = 2; // the server thread
	CHECK_FAILS(door_create(answer_nothing, NULL, 0), EAGAIN);
	before = count_descriptors();
	fails_at = 1;
	CHECK_FAILS(door_create(answer_nothing, NULL, 0), EAGAIN);
	CHECK(count_descriptors() == before);
	door = door_create(answer_nothing, NULL, 0);
	CHECK(door != -1);
	CHECK(door_call(door, NULL) == 0);
	fails_at = 1; // the program may bind threads of its own to this one
	CHECK(door_create(answer_nothing, NULL, DOOR_PRIVATE) != -1);
	CHECK(fails_at == 0);
}

// Then calls are served by those that there are.
static void
no_more_threads(void)
{
	int door = door_create(answer_nothing, NULL, 0);

	CHECK(door != -1);
	for (int i = 0; i < 3; i++) {
		fails_at = 1;
		CHECK(door_call(door, NULL) == 0);
		CHECK(fails_at == 0);
	}
	CHECK(door_call(door, NULL) == 0);
}

static void
creator_is_returned(void)
{
	door_server_func_t *usual = door_server_create(counting);

	CHECK(usual != NULL && usual != counting);
	CHECK(door_server_create(usual) == counting);
}

// Doors that are created and closed leave nothing behind, nor take ids twice.
static void
many(void)
{
	int before;

	CHECK(door_create(answer_nothing, NULL, 0) != -1);
	before = count_descriptors();
	for (int i = 0; i < 5000; i++) {
		int door =
		    door_create(answer_nothing, NULL, i % 2 ? DOOR_UNREF : 0);

		CHECK(door != -1);
		CHECK(door_call(door, NULL) == 0);
		CHECK((i % 2 ? door_revoke(door) : close(door)) == 0);
	}
	for (int i = 0; i < 500 && count_descriptors() > before + 300; i++)
		usleep(10000); // the process tidies up behind our back
	CHECK(count_descriptors() <= before + 300);
}

const struct test tests[] = { { "layouts", layouts },
			      { "values", values },
			      { "unknown_attribute", unknown_attribute },
			      { "both_unrefs", both_unrefs },
			      { "close_on_exec", close_on_exec },
			      { "is_door", is_door },
			      { "first_door", first_door },
			      { "private_door", private_door },
			      { "info_stays", info_stays },
			      { "xcreated", xcreated },
			      { "xcreate_fails", xcreate_fails },
			      { "xcreate_grows", xcreate_grows },
			      { "thread_numbers", thread_numbers },
			      { "no_first_thread", no_first_thread },
			      { "no_more_threads", no_more_threads },
			      { "creator_is_returned", creator_is_returned },
			      { "many", many },
			      { NULL, NULL } };
