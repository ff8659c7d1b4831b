/*
 * A correct pipeline in another style: from the last command to the first,
 * close-on-exec instead of closing, and waits in the order of death.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void
run(char **argv, int in, int out)
{
	if ((in != 0 && dup3(in, 0, 0) == -1) ||
	    (out != 1 && dup3(out, 1, 0) == -1)) {
		warn("dup3");
		_exit(126);
	}
	/* An end that is in its place already must survive exec. */
	fcntl(0, F_SETFD, 0);
	fcntl(1, F_SETFD, 0);
	execvp(*argv, argv);
	int why = errno;
	warn("%s", *argv);
	_exit(why == ENOENT ? 127 : 126);
}

int
main(int argc, char **argv)
{
	int commands = 1, out = 1, failed = 0;
	pid_t last = -1;

	if (argc < 2) {
		fputs("usage: pipeline COMMAND ...\n", stderr);
		return 2;
	}
	for (int i = 1; i < argc; i++)
		commands += strcmp(argv[i], "|") == 0;
	int number = 1;
	for (int i = 1; i <= argc; i++) {
		int bar = i == argc || strcmp(argv[i], "|") == 0;
		int before = i == 1 || strcmp(argv[i - 1], "|") == 0;

		if (bar && before)
			errx(2, "command %d of %d is empty", number, commands);
		number += bar;
	}
	for (int i = argc - 1; i >= 0; i--) {
		int fd[2] = { 0, -1 };

		if (i > 0 && strcmp(argv[i], "|") != 0)
			continue;
		argv[i] = NULL;
		/* Duplicates at 3 and above: never in the way of 0 and 1. */
		if (i > 0) {
			int raw[2];

			failed = pipe2(raw, O_CLOEXEC) == -1;
			for (int e = 0; e < 2 && !failed; e++) {
				fd[e] = fcntl(raw[e], F_DUPFD_CLOEXEC, 3);
				failed = fd[e] == -1;
			}
			int saved = errno;
			if (fd[0] != 0) {
				close(raw[0]);
				close(raw[1]);
			}
			errno = saved;
		}
		number--;
		pid_t pid = failed ? -1 : fork();
		if (pid == -1) {
			warn("starting command %d of %d", number, commands);
			if (out != 1)
				close(out);
			if (fd[0] != 0) {
				close(fd[0]);
				close(fd[1]);
			}
			while (wait(NULL) != -1)
				;
			return 1;
		}
		if (pid == 0)
			run(argv + i + 1, fd[0], out);
		if (last == -1)
			last = pid;
		if (out != 1)
			close(out);
		if (fd[0] != 0)
			close(fd[0]);
		out = fd[1];
	}
	int status, result = 1 << 8; /* of a command that is lost */
	for (pid_t pid; (pid = wait(&status)) != -1 || errno == EINTR;)
		if (pid == last)
			result = status;
	return WIFEXITED(result) ? WEXITSTATUS(result) : 128 + WTERMSIG(result);
}
