/* A child that is stopped, and awaited. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0)
		raise(SIGSTOP);
	if (wait(NULL) == -1)
		err(1, "wait");
	return 0;
}
