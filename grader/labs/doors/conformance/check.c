/* What the conformance tests have in common: see check.h. */
#define _GNU_SOURCE
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stropts.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

void
sign_make(struct sign *sign)
{
	CHECK(pipe2(sign->ends, O_CLOEXEC) == 0);
}

void
sign_give(const struct sign *sign)
{
	CHECK(write(sign->ends[1], "", 1) == 1);
}

void
sign_await(const struct sign *sign)
{
	char byte;
	ssize_t n;

	do
		n = read(sign->ends[0], &byte, 1);
	while (n == -1 && errno == EINTR);
	CHECK(n == 1);
}

// Does the sign come within this time?
int
sign_comes(const struct sign *sign, int milliseconds)
{
	struct pollfd fd = { .fd = sign->ends[0], .events = POLLIN };

	if (poll(&fd, 1, milliseconds) != 1)
		return 0;
	sign_await(sign);
	return 1;
}

void
await_asleep(pid_t tid)
{
	char path[64], state = '?';

	snprintf(path, sizeof(path), "/proc/%d/stat", tid);
	while (state != 'S') {
		FILE *stat = fopen(path, "re");

		CHECK(stat != NULL);
		CHECK(fscanf(stat, "%*d (%*[^)]) %c", &state) == 1);
		fclose(stat);
	}
}

pid_t
start_server(door_server_procedure_t *proc, uint_t attributes, const char *path)
{
	struct sign ready;
	int file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	pid_t child;

	CHECK(file != -1 && close(file) == 0);
	sign_make(&ready);
	child = fork();
	CHECK(child != -1);
	if (child == 0) {
		int door = door_create(proc, NULL, attributes);

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		CHECK(door != -1);
		CHECK(fattach(door, path) == 0);
		sign_give(&ready);
		for (;;)
			pause();
	}
	CHECK(close(ready.ends[1]) == 0);
	sign_await(&ready);
	CHECK(close(ready.ends[0]) == 0);
	return child;
}

void
end_child(pid_t child)
{
	CHECK(kill(child, SIGKILL) == 0);
	CHECK(waitpid(child, NULL, 0) == child);
}

void
reap(pid_t child)
{
	int status;

	CHECK(waitpid(child, &status, 0) == child);
	CHECK(WIFEXITED(status));
	CHECK(WEXITSTATUS(status) == 0);
}

int
count_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int n = 0;

	CHECK(dir != NULL);
	while (readdir(dir) != NULL)
		n++;
	closedir(dir);
	return n - 3; // "." and ".." and that of the directory
}

union fd_space {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

void
send_fd(int sock, int fd)
{
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	union fd_space control;
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.bytes,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg;

	memset(&control, 0, sizeof(control));
	cmsg = CMSG_FIRSTHDR(&msg);
	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
	CHECK(sendmsg(sock, &msg, 0) == 1);
}

int
receive_fd(int sock)
{
	char byte;
	struct iovec iov = { &byte, 1 };
	union fd_space control;
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.bytes,
			      .msg_controllen = sizeof(control) };
	int fd;

	CHECK(recvmsg(sock, &msg, 0) == 1);
	CHECK(CMSG_FIRSTHDR(&msg) != NULL);
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(int));
	return fd;
}

void
answer_nothing(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	door_return(NULL, 0, NULL, 0);
}

void
answer_same(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)dp;
	(void)n;
	door_return(argp, size, NULL, 0);
}

static void
limit_child(void)
{
	alarm(CASE_SECONDS); // which fork does not pass on
}

int
main(int argc, char *argv[])
{
	if (argc != 2)
		errx(2, "usage: CASE");
	for (const struct test *test = tests; test->name != NULL; test++) {
		if (strcmp(test->name, argv[1]) != 0)
			continue;
		alarm(CASE_SECONDS);
		CHECK(pthread_atfork(NULL, NULL, limit_child) == 0);
		test->run();
		return 0;
	}
	errx(2, "no such case: %s", argv[1]);
}
