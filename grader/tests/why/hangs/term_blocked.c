/* SIGTERM is blocked since before fork, and the child only reads. */
#include <err.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	char c;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	if (pipe(fd) == -1)
		err(1, "pipe");
	pid_t child = fork();
	if (child == 0)
		_exit(read(fd[0], &c, 1) == -1);
	kill(child, SIGTERM);
	waitpid(child, NULL, 0);
	return 0;
}
