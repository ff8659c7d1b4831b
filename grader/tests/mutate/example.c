/* Every kind of change, for the tests of grader/mutate. It compiles. */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#define MACRO(x) \
	((x) + 1) /* { what a directive says is not code: // BEGIN SOLUTION 9 */

struct pair {
	int first, second;
};

/* Outside of every gap: no mutants. */
int
outside(int a)
{
	if (a < 0 && a != -1)
		return -1;
	return 0;
}

int
simple(int in, int out)
{
	// BEGIN SOLUTION 1
	if (in < out) /* a comment: if (x) } */
		close(in);
	return in;
	// STUB return 0;
	// END SOLUTION 1
}

bool
logic(int a, int b, int c)
{
	// BEGIN SOLUTION 2
	return a == 1 || (b && !c);
	// END SOLUTION 2
}

ssize_t
checked(int fd, char *buffer, size_t size)
{
	int left = 0;
	// BEGIN SOLUTION 3
	ssize_t n;

	while ((n = read(fd, buffer, sizeof(*buffer) * 2)) == -1) {
		if (errno != EINTR)
			return -1;
	}
	for (;;) {
		if (size-- == 0)
			break;
	}
	do
		left += 2;
	while (left < 9);
	return n;
	// END SOLUTION 3
	return left;
}

const char *
constants(const char *name)
{
	// BEGIN SOLUTION 4
	int fd = open(name, O_RDWR | O_CREAT | O_TRUNC, 0600);
	struct pair pair = { .first = 1, .second = fd };

	switch (pair.second) {
	case -1:
		return NULL;
	default:
		name = pair.first ? "a \" // 10\n" : "";
	}
	if (strchr(name, '"') != NULL) {
		write(fd, name, 1);
	} else {
		dup2(fd, STDIN_FILENO);
	}
	return name;
	// END SOLUTION 4
}
