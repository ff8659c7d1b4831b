/* A signal that is pending, but blocked. */
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
	pause();
	return 0;
}
