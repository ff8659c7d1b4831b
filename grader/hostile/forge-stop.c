/*
 * Asks the supervisor to stop, as only its guard may: by sigqueue with a
 * forged sender, and by a signal of a descriptor's.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 * Open: plain
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

int
main(void)
{
	siginfo_t info;
	int pair[2];

	memset(&info, 0, sizeof(info));
	info.si_signo = SIGTERM;
	info.si_code = SI_QUEUE;
	for (pid_t to = 1; to < getppid(); to++)
		syscall(SYS_rt_sigqueueinfo, to, SIGTERM, &info);
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
		return 3;
	fcntl(pair[0], F_SETOWN, 1);
	fcntl(pair[0], F_SETSIG, SIGTERM);
	fcntl(pair[0], F_SETFL, O_ASYNC);
	if (write(pair[1], "x", 1) == -1)
		return 3;
	sleep(1);
	return 3;
}
