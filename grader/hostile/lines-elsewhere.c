/*
 * Says of its lines that they are a system header's, where nothing is worth a
 * warning, and that a leak is in another file than the lab's own.
 *
 * Lab: hello
 * Expect: BUILD
 * Marks: 0
 * Seconds: 60
 */
/* clang-format off */
%: /* not a line of the lab's */ \
21 "/usr/include/stdio.h" 3
#include <stdio.h>

int
main(argc)
{
#line 7 "/usr/include/stdlib.h"
	return printf("%ld\n", argc);
}
