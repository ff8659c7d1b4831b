/*
 * Becomes the reaper of its orphans, hides from inspection, asks to die and
 * be traced at will, and leaves children, alive and dead.
 *
 * Lab: hello
 * Expect: LEAK ZOMBIE
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

int
main(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
	prctl(PR_SET_PDEATHSIG, SIGSTOP);
	if (fork() == 0) {
		prctl(PR_SET_CHILD_SUBREAPER, 1);
		if (fork() == 0) {
			setsid();
			for (int i = 0; i < 4; i++)
				fork();
			for (;;)
				pause();
		}
		for (;;)
			pause();
	}
	if (fork() == 0)
		_exit(0);
	_exit(0);
}
