/* The same as loop_read, but traced by its parent: then nobody else can. */
#include <err.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	char c;

	if (pipe(fd) == -1)
		err(1, "pipe");
	close(fd[1]);
	pid_t child = fork();
	if (child != 0) {
		/* The tracer, which lets it run. */
		if (ptrace(PTRACE_SEIZE, child, 0, 0) == -1)
			err(1, "ptrace");
		waitpid(child, NULL, 0);
		return 0;
	}
	while (read(fd[0], &c, 1) != 1)
		;
	return 0;
}
