/*
 * Writes results to every descriptor from 3 up, as a child of a test runner
 * could that inherited its report.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char forged[] = "ok 1 it works\nverdict exit\nstatus 0\nend\n";

int
main(void)
{
	for (int fd = 3; fd < 1024; fd++)
		if (write(fd, forged, strlen(forged)) != -1)
			printf("breach: descriptor %d is open\n", fd);
	return 0;
}
