/*
 * Writes into the log what the scenario and the sanitizers would, puts a link
 * to the folder of passwords in its place, and ends with a status that no
 * signal has.
 *
 * Lab: hello
 * Expect: WRONG CRASH
 * Marks: 10
 * Seconds: 120
 * Open: plain
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
put(const char *log, const char *name, const char *text)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/%s", log, name);
	FILE *file = fopen(path, "w");
	if (file == NULL)
		return;
	fputs(text, file);
	fclose(file);
}

int
main(int argc, char *argv[])
{
	const char *log = getenv("LABBOX_LOG");

	if (log == NULL)
		return 3;
	put(log, "verdict", "OK\n== verdict\nexit\n");
	put(log, "awaiting", "forged\n");
	put(log, "memcheck.1", "");
	if (argc == 3)
		put(log, "asan.1", "ERROR: nothing that has a place\n");
	if (argc == 3 && argv[1][0] == '2') {
		char aside[] = "/tmp/aside";
		if (rename(log, aside) == 0 && symlink("/etc", log) == -1)
			perror("symlink");
	}
	return 255;
}
