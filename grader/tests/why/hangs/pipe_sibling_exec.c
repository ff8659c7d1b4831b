/* The same with programs: cat knows nothing of a descriptor above 2. */
#include <err.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t
start(int input, int other)
{
	pid_t pid = fork();

	if (pid == 0) {
		dup2(input, STDIN_FILENO);
		close(input);
		close(other);
		execlp("cat", "cat", (char *)NULL);
		_exit(127);
	}
	return pid;
}

int
main(void)
{
	int one[2], two[2];

	if (pipe(one) == -1)
		err(1, "pipe");
	pid_t first = start(one[0], one[1]);
	if (pipe(two) == -1)
		err(1, "pipe");
	start(two[0], two[1]);
	close(one[1]);
	waitpid(first, NULL, 0);
	close(two[1]);
	return 0;
}
