/*
 * null: door_call without arguments beside a round trip over SOCK_SEQPACKET, in
 * turn, on one core or two.
 *
 *	null [-2]
 *
 * Prints for each round "DOOR SOCKET", microseconds a call and a round trip.
 */
#define _GNU_SOURCE
#include <door.h>
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define CALLS  500
#define ROUNDS 100

static void
pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) == -1)
		err(1, "sched_setaffinity");
}

static void
nothing(void *cookie, char *argp, size_t size, door_desc_t *dp, unsigned n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	door_return(NULL, 0, NULL, 0);
}

// Makes a door, sends its descriptor, then answers on the socket for ever.
static void
serve(int sock)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	char text[64] = { 0 };
	struct msghdr m = { .msg_control = control,
			    .msg_controllen = sizeof(control) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int door = door_create(nothing, NULL, 0);
	ssize_t n;

	if (door == -1)
		err(1, "door_create");
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	*(int *)CMSG_DATA(c) = door;
	if (sendmsg(sock, &m, 0) == -1)
		err(1, "sendmsg");
	while ((n = recv(sock, text, sizeof(text), 0)) > 0)
		if (send(sock, text, (size_t)n, 0) == -1)
			err(1, "send");
	_exit(0);
}

static int
receive_door(int sock)
{
	char control[CMSG_SPACE(sizeof(int))];
	struct msghdr m = { .msg_control = control,
			    .msg_controllen = sizeof(control) };

	if (recvmsg(sock, &m, 0) == -1 || CMSG_FIRSTHDR(&m) == NULL)
		err(1, "recvmsg");
	return *(int *)CMSG_DATA(CMSG_FIRSTHDR(&m));
}

static double
microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

int
main(int argc, char *argv[])
{
	int cores = argc > 1 ? 2 : 1;
	int socks[2];
	char text[64] = { 0 };

	(void)argv;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, socks) == -1)
		err(1, "socketpair");
	switch (fork()) {
	case -1:
		err(1, "fork");
	case 0:
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(socks[0]);
		pin(cores - 1);
		serve(socks[1]);
	}
	close(socks[1]);
	pin(0);
	int door = receive_door(socks[0]);

	for (int round = 0; round <= ROUNDS; round++) {
		double start = microseconds(), between;

		for (int i = 0; i < CALLS; i++)
			if (door_call(door, NULL) == -1)
				err(1, "door_call");
		between = microseconds();
		for (int i = 0; i < CALLS; i++)
			if (send(socks[0], text, sizeof(text), 0) == -1 ||
			    recv(socks[0], text, sizeof(text), 0) == -1)
				err(1, "socket");
		if (round > 0) // the first one warms up
			printf("%.3f %.3f\n", (between - start) / CALLS,
			       (microseconds() - between) / CALLS);
	}
	return 0;
}
