/*
 * interrupt.c - see interrupt.h.
 */
#include <err.h>
#include <signal.h>
#include <stddef.h>

#include "interrupt.h"

static void
do_nothing(int number)
{
	(void)number;
}

void
catch_signal(void)
{
	struct sigaction action = { .sa_handler = do_nothing };

	if (sigaction(SIGUSR1, &action, NULL) == -1)
		err(1, "sigaction");
}
