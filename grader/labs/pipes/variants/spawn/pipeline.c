/*
 * A correct pipeline in another style: posix_spawn with file actions, and a
 * descriptor for each process that is waited for.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Starts argv reading from in and writing to out; its pid, or -1. */
static pid_t
spawn(char **argv, int in, int out)
{
	posix_spawn_file_actions_t actions;
	pid_t pid;

	posix_spawn_file_actions_init(&actions);
	if (in != 0)
		posix_spawn_file_actions_adddup2(&actions, in, 0);
	if (out != 1)
		posix_spawn_file_actions_adddup2(&actions, out, 1);
	errno = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return errno == 0 ? pid : -1;
}

/* A pipe end that no command inherits by accident, above 2; or -1: it is closed. */
static int
out_of_the_way(int fd)
{
	int moved = fcntl(fd, F_DUPFD_CLOEXEC, 3), saved = errno;

	close(fd);
	errno = saved;
	return moved;
}

/* Until the process ends; the descriptor may be 0, if that was closed at the start. */
static void
wait_by_descriptor(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);
	struct pollfd ended = { .fd = fd, .events = POLLIN };

	if (fd == -1)
		return;
	while (poll(&ended, 1, -1) == -1 && errno == EINTR)
		;
	close(fd);
}

int
main(int argc, char **argv)
{
	pid_t *pids = calloc((size_t)argc, sizeof(*pids));
	int *failed = calloc((size_t)argc, sizeof(*failed));
	int n = 0, in = 0;

	if (pids == NULL || failed == NULL)
		err(1, "calloc");

	if (argc < 2) {
		fprintf(stderr, "usage: pipeline COMMAND ...\n");
		return 2;
	}
	for (char **word = argv + 1, **first = word;; word++) {
		if (*word != NULL && strcmp(*word, "|") != 0)
			continue;
		if (word == first) {
			int all = 1;
			for (char **w = argv + 1; w < argv + argc; w++)
				all += *w == NULL || strcmp(*w, "|") == 0;
			errx(2, "command %d of %d is empty", n + 1, all);
		}
		n++;
		first = word + 1;
		if (*word == NULL)
			break;
	}
	char **command = argv + 1;
	for (int i = 0; i < n; i++) {
		int ends[2] = { -1, 1 };
		char **end = command;

		while (*end != NULL && strcmp(*end, "|") != 0)
			end++;
		*end = NULL;
		int no_pipe = 0;
		if (i < n - 1) {
			no_pipe = pipe(ends) == -1;
			for (int e = 0; e < 2 && ends[e] != -1; e++) {
				ends[e] = out_of_the_way(ends[e]);
				no_pipe |= ends[e] == -1;
			}
		}
		pids[i] = no_pipe ? -1 : spawn(command, in, ends[1]);
		failed[i] = errno;
		int no_process =
		    no_pipe || (pids[i] == -1 && failed[i] == EAGAIN);
		if (no_process)
			warn("starting command %d of %d", i + 1, n);
		else if (pids[i] == -1)
			warn("%s", command[0]);
		if (in != 0)
			close(in);
		if (ends[1] != 1)
			close(ends[1]);
		if (no_process) {
			if (ends[0] != -1)
				close(ends[0]);
			while (wait(NULL) != -1)
				;
			return 1;
		}
		in = ends[0];
		command = end + 1;
	}
	int status = 0, lost = 0;
	for (int i = 0; i < n; i++) {
		if (pids[i] == -1)
			continue;
		wait_by_descriptor(pids[i]);
		while (waitpid(pids[i], &status, 0) == -1)
			if (errno != EINTR) {
				lost = 1;
				break;
			}
	}
	if (pids[n - 1] == -1)
		status = failed[n - 1] == ENOENT ? 127 : 126;
	else
		status = WIFSIGNALED(status) ? 128 + WTERMSIG(status)
					     : WEXITSTATUS(status);
	free(pids);
	free(failed);
	return lost ? 1 : status;
}
