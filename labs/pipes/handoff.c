/*
 * handoff: a child prints, and its parent reads it as standard input.
 *
 *	./handoff [WORD]
 *
 * The child prints WORD (5000 if there is none) with printf(3); its standard
 * output is the write end of a pipe. The parent reads a number with scanf(3);
 * its standard input is the read end. Neither call knows about the pipe.
 *
 * Look at: which process holds which end, and what stdio holds at fork(2).
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* The two ends, as pipe(2) stores them. */
enum { READ_END, WRITE_END };

/*
 * Gap 1: start a child that prints `word` and a newline to the pipe `fd`.
 *
 * In the child, standard output becomes the write end, and no other
 * descriptor of the pipe stays open. It prints with printf(3), then ends:
 * with status 0, or 1 if the text could not be written.
 * Returns the child's process id, or -1 with errno set.
 * Trap: text that waits in a stdio buffer at fork(2) exists twice after it.
 */
static pid_t
start_child(const int fd[2], const char *word)
{
	// TODO 1
	(void)fd;
	(void)word;
	errno = ENOSYS;
	return -1;
}

/*
 * Gap 2: read a number, alone on its line, from the pipe `fd` with scanf(3).
 *
 * Standard input becomes the read end, and no other descriptor of the pipe
 * stays open. Stores the number in *value and returns 1; returns 0 if what
 * comes is not a number of at most 18 characters with a newline right after it,
 * or nothing comes; -1 with errno set if a call fails (0 is right, too, if it is
 * the reading that fails).
 * Traps: the parent still holds the end that it does not need. And pipe(2)
 * returns the lowest free descriptors: `fd` may hold a 0 already.
 */
static int
read_number(const int fd[2], long *value)
{
	// TODO 2
	(void)fd;
	(void)value;
	errno = ENOSYS;
	return -1;
}

int
main(int argc, char *argv[])
{
	const char *word = argc == 2 ? argv[1] : "5000";
	int fd[2], status;
	long value;

	if (argc > 2) {
		fprintf(stderr, "usage: handoff [WORD]\n");
		return 2;
	}
	printf("parent: starts a child\n");
	if (pipe(fd) == -1)
		err(1, "pipe");
	pid_t pid = start_child(fd, word);
	if (pid == -1)
		err(1, "starting the child");

	int got = read_number(fd, &value);
	if (got == -1)
		warn("reading from the child");
	else if (got == 0)
		warnx("the child sent no number");
	else
		printf("parent: the child sent %ld\n", value);

	/* A child that still has something to write must not wait for us. */
	fclose(stdin);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			err(1, "waitpid");
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return got == 1 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0
									 : 1;
}
