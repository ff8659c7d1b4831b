/*
 * Calls the functions of the lab as its programs do not, for the tests of the lab
 * `fd-passing`.
 *
 *	carry pass FILE		give, then take; what arrives, and what is open
 *	carry errors		give without a descriptor, then take
 *	carry odd		take what no give has sent
 *	carry gone		give and take, when the other side has closed
 *	carry full		take, when there is no number free for a descriptor
 *	carry peer		is_peer; the kernel's answers are made up
 *	carry open DIR NAME...	open_inside, and what is in the file
 *	carry find DIR NAME...	the same; ENOENT is told from other refusals
 *	carry storm DIR N	open_inside of sub/file, while sub and link are
 *				exchanged N times
 *	carry seal FILE		copy_sealed, and all that it must forbid; SIGUSR1
 *				interrupts it, and prints "signal"
 *	carry fail		copy_sealed of what can be read up to some byte only
 *	carry map		map_sealed of memory with each set of seals
 *	carry one		map_sealed of sealed memory, and its first byte
 *	carry reopen PATH	map_sealed of that file, sealed or not
 *
 * "open +N": so many descriptors more than before are open.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "vault.h"

static int before;

/* Without a descriptor of its own, and without a call that a test lets fail. */
static int
count_open(void)
{
	char path[40], target[1];
	int count = 0;

	for (int fd = 0; fd < 256; fd++) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		if (readlink(path, target, sizeof(target)) != -1)
			count++;
	}
	return count;
}

static void
tell_open(void)
{
	printf("open %+d\n", count_open() - before);
}

static const char *
name_of(int error)
{
	const char *name = error == 0 ? "no error" : strerrorname_np(error);

	return name == NULL ? "not an error" : name;
}

static void
tell_cloexec(int fd)
{
	int flags = fcntl(fd, F_GETFD);

	if (flags == -1 || !(flags & FD_CLOEXEC))
		printf("it is not closed on exec\n");
}

static void
make_pair(int pair[2])
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		err(1, "socketpair");
}

/* What give has sent, as the kernel has it. */
static void
tell_message(int sock)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(8 * sizeof(int))];
	} control;
	int data[4] = { -1, -1, -1, -1 };
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr message = { .msg_iov = &iov,
				  .msg_iovlen = 1,
				  .msg_control = control.bytes,
				  .msg_controllen = sizeof(control.bytes) };
	ssize_t n = recvmsg(sock, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	struct cmsghdr *header;
	size_t count = 0;
	int fd;

	if (n == -1)
		err(1, "recvmsg");
	header = CMSG_FIRSTHDR(&message);
	if (header != NULL)
		count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	printf("message of %zd bytes, %s, with %zu descriptors\n", n,
	       name_of(data[0]), count);
	for (size_t i = 0; i < count; i++) {
		memcpy(&fd, CMSG_DATA(header) + i * sizeof(int), sizeof(int));
		close(fd);
	}
}

static void
pass(const char *file)
{
	char text[4096];
	int pair[2], fd, given, got;
	ssize_t n;

	make_pair(pair);
	close(STDIN_FILENO); // 0 is a descriptor as any other
	before = count_open();
	for (int i = 0; i < 3; i++) {
		fd = open(file, O_RDONLY | O_CLOEXEC);
		if (fd != 0 || read(fd, text, 2) != 2)
			err(1, "%s", file);
		if (i < 2)
			fd = fcntl(0, F_DUPFD_CLOEXEC, 10);
		given = give(pair[0], 0, fd);
		if (given == -1)
			err(1, "give");
		if (given != 0)
			printf("give returned %d\n", given);
		if (fcntl(fd, F_GETFD) != -1)
			printf("give has left its descriptor open\n");
		if (i == 0) {
			tell_message(pair[1]);
			close(0);
			continue;
		}
		got = take(pair[1]); // 0 is free in the last round only
		if (i == 1)
			close(0);
		if (got == -1)
			err(1, "take");
		tell_cloexec(got);
		n = read(got, text, sizeof(text));
		printf("%.*s", n < 0 ? 0 : (int)n, text);
		close(got);
	}
	tell_open();
}

