/* select with a time limit, in a child; the parent waits. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/select.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	struct timeval limit = { .tv_sec = 1 };
	if (child == 0)
		return select(0, NULL, NULL, NULL, &limit);
	if (wait(NULL) == -1)
		err(1, "wait");
	return 0;
}
