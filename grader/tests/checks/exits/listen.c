/*
 * Stands for the supervisor: listen FIFO COMMAND...
 *
 * Runs the command with LABBOX_NOTES=FIFO, which it makes, and prints the notes
 * that come, a line each after its length.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t
run(char *command[], int keep_open)
{
	pid_t child = fork();

	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		close(keep_open);
		execvp(command[0], command);
		err(127, "%s", command[0]);
	}
	return child;
}

int
main(int argc, char *argv[])
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	if (argc < 3)
		errx(2, "usage: listen FIFO COMMAND...");
	if (mkfifo(argv[1], 0600) == -1)
		err(1, "%s", argv[1]);
	setenv("LABBOX_NOTES", argv[1], 1);
	int fd = open(argv[1], O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	int hold = open(argv[1], O_WRONLY | O_CLOEXEC);
	FILE *notes = fd == -1 ? NULL : fdopen(fd, "r");
	if (notes == NULL || hold == -1 || fcntl(fd, F_SETFL, 0) == -1)
		err(1, "%s", argv[1]);

	/* The end of the notes comes when the command has ended. */
	pid_t waits = fork();
	if (waits == -1)
		err(1, "fork");
	if (waits == 0) {
		waitpid(run(argv + 2, hold), NULL, 0);
		_exit(0);
	}
	close(hold);
	while ((length = getline(&line, &size, notes)) > 0)
		if (length > 1)
			printf("%zd %s", length - 1, line);
	free(line);
	unlink(argv[1]);
	return waitpid(waits, NULL, 0) == -1;
}
