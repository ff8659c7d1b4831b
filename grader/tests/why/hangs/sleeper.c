/* A sleep that is longer than the time limit. */
#define _GNU_SOURCE
#include <err.h>
#include <unistd.h>

int
main(void)
{
	sleep(100);
	return 0;
}
