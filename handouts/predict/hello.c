#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int answers[] = { 7, 256, 259, -1, 7 };

	for (int i = 0; i < 5; i++) {
		pid_t child = fork();
		int status;

		if (child == -1)
			err(1, "fork");
		if (child == 0) {
			if (i == 4)
				raise(SIGTERM);
			_exit(answers[i]);
		}
		if (waitpid(child, &status, 0) == -1)
			err(1, "waitpid");
		printf("%d: %d\n", answers[i], WEXITSTATUS(status));
	}
	return 0;
}
