/*
 * Ignores and blocks every signal, closes everything, and never ends.
 *
 * Lab: hello
 * Expect: HANG TIMEOUT
 * Marks: 10
 * Seconds: 120
 */
#include <signal.h>
#include <unistd.h>

int
main(void)
{
	sigset_t all;

	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_IGN);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	close(0);
	close(1);
	close(2);
	for (;;)
		pause();
}
