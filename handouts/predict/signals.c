#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t came[3], n;

static void
note(int signo)
{
	came[n++] = signo == SIGUSR1 ? 0 : 1 + signo - SIGRTMIN;
}

int
main(void)
{
	const char *names[] = { "SIGUSR1", "SIGRTMIN", "SIGRTMIN+1" };
	int signals[] = { SIGRTMIN + 1, SIGUSR1, SIGUSR1, SIGRTMIN };
	struct sigaction action = { .sa_handler = note };
	sigset_t all;

	sigfillset(&all);
	sigemptyset(&action.sa_mask); /* what is blocked while note runs */
	sigprocmask(SIG_BLOCK, &all, NULL);
	for (int i = 0; i < 4; i++) {
		sigaction(signals[i], &action, NULL);
		raise(signals[i]);
	}
	sigprocmask(SIG_UNBLOCK, &all, NULL);
	for (int i = 0; i < n; i++)
		puts(names[came[i]]);
	return 0;
}
