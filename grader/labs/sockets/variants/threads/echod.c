/*
 * A server on a UNIX-domain stream socket. Each client has a child process of
 * its own, which sends every line back with its number.
 *
 *	./echod /tmp/sock
 *
 * Prints "ready" when clients can connect. On SIGTERM or SIGINT it takes no
 * more clients, removes its socket, lets those that it has finish, and exits 0.
 *
 * Look at: which process closes what after fork(2), and who waits for whom.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "name.h"
#include "transfer.h"

/*
 * Gap 4: take one client that waits at `listener` and fork a child for it.
 *
 * Returns as fork(2) does: 0 in the child, which has the connection in `client`
 * and no listener; the child's process id in the parent, which has no
 * connection; -1 with errno when there is no client or no child, and then
 * nothing stays open.
 * Trap: a client sees the end of file when the *last* copy is closed, and a
 * name stays alive as long as *anybody* has its listener.
 */
static pid_t
take_client(int listener, int *client)
{
	pid_t pid;

	*client = accept(listener, NULL, NULL);
	if (*client == -1)
		return -1;
	pid = fork();
	if (pid == 0) {
		close(listener);
	} else {
		int why = errno;

		close(*client);
		errno = why;
	}
	return pid;
}

/*
 * Gap 4, the other end of it: collect the children that have ended.
 *
 * `options` is 0 to wait until there is no child left, or WNOHANG to collect
 * those that have ended already, and not wait. For each that died of a signal N
 * it says on standard error: "echod: a child was killed by signal N".
 * Trap: one SIGCHLD may stand for many children.
 */
static void
reap(int options)
{
	for (;;) {
		siginfo_t child = { 0 };

		if (waitid(P_ALL, 0, &child, WEXITED | options) == -1) {
			if (errno == EINTR)
				continue;
			return;
		}
		if (child.si_pid == 0)
			return;
		if (child.si_code != CLD_EXITED)
			warnx("a child was killed by signal %d",
			      child.si_status);
	}
}

/*
 * Serve `client`, as a child. Returns the exit status. A client that has gone
 * away is not our mistake.
 */
static int
serve(int client)
{
	int status = 0;

	if (echo_lines(client) == -1 && errno != EPIPE && errno != ECONNRESET) {
		warn("a client");
		status = 1;
	}
	close(client);
	return status;
}

int
main(int argc, char *argv[])
{
	int listener, signals, client, status = 0;
	struct signalfd_siginfo info;
	bool stop = false;
	struct stat own;
	sigset_t set, before;

	if (argc != 2)
		errx(2, "usage: echod PATH");

	// Blocked from here on: they arrive at the descriptor, as clients do.
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	sigaddset(&set, SIGPIPE); // nobody reads our "ready": end as well
	if (sigprocmask(SIG_BLOCK, &set, &before) == -1)
		err(1, "sigprocmask");
	signals = signalfd(-1, &set, SFD_CLOEXEC);
	if (signals == -1)
		err(1, "signalfd");

	listener = claim(argv[1], SOCK_STREAM, &own);
	if (printf("ready\n") < 0 || fflush(stdout) == EOF)
		warn("standard output");

	while (!stop) {
		struct pollfd wait[] = { { .fd = signals, .events = POLLIN },
					 { .fd = listener, .events = POLLIN } };
		pid_t pid;

		if (poll(wait, 2, -1) == -1 && errno != EINTR)
			err(1, "poll");
		if (wait[0].revents != 0) {
			if (read(signals, &info, sizeof(info)) == -1)
				err(1, "read");
			stop = info.ssi_signo != SIGCHLD;
			reap(WNOHANG);
			continue;
		}
		if (wait[1].revents == 0)
			continue;
		pid = take_client(listener, &client);
		if (pid == 0) {
			close(signals);
			if (sigprocmask(SIG_SETMASK, &before, NULL) == -1)
				err(1, "sigprocmask");
			return serve(client);
		}
		if (pid == -1) {
			// No memory or no process for this one: go on.
			stop = errno != EAGAIN && errno != ENOMEM;
			status = stop;
			warn("a client was turned away");
		}
	}
	release(argv[1], listener, &own);
	close(signals);
	reap(0);
	return status;
}
