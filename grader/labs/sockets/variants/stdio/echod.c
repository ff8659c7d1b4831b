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
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
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
	struct sockaddr_un peer;
	socklen_t length = sizeof(peer);
	pid_t pid;

	*client =
	    accept4(listener, (struct sockaddr *)&peer, &length, SOCK_CLOEXEC);
	if (*client == -1)
		return -1;
	switch (pid = fork()) {
	case -1: {
		int why = errno;

		close(*client);
		errno = why;
		break;
	}
	case 0:
		close(listener);
		break;
	default:
		close(*client);
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
	siginfo_t info = { 0 };

	while (waitid(P_ALL, 0, &info, WEXITED | options) == 0 &&
	       info.si_pid != 0) {
		if (info.si_code != CLD_EXITED)
			warnx("a child was killed by signal %d",
			      info.si_status);
		info.si_pid = 0;
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

static volatile sig_atomic_t stop, ended;

static void
note_signal(int signal)
{
	if (signal == SIGCHLD)
		ended = 1;
	else
		stop = 1;
}

int
main(int argc, char *argv[])
{
	struct sigaction action = { .sa_handler = note_signal };
	int listener, client, status = 0;
	sigset_t set, before;
	struct stat own;

	if (argc != 2)
		errx(2, "usage: echod PATH");

	// Signals are let in while ppoll waits, and at no other time.
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &set, &before) == -1)
		err(1, "sigprocmask");
	if (sigaction(SIGTERM, &action, NULL) == -1 ||
	    sigaction(SIGINT, &action, NULL) == -1 ||
	    sigaction(SIGCHLD, &action, NULL) == -1)
		err(1, "sigaction");

	listener = claim(argv[1], SOCK_STREAM, &own);
	if (printf("ready\n") < 0 || fflush(stdout) == EOF)
		warn("standard output");

	while (!stop) {
		struct pollfd wait = { .fd = listener, .events = POLLIN };
		int n = ppoll(&wait, 1, NULL, &before);
		pid_t pid;

		if (n == -1 && errno != EINTR)
			err(1, "ppoll");
		if (ended) {
			ended = 0;
			reap(WNOHANG);
		}
		if (n < 1)
			continue;
		pid = take_client(listener, &client);
		if (pid == 0) {
			signal(SIGTERM, SIG_DFL);
			signal(SIGINT, SIG_DFL);
			if (sigprocmask(SIG_SETMASK, &before, NULL) == -1)
				err(1, "sigprocmask");
			return serve(client);
		}
		if (pid == -1) {
			stop = errno != EAGAIN && errno != ENOMEM;
			status = stop;
			warn("a client was turned away");
		}
	}
	release(argv[1], listener, &own);
	reap(0);
	return status;
}
