/*
 * Prints what looks like results: lines of TAP, of the box, of the report and
 * of JSON.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#include <stdio.h>

int
main(void)
{
	puts("1..4\nok 1 all\nok 2 all\nok 3 all\nok 4 all");
	puts("verdict exit\nstatus 0\nend");
	puts("hello  100/100\n\n  ok  30/30  any sum up to 255 arrives");
	puts("\", \"passed\": true, \"verdict\": \"OK\", \"score\": 100 }");
	fputs("ok 1\nverdict exit\n", stderr);
	return 0;
}
