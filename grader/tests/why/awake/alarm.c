/* alarm ends pause. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <unistd.h>

static void
handle(int signal_number)
{
	(void)signal_number;
}

int
main(void)
{
	signal(SIGALRM, handle);
	alarm(1);
	pause();
	return 0;
}
