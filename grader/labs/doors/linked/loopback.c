/*
 * One message, and what is really in it: for the tests of the lab `doors`.
 *
 *	loopback SIZE N [memory|unread|memory-unread|threads|memory-threads]
 *
 * Sends itself a message with SIZE bytes of data and N descriptors, by the
 * message_send of message.c, and prints what came. With `memory` the data are in
 * shared memory, whose descriptor comes last. With `unread` the message is
 * only sent. With `threads` two threads send such messages, which go nowhere: one of
 * them sends all the time, and is interrupted again and again, wherever it is, while the
 * other sends one. It says whether each message has what is its own.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "internal.h"

#define FILES	  16	// that the descriptors refer to, one after the other
#define ROOM	  65536 // for data that come, whether they should or not
#define FDS_IN	  (2 * FDS_MAX) // and for descriptors
#define MOST	  (FDS_MAX * sizeof(int))
#define DEPTH	  16384 // of the stack below main that is filled
#define TIMES	  200	// that a thread is interrupted
#define YIELDS	  2000 // that it waits then: the other may need a lock that it has
#define PAUSE	  20000 // ns between two of them
#define LEAST	  5000 // messages that it sends; and as many as end it if it leaks
#define MOST_SENT 50000
#define SLACK	  50000 // bytes that may stay

static char
byte_at(size_t i, size_t size)
{
	return (char)(i * 7 + i / 256 + size);
}

static int
make_file(int number)
{
	int fd = memfd_create("loopback", MFD_CLOEXEC);

	if (fd == -1 || dprintf(fd, "file %d", number) < 0)
		err(1, "memfd_create");
	return fd;
}

static bool
is_file(int fd, int number)
{
	char text[16], expected[16];
	int length = snprintf(expected, sizeof(expected), "file %d", number);

	return pread(fd, text, sizeof(text), 0) == length &&
	       memcmp(text, expected, (size_t)length) == 0;
}

// All that is sent, looked at as the program would: it must still be there.
static void
read_pieces(const struct iovec *iov, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const unsigned char *bytes = iov[i].iov_base;

		for (size_t j = 0; j < iov[i].iov_len; j++)
			__asm__ volatile("" : : "r"(bytes[j]));
	}
}

// The sanitizers' own malloc; NULL in a build without them.
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t
bytes_allocated(void)
{
	return __sanitizer_get_current_allocated_bytes == NULL
		   ? 0
		   : __sanitizer_get_current_allocated_bytes();
}

static __thread const struct message *own; // of this thread, if there are two
static atomic_bool mixed;

// Are its descriptors, in one piece or several, those of our own message?
static bool
has_own_fds(struct msghdr *msg)
{
	int fds[FDS_IN] = { 0 };
	size_t n = 0;

	for (struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg); cmsg != NULL;
	     cmsg = CMSG_NXTHDR(msg, cmsg)) {
		size_t more = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (more > FDS_IN - n)
			return false;
		memcpy(fds + n, CMSG_DATA(cmsg), more * sizeof(int));
		n += more;
	}
	return memcmp(fds, own->fds, own->n_got * sizeof(int)) == 0 &&
	       (own->memory == -1 || fds[own->n_got] == own->memory);
}

static bool
is_own(const struct msghdr *msg)
{
	struct msghdr copy = *msg;
	bool has_data = own->head.size > 0 && own->memory == -1;

	return msg->msg_iov[0].iov_base == &own->head &&
	       (!has_data || msg->msg_iov[1].iov_base == own->data) &&
	       has_own_fds(&copy);
}

// In place of the C library's, for message_send: what the kernel does not mind,
// or does not name.
ssize_t
sendmsg(int sock, const struct msghdr *msg, int flags)
{
	const struct cmsghdr *cmsg;

	if (own != NULL) {
		if (!is_own(msg))
			mixed = true;
		return 0;
	}
	if (msg->msg_name != NULL && msg->msg_namelen != 0)
		errx(1, "msg_name is not NULL");
	if (msg->msg_flags != 0 && msg->msg_controllen == 0) // once is enough
		errx(1, "msg_flags is not 0");
	if (msg->msg_iovlen > 2)
		errx(1, "msg_iovlen is %zu", (size_t)msg->msg_iovlen);
	read_pieces(msg->msg_iov, msg->msg_iovlen);
	cmsg = CMSG_FIRSTHDR(msg);
	if (cmsg != NULL && cmsg->cmsg_len <= CMSG_LEN(0))
		warnx("there are control data, but no descriptors");
	else if (cmsg != NULL && cmsg->cmsg_len > CMSG_LEN(MOST))
		warnx("pack has let more than %d descriptors pass", FDS_MAX);
	else if (cmsg != NULL && msg->msg_controllen !=
				     CMSG_SPACE(cmsg->cmsg_len - CMSG_LEN(0)))
		warnx("msg_controllen is %zu, cmsg_len %zu",
		      (size_t)msg->msg_controllen, (size_t)cmsg->cmsg_len);
	return syscall(SYS_sendmsg, sock, msg, flags);
}

ssize_t
send(int sock, const void *data, size_t size, int flags)
{
	struct iovec iov = { (void *)data, size };

	read_pieces(&iov, 1);
	return syscall(SYS_sendto, sock, data, size, flags, NULL, 0);
}

// So that what pack does not set is not 0 by chance.
static __attribute__((noinline)) void
leave_garbage(void)
{
	char bytes[DEPTH];

	memset(bytes, 0x5a, sizeof(bytes));
	__asm__ volatile("" : : "r"(bytes) : "memory");
}

// What a raw recvmsg(2) finds.
struct found {
	ssize_t bytes;
	struct header head;
	char data[ROOM];
	int fds[FDS_IN];
	size_t n;
	bool truncated;
};

static void
receive(int sock, struct found *found)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(FDS_IN * sizeof(int))];
	} control;
	struct iovec iov[] = { { &found->head, sizeof(found->head) },
			       { found->data, sizeof(found->data) } };
	struct msghdr msg = { .msg_iov = iov,
			      .msg_iovlen = 2,
			      .msg_control = control.bytes,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg;

	found->bytes = recvmsg(sock, &msg, MSG_DONTWAIT);
	if (found->bytes == -1)
		err(1, "nothing came");
	found->truncated = msg.msg_flags & MSG_CTRUNC;
	for (cmsg = CMSG_FIRSTHDR(&msg); cmsg != NULL;
	     cmsg = CMSG_NXTHDR(&msg, cmsg)) {
		size_t n = (cmsg->cmsg_len - CMSG_LEN(0)) / sizeof(int);

		if (cmsg->cmsg_type != SCM_RIGHTS)
			continue;
		memcpy(found->fds + found->n, CMSG_DATA(cmsg), n * sizeof(int));
		found->n += n;
	}
}

static void
say_data(const struct found *found, const struct message *m)
{
	size_t head = sizeof(struct header), i = 0;
	size_t n = (size_t)found->bytes - head;
	struct header complete = m->head; // as pack got it

	if ((size_t)found->bytes < head) {
		printf("%zd bytes, less than a header\n", found->bytes);
		return;
	}
	complete.n_fds = (uint16_t)m->n_got;
	if (found->head.n_fds != complete.n_fds)
		printf("n_fds is %u, not %u; ", found->head.n_fds, m->n_got);
	complete.n_fds = found->head.n_fds;
	printf("%s, data of length %zu",
	       memcmp(&found->head, &complete, head) == 0 ? "the header"
							  : "another header",
	       n);
	while (i < n && found->data[i] == byte_at(i, m->head.size))
		i++;
	printf(i == n ? "\n" : ", of which byte %zu is wrong\n", i);
}

static void
say_descriptors(const struct found *found, const struct message *m)
{
	size_t n = found->n, i = 0;

	printf("%zu descriptor%s", n, n == 1 ? "" : "s");
	while (i < n && i < m->n_got && is_file(found->fds[i], i % FILES))
		i++;
	if (i < n && i < m->n_got)
		printf(", of which number %zu is wrong", i);
	else if (i < n && m->memory != -1)
		printf(is_file(found->fds[i], FILES) ? ", the last is memory"
						     : ", the last is wrong");
	printf(found->truncated ? ", and more that did not fit\n" : "\n");
}

// A message like `first`, but with other numbers of descriptors (which need not be
// open), as they are this thread's own.
static struct message
make_own(const struct message *first)
{
	struct message m = *first;

	m.data = malloc(m.head.size + 1);
	m.fds = malloc((m.n_got + 1) * sizeof(int));
	if (m.data == NULL || m.fds == NULL)
		err(1, "malloc");
	for (uint32_t i = 0; i < m.n_got; i++)
		m.fds[i] = gettid() + (int)i;
	if (m.memory != -1)
		m.memory = gettid() + (int)m.n_got;
	return m;
}

static void
send_one(struct message *m)
{
	if (message_send(-1, m, 0) == -1)
		err(1, "message_send");
}

static atomic_int interrupted, resumed; // how often
static atomic_size_t n_sent;		// by the thread that is interrupted
static atomic_bool is_over;
static size_t bytes_before;

// The thread that is interrupted, wherever it was. It goes on when the other one has
// sent a message; or has had the time, if it waits for a lock that we have.
static void
make_way(int sig)
{
	int turn = atomic_fetch_add(&interrupted, 1) + 1;

	(void)sig;
	for (int i = 0; i < YIELDS && resumed < turn; i++)
		sched_yield();
}

static void *
send_always(void *like)
{
	struct message m = make_own(like);

	own = &m;
	while (!mixed && (!is_over || n_sent < LEAST)) {
		send_one(&m);
		n_sent++;
		// One that leaks would need all memory before long.
		if (n_sent > MOST_SENT &&
		    bytes_allocated() > bytes_before + n_sent)
			is_over = true;
	}
	own = NULL;
	free(m.data);
	free(m.fds);
	return NULL;
}

// Sends a message while the other thread is interrupted.
static void
send_between(struct message *m, pthread_t other, int turn)
{
	const struct timespec pause = { .tv_nsec = PAUSE };
	size_t before = n_sent;

	do // until it is elsewhere
		nanosleep(&pause, NULL);
	while (n_sent == before && !mixed && !is_over);
	pthread_kill(other, SIGUSR1);
	while (interrupted < turn && !mixed && !is_over)
		sched_yield();
	send_one(m);
	resumed = turn;
}

static void
send_from_two_threads(struct message *like)
{
	struct sigaction action = { .sa_handler = make_way };
	struct message m = make_own(like);
	pthread_t other;

	bytes_before = bytes_allocated();
	sigaction(SIGUSR1, &action, NULL);
	if (pthread_create(&other, NULL, send_always, like) != 0)
		errx(1, "pthread_create");
	own = &m;
	for (int turn = 1; turn <= TIMES && !mixed && !is_over; turn++)
		send_between(&m, other, turn);
	is_over = true;
	pthread_join(other, NULL);
	own = NULL;
	// A thread may keep some memory, but not more with each message.
	if (!mixed && bytes_allocated() > bytes_before + SLACK)
		warnx("memory from malloc is never freed");
	free(m.data);
	free(m.fds);
	puts(mixed ? "a message of one thread has something of the other's"
		   : "two threads, and each message has what is its own");
}

int
main(int argc, char *argv[])
{
	static struct found found;
	const char *how = argc > 3 ? argv[3] : "";
	struct message m = { .head = { .kind = CALL, .token = 42 },
			     .memory = -1 };
	struct message original; // whatever pack does to it
	int ends[2], files[FILES];

	if (argc < 3)
		errx(2, "usage: loopback SIZE N "
			"[memory|unread|memory-unread|threads|memory-threads]");
	m.head.size = strtoul(argv[1], NULL, 10);
	m.n_got = (uint32_t)strtoul(argv[2], NULL, 10);
	m.data = malloc(m.head.size + 1);
	if (m.n_got > 0) // as of message_receive: NULL if there are none
		m.fds = malloc(m.n_got * sizeof(int));
	if (m.data == NULL || (m.n_got > 0 && m.fds == NULL))
		err(1, "malloc");
	for (size_t i = 0; i < m.head.size; i++)
		m.data[i] = byte_at(i, m.head.size);
	for (int i = 0; i < FILES; i++)
		files[i] = make_file(i);
	for (uint32_t i = 0; i < m.n_got; i++)
		m.fds[i] = files[i % FILES];
	if (strstr(how, "memory") != NULL) {
		close(STDIN_FILENO); // so that the memory is 0
		m.memory = make_file(FILES);
		m.head.flags = IN_MEMORY | NO_RESULTS;
	}
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == -1)
		err(1, "socketpair");
	if (strstr(how, "threads") != NULL) {
		send_from_two_threads(&m);
		return 0;
	}
	original = m;
	leave_garbage();
	if (message_send(ends[0], &m, 0) == -1)
		err(1, "message_send");
	if (strstr(how, "unread") != NULL) {
		puts("sent");
		return 0;
	}
	receive(ends[1], &found);
	say_data(&found, &original);
	say_descriptors(&found, &original);
	return 0;
}
