/*
 * One message, and what is really in it: for the tests of the lab `doors`.
 *
 *	loopback SIZE N [memory|unread|memory-unread|threads]
 *
 * Sends itself a message with SIZE bytes of data and N descriptors, by the
 * message_send of message.c, and prints what came. With `memory` the data are in
 * shared memory, whose descriptor comes last. With `unread` the message is
 * only sent. With `threads` two threads send such messages at the same time, many
 * of them, which go nowhere, and it says whether each has what is its own.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

#define FILES  16    // that the descriptors refer to, one after the other
#define ROOM   65536 // for data that come, whether they should or not
#define FDS_IN (2 * FDS_MAX) // and for descriptors
#define MOST   (FDS_MAX * sizeof(int))
#define DEPTH  16384 // of the stack below main that is filled
#define ROUNDS 50000 // of each thread

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

static bool
is_own(const struct msghdr *msg)
{
	const struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg);

	return msg->msg_iov[0].iov_base == &own->head &&
	       (own->head.size == 0 || msg->msg_iov[1].iov_base == own->data) &&
	       (own->n_got == 0 ||
		(cmsg != NULL && memcmp(CMSG_DATA(cmsg), own->fds,
					own->n_got * sizeof(int)) == 0));
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

// A thread that sends the like of the message `like`.
static void *
send_often(void *like)
{
	const struct message *first = like;
	struct message m = *first;

	m.data = malloc(m.head.size + 1);
	m.fds = malloc((m.n_got + 1) * sizeof(int));
	if (m.data == NULL || m.fds == NULL)
		err(1, "malloc");
	for (uint32_t i = 0; i < m.n_got; i++)
		m.fds[i] = gettid() + (int)i; // need not be open
	own = &m;
	for (int i = 0; i < ROUNDS && !mixed; i++) {
		if (message_send(-1, &m, 0) == -1)
			err(1, "message_send");
	}
	free(m.data);
	free(m.fds);
	return NULL;
}

static void
send_from_two_threads(struct message *like)
{
	pthread_t threads[2];
	size_t before = bytes_allocated();

	for (int i = 0; i < 2; i++) {
		if (pthread_create(&threads[i], NULL, send_often, like) != 0)
			errx(1, "pthread_create");
	}
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	// A thread may keep some memory, but not more with each message.
	if (!mixed && bytes_allocated() > before + ROUNDS)
		warnx("memory from malloc is never freed");
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
			"[memory|unread|memory-unread|threads]");
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
	if (strcmp(how, "threads") == 0) {
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
