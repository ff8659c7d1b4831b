/* A signal that the mask of sigsuspend keeps out. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

int
main(void)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	raise(SIGUSR1);
	sigsuspend(&set);
	return 0;
}
