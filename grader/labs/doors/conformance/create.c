/* Conformance: names and door_create. */
#define _GNU_SOURCE
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
			      { "creator_is_returned", creator_is_returned },
			      { "many", many },
			      { NULL, NULL } };
