/*
 * race, descriptors: a read from a pipe, a FIFO, a socket or a queue comes
 * after the writes to it.
 */
#define _GNU_SOURCE
#include "hooks.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>

bool
race_status(int fd, struct stat *status)
{
	return note_syscall(SYS_fstat, fd, status) == 0;
}

static uint64_t
file_key(int fd, bool send)
{
	struct stat status;

	if (!race_status(fd, &status))
		return 0;
	if (S_ISSOCK(status.st_mode))
		return race_socket_key(fd, status.st_ino, NULL, 0, send);
	return race_key(OPEN_FILE, status.st_dev, status.st_ino);
}

void
race_release_file(int fd)
{
	uint64_t key = file_key(fd, true);

	race_release(key);
	if (key != 0)
		race_release(race_key(OUTSIDE, 0, 0));
}

void
race_acquire_file(int fd)
{
	struct stat status;

	if (!race_status(fd, &status))
		return;
	if ((status.st_mode & S_IFMT) == 0) {
		/* eventfd, signalfd, inotify: which of them is not known */
		race_acquire(race_key(SIGNAL, 0, 0));
		race_join_outside();
	}
	/* If no watched program wrote it, one that is not watched did. */
	if (!race_acquire(file_key(fd, false)) &&
	    (!S_ISREG(status.st_mode) || race_is_news(&status)))
		race_join_outside();
}

static void
release_fd(const struct call *call)
{
	race_release_file(call->a);
}

static void
acquire_fd(const struct call *call)
{
	if (call->result == -1)
		return;
	race_acquire_file(call->a);
	if (call->result == 0) /* the end: all writers have closed, or ended */
		race_join_ended(false);
}

static void
before_write(const struct call *call)
{
	race_access(pointer(call->b), call->c, READ, call->place);
	release_fd(call);
}

static void
after_read(const struct call *call)
{
	acquire_fd(call);
	if (call->result > 0)
		race_access(pointer(call->b), call->result, WRITE, call->place);
}

static void
before_sendto(const struct call *call)
{
	struct stat status;

	before_write(call);
	if (call->e != 0 && race_status(call->a, &status))
		race_release(race_socket_key(call->a, status.st_ino,
					     pointer(call->e), call->f, true));
}

static void
before_sendmsg(const struct call *call)
{
	const struct msghdr *message = pointer(call->b);
	struct stat status;

	release_fd(call);
	if (message->msg_name != NULL && race_status(call->a, &status))
		race_release(race_socket_key(call->a, status.st_ino,
					     message->msg_name,
					     message->msg_namelen, true));
}

RACE_WRAP(write, before_write, nothing)
RACE_WRAP(pwrite, before_write, nothing)
RACE_WRAP(pwrite64, before_write, nothing)
RACE_WRAP(writev, release_fd, nothing)
RACE_WRAP(send, before_write, nothing)
RACE_WRAP(sendto, before_sendto, nothing)
RACE_WRAP(sendmsg, before_sendmsg, nothing)
RACE_WRAP(sendfile, release_fd, nothing)
RACE_WRAP(mq_send, before_write, nothing)
RACE_WRAP(mq_timedsend, before_write, nothing)
RACE_WRAP(shutdown, release_fd, nothing)
RACE_WRAP(read, nothing, after_read)
RACE_WRAP(pread, nothing, after_read)
RACE_WRAP(pread64, nothing, after_read)
RACE_WRAP(readv, nothing, acquire_fd)
RACE_WRAP(recv, nothing, after_read)
RACE_WRAP(recvfrom, nothing, after_read)
RACE_WRAP(recvmsg, nothing, acquire_fd)
RACE_WRAP(mq_receive, nothing, after_read)
RACE_WRAP(mq_timedreceive, nothing, after_read)

/* poll alone can show that the others have closed their end. */
static void
after_poll(const struct call *call)
{
	const struct pollfd *fds = pointer(call->a);

	for (nfds_t i = 0; race_int(call) > 0 && i < (nfds_t)call->b; i++) {
		if (fds[i].revents != 0)
			race_acquire_file(fds[i].fd);
		if (fds[i].revents & POLLHUP)
			race_join_ended(false);
	}
}

RACE_WRAP(poll, nothing, after_poll)
RACE_WRAP(ppoll, nothing, after_poll)

static void
release_closed(const struct call *call)
{
	release_fd(call);
	race_release(race_lock_key(call->a));
}

/* The second descriptor is closed first. */
static void
release_second(const struct call *call)
{
	race_release_file(call->b);
	race_release(race_lock_key(call->b));
}

RACE_WRAP(close, release_closed, nothing)
RACE_WRAP(dup2, release_second, nothing)
RACE_WRAP(dup3, release_second, nothing)
