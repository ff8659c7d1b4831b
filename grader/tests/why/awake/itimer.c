/* setitimer ends pause. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stddef.h>
#include <sys/time.h>
#include <unistd.h>

static void
handle(int signal_number)
{
	(void)signal_number;
}

int
main(void)
{
	struct itimerval value = { .it_value.tv_sec = 1 };
	signal(SIGALRM, handle);
	setitimer(ITIMER_REAL, &value, NULL);
	pause();
	return 0;
}
