/*
 * A correct handoff in another style: the number is taken as text, and what
 * follows its line is refused, too.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* The two ends, as pipe(2) stores them. */
enum { READ_END, WRITE_END };

static pid_t
start_child(const int fd[2], const char *word)
{
	if (fflush(stdout) == EOF)
		return -1;
	pid_t pid = fork();
	if (pid != 0)
		return pid;
	if (fd[WRITE_END] != STDOUT_FILENO) {
		if (dup2(fd[WRITE_END], STDOUT_FILENO) == -1) {
			warn("dup2");
			_exit(1);
		}
		close(fd[WRITE_END]);
	}
	close(fd[READ_END]);
	if (printf("%s\n", word) < 0 || fflush(stdout) == EOF) {
		warn("writing to the parent");
		_exit(1);
	}
	_exit(0);
}

static int
read_number(const int fd[2], long *value)
{
	char text[19], nl;

	close(fd[1]);
	if (fd[0] != 0) {
		int ret = dup2(fd[0], 0), why = errno;
		close(fd[0]);
		if (ret == -1) {
			errno = why;
			return -1;
		}
	}
	/* no blanks in front, and nothing behind */
	if (scanf("%18[0-9+-]%c", text, &nl) != 2 || nl != '\n' ||
	    getchar() != EOF)
		return 0;
	char *end;
	*value = strtol(text, &end, 10);
	return end != text && *end == '\0';
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
