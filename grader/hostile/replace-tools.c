/*
 * Replaces the checkers, the scripts of the scenario and itself, puts a
 * loader's variables and commands in the way of what comes next, then runs
 * again with an empty environment.
 *
 * Lab: hello
 * Expect: WRONG CRASH
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
put(const char *path, const char *text)
{
	unlink(path);
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
	if (fd == -1)
		return;
	if (write(fd, text, strlen(text)) == -1)
		perror(path);
	close(fd);
}

int
main(int argc, char *argv[])
{
	char *again[] = { argv[0], "1", NULL }, *none[] = { NULL };

	if (getenv("LABBOX_DIR") == NULL)
		return 3;
	put("../tools/run.sh", "echo breach: run.sh; exit 0\n");
	put("../tools/exits.so", "");
	put("../tools/calls", "read 1\n");
	put("bash", "#!/bin/sh\necho breach: bash\n");
	put("/etc/ld.so.preload", "/tmp/lab/x.so\n");
	setenv("LD_PRELOAD", "/tmp/lab/x.so", 1);
	setenv("BASH_ENV", "/tmp/lab/bash", 1);
	return argc > 0 ? execve("/proc/self/exe", again, none) : 3;
}
