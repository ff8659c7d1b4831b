/*
 * loops: the smallest ping-pong over each mechanism, to compare `measure` with. It
 * is written apart from it and shares no code: if both say the same, both are right.
 *
 *	loops [-2] [-n TRIPS] MECHANISM...
 *	loops -l		lists them
 *
 * Both processes are on CPU 0, or with -2 on 0 and 1. Prints for each mechanism its
 * name and the median in microseconds of a round trip of 64 bytes. Exit status: 0; 1 if something failed, or a mechanism
 * stands still for a minute.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <mqueue.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SIZE	64
#define WARM_UP 500 // trips

// What the two processes share, side by side for the two directions.
struct slot {
	_Alignas(64) _Atomic unsigned turn;
	char text[SIZE];
};

static struct slot *slots; // [0] to pong, [1] to ping
static int to[2];	   // descriptors: to[0] leads to pong, to[1] to ping
static int from[2];
static int me; // which slot I write: 0 in ping, 1 in pong
static pid_t ids[2];
static char text[SIZE];

static void
must(int good, const char *what)
{
	if (!good)
		err(1, "%s", what);
}

// A mechanism: what is there before the fork, and how to send and receive `text`.
struct loop {
	const char *name;
	void (*open)(void);
	void (*put)(void);
	void (*take)(void);
};

static void
futex(_Atomic unsigned *word, int what, unsigned value)
{
	(void)syscall(SYS_futex, word, what, value, NULL, NULL, 0);
}

static void
open_memory(void)
{
}

static void
put_spin(void)
{
	memcpy(slots[me].text, text, SIZE);
	atomic_fetch_add_explicit(&slots[me].turn, 1, memory_order_release);
}

static unsigned seen;

static void
take_spin(void)
{
	while (atomic_load_explicit(&slots[!me].turn, memory_order_acquire) ==
	       seen)
		;
	seen++;
	memcpy(text, slots[!me].text, SIZE);
}

static void
put_futex(void)
{
	put_spin();
	futex(&slots[me].turn, FUTEX_WAKE, 1);
}

static void
take_futex(void)
{
	while (atomic_load_explicit(&slots[!me].turn, memory_order_acquire) ==
	       seen)
		futex(&slots[!me].turn, FUTEX_WAIT, seen);
	seen++;
	memcpy(text, slots[!me].text, SIZE);
}

static void
open_eventfd(void)
{
	for (int i = 0; i < 2; i++) {
		to[i] = from[i] = eventfd(0, 0);
		must(to[i] != -1, "eventfd");
	}
}

static void
put_eventfd(void)
{
	uint64_t one = 1;

	memcpy(slots[me].text, text, SIZE);
	must(write(to[me], &one, sizeof(one)) == sizeof(one), "write");
}

static void
take_eventfd(void)
{
	uint64_t n;

	must(read(from[!me], &n, sizeof(n)) == sizeof(n), "read");
	memcpy(text, slots[!me].text, SIZE);
}

static void
open_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	must(sigprocmask(SIG_BLOCK, &set, NULL) == 0, "sigprocmask");
}

static void
put_signal(void)
{
	memcpy(slots[me].text, text, SIZE);
	must(sigqueue(ids[!me], SIGRTMIN, (union sigval){ 0 }) == 0,
	     "sigqueue");
}

static void
take_signal(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGRTMIN);
	must(sigwaitinfo(&set, NULL) == SIGRTMIN, "sigwaitinfo");
	memcpy(text, slots[!me].text, SIZE);
}

static void
open_pipe(void)
{
	for (int i = 0; i < 2; i++) {
		int ends[2];

		must(pipe(ends) == 0, "pipe");
		to[i] = ends[1];
		from[i] = ends[0];
	}
}

static void
open_fifo(void)
{
	for (int i = 0; i < 2; i++) {
		const char *name = i == 0 ? "there" : "back";

		must(mkfifo(name, 0600) == 0, name);
		to[i] = from[i] = open(name, O_RDWR);
		must(to[i] != -1, name);
		unlink(name);
	}
}

static void
put_bytes(void)
{
	must(write(to[me], text, SIZE) == SIZE, "write");
}

static void
take_bytes(void)
{
	must(read(from[!me], text, SIZE) == SIZE, "read");
}

static void
open_posix_queue(void)
{
	struct mq_attr attr = { .mq_maxmsg = 1, .mq_msgsize = SIZE };

	for (int i = 0; i < 2; i++) {
		char name[64];

		snprintf(name, sizeof(name), "/loops-%d-%d", (int)getpid(), i);
		to[i] = from[i] =
		    mq_open(name, O_CREAT | O_EXCL | O_RDWR, 0600, &attr);
		must(to[i] != -1, "mq_open");
		mq_unlink(name);
	}
}

static void
put_posix_queue(void)
{
	must(mq_send(to[me], text, SIZE, 0) == 0, "mq_send");
}

static void
take_posix_queue(void)
{
	must(mq_receive(from[!me], text, SIZE, NULL) == SIZE, "mq_receive");
}

struct letter {
	long type;
	char text[SIZE];
};

static void
open_sysv_queue(void)
{
	to[0] = msgget(IPC_PRIVATE, 0600);
	must(to[0] != -1, "msgget");
}

static void
put_sysv_queue(void)
{
	struct letter letter = { .type = me + 1 };

	memcpy(letter.text, text, SIZE);
	must(msgsnd(to[0], &letter, SIZE, 0) == 0, "msgsnd");
}

static void
take_sysv_queue(void)
{
	struct letter letter;

	must(msgrcv(to[0], &letter, SIZE, !me + 1, 0) == SIZE, "msgrcv");
	memcpy(text, letter.text, SIZE);
}

static void
open_pair(int type)
{
	int ends[2];

	must(socketpair(AF_UNIX, type, 0, ends) == 0, "socketpair");
	to[0] = from[1] = ends[0];
	to[1] = from[0] = ends[1];
}

static void
open_stream(void)
{
	open_pair(SOCK_STREAM);
}

static void
open_datagram(void)
{
	open_pair(SOCK_DGRAM);
}

static void
open_seqpacket(void)
{
	open_pair(SOCK_SEQPACKET);
}

static void
open_tcp(void)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
				       .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t length = sizeof(address);
	int yes = 1;
	int ear = socket(AF_INET, SOCK_STREAM, 0);

	must(ear != -1 && bind(ear, (void *)&address, length) == 0 &&
		 getsockname(ear, (void *)&address, &length) == 0 &&
		 listen(ear, 1) == 0,
	     "listen");
	to[0] = from[1] = socket(AF_INET, SOCK_STREAM, 0);
	must(connect(to[0], (void *)&address, length) == 0, "connect");
	to[1] = from[0] = accept(ear, NULL, NULL);
	must(to[1] != -1, "accept");
	close(ear);
	for (int i = 0; i < 2; i++)
		must(setsockopt(to[i], IPPROTO_TCP, TCP_NODELAY, &yes,
				sizeof(yes)) == 0,
		     "TCP_NODELAY");
}

static const struct loop loops[] = {
	{ "shm-spin", open_memory, put_spin, take_spin },
	{ "shm-futex", open_memory, put_futex, take_futex },
	{ "eventfd", open_eventfd, put_eventfd, take_eventfd },
	{ "signals", open_signals, put_signal, take_signal },
	{ "pipe", open_pipe, put_bytes, take_bytes },
	{ "fifo", open_fifo, put_bytes, take_bytes },
	{ "posix-queue", open_posix_queue, put_posix_queue, take_posix_queue },
	{ "sysv-queue", open_sysv_queue, put_sysv_queue, take_sysv_queue },
	{ "unix-stream", open_stream, put_bytes, take_bytes },
	{ "unix-datagram", open_datagram, put_bytes, take_bytes },
	{ "unix-seqpacket", open_seqpacket, put_bytes, take_bytes },
	{ "tcp", open_tcp, put_bytes, take_bytes },
};

static void
pin(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	must(sched_setaffinity(0, sizeof(set), &set) == 0, "sched_setaffinity");
}

static double
microseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void
pong(const struct loop *loop, long trips, int cpu)
{
	me = 1;
	must(prctl(PR_SET_PDEATHSIG, SIGKILL) == 0, "prctl");
	pin(cpu);
	for (long i = 0; i < trips; i++) {
		loop->take();
		text[0]++;
		loop->put();
	}
	_exit(0);
}

// One trip; returns how long it took (microseconds).
static double
trip(const struct loop *loop, long number)
{
	double start = microseconds();
	char sent = (char)number;

	text[0] = sent;
	loop->put();
	loop->take();
	if (text[0] != (char)(sent + 1))
		errx(1, "%s: a wrong answer", loop->name);
	return microseconds() - start;
}

static void
close_all(const struct loop *loop)
{
	if (loop->open == open_sysv_queue) {
		must(msgctl(to[0], IPC_RMID, NULL) == 0, "msgctl");
		return;
	}
	for (int i = 0; i < 2; i++) {
		if (to[i] == -1)
			continue;
		close(to[i]);
		if (from[i] != to[i] && from[i] != to[!i])
			close(from[i]);
	}
}

// Prints the median of the trips. The first ones warm up and are not counted.
static void
run(const struct loop *loop, int cores, long trips)
{
	double *took = calloc((size_t)trips, sizeof(*took));
	int status;

	must(took != NULL, "calloc");
	slots = mmap(NULL, 2 * sizeof(*slots), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(slots != MAP_FAILED, "mmap");
	seen = 0;
	me = 0;
	ids[0] = getpid();
	to[0] = to[1] = from[0] = from[1] = -1;
	loop->open();
	ids[1] = fork();
	must(ids[1] != -1, "fork");
	if (ids[1] == 0)
		pong(loop, WARM_UP + trips, cores - 1);
	pin(0);
	alarm(60);
	for (long i = 0; i < WARM_UP; i++)
		(void)trip(loop, i);
	for (long i = 0; i < trips; i++)
		took[i] = trip(loop, i);
	alarm(0);
	must(waitpid(ids[1], &status, 0) == ids[1], "waitpid");
	if (status != 0)
		errx(1, "%s: pong has failed", loop->name);
	qsort(took, (size_t)trips, sizeof(*took), compare);
	printf("%s %.3f\n", loop->name, took[trips / 2]);
	close_all(loop);
	munmap(slots, 2 * sizeof(*slots));
	free(took);
}

static void
list(void)
{
	for (size_t i = 0; i < sizeof(loops) / sizeof(*loops); i++)
		puts(loops[i].name);
}

int
main(int argc, char *argv[])
{
	int cores = 1, option;
	long trips = 5000;

	while ((option = getopt(argc, argv, "2ln:")) != -1) {
		if (option == '2')
			cores = 2;
		else if (option == 'l')
			list();
		else if (option == 'n')
			trips = atol(optarg);
		else
			return 2;
	}
	for (int i = optind; i < argc; i++) {
		size_t n = 0;

		while (n < sizeof(loops) / sizeof(*loops) &&
		       strcmp(loops[n].name, argv[i]) != 0)
			n++;
		if (n == sizeof(loops) / sizeof(*loops))
			errx(2, "no loop for %s", argv[i]);
		run(&loops[n], cores, trips);
		fflush(stdout);
	}
	return 0;
}