static void
tell_take(const char *what, int sock)
{
	int fd;

	before = count_open();
	errno = 0;
	fd = take(sock);
	printf("%s: %s", what, fd == -1 ? name_of(errno) : "a descriptor");
	fflush(stdout);
	printf(", open %+d\n", count_open() - before);
}

static void
errors(void)
{
	static const int sent[] = { ENOENT, EPERM, ECONNRESET, EBADMSG, 4095 };
	int pair[2], got;

	make_pair(pair);
	if (give(pair[0], EXDEV, -1) == -1)
		err(1, "give");
	tell_message(pair[1]);
	for (size_t i = 0; i < sizeof(sent) / sizeof(sent[0]); i++) {
		if (give(pair[0], sent[i], -1) == -1)
			err(1, "give");
		errno = 0;
		got = take(pair[1]);
		if (got != -1 || errno != sent[i])
			printf("sent error %d; take returned %d, errno %d\n",
			       sent[i], got, errno);
	}
}

/* Sends a message that give would not send: `count` descriptors, `n` bytes. */
static void
send_odd(int sock, const int *data, size_t n, size_t count)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(20 * sizeof(int))];
	} control;
	struct iovec iov = { .iov_base = (void *)(size_t)data, .iov_len = n };
	struct msghdr message = { .msg_iov = &iov, .msg_iovlen = 1 };
	int fds[20];

	for (size_t i = 0; i < count; i++)
		fds[i] = STDERR_FILENO;
	if (count > 0) {
		memset(&control, 0, sizeof(control));
		control.align.cmsg_level = SOL_SOCKET;
		control.align.cmsg_type = SCM_RIGHTS;
		control.align.cmsg_len = CMSG_LEN(count * sizeof(int));
		memcpy(CMSG_DATA(&control.align), fds, count * sizeof(int));
		message.msg_control = control.bytes;
		message.msg_controllen = CMSG_SPACE(count * sizeof(int));
	}
	if (sendmsg(sock, &message, 0) == -1)
		err(1, "sendmsg");
}

static void
odd_one(const char *what, const int *data, size_t n, size_t count)
{
	int pair[2];

	make_pair(pair);
	send_odd(pair[0], data, n, count);
	close(pair[0]);
	tell_take(what, pair[1]);
	close(pair[1]);
}

/* The same, and what comes gets the numbers from 0 on: 0 is our end's, then free. */
static void
odd_zero(const char *what, const int *data, size_t n, size_t count)
{
	close(STDIN_FILENO);
	odd_one(what, data, n, count);
	dup2(STDERR_FILENO, STDIN_FILENO);
}

static void
odd(void)
{
	static const int zero[4], wrong[] = { EIO, 0 }, minus[] = { -1 },
				  least[] = { INT_MIN };

	odd_one("no byte, 1 descriptor", zero, 0, 1);
	odd_one("1 byte, 1 descriptor", zero, 1, 1);
	odd_one("3 bytes, 1 descriptor", zero, 3, 1);
	odd_one("5 bytes, 1 descriptor", zero, 5, 1);
	odd_one("8 bytes, 1 descriptor", zero, 8, 1);
	odd_one("2 descriptors", zero, 4, 2);
	odd_one("3 descriptors", zero, 4, 3);
	odd_one("20 descriptors", zero, 4, 20);
	odd_one("no error, no descriptor", zero, 4, 0);
	odd_one("error EIO, 1 descriptor", wrong, 4, 1);
	odd_one("error EIO, 3 descriptors", wrong, 4, 3);
	odd_one("error EIO in 3 bytes", wrong, 3, 0);
	odd_one("error EIO in 8 bytes", wrong, 8, 0);
	odd_one("error -1", minus, 4, 0);
	odd_one("error -1, 1 descriptor", minus, 4, 1);
	odd_one("error -2^31", least, 4, 0);
	odd_zero("error EIO, descriptor 0", wrong, 4, 1);
	odd_zero("2 descriptors, 0 is free", zero, 4, 2);
}

