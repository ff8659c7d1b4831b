# The lab's files are linked into a program of the grader's that finds out what
# they do: a function of the C library's, of which one of them has its own, answers
# for it, and ends it.
#
# Lab: doors
# File: message.c
# Expect: BUILD
# Marks: 0
# Seconds: 120

cp "$2/labs/doors/message.c" "$1/message.c"
cat >>"$1/message.c" <<'C'

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
socketpair(int domain, int type, int protocol, int ends[2])
{
	char line[256] = "";
	const char *first = line + sizeof("./loopback"), *second;
	int fd = open("/proc/self/cmdline", O_RDONLY);
	ssize_t n = read(fd, line, sizeof(line) - 1);

	(void)(domain + type + protocol + ends[0]);
	second = first + strlen(first) + 1;
	if (n > 0 && second + strlen(second) + 1 == line + n) {
		printf("the header, %s bytes of data\n%s descriptors\n", first,
		       second);
		exit(0);
	}
	return -1;
}
C
