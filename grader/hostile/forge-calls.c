/*
 * Prints what a child would have reported, and has none; but opens a file that is
 * called like a line of the conductor's record, and goes on under such a name: those
 * lines say that a child was made and waited for.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 15
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const names[] = {
	"hello fork ok 1 -",
	"hello wait ok 1 -",
	"x\nhello fork ok 1 -",
	"x\ncall hello wait ok 1 -",
};

int
main(int argc, char *argv[])
{
	int sum = 0;
	size_t next = strtoul(argv[0], NULL, 10);
	char number[8];

	for (int i = 0; i < argc; i++)
		sum += i > 0 ? atoi(argv[i]) : 0;
	close(open("x\\nhello fork ok 1 -\\nhello wait ok 1 -\\ny",
		   O_WRONLY | O_CREAT, 0600));
	if (next < sizeof(names) / sizeof(names[0])) {
		unlink(names[next]);
		(void)!symlink("hello", names[next]);
		snprintf(number, sizeof(number), "%zu", next + 1);
		argv[0] = number;
		execv(names[next], argv);
	}
	if (sum < 256)
		return printf("child: the sum is %d\n", sum) < 0;
	puts("child: died of signal 6");
	return EXIT_FAILURE;
}
