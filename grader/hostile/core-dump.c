/*
 * Raises its limits and dies with as much of a core file as it can get.
 *
 * Lab: hello
 * Expect: WRONG CRASH
 * Marks: 10
 * Seconds: 60
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

int
main(void)
{
	static const int limits[] = { RLIMIT_CORE,  RLIMIT_NPROC,
				      RLIMIT_FSIZE, RLIMIT_NOFILE,
				      RLIMIT_CPU,   RLIMIT_MSGQUEUE };
	const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
	char *large = malloc(50 << 20);

	for (int i = 0; i < 6; i++)
		if (setrlimit(limits[i], &all) == 0)
			printf("breach: limit %d\n", limits[i]);
	fflush(stdout);
	if (large != NULL)
		memset(large, 1, 50 << 20);
	signal(SIGQUIT, SIG_DFL);
	raise(SIGQUIT);
	return 0;
}
