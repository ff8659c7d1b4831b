/*
 * Kills all that it may: every process, the first one, its parents, their
 * groups. On the last level, that is the grader itself.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 * Open: plain
 */
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	signal(SIGTERM, SIG_IGN);
	for (int sig = 1; sig < NSIG; sig++)
		if (sig != SIGKILL && sig != SIGSTOP)
			signal(sig, SIG_IGN);
	kill(1, SIGKILL);
	kill(1, SIGTERM);
	kill(0, SIGTERM);
	kill(-1, SIGTERM);
	kill(-1, SIGKILL);
	kill(getppid(), SIGKILL);
	return 0;
}
