/*
 * How much does a door cost? Null calls beside bare round trips of the same
 * bytes over a SOCK_SEQPACKET pair, in turn, in one run; once on one core, once
 * on two. Then large arguments beside memcpy through a shared mapping: two
 * copies, as many as a call makes.
 *
 *	speed [ROUNDS]
 *
 * Prints nanoseconds a round trip (the median of the rounds), and the ratio.
 */
#define _GNU_SOURCE
#include <door.h>
#include <err.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SLICE	  2000 // round trips between two looks at the clock
#define BYTES	  24   // the message of a null call
#define LARGE	  (1 << 20)
#define LARGE_RUN 50 // large calls in a slice
#define ROUNDS	  41

static int rounds = ROUNDS;

static void
pin(int core)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(core, &set);
	if (sched_setaffinity(0, sizeof(set), &set) == -1)
		err(1, "sched_setaffinity");
}

static double
now(void)
{
	struct timespec t;

	if (clock_gettime(CLOCK_MONOTONIC, &t) == -1)
		err(1, "clock_gettime");
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int
ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double
median(double *values)
{
	qsort(values, (size_t)rounds, sizeof(double), ascending);
	return values[rounds / 2];
}

static void
null_procedure(void *cookie, char *argp, size_t arg_size, door_desc_t *dp,
	       uint_t n_desc)
{
	(void)cookie;
	(void)argp;
	(void)dp;
	(void)n_desc;
	(void)arg_size;
	door_return(NULL, 0, NULL, 0);
}

static void
echo(int sock)
{
	char bytes[BYTES];

	while (recv(sock, bytes, sizeof(bytes), 0) == sizeof(bytes)) {
		if (send(sock, bytes, sizeof(bytes), 0) == -1)
			err(1, "send");
	}
}

// A child that serves both, pinned to `core`: the pair, and a door, which the
// parent gets over the pair.
static pid_t
start(int core, int *sock, int *door)
{
	int ends[2];
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
	char byte = 0;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = { .msg_iov = &iov,
			      .msg_iovlen = 1,
			      .msg_control = control.bytes,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg;
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == -1)
		err(1, "socketpair");
	child = fork();
	if (child == -1)
		err(1, "fork");
	memset(&control, 0, sizeof(control));
	if (child == 0) {
		int fd;

		close(ends[0]);
		pin(core);
		fd = door_create(null_procedure, NULL, 0);
		if (fd == -1)
			err(1, "door_create");
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(cmsg), &fd, sizeof(int));
		if (sendmsg(ends[1], &msg, 0) == -1)
			err(1, "sendmsg");
		echo(ends[1]);
		_exit(0);
	}
	close(ends[1]);
	*sock = ends[0];
	if (recvmsg(*sock, &msg, 0) != 1)
		err(1, "recvmsg");
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg == NULL)
		errx(1, "no door came");
	memcpy(door, CMSG_DATA(cmsg), sizeof(int));
	return child;
}

static double
bare_round_trips(int sock)
{
	char bytes[BYTES] = "";
	double begin = now();

	for (int i = 0; i < SLICE; i++) {
		if (send(sock, bytes, sizeof(bytes), 0) == -1 ||
		    recv(sock, bytes, sizeof(bytes), 0) != sizeof(bytes))
			err(1, "round trip");
	}
	return (now() - begin) / SLICE;
}

static double
door_calls(int door)
{
	double begin = now();

	for (int i = 0; i < SLICE; i++) {
		if (door_call(door, NULL) == -1)
			err(1, "door_call");
	}
	return (now() - begin) / SLICE;
}

static void
compare(const char *name, int client_core, int server_core)
{
	double *bare = calloc((size_t)rounds, sizeof(double));
	double *call = calloc((size_t)rounds, sizeof(double));
	int sock, door;
	pid_t child;

	if (bare == NULL || call == NULL)
		err(1, "calloc");
	pin(client_core);
	child = start(server_core, &sock, &door);
	(void)door_calls(door); // warm up
	(void)bare_round_trips(sock);
	for (int i = 0; i < rounds; i++) {
		bare[i] = bare_round_trips(sock);
		call[i] = door_calls(door);
	}
	printf("%s: bare %.0f ns, door_call %.0f ns, ratio %.2f", name,
	       median(bare), median(call), median(call) / median(bare));
	printf(" (fastest %.0f, %.0f, ratio %.2f)\n", bare[0], call[0],
	       call[0] / bare[0]);
	close(sock);
	waitpid(child, NULL, 0);
	free(bare);
	free(call);
}

// 1 MiB as argument: the procedure does not even look at it.
static void
large(const char *name, int server_core)
{
	char *data = malloc(LARGE), *copy = malloc(LARGE);
	char *shared = mmap(NULL, LARGE, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	double *call = calloc((size_t)rounds, sizeof(double));
	double *plain = calloc((size_t)rounds, sizeof(double));
	double begin;
	int sock, door;
	pid_t child;

	if (data == NULL || copy == NULL || shared == MAP_FAILED ||
	    call == NULL || plain == NULL)
		err(1, "no memory");
	memset(data, 'x', LARGE);
	pin(0);
	child = start(server_core, &sock, &door);
	for (int i = 0; i < rounds; i++) {
		begin = now();
		for (int k = 0; k < LARGE_RUN; k++) {
			door_arg_t arg = { .data_ptr = data,
					   .data_size = LARGE };

			if (door_call(door, &arg) == -1)
				err(1, "door_call");
		}
		call[i] = (now() - begin) / LARGE_RUN;
		begin = now();
		for (int k = 0; k < LARGE_RUN; k++) {
			memcpy(shared, data, LARGE);
			memcpy(copy, shared, LARGE);
			__asm__ volatile("" ::"r"(copy) : "memory");
		}
		plain[i] = (now() - begin) / LARGE_RUN;
	}
	printf("1 MiB, %s: door_call %.0f us, memcpy in and out of a shared "
	       "mapping %.0f us, ratio %.2f",
	       name, median(call) / 1e3, median(plain) / 1e3,
	       median(call) / median(plain));
	printf(" (fastest %.0f, %.0f, ratio %.2f)\n", call[0] / 1e3,
	       plain[0] / 1e3, call[0] / plain[0]);
	close(sock);
	waitpid(child, NULL, 0);
}

int
main(int argc, char *argv[])
{
	if (argc > 1)
		rounds = atoi(argv[1]);
	if (rounds < 1) {
		fprintf(stderr, "usage: speed [ROUNDS]\n");
		return 2;
	}
	compare("one core", 0, 0);
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		compare("two cores", 0, 1);
	large("one core", 0);
	if (sysconf(_SC_NPROCESSORS_ONLN) > 1)
		large("two cores", 1);
	return 0;
}
