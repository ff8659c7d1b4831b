/*
 * acts WHAT: one thing that processes do with each other, to be drawn.
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static int ends[2];
static char buffer[100];

static pid_t
child(void)
{
	pid_t pid = fork();

	if (pid == -1)
		err(1, "fork");
	return pid;
}

/* A child waits for a semaphore in shared memory until its parent posts it. */
static void
post(void)
{
	sem_t *semaphore =
	    mmap(NULL, sizeof(*semaphore), PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	sem_init(semaphore, 1, 0);
	if (child() == 0) {
		sem_wait(semaphore);
		_exit(0);
	}
	usleep(1000);
	sem_post(semaphore);
}

static void
count(void)
{
	uint64_t three = 3;
	int event = eventfd(0, 0);

	if (child() == 0)
		_exit(read(event, &three, sizeof(three)) != sizeof(three));
	usleep(1000);
	if (write(event, &three, sizeof(three)) != sizeof(three))
		err(1, "write");
}

/* Datagrams by name, one of them empty. */
static void
datagrams(void)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX, .sun_path = "box" };
	int box = socket(AF_UNIX, SOCK_DGRAM, 0);

	if (bind(box, (struct sockaddr *)&name, sizeof(name)) == -1)
		err(1, "bind");
	if (child() == 0) {
		int mine = socket(AF_UNIX, SOCK_DGRAM, 0);

		sendto(mine, "hello", 5, 0, (struct sockaddr *)&name,
		       sizeof(name));
		sendto(mine, "", 0, 0, (struct sockaddr *)&name, sizeof(name));
		_exit(0);
	}
	if (recv(box, buffer, sizeof(buffer), 0) != 5 ||
	    recv(box, buffer, sizeof(buffer), 0) != 0)
		err(1, "recv");
	unlink("box");
}

/* The open of a FIFO waits for that of the other end. */
static void
meet(void)
{
	int fd;

	mkfifo("gate", 0600);
	if (child() == 0) {
		fd = open("gate", O_WRONLY);
		_exit(write(fd, "abc", 3) != 3);
	}
	fd = open("gate", O_RDONLY);
	if (read(fd, buffer, 3) != 3)
		err(1, "read");
	unlink("gate");
}

/* A descriptor travels by a socket, and is written under another number. */
static void
pass(void)
{
	union {
		char bytes[CMSG_SPACE(sizeof(int))];
		struct cmsghdr head;
	} control = { .head = { .cmsg_len = CMSG_LEN(sizeof(int)),
				.cmsg_level = SOL_SOCKET,
				.cmsg_type = SCM_RIGHTS } };
	struct iovec byte = { "x", 1 }, room = { buffer, 1 };
	struct msghdr message = { .msg_iov = &byte,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int sockets[2], other;

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, sockets) == -1)
		err(1, "socketpair");
	if (child() == 0) {
		message.msg_iov = &room;
		if (recvmsg(sockets[1], &message, 0) != 1)
			err(1, "recvmsg");
		memcpy(&other, CMSG_DATA(&control.head), sizeof(other));
		_exit(write(other, "seven B", 7) != 7);
	}
	if (pipe(ends) == -1)
		err(1, "pipe");
	memcpy(CMSG_DATA(&control.head), &ends[1], sizeof(int));
	if (sendmsg(sockets[0], &message, 0) != 1 ||
	    read(ends[0], buffer, sizeof(buffer)) != 7)
		err(1, "pass");
}

static void
handler(int signal)
{
	(void)signal;
}

/* Three of a kind that is not queued, while it is blocked. */
static void
signals(void)
{
	sigset_t usr1;
	pid_t pid;

	signal(SIGUSR1, handler);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	sigprocmask(SIG_BLOCK, &usr1, NULL);
	pid = child();
	if (pid == 0) {
		usleep(1000);
		sigprocmask(SIG_UNBLOCK, &usr1, NULL);
		pause();
		_exit(0);
	}
	kill(pid, SIGUSR1);
	kill(pid, SIGUSR1);
	usleep(10000);
	kill(pid, SIGKILL);
}

/* It keeps the write end that it waits for to be closed. */
static void
hang(void)
{
	if (pipe(ends) == -1)
		err(1, "pipe");
	if (child() == 0)
		_exit(read(ends[0], buffer, 1) != 0);
	close(ends[0]);
	close(ends[1]);
}

/* A reader sleeps until the last write end is closed. */
static void
end(void)
{
	if (pipe(ends) == -1)
		err(1, "pipe");
	if (child() == 0) {
		close(ends[1]);
		_exit(read(ends[0], buffer, 1) != 0);
	}
	close(ends[0]);
	usleep(1000);
	close(ends[1]);
}

/* A program gets an end that it knows nothing of. */
static void
leave(void)
{
	if (pipe(ends) == -1)
		err(1, "pipe");
	if (child() == 0) {
		execlp("true", "true", NULL);
		err(1, "exec");
	}
	close(ends[0]);
	close(ends[1]);
}

int
main(int argc, char *argv[])
{
	static const struct {
		const char *name;
		void (*act)(void);
	} acts[] = { { "post", post },	{ "count", count },
		     { "meet", meet },	{ "datagrams", datagrams },
		     { "pass", pass },	{ "signals", signals },
		     { "hang", hang },	{ "end", end },
		     { "leave", leave } };

	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (argc == 2 && strcmp(argv[1], acts[i].name) == 0) {
			acts[i].act();
			while (wait(NULL) > 0)
				;
			return 0;
		}
	errx(2, "usage: acts WHAT");
}
