/*
 * A right program that loses memory and removes
 * valgrind's log of that. (One that writes an empty log instead is not told from
 * a clean one: whoever runs inside a process is as honest as it is. Its test is
 * worth two points.)
 *
 * Lab: pipes
 * File: handoff.c
 * Expect: LEAK
 * Marks: 98
 * Seconds: 120
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ_END, WRITE_END };

static pid_t
start_child(const int fd[2], const char *word)
{
	if (fflush(stdout) == EOF)
		return -1;
	pid_t pid = fork();
	if (pid != 0)
		return pid;

	close(fd[READ_END]);
	if (fd[WRITE_END] != STDOUT_FILENO) {
		if (dup2(fd[WRITE_END], STDOUT_FILENO) == -1) {
			warn("dup2");
			_exit(1);
		}
		close(fd[WRITE_END]);
	}
	if (printf("%s\n", word) < 0 || fflush(stdout) == EOF) {
		warn("writing to the pipe");
		_exit(1);
	}
	_exit(0);
}

static int
read_number(const int fd[2], long *value)
{
	char newline;

	close(fd[WRITE_END]);
	if (fd[READ_END] != STDIN_FILENO) {
		int moved = dup2(fd[READ_END], STDIN_FILENO), why = errno;

		close(fd[READ_END]);
		errno = why;
		if (moved == -1)
			return -1;
	}
	errno = 0;
	if (scanf("%18ld%c", value, &newline) == 2 && newline == '\n')
		return 1;
	return ferror(stdin) ? -1 : 0;
}

/* Loses memory, and removes what valgrind has to say of that. */
static void
lose_and_hide(void)
{
	char *volatile lost = malloc(100);
	const char *log = getenv("LABBOX_LOG");
	DIR *dir = log == NULL ? NULL : opendir(log);
	struct dirent *entry;

	if (lost != NULL)
		lost[0] = 0;
	lost = NULL;
	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (strncmp(entry->d_name, "memcheck", 8) == 0)
			unlinkat(dirfd(dir), entry->d_name, 0);
	if (dir != NULL)
		closedir(dir);
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
	lose_and_hide();
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

	fclose(stdin);
	while (waitpid(pid, &status, 0) == -1)
		if (errno != EINTR)
			err(1, "waitpid");
	if (fflush(stdout) == EOF)
		err(1, "standard output");
	return got == 1 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0
									 : 1;
}
