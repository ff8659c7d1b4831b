/* A sleep. */
#define _GNU_SOURCE
#include <err.h>
#include <unistd.h>

int
main(void)
{
	sleep(1);
	return 0;
}
