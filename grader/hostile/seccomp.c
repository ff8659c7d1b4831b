/*
 * Forbids itself every call but four, and is killed at the next.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <unistd.h>

int
main(void)
{
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
	return getppid() == 0;
}
