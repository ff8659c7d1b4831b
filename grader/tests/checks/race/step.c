/*
 * One step of a scenario in which a shell orders unrelated programs.
 *
 *	./race_step FILE write    writes 42 to the mapped FILE, prints "ready"
 *	./race_step FILE read     reads it and prints it
 *	./race_step FILE wait     the same, after a line from standard input
 *
 * Each then waits for the end of its standard input.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int *value;
	char line[16];
	int fd;

	if (argc != 3)
		errx(2, "usage: race_step FILE write|read|wait");
	fd = open(argv[1], O_RDWR | O_CREAT, 0600);
	if (fd == -1 || ftruncate(fd, sizeof(*value)) == -1)
		err(2, "%s", argv[1]);
	value = mmap(NULL, sizeof(*value), PROT_READ | PROT_WRITE, MAP_SHARED,
		     fd, 0);
	if (value == MAP_FAILED)
		err(2, "mmap");
	if (strcmp(argv[2], "wait") == 0 &&
	    read(STDIN_FILENO, line, sizeof(line)) == -1)
		err(2, "read");
	if (strcmp(argv[2], "write") == 0) {
		*value = 42;
		printf("ready\n");
	} else {
		printf("%d\n", *value);
	}
	if (fflush(stdout) == EOF)
		err(2, "standard output");
	while (read(STDIN_FILENO, line, sizeof(line)) > 0)
		;
	return 0;
}
