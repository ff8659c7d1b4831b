/*
 * Says what came of a few calls, one line each.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void
say(const char *what, int ok)
{
	int error = errno;

	fprintf(stdout, "%s: %s\n", what, ok ? "ok" : strerrorname_np(error));
	fflush(stdout);
}

int
main(void)
{
	int ends[2], fd;
	void *memory;
	pid_t child;

	say("pipe", pipe(ends) == 0);
	say("pipe", pipe(ends) == 0);
	say("pipe", pipe(ends) == 0);
	child = fork();
	if (child == 0) {
		say("pipe in the child", pipe(ends) == 0);
		_exit(0);
	}
	say("fork", child != -1);
	if (child != -1)
		waitpid(child, NULL, 0);
	memory = malloc(10);
	say("malloc", memory != NULL);
	free(memory);
	memory = mmap(NULL, 1, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	say("mmap", memory != MAP_FAILED);
	fd = open("/dev/null", O_WRONLY);
	say("open", fd != -1);
	say("write", write(fd, "x", 1) == 1);
	say("close", close(fd) == 0);
	say("close again", close(fd) == 0);
	return 0;
}
