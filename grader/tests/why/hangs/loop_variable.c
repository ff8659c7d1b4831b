/* Waits for a variable, without any call. */
#include <stddef.h>
#include <sys/mman.h>
#include <unistd.h>

int
main(void)
{
	volatile int *done = mmap(NULL, sizeof *done, PROT_READ | PROT_WRITE,
				  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	while (!*done)
		;
	return 0;
}
