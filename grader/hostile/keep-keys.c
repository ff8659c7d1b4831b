/*
 * Leaves a key with its user id, where the next submission of that id finds it.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <linux/keyctl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

int
main(void)
{
	static const int rings[] = { KEY_SPEC_USER_KEYRING,
				     KEY_SPEC_USER_SESSION_KEYRING,
				     KEY_SPEC_SESSION_KEYRING };

	for (int i = 0; i < 3; i++)
		if (syscall(SYS_add_key, "user", "answers", "42", 2UL,
			    rings[i]) != -1)
			printf("breach: key in %d\n", rings[i]);
	if (syscall(SYS_keyctl, KEYCTL_GET_PERSISTENT, -1, 0) != -1)
		puts("breach: the keyring that persists");
	return 3;
}
