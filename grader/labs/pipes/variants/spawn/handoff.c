/* A correct handoff in another style: the child is the program itself. */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	const char *word = argc < 2 ? "5000" : argv[1];
	int ends[2];
	long value;
	char after;

	if (argc > 2)
		errx(2, "usage: handoff [WORD]");
	/* Not buffered at all: nothing can be printed twice. */
	setvbuf(stdout, NULL, _IONBF, 0);
	if (puts("parent: starts a child") == EOF)
		errx(1, "standard output takes no text");
	if (fcntl(0, F_GETFD) == -1)
		open("/dev/null", O_RDONLY);
	if (pipe2(ends, O_CLOEXEC) == -1)
		err(1, "pipe2");
	pid_t pid = vfork();
	if (pid == 0) {
		if (dup2(ends[1], 1) != -1)
			execlp("printf", "printf", "%s\n", word, (char *)NULL);
		warn("the text");
		_exit(1);
	}
	if (pid == -1)
		err(1, "vfork");
	int moved = dup2(ends[0], 0), why = errno;
	close(ends[0]);
	close(ends[1]);
	if (moved == -1) {
		waitpid(pid, NULL, 0);
		errno = why;
		err(1, "reading from the child");
	}
	int got = scanf("%18ld%c", &value, &after) == 2 && after == '\n';
	fclose(stdin);
	waitpid(pid, NULL, 0);
	if (!got)
		errx(1, "the child sent no number");
	printf("parent: the child sent %ld\n", value);
	return 0;
}
