/*
 * Becomes a program that has a child of which it knows nothing, and which has
 * ended with status 7 already.
 *
 *	./with-child PROGRAM [ARG...]
 */
#include <err.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	siginfo_t info;

	if (argc < 2)
		errx(2, "usage: with-child PROGRAM [ARG...]");
	pid_t pid = fork();
	if (pid == -1)
		err(1, "fork");
	if (pid == 0)
		_exit(7);
	/* It has ended, and is still there to be waited for. */
	if (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT) == -1)
		err(1, "waitid");
	execv(argv[1], argv + 1);
	err(1, "%s", argv[1]);
}
