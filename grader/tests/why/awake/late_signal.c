/* A signal comes late. */
#define _GNU_SOURCE
#include <err.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static void
handle(int signal_number)
{
	(void)signal_number;
}

int
main(void)
{
	signal(SIGUSR1, handle);
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		pause();
		return 0;
	}
	sleep(1);
	kill(child, SIGUSR1);
	if (wait(NULL) == -1)
		err(1, "wait");
	return 0;
}
