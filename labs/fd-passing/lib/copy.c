// Copies bytes from one descriptor to another.
#include <errno.h>
#include <unistd.h>

#include "vault.h"

static int
write_all(int fd, const char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t n = write(fd, bytes, length);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		bytes += n;
		length -= (size_t)n;
	}
	return 0;
}

int
copy(int from, int to, size_t limit)
{
	char bytes[4096];
	ssize_t n;

	while ((n = read(from, bytes, sizeof(bytes))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if ((size_t)n > limit) {
			errno = EFBIG;
			return -1;
		}
		limit -= (size_t)n;
		if (write_all(to, bytes, (size_t)n) == -1)
			return -1;
	}
	return 0;
}
