/*
 * Starts a program that has children of which it knows nothing: two have ended
 * with status 7 already, one lives as long as the program. Ends with the program's
 * status, but complains, and ends with 3, if it has waited for one of them.
 *
 *	./with-child PROGRAM [ARG...]
 */
#include <err.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ENDED = 2, THEIRS = 7, TAKEN = 3 };

/* Becomes the program. */
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
			_exit(THEIRS);
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
	int status, its_status = 0, left = 0;
	pid_t pid;

	if (argc < 2)
		errx(2, "usage: with-child PROGRAM [ARG...]");
	/* Those for whom the program has not waited are ours when it ends. */
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		err(1, "prctl");
	pid_t program = fork();
	if (program == -1)
		err(1, "fork");
	if (program == 0)
		become(argv + 1);
	while ((pid = wait(&status)) != -1)
		if (pid == program)
			its_status = status;
		else if (WIFEXITED(status) && WEXITSTATUS(status) == THEIRS)
			left++;
	if (left < ENDED)
		errx(TAKEN, "%s has waited for a child that it has not started",
		     argv[1]);
	return WIFEXITED(its_status) ? WEXITSTATUS(its_status)
				     : 128 + WTERMSIG(its_status);
}
