/*
 * Ways to end with and without children and descriptors: exits_cases CASE
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Starts a child that ends at once, or with its parent. */
static pid_t
start(int runs_on)
{
	static int pipe_of_life[2] = { -1, -1 };
	char byte;
	pid_t child;

	if (pipe_of_life[0] == -1 && pipe2(pipe_of_life, O_CLOEXEC) == -1)
		err(1, "pipe2");
	child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		close(pipe_of_life[1]);
		if (runs_on && read(pipe_of_life[0], &byte, 1) == -1)
			_exit(1);
		_exit(0);
	}
	return child;
}

static void
wait_until_ended(pid_t child)
{
	siginfo_t info;

	if (waitid(P_PID, child, &info, WEXITED | WNOWAIT) == -1)
		err(1, "waitid");
}

static void
open_some(void)
{
	int ends[2];

	if (pipe(ends) == -1)
		err(1, "pipe");
	close(ends[0]);
	if (open("/dev/null", O_RDONLY) == -1)
		err(1, "open");
	if (socket(AF_UNIX, SOCK_STREAM, 0) == -1)
		err(1, "socket");
}

static void
leave_two(void)
{
	start(1);
	wait_until_ended(start(0));
}

int
main(int argc, char *argv[])
{
	const char *name = argc == 2 ? argv[1] : "";

	if (strcmp(name, "waits") == 0) {
		if (waitpid(start(0), NULL, 0) == -1)
			err(1, "waitpid");
	} else if (strcmp(name, "child_exits") == 0) {
		pid_t pid = fork();

		if (pid == 0)
			exit(0);
		if (waitpid(pid, NULL, 0) == -1)
			err(1, "waitpid");
	} else if (strcmp(name, "return") == 0) {
		leave_two();
	} else if (strcmp(name, "exit") == 0) {
		leave_two();
		exit(0);
	} else if (strcmp(name, "_exit") == 0) {
		leave_two();
		_exit(0);
	} else if (strcmp(name, "quick_exit") == 0) {
		leave_two();
		quick_exit(0);
	} else if (strcmp(name, "killed") == 0) {
		leave_two();
		raise(SIGKILL);
	} else if (strcmp(name, "zombie") == 0) {
		wait_until_ended(start(0));
	} else if (strcmp(name, "ignored") == 0) {
		signal(SIGCHLD, SIG_IGN);
		start(1);
	} else if (strcmp(name, "descriptors") == 0) {
		open_some();
	} else if (strcmp(name, "undefined") == 0) {
		volatile int most = INT_MAX;

		most++;
	} else if (strcmp(name, "nothing") != 0) {
		errx(2, "usage: exits_cases CASE");
	}
	return 0;
}