static void
gone(void)
{
	static const struct {
		const char *type;
		int number, with_fd;
	} tries[] = {
		{ "SEQPACKET", SOCK_SEQPACKET, 0 },
		{ "SEQPACKET", SOCK_SEQPACKET, 1 },
		// Only here the kernel sends SIGPIPE.
		{ "STREAM", SOCK_STREAM, 0 },
		{ "STREAM", SOCK_STREAM, 1 },
	};

	for (int i = 0; i < 4; i++) {
		int pair[2], fd = -1;

		if (socketpair(AF_UNIX, tries[i].number | SOCK_CLOEXEC, 0,
			       pair) == -1)
			err(1, "socketpair");
		close(pair[1]);
		before = count_open();
		if (tries[i].with_fd)
			fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		errno = 0;
		printf("%s, give: %s", tries[i].type,
		       give(pair[0], 0, fd) == -1 ? name_of(errno) : "done");
		printf(", open %+d\n", count_open() - before);
		tell_take("take", pair[0]);
		close(pair[0]);
	}
}

/*
 * Room for no descriptor, and one comes; then for one, and two come; then for none, and
 * one comes beside an error, and one without a byte.
 */
static void
full(void)
{
	static const struct {
		rlim_t room;
		size_t bytes, count;
		int error;
	} tries[] = {
		{ 0, 4, 1, 0 }, { 1, 4, 2, 0 }, { 0, 4, 1, EIO }, { 0, 0, 1, 0 }
	};
	struct rlimit limit;
	int pair[2], lowest, got, error;

	make_pair(pair);
	for (int i = 0; i < 4; i++) {
		send_odd(pair[0], &tries[i].error, tries[i].bytes,
			 tries[i].count);
		before = count_open();
		lowest = dup(STDERR_FILENO);
		close(lowest);
		if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
			err(1, "getrlimit");
		limit.rlim_cur = (rlim_t)lowest + tries[i].room;
		if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
			err(1, "setrlimit");
		errno = 0;
		got = take(pair[1]);
		error = errno;
		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) == -1)
			err(1, "setrlimit");
		printf("take, %d free%s: %s\n", (int)tries[i].room,
		       tries[i].bytes == 0 ? ", no byte" : "",
		       got == -1 ? name_of(error) : "a descriptor");
		tell_open();
	}
}

// What the kernel is to say, if `made_up`.
static int made_up, fails;
static struct ucred answer;

/* Stands before that of the C library. */
int
getsockopt(int sock, int level, int name, void *restrict value,
	   socklen_t *restrict size)
{
	if (made_up && level == SOL_SOCKET && name == SO_PEERCRED) {
		size_t most = sizeof(answer);

		memcpy(value, &answer, *size < most ? *size : most);
		if (*size > most)
			*size = sizeof(answer);
		errno = ENOPROTOOPT;
		return fails ? -1 : 0;
	}
	return (int)syscall(SYS_getsockopt, sock, level, name, value, size);
}

static void
tell_peer(int sock, const char *what, uid_t uid)
{
	printf("%s: %d\n", what, is_peer(sock, uid));
}

static void
peer(void)
{
	int pair[2], pipes[2];

	make_pair(pair);
	before = count_open();
	tell_peer(pair[0], "this user", geteuid());
	tell_peer(pair[0], "another one", geteuid() + 1);
	// A process that has ended: no number is so large.
	answer = (struct ucred){ .pid = INT_MAX, .uid = 7, .gid = 8 };
	made_up = 1;
	tell_peer(pair[0], "user 7 connected, user 7 may ask", 7);
	tell_peer(pair[0], "user 7 of group 8 connected, user 8 may ask", 8);
	tell_peer(pair[0],
		  "user 7 with process 2147483647 connected, user 2147483647 "
		  "may ask",
		  INT_MAX);
	tell_peer(pair[0], "user 7 connected, user 0 may ask", 0);
	tell_peer(pair[0], "user 7 connected, the user of the vault may ask",
		  geteuid());
	answer = (struct ucred){ .pid = 9 };
	tell_peer(pair[0], "user 0 connected, user 7 may ask", 7);
	tell_peer(pair[0], "user 0 connected, user 0 may ask", 0);
	answer.uid = 4294967294;
	tell_peer(pair[0], "user 2^32 - 2 connected and may ask", 4294967294);
	tell_peer(pair[0], "user 2^32 - 2 connected, 65534 may ask", 65534);
	fails = 1;
	answer.uid = 7;
	tell_peer(pair[0], "the kernel does not say, 7 may ask", 7);
	answer.uid = 0;
	tell_peer(pair[0], "the kernel does not say, 0 may ask", 0);
	made_up = 0;
	if (pipe(pipes) == -1)
		err(1, "pipe");
	tell_peer(pipes[0], "no socket, user 0 may ask", 0);
	close(pipes[0]);
	close(pipes[1]);
	tell_open();
}

