/*
 * Leaves thousands of large, empty files in the log, which the box would copy
 * out.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(void)
{
	char path[300];

	for (int i = 0; i < 4000; i++) {
		snprintf(path, sizeof(path), "%s/x%d", getenv("LABBOX_LOG"), i);
		int fd = open(path, O_WRONLY | O_CREAT, 0600);
		if (fd == -1 || ftruncate(fd, 60 << 20) == -1)
			break;
		close(fd);
	}
	return 3;
}
