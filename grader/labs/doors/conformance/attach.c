/* Conformance: fattach and fdetach, opening a door, credentials. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stropts.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <ucred.h>
#include <unistd.h>

#include "check.h"

#define OTHER_UID 12345
#define OTHER_GID 12346

static int
make_file(const char *path, mode_t mode)
{
	int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	CHECK(file != -1 && write(file, "the file", 8) == 8);
	CHECK(fchmod(file, mode) == 0 && close(file) == 0);
	return 0;
}

static void
check_file(const char *path)
{
	char text[8];
	int file = open(path, O_RDONLY);
	struct stat st;

	CHECK(file != -1 && fstat(file, &st) == 0 && S_ISREG(st.st_mode));
	CHECK(read(file, text, 8) == 8 && memcmp(text, "the file", 8) == 0);
	CHECK(close(file) == 0);
}

// The attach helper brings the file back.
static void
await_file(const char *path)
{
	struct stat st;

	while (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		usleep(1000);
	check_file(path);
}

static void
errors(void)
{
	int door = door_create(answer_nothing, NULL, 0);
	int file = open("other", O_RDWR | O_CREAT, 0600);

	CHECK_FAILS(fattach(door, "nothing"), ENOENT);
	CHECK_FAILS(fattach(door, "other/below"), ENOTDIR);
	CHECK(make_file("path", 0600) == 0);
	CHECK_FAILS(fattach(-1, "path"), EBADF);
	CHECK_FAILS(fattach(file, "path"), EINVAL);
	CHECK_FAILS(fdetach("path"), EINVAL);
	CHECK_FAILS(fdetach("nothing"), ENOENT);
	check_file("path");
}

static void
busy(void)
{
	pid_t server = start_server(answer_nothing, 0, "path");
	int door = door_create(answer_nothing, NULL, 0);

	CHECK_FAILS(fattach(door, "path"), EBUSY);
	CHECK(make_file("here", 0600) == 0);
	CHECK(fattach(door, "here") == 0);
	CHECK_FAILS(fattach(door, "here"), EBUSY);
	CHECK(fdetach("here") == 0);
	end_child(server);
}

static void
file_comes_back(void)
{
	int door = door_create(answer_nothing, NULL, 0);
	struct stat before, after;
	int client;

	make_file("path", 0640);
	CHECK(stat("path", &before) == 0);
	for (int i = 0; i < 10; i++) {
		CHECK(fattach(door, "path") == 0);
		CHECK(stat("path", &after) == 0 && S_ISDOOR(after.st_mode));
		client = open("path", O_RDONLY);
		CHECK(door_call(client, NULL) == 0);
		CHECK(fdetach("path") == 0);
		CHECK(stat("path", &after) == 0);
		CHECK(after.st_ino == before.st_ino);
		CHECK(after.st_mode == before.st_mode);
		CHECK(after.st_nlink == before.st_nlink);
		check_file("path");
		// A process that has it open may still call.
		CHECK(door_call(client, NULL) == 0);
		CHECK(close(client) == 0);
	}
}

static void
two_paths(void)
{
	int door = door_create(answer_nothing, NULL, 0);
	door_info_t a, b;

	make_file("path", 0600);
	make_file("here", 0600);
	CHECK(fattach(door, "path") == 0 && fattach(door, "here") == 0);
	CHECK(door_info(open("path", O_RDONLY), &a) == 0);
	CHECK(door_info(open("here", O_RDONLY), &b) == 0);
	CHECK(a.di_uniquifier == b.di_uniquifier);
	CHECK(door_call(open("here", O_RDWR), NULL) == 0);
	CHECK(fdetach("path") == 0 && fdetach("here") == 0);
}

static void
opens(void)
{
	pid_t server = start_server(answer_nothing, 0, "path");
	int readable = open("path", O_RDONLY), both = open("path", O_RDWR);
	int copy = dup(both);
	struct stat st;

	CHECK(readable != -1 && both != -1);
	CHECK(fstat(readable, &st) == 0 && S_ISDOOR(st.st_mode));
	CHECK(door_call(readable, NULL) == 0);
	CHECK(close(both) == 0);
	CHECK_FAILS(door_call(both, NULL), EBADF);
	CHECK(door_call(copy, NULL) == 0);
	end_child(server);
}

static void
try_open(const char *path, int flags, int problem)
{
	pid_t child = fork();

	if (child == 0) {
		int door;

		CHECK(setgroups(0, NULL) == 0);
		CHECK(setgid(OTHER_GID) == 0 && setuid(OTHER_UID) == 0);
		if (problem != 0) {
			CHECK_FAILS(open(path, flags), problem);
			_exit(0);
		}
		door = open(path, flags);
		CHECK(door != -1 && door_call(door, NULL) == 0);
		_exit(0);
	}
	reap(child);
}

// Needs to be root.
static void
mode_decides(void)
{
	int door = door_create(answer_nothing, NULL, 0);

	CHECK(chmod(".", 0755) == 0);
	make_file("path", 0400);
	CHECK(fattach(door, "path") == 0);
	try_open("path", O_RDONLY, EACCES);
	CHECK(chmod("path", 0444) == 0);
	try_open("path", O_RDONLY, 0);
	try_open("path", O_RDWR, EACCES);
	CHECK(chmod("path", 0666) == 0);
	try_open("path", O_RDWR, 0);
	CHECK(fdetach("path") == 0);
	// Its owner may.
	make_file("path", 0400);
	CHECK(chown("path", OTHER_UID, OTHER_GID) == 0);
	CHECK(fattach(door, "path") == 0);
	try_open("path", O_RDONLY, 0);
	CHECK(fdetach("path") == 0);
}

// An O_PATH descriptor, which takes no permission, is not enough to call.
static void
path_only(void)
{
	pid_t server = start_server(answer_nothing, 0, "path");
	int door = open("path", O_PATH);

	CHECK(door != -1);
	CHECK_FAILS(door_call(door, NULL), EBADF);
	end_child(server);
}

static void
killed_server(void)
{
	make_file("path", 0600);
	for (int i = 0; i < 10; i++) {
		pid_t server = start_server(answer_nothing, 0, "path");

		CHECK(door_call(open("path", O_RDONLY), NULL) == 0);
		end_child(server);
		await_file("path");
	}
}

// As in the lecture notes: the new server does not care what the old one left.
static void
restart(void)
{
	for (int i = 0; i < 20; i++) {
		pid_t child = fork();
		int status;

		if (child == 0) {
			int door = door_create(answer_nothing, NULL, 0);

			CHECK(creat("path", 0666) != -1);
			fdetach("path");
			CHECK(fattach(door, "path") == 0);
			CHECK(door_call(open("path", O_RDONLY), NULL) == 0);
			raise(SIGKILL);
		}
		CHECK(waitpid(child, &status, 0) == child);
		CHECK(WIFSIGNALED(status));
	}
}

static void
exiting_server(void)
{
	pid_t child;

	make_file("path", 0600);
	child = fork();
	if (child == 0) {
		int door = door_create(answer_nothing, NULL, 0);

		CHECK(fattach(door, "path") == 0);
		exit(0);
	}
	reap(child);
	check_file("path");
}

// What a crash of the machine leaves behind: there is no server, and no helper.
static void
stale(void)
{
	int door = door_create(answer_nothing, NULL, 0);

	make_file(".path.door", 0600);
	CHECK(mkfifo("path", 0600) == 0);
	CHECK(fattach(door, "path") == 0);
	CHECK(fdetach("path") == 0);
	check_file("path");
}

static door_cred_t seen;

static void
look_at_caller(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	CHECK(door_cred(&seen) == 0);
	door_return((char *)&seen, sizeof(seen), NULL, 0);
}

static void
credentials(void)
{
	int door = door_create(look_at_caller, NULL, 0);
	door_arg_t arg = { .rbuf = (char *)&seen, .rsize = sizeof(seen) };
	pid_t child;

	CHECK(door_call(door, &arg) == 0);
	CHECK(seen.dc_pid == getpid() && seen.dc_euid == geteuid());
	CHECK(seen.dc_egid == getegid() && seen.dc_ruid == getuid());
	CHECK(seen.dc_rgid == getgid());
	child = fork();
	if (child == 0) {
		CHECK(door_call(door, &arg) == 0);
		CHECK(seen.dc_pid == getpid());
		_exit(0);
	}
	reap(child);
	CHECK_FAILS(door_cred(&seen), EINVAL);
}

// Needs to be root. A caller that changes its ids is seen with its new ones.
static void
changed_ids(void)
{
	int door = door_create(look_at_caller, NULL, 0);
	door_arg_t arg = { .rbuf = (char *)&seen, .rsize = sizeof(seen) };
	pid_t child = fork();

	if (child == 0) {
		CHECK(door_call(door, &arg) == 0 && seen.dc_euid == 0);
		CHECK(setegid(OTHER_GID) == 0);
		CHECK(door_call(door, &arg) == 0);
		CHECK(seen.dc_euid == 0 && seen.dc_egid == OTHER_GID);
		CHECK(seteuid(OTHER_UID) == 0);
		CHECK(door_call(door, &arg) == 0);
		CHECK(seen.dc_euid == OTHER_UID && seen.dc_ruid == 0);
		CHECK(seteuid(0) == 0 && setreuid(OTHER_UID, -1u) == 0);
		CHECK(door_call(door, &arg) == 0);
		CHECK(seen.dc_euid == 0 && seen.dc_ruid == OTHER_UID);
		CHECK(setregid(OTHER_GID + 1, -1u) == 0);
		CHECK(door_call(door, &arg) == 0);
		CHECK(seen.dc_rgid == OTHER_GID + 1);
		_exit(0);
	}
	reap(child);
}

struct ids {
	uid_t uid[3];
	gid_t gid[3];
	pid_t pid;
	int groups;
	gid_t group;
};

static void
look_closely(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	ucred_t *cred = NULL;
	const gid_t *groups;
	struct ids ids;

	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	CHECK(door_ucred(&cred) == 0 && cred != NULL);
	CHECK(door_ucred(&cred) == 0); // once more, in the same place
	ids = (struct ids){ { ucred_getruid(cred), ucred_geteuid(cred),
			      ucred_getsuid(cred) },
			    { ucred_getrgid(cred), ucred_getegid(cred),
			      ucred_getsgid(cred) },
			    ucred_getpid(cred),
			    ucred_getgroups(cred, &groups),
			    0 };
	if (ids.groups > 0)
		ids.group = groups[0];
	ucred_free(cred);
	door_return((char *)&ids, sizeof(ids), NULL, 0);
}

// Needs to be root.
static void
ucred(void)
{
	int door = door_create(look_closely, NULL, 0);
	struct ids ids;
	door_arg_t arg = { .rbuf = (char *)&ids, .rsize = sizeof(ids) };
	gid_t group = 54321;
	ucred_t *none = NULL;
	pid_t child = fork();

	if (child == 0) {
		CHECK(setgroups(1, &group) == 0);
		CHECK(setresgid(1, 2, 3) == 0 && setresuid(4, 5, 6) == 0);
		CHECK(door_call(door, &arg) == 0);
		CHECK(ids.uid[0] == 4 && ids.uid[1] == 5 && ids.uid[2] == 6);
		CHECK(ids.gid[0] == 1 && ids.gid[1] == 2 && ids.gid[2] == 3);
		CHECK(ids.pid == getpid());
		CHECK(ids.groups == 1 && ids.group == group);
		_exit(0);
	}
	reap(child);
	CHECK_FAILS(door_ucred(&none), EINVAL);
	none = ucred_get(getpid());
	CHECK(none != NULL && ucred_geteuid(none) == geteuid());
	CHECK(ucred_getpid(none) == getpid());
	CHECK(ucred_size() > 0);
	ucred_free(none);
}

const struct test tests[] = { { "errors", errors },
			      { "busy", busy },
			      { "file_comes_back", file_comes_back },
			      { "two_paths", two_paths },
			      { "opens", opens },
			      { "mode_decides", mode_decides },
			      { "path_only", path_only },
			      { "killed_server", killed_server },
			      { "restart", restart },
			      { "exiting_server", exiting_server },
			      { "stale", stale },
			      { "credentials", credentials },
			      { "changed_ids", changed_ids },
			      { "ucred", ucred },
			      { NULL, NULL } };
