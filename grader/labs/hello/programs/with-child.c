/*
 * Becomes a program that has children of which it knows nothing: two have ended
 * with status 7 already, one lives as long as the program.
 *
 *	./with-child PROGRAM [ARG...]
 */
#include <err.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	pid_t self = getpid();
	siginfo_t info;

	if (argc < 2)
		errx(2, "usage: with-child PROGRAM [ARG...]");
	for (int i = 0; i < 3; i++) {
		pid_t pid = fork();
		if (pid == -1)
			err(1, "fork");
		if (pid == 0 && i < 2)
			_exit(7);
		if (pid == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			while (getppid() == self)
				pause();
			_exit(0);
		}
		/* It has ended, and is still there to be waited for. */
		if (i < 2 &&
		    waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
			err(1, "waitid");
	}
	execv(argv[1], argv + 1);
	err(1, "%s", argv[1]);
}
