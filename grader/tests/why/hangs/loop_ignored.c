/* Children leave nothing to wait for: SIGCHLD is ignored. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	signal(SIGCHLD, SIG_IGN);
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	while (waitpid(child, NULL, 0) != child)
		;
	return 0;
}
