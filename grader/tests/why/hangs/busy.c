/* A loop that asks again and again. */
#define _GNU_SOURCE
#include <unistd.h>

int
main(void)
{
	for (;;)
		getppid();
	return 0;
}
