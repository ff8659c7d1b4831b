/* Three children end together, and the handler takes one for each signal. */
#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t ended;

static void
handler(int sig)
{
	(void)sig;
	if (waitpid(-1, NULL, WNOHANG) > 0)
		ended++;
}

int
main(void)
{
	sigset_t chld, old;
	siginfo_t info;

	signal(SIGCHLD, handler);
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	sigprocmask(SIG_BLOCK, &chld, &old);
	for (int i = 0; i < 3; i++) {
		pid_t pid = fork();
		if (pid == 0)
			_exit(0);
		waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT);
	}
	while (ended < 3)
		sigsuspend(&old);
	return 0;
}