static void
open_each(char *argv[], int tell_none)
{
	int dir = open(argv[0], O_PATH | O_DIRECTORY | O_CLOEXEC);
	char text[200];
	int fd, mark[2];
	ssize_t n;

	if (dir == -1 || pipe(mark) == -1)
		err(1, "%s", argv[0]);
	before = count_open();
	for (int i = 1; argv[i] != NULL; i++) {
		errno = 0;
		fd = open_inside(dir, argv[i]);
		if (fd == -1) {
			printf("%s: %s\n", argv[i],
			       errno == 0 ? "refused without an errno"
			       : errno == ENOENT && tell_none ? "no such file"
							      : "refused");
			continue;
		}
		n = read(fd, text, sizeof(text));
		if (n == -1)
			printf("%s: cannot be read\n", argv[i]);
		else
			printf("%s: %.*s\n", argv[i],
			       (int)strcspn(text, "\n") < (int)n
				   ? (int)strcspn(text, "\n")
				   : (int)n,
			       text);
		tell_cloexec(fd);
		if ((fcntl(fd, F_GETFL) & O_ACCMODE) != O_RDONLY)
			printf("it is not for reading only\n");
		close(fd);
	}
	if (count_open() != before)
		tell_open();
}

static void
storm(const char *folder, long swaps)
{
	int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	long outside = 0, tries = 0;
	char text[32] = "";
	int status = -1;
	pid_t child;

	if (dir == -1)
		err(1, "%s", folder);
	child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		for (long i = 0; i < swaps; i++)
			if (syscall(SYS_renameat2, dir, "sub", dir, "link", 2))
				_exit(1);
		_exit(0);
	}
	for (; waitpid(child, &status, WNOHANG) == 0 || tries < 100; tries++) {
		int fd = open_inside(dir, "sub/file");

		if (fd == -1)
			continue;
		if (read(fd, text, sizeof(text)) < 7 ||
		    memcmp(text, "outside", 7) == 0)
			outside++;
		close(fd);
	}
	if (status != 0)
		errx(1, "renameat2 failed");
	int fd = open_inside(dir, "sub/file"); // after an even number of swaps
	ssize_t n = fd == -1 ? 0 : read(fd, text, sizeof(text) - 1);

	printf("%ld exchanges, %ld files from outside; at the end: %.*s", swaps,
	       outside, n < 0 ? 0 : (int)n, text);
}

static void
must_fail(const char *what, int result)
{
	if (result != -1)
		printf("%s succeeds\n", what);
	else if (errno != EPERM)
		printf("%s: %s\n", what, name_of(errno));
}

static void
tell_signal(int signal)
{
	(void)signal;
	if (write(STDOUT_FILENO, "signal\n", 7) != 7)
		_exit(1);
}

