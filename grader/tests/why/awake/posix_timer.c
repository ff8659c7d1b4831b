/* A POSIX timer ends pause. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

static void
handle(int signal_number)
{
	(void)signal_number;
}

int
main(void)
{
	struct itimerspec value = { .it_value.tv_sec = 1 };
	timer_t timer;
	signal(SIGALRM, handle);
	if (timer_create(CLOCK_MONOTONIC, NULL, &timer) == -1 ||
	    timer_settime(timer, 0, &value, NULL) == -1)
		err(1, "timer");
	pause();
	return 0;
}
