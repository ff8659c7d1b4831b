/*
 * Leaves copies of itself that would run with its rights, and with a group's.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 * Open: plain
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

int
main(void)
{
	struct stat st;

	chmod("hello", 06755);
	link("hello", "/tmp/setuid");
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 06777);
	if (fd != -1)
		fchmod(fd, 06777);
	if (stat("/usr/bin/passwd", &st) == 0 &&
	    chmod("/usr/bin/passwd", 06777) == 0)
		puts("breach: changed the system");
	return 3;
}
