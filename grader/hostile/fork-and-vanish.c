/*
 * Each process forks and ends at once: it is never there when looked at.
 *
 * Lab: hello
 * Expect: TIMEOUT HANG WRONG LEAK
 * Marks: 10
 * Seconds: 120
 */
#include <signal.h>
#include <unistd.h>

int
main(void)
{
	signal(SIGCHLD, SIG_IGN);
	setsid();
	for (;;) {
		pid_t pid = fork();
		if (pid > 0)
			_exit(0);
	}
}
