/* localtime has a lock of its own; a handler calls it in the midst of it. */
#include <err.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

static int answer[2];

static void
handler(int sig)
{
	time_t now = sig;

	localtime(&now);
	if (write(answer[1], "", 1) != 1)
		_exit(1);
}

int
main(void)
{
	time_t now = 0;
	char c;

	if (pipe(answer) == -1)
		err(1, "pipe");
	signal(SIGUSR1, handler);
	pid_t parent = getpid();
	if (fork() == 0) {
		/* The next one only when the last one is done. */
		do
			kill(parent, SIGUSR1);
		while (read(answer[0], &c, 1) == 1);
		_exit(0);
	}
	for (;;)
		localtime(&now);
}
