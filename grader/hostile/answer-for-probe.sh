# The lab's files are linked into a program of the grader's that finds out what
# they do: a constructor in one of them answers for it, and ends it.
#
# Lab: doors
# File: message.c
# Expect: BUILD
# Marks: 0
# Seconds: 120

cat >>"$1/message.c" <<'END'

#include <stdio.h>
#include <stdlib.h>

static void
answer(int argc, char *argv[])
{
	if (argc == 3) {
		printf("the header, %s bytes of data\n%s descriptors\n", argv[1],
		       argv[2]);
		exit(0);
	}
}

__attribute__((section(".init_array"), used)) static void (*early)(int, char **) =
    answer;
END
