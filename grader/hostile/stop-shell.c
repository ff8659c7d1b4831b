/*
 * Stops its parent, all others and itself. On the last level, that is the
 * grader itself.
 *
 * Lab: hello
 * Expect: HANG TIMEOUT
 * Marks: 10
 * Seconds: 120
 * Open: plain
 */
#include <signal.h>
#include <unistd.h>

int
main(void)
{
	kill(getppid(), SIGSTOP);
	kill(-1, SIGSTOP);
	raise(SIGSTOP);
	return 3;
}
