/* Two workers; the second got the first one's write end by fork. */
#include <err.h>
#include <sys/wait.h>
#include <unistd.h>

static void
work(int input)
{
	char c;

	while (read(input, &c, 1) == 1)
		;
	_exit(0);
}

int
main(void)
{
	int one[2], two[2];

	if (pipe(one) == -1)
		err(1, "pipe");
	pid_t first = fork();
	if (first == 0) {
		close(one[1]);
		work(one[0]);
	}
	if (pipe(two) == -1)
		err(1, "pipe");
	if (fork() == 0) {
		close(two[1]);
		work(two[0]);
	}
	close(one[0]);
	close(one[1]);
	close(two[0]);
	waitpid(first, NULL, 0);
	close(two[1]);
	return 0;
}
