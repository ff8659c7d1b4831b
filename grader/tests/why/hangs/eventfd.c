/* Waits for an event that nobody sends. */
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

int
main(void)
{
	uint64_t n;
	int fd = eventfd(0, 0);

	return read(fd, &n, sizeof n) == -1;
}