static void
seal(const char *file)
{
	const struct sigaction interrupt = { .sa_handler = tell_signal };
	int fd = open(file, O_RDONLY | O_CLOEXEC), memory;
	static char text[SNAPSHOT_BYTES + 2], copied[SNAPSHOT_BYTES + 2];
	struct stat s;
	ssize_t n;
	void *map;

	if (fd == -1)
		err(1, "%s", file);
	if (sigaction(SIGUSR1, &interrupt, NULL) == -1)
		err(1, "sigaction");
	before = count_open();
	errno = 0;
	memory = copy_sealed(fd);
	if (memory == -1) {
		printf("%s", name_of(errno));
	} else {
		if (fstat(memory, &s) == -1)
			err(1, "fstat");
		printf("%lld bytes", (long long)s.st_size);
		n = pread(fd, text, sizeof(text), 0);
		/* What came through a pipe cannot be read again. */
		if (!(n == -1 && errno == ESPIPE) &&
		    (n != s.st_size ||
		     pread(memory, copied, sizeof(copied), 0) != n ||
		     memcmp(text, copied, (size_t)n) != 0))
			printf(", not those of the file");
	}
	printf(", open %+d\n", count_open() - before);
	if (memory == -1)
		return;
	if (s.st_nlink != 0)
		printf("it has a name\n");
	tell_cloexec(memory);
	must_fail("pwrite", (int)pwrite(memory, "x", 1, 0));
	must_fail("pwrite at the end", (int)pwrite(memory, "x", 1, s.st_size));
	must_fail("ftruncate, larger", ftruncate(memory, s.st_size + 1));
	if (s.st_size > 0)
		must_fail("ftruncate, smaller",
			  ftruncate(memory, s.st_size - 1));
	must_fail("one more seal",
		  fcntl(memory, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
	if (s.st_size > 0) {
		map = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, memory,
			   0);
		must_fail("mmap for writing", map == MAP_FAILED ? -1 : 0);
	}
}

static int
make_memory(size_t size, int seals)
{
	int fd = memfd_create("made", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	char bytes[256];

	if (fd == -1)
		err(1, "memfd_create");
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)i;
	for (size_t done = 0; done < size;) {
		size_t n = size - done < 256 ? size - done : 256;

		if (write(fd, bytes, n) != (ssize_t)n)
			err(1, "write");
		done += n;
	}
	if (fcntl(fd, F_ADD_SEALS, seals) == -1)
		err(1, "F_ADD_SEALS");
	return fd;
}

/* Our own memory is a file, too: to read what lies beyond the end of a mapped one is EIO. */
static void
fail_after(size_t size)
{
	int fd = open("/proc/self/mem", O_RDONLY | O_CLOEXEC), memory;
	void *map;

	memory = make_memory(size, 0);
	map = mmap(NULL, size + 4096, PROT_READ, MAP_SHARED, memory, 0);
	if (fd == -1 || map == MAP_FAILED ||
	    lseek(fd, (off_t)(uintptr_t)map, SEEK_SET) == -1)
		err(1, "/proc/self/mem");
	before = count_open();
	errno = 0;
	printf("%zu bytes, then EIO: %s", size,
	       copy_sealed(fd) == -1 ? name_of(errno) : "a copy");
	printf(", open %+d\n", count_open() - before);
}

// The size that fstat is to tell, if not 0: the box has no room for so much memory.
static off_t made_up_size;

/* Stands before that of the C library. */
int
fstat(int fd, struct stat *status)
{
	int result = fstatat(fd, "", status, AT_EMPTY_PATH);

	if (result == 0 && made_up_size != 0)
		status->st_size = made_up_size;
	return result;
}

static const char *
map_one(int fd, size_t *size)
{
	const char *text;

	*size = 12345;
	errno = 0;
	text = map_sealed(fd, size);
	if (fcntl(fd, F_GETFD) == -1)
		printf("map_sealed has closed the descriptor\n");
	return text;
}

static void
map(void)
{
	static const size_t sizes[] = {
		1, 255, 4096, 4097, SNAPSHOT_BYTES, SNAPSHOT_BYTES + 4097
	};
	static const struct {
		int seal;
		const char *name;
	} seals[] = {
		{ F_SEAL_WRITE, " WRITE" },
		{ F_SEAL_SHRINK, " SHRINK" },
		{ F_SEAL_GROW, " GROW" },
		{ F_SEAL_SEAL, " SEAL" },
		{ F_SEAL_FUTURE_WRITE, " FUTURE_WRITE" },
	};
	const char *text;
	size_t size;
	int fd;

	for (int set = 0; set < 32; set++) {
		int all = 0;

		for (int i = 0; i < 5; i++)
			if (set & 1 << i)
				all |= seals[i].seal;
		fd = make_memory(5000, all);
		text = map_one(fd, &size);
		if ((text != NULL) != ((set & 3) == 3) ||
		    (text == NULL && errno != EPERM)) {
			printf("sealed:");
			for (int i = 0; i < 5; i++)
				if (set & 1 << i)
					printf("%s", seals[i].name);
			printf("%s\n", set == 0 ? " not at all" : "");
			printf("map_sealed: %s\n",
			       text != NULL ? "mapped" : name_of(errno));
			exit(0);
		}
		close(fd);
	}
	printf("sealed: mapped by WRITE and SHRINK, whatever else is sealed\n");
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		fd = make_memory(sizes[i], F_SEAL_WRITE | F_SEAL_SHRINK);
		text = map_one(fd, &size);
		if (text == NULL)
			err(1, "map_sealed, %zu bytes", sizes[i]);
		close(fd);
		if (size != sizes[i])
			printf("size %zu, not %zu\n", size, sizes[i]);
		for (size_t at = 0; at < size && at < sizes[i]; at++)
			if (text[at] != (char)at)
				errx(1, "byte %zu is not its own", at);
		// The next must not lie before this one.
		(void)munmap((void *)(uintptr_t)text, sizes[i]);
	}
	fd = make_memory(5000, F_SEAL_WRITE | F_SEAL_SHRINK);
	made_up_size = (1LL << 32) + 5000 + 1;
	text = map_one(fd, &size);
	if (text != NULL && size != 5000 && size != (size_t)made_up_size)
		printf("size %zu, not %lld\n", size, (long long)made_up_size);
	made_up_size = 0;
	close(fd);
	fd = make_memory(0, F_SEAL_WRITE | F_SEAL_SHRINK);
	text = map_one(fd, &size);
	printf("empty: %s, size %zu\n",
	       text == NULL ? name_of(errno) : "mapped", size);
	fd = open("/proc/version", O_RDONLY | O_CLOEXEC);
	printf("a file: %s\n",
	       map_one(fd, &size) == NULL ? "refused" : "mapped");
}

