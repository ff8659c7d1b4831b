/*
 * Becomes a program that has children of which it knows nothing: two have ended
 * with status 7 already, one lives as long as the program. When it has ended,
 * says so if it has taken one of those statuses.
 *
 *	./with-child PROGRAM [ARG...]
 */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENDED = 2, STATUS = 7 };

/* Does not return. */
static void
become(char *argv[])
{
	pid_t self = getpid();
	siginfo_t info;

	for (int i = 0; i <= ENDED; i++) {
		pid_t pid = fork();
		if (pid == -1)
			err(1, "fork");
		if (pid == 0 && i < ENDED)
			_exit(STATUS);
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			while (getppid() == self)
				pause();
			_exit(0);
		}
		/* It has ended, and is still there to be waited for. */
		if (i < ENDED &&
		    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
			err(1, "waitid");
	}
	execv(argv[0], argv);
	err(1, "%s", argv[0]);
}

int
main(int argc, char *argv[])
{
	int status, other, left = 0;

	if (argc < 2)
		errx(2, "usage: with-child PROGRAM [ARG...]");
	/* What the program has not waited for comes here when it ends. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		err(1, "prctl");
	pid_t pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		become(argv + 1);
	if (waitpid(pid, &status, 0) == -1)
		err(1, "waitpid");
	while (waitpid(-1, &other, WNOHANG) > 0)
		left += WIFEXITED(other) && WEXITSTATUS(other) == STATUS;
	if (left < ENDED)
		printf("with-child (the grader's) says: %s has taken the "
		       "status 7 of a child that it has not started\n",
		       argv[1]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
