/* A timer with an interval, and no first time. */
#include <stdint.h>
#include <sys/timerfd.h>
#include <unistd.h>

int
main(void)
{
	struct itimerspec every = { .it_interval = { .tv_sec = 1 } };
	int fd = timerfd_create(CLOCK_MONOTONIC, 0);
	uint64_t n;

	timerfd_settime(fd, 0, &every, NULL);
	return read(fd, &n, sizeof n) == -1;
}
