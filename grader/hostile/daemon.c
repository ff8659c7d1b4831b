/*
 * Goes into the background by all means: two forks, a session of its own,
 * nothing open, deaf to every signal, under the name of the shell.
 *
 * Lab: hello
 * Expect: ZOMBIE LEAK
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
	if (fork() != 0)
		return 0;
	setsid();
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
	if (fork() != 0)
		_exit(0);
	setsid();
	prctl(PR_SET_NAME, "bash\nverdict ok");
	close_range(0, ~0U, 0);
	if (chdir("/") == -1)
		_exit(1);
	for (;;)
		pause();
}
