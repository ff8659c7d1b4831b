/* A signal that is never sent. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stddef.h>
#include <unistd.h>

int
main(void)
{
	sigset_t set;
	int got;
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	sigwait(&set, &got);
	return 0;
}
