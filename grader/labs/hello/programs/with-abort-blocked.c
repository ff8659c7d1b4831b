/*
 * Becomes a program that has SIGABRT blocked.
 *
 *	./with-abort-blocked PROGRAM [ARG...]
 */
#include <err.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	sigset_t set;

	if (argc < 2)
		errx(2, "usage: with-abort-blocked PROGRAM [ARG...]");
	sigemptyset(&set);
	sigaddset(&set, SIGABRT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == -1)
		err(1, "sigprocmask");
	execv(argv[1], argv + 1);
	err(1, "%s", argv[1]);
}