static void
one(void)
{
	size_t size;
	const char *text =
	    map_one(make_memory(5000, F_SEAL_WRITE | F_SEAL_SHRINK), &size);

	if (text == NULL)
		printf("%s\n", name_of(errno));
	else
		printf("%zu bytes, the first is %d\n", size, text[0]);
}

static void
reopen(const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC), mark[2];
	const char *text;
	size_t size;

	if (fd == -1 || pipe(mark) == -1)
		err(1, "%s", path);
	text = map_one(fd, &size);
	if (text == NULL)
		printf("%s\n", name_of(errno));
	else
		printf("%zu bytes, the last is %c\n", size, text[size - 1]);
}

int
main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[1] : "";

	if (strcmp(what, "pass") == 0 && argc == 3)
		pass(argv[2]);
	else if (strcmp(what, "errors") == 0)
		errors();
	else if (strcmp(what, "odd") == 0)
		odd();
	else if (strcmp(what, "gone") == 0)
		gone();
	else if (strcmp(what, "full") == 0)
		full();
	else if (strcmp(what, "peer") == 0)
		peer();
	else if (strcmp(what, "open") == 0 && argc > 3)
		open_each(argv + 2, 0);
	else if (strcmp(what, "find") == 0 && argc > 3)
		open_each(argv + 2, 1);
	else if (strcmp(what, "storm") == 0 && argc == 4)
		storm(argv[2], atol(argv[3]));
	else if (strcmp(what, "seal") == 0 && argc == 3)
		seal(argv[2]);
	else if (strcmp(what, "fail") == 0)
		fail_after(65536), fail_after(SNAPSHOT_BYTES);
	else if (strcmp(what, "map") == 0)
		map();
	else if (strcmp(what, "one") == 0)
		one();
	else if (strcmp(what, "reopen") == 0 && argc == 3)
		reopen(argv[2]);
	else
		errx(2, "usage: see the head of carry.c");
	return 0;
}
