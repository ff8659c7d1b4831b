/* poll with a time limit. */
#define _GNU_SOURCE
#include <err.h>
#include <poll.h>
#include <stddef.h>
#include <unistd.h>

int
main(void)
{
	poll(NULL, 0, 1000);
	return 0;
}
