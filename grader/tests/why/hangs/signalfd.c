/* SIGUSR1 is not blocked, so its handler gets it, and the signalfd nothing. */
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

static void
handler(int sig)
{
	(void)sig;
}

int
main(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	signal(SIGUSR1, handler);
	struct pollfd p = { .fd = signalfd(-1, &set, 0), .events = POLLIN };
	raise(SIGUSR1);
	return poll(&p, 1, -1) == -1;
}
