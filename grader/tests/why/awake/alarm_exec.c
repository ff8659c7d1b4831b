/* An alarm that a program set before it became another one. */
#define _GNU_SOURCE
#include <err.h>
#include <unistd.h>

int
main(void)
{
	int ends[2];
	if (pipe(ends) == -1)
		err(1, "pipe");
	if (dup2(ends[0], 9) == -1)
		err(1, "dup2");
	alarm(1);
	execlp("bash", "bash", "-c", "read x <&9", NULL);
	err(1, "bash");
	return 0;
}
