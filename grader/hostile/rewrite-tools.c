/*
 * Writes into the checkers that its successors would be run with, and moves
 * the folder that they stand in.
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
#include <stdlib.h>
#include <unistd.h>

int
main(void)
{
	static const char *const names[] = { "run.sh", "exits.so", "race.so" };
	const char *tools = getenv("LABBOX_TOOLS");
	char path[300], aside[300];

	if (tools == NULL)
		return 3;
	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%s", tools, names[i]);
		if (open(path, O_WRONLY) != -1 || unlink(path) == 0)
			printf("breach: %s may be changed\n", names[i]);
	}
	snprintf(aside, sizeof(aside), "%s.aside", tools);
	if (rename(tools, aside) == 0)
		puts("breach: the tools may be moved");
	return 3;
}
