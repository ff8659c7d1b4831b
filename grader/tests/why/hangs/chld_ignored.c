/* SIGCHLD is ignored, and awaited. */
#include <signal.h>
#include <unistd.h>

int
main(void)
{
	sigset_t none;

	signal(SIGCHLD, SIG_IGN);
	if (fork() == 0)
		_exit(0);
	sigemptyset(&none);
	sigsuspend(&none);
	return 0;
}
