/* A process is stopped, and continued by one that sleeps a while. */
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
		return raise(SIGSTOP);
	sleep(1);
	kill(child, SIGCONT);
	if (wait(NULL) == -1)
		err(1, "wait");
	return 0;
}
