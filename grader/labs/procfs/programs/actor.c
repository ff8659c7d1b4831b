/*
 * A process of the scene that the tests of the lab `procfs` look at.
 *
 *	actor NAME [WORD...]
 *
 * Calls itself NAME, does what the words say, and pauses:
 *
 *	many N		has N descriptors more of its standard input
 *	at FD		has its standard input as FD, too
 *	path FILE	opens FILE with O_PATH
 *	pair		makes a pair of UNIX sockets
 *	map|look|own FILE	maps FILE: to write, to read, or a private copy
 *	half FILE	maps FILE to read, to write, and to read
 *	serve FILE N	accepts N TCP connections; its port is in FILE
 *	call4 FILE	connects to the port in FILE, until it is accepted
 *	call6 FILE	does so by IPv6, twice, from ports that differ in their last bit
 *	twice FILE	does so from two addresses, but with the same two ports
 *	self		has a TCP socket that is connected with itself
 *	hide		lets nobody look into it
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

static void
map(const char *file, int protection, int flags)
{
	int fd = open(file, O_RDWR);

	if (fd == -1 ||
	    mmap(NULL, 4096, protection, flags, fd, 0) == MAP_FAILED)
		err(1, "%s", file);
	close(fd);
}

static void
serve(const char *file, int count)
{
	struct sockaddr_in6 a = { .sin6_family = AF_INET6 };
	socklen_t len = sizeof(a);
	char *hidden;
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	if (fd == -1 || bind(fd, (struct sockaddr *)&a, len) == -1 ||
	    listen(fd, 8) == -1 ||
	    getsockname(fd, (struct sockaddr *)&a, &len) == -1 ||
	    asprintf(&hidden, "%s.new", file) == -1)
		err(1, "serve");
	FILE *f = fopen(hidden, "w");
	if (f == NULL || fprintf(f, "%d\n", ntohs(a.sin6_port)) < 0 ||
	    fclose(f) == EOF || rename(hidden, file) == -1)
		err(1, "%s", file);
	while (count-- > 0) {
		int connection = accept(fd, NULL, NULL);

		if (connection == -1 || write(connection, "", 1) != 1)
			err(1, "accept");
	}
}

static in_port_t
port_in(const char *file)
{
	int port;
	FILE *f = fopen(file, "r");

	if (f == NULL || fscanf(f, "%d", &port) != 1 || fclose(f) == EOF)
		err(1, "%s", file);
	return htons((uint16_t)port);
}

/* A socket at `from`, which gets a port if it has none; -1 if the port is taken. */
static int
bound(struct sockaddr *from, socklen_t len)
{
	int fd = socket(from->sa_family, SOCK_STREAM, 0);

	if (fd == -1)
		err(1, "socket");
	if (bind(fd, from, len) == -1) {
		if (errno != EADDRINUSE)
			err(1, "bind");
		close(fd);
		return -1;
	}
	if (getsockname(fd, from, &len) == -1)
		err(1, "getsockname");
	return fd;
}

static void
join(int fd, const struct sockaddr *to, socklen_t len)
{
	char c;

	if (connect(fd, to, len) == -1)
		err(1, "connect");
	if (read(fd, &c, 1) != 1)
		err(1, "nobody accepts");
}

static void
call4(const char *file, int addresses)
{
	struct sockaddr_in from = { .sin_family = AF_INET }, to = from;

	to.sin_port = port_in(file);
	for (uint32_t i = 0; i < (uint32_t)addresses; i++) {
		from.sin_addr.s_addr = to.sin_addr.s_addr =
		    htonl(INADDR_LOOPBACK + i);
		int fd = bound((struct sockaddr *)&from, sizeof(from));
		join(fd, (struct sockaddr *)&to, sizeof(to));
	}
}

/* Twice, from two ports that differ in their last bit only. */
static void
call6(const char *file)
{
	struct sockaddr_in6 from = { .sin6_family = AF_INET6,
				     .sin6_addr = in6addr_loopback },
			    to = from;
	int fd[2];

	to.sin6_port = port_in(file);
	for (;;) {
		from.sin6_port = 0;
		fd[0] = bound((struct sockaddr *)&from, sizeof(from));
		from.sin6_port ^= htons(1);
		fd[1] = bound((struct sockaddr *)&from, sizeof(from));
		if (fd[1] != -1)
			break;
		close(fd[0]);
	}
	for (int i = 0; i < 2; i++)
		join(fd[i], (struct sockaddr *)&to, sizeof(to));
}

static void
call_itself(void)
{
	struct sockaddr_in own = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = bound((struct sockaddr *)&own, sizeof(own));

	if (connect(fd, (struct sockaddr *)&own, sizeof(own)) == -1)
		err(1, "connect");
}

int
main(int argc, char *argv[])
{
	int pair[2], hide = 0;

	if (argc < 2)
		errx(2, "usage: actor NAME [WORD...]");
	for (char **word = argv + 2; *word != NULL; word++) {
		const char *w = *word, *file = word[1];

		if (strcmp(w, "pair") == 0) {
			if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == -1)
				err(1, "socketpair");
			continue;
		}
		if (strcmp(w, "self") == 0) {
			call_itself();
			continue;
		}
		if (strcmp(w, "hide") == 0) {
			hide = 1;
			continue;
		}
		if (file == NULL)
			errx(2, "%s what?", w);
		word++;
		if (strcmp(w, "many") == 0) {
			for (int i = atoi(file); i > 0; i--)
				if (dup(0) == -1)
					err(1, "dup");
		} else if (strcmp(w, "at") == 0) {
			dup2(0, atoi(file));
		} else if (strcmp(w, "path") == 0) {
			if (open(file, O_PATH) == -1)
				err(1, "%s", file);
		} else if (strcmp(w, "map") == 0) {
			map(file, PROT_READ | PROT_WRITE, MAP_SHARED);
		} else if (strcmp(w, "look") == 0) {
			map(file, PROT_READ, MAP_SHARED);
		} else if (strcmp(w, "own") == 0) {
			map(file, PROT_READ | PROT_WRITE, MAP_PRIVATE);
		} else if (strcmp(w, "half") == 0) {
			map(file, PROT_READ, MAP_SHARED);
			map(file, PROT_READ | PROT_WRITE, MAP_SHARED);
			map(file, PROT_READ, MAP_SHARED);
		} else if (strcmp(w, "serve") == 0) {
			if (*++word == NULL)
				errx(2, "serve how many?");
			serve(file, atoi(*word));
		} else if (strcmp(w, "call4") == 0) {
			call4(file, 1);
		} else if (strcmp(w, "call6") == 0) {
			call6(file);
		} else if (strcmp(w, "twice") == 0) {
			call4(file, 2);
		} else {
			errx(2, "%s?", w);
		}
	}
	if (hide)
		prctl(PR_SET_DUMPABLE, 0);
	prctl(PR_SET_NAME, argv[1]); /* the tests wait for it */
	pause();
	return 0;
}
