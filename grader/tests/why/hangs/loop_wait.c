/* Waits for children until wait succeeds, and there is none. */
#include <stddef.h>
#include <sys/wait.h>

int
main(void)
{
	while (wait(NULL) == -1)
		;
	return 0;
}
