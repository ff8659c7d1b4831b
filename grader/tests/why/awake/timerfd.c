/* A timerfd ends a read. */
#define _GNU_SOURCE
#include <err.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

int
main(void)
{
	struct itimerspec value = { .it_value.tv_sec = 1 };
	uint64_t count;
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	if (fd == -1 || timerfd_settime(fd, 0, &value, NULL) == -1)
		err(1, "timerfd");
	if (read(fd, &count, sizeof count) == -1)
		err(1, "read");
	return 0;
}
