/*
 * A server and a client for the tests of the lab `doors`, which say what they
 * see of each other.
 *
 *	probe serve PATH KIND	a door at PATH, until SIGTERM; prints `ready`
 *	probe call PATH WORD...	calls it for each WORD, and prints the answers
 *
 * KIND is what the server procedure does:
 *
 *	take	says what arguments it got
 *	take-without-memory	the same; from `ready` on no memory can be mapped
 *	give	returns what it is asked for, to one caller at a time
 *	where	says which thread it runs on, and where its stack is
 *	keep	maps a page where arguments were, and sees whether it stays
 *	again	has a door_return fail, and sees whether its arguments are still there
 *	wait	prints `inside` and waits for a line on standard input, and sees
 *		whether its arguments are still there; a call without
 *		arguments is answered at once
 *	revoke	the same, but revokes the door before it answers
 *	exit	prints `called` and ends the thread; then `ended`
 *	return	prints `called` and returns; `ended` when its thread has ended
 *	unref, unref-multi	print a notice that the door is unreferenced
 *
 * For take-without-memory, where, keep and revoke there is one server thread, and never another.
 *
 * WORD says what to call with:
 *
 *	null		no door_arg_t
 *	SIZE+N		SIZE bytes of arguments and N descriptors
 *	SIZE+N*COUNT	of a door of kind `where`: COUNT calls with SIZE bytes
 *			and N descriptors, or none without +N
 *	SIZE+N/ROOM	of a door of kind `give`: few arguments, and a buffer of
 *			ROOM bytes for SIZE bytes of results and N descriptors
 *	door		the door itself, as a descriptor
 *	bad		arguments that are not in memory
 *	without-memory	no call: from now on no memory can be mapped
 *	-		no call: waits for a line on standard input
 *
 * or how the sender of the next SIZE+N (of SIZE+N/ROOM: the server) does not play
 * by the rules:
 *
 *	few		the data come in memory, though there are only SIZE bytes
 *	unsealed	the same, and the memory is not sealed
 *	small		the memory ends after 5 MiB, though there are to be SIZE bytes
 *	flagged		the header has NOTICE among its flags
 *
 * With PROBE_PAGE in the environment a page has so many bytes for all that asks:
 * see pages_of in tools.bash.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stropts.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "internal.h"

#define SIZE_LIMIT  (8 << 20) // of arguments and results
#define OWN_MEMORY  (5 << 20) // bytes for which no memory is kept
#define FDS_LIMIT   220	      // with less than 256 descriptors for a process
#define TEXT_MAX    256	      // of an answer in words
#define STATUS_MAX  4096      // of /proc/self/status
#define SLACK	    50 // descriptors or pages that come and go by themselves
#define SLACK_BYTES 4096
#define BEHIND	    65536 // bytes behind new memory that are there, too

static size_t page;

// --- in place of the C library's, for what has no other witness

// A page as it may be elsewhere.
long
sysconf(int name)
{
	static long (*real)(int);
	const char *set = getenv("PROBE_PAGE");

	if (real == NULL) {
		void *next = dlsym(RTLD_NEXT, "sysconf");

		memcpy(&real, &next, sizeof(real));
	}
	return name == _SC_PAGESIZE && set != NULL ? atol(set) : real(name);
}

int
getpagesize(void)
{
	return (int)sysconf(_SC_PAGESIZE);
}

// A number that is closed twice may be another thread's by then.
int
close(int fd)
{
	int result = (int)syscall(SYS_close, fd);

	if (result == -1 && errno == EBADF && fd >= 0)
		warnx("descriptor %d is closed, but it is not open", fd);
	return result;
}

// How the next CALL or RESULT of this thread breaks the rules.
enum lie { NONE, FEW, UNSEALED, SMALL, FLAGGED };
static const char *const lies[] = { "", "few", "unsealed", "small", "flagged" };
static __thread enum lie lie;
static __thread size_t real_size; // of its data

ssize_t
sendmsg(int sock, const struct msghdr *msg, int flags)
{
	struct header head;

	if (lie != NONE && msg->msg_iov[0].iov_len >= sizeof(head)) {
		memcpy(&head, msg->msg_iov[0].iov_base, sizeof(head));
		if (head.kind == CALL || head.kind == RESULT) {
			head.size = real_size;
			head.flags |= lie == FLAGGED ? NOTICE : 0;
			lie = NONE;
		}
		memcpy(msg->msg_iov[0].iov_base, &head, sizeof(head));
	}
	return syscall(SYS_sendmsg, sock, msg, flags);
}

int
fcntl(int fd, int command, ...)
{
	va_list arguments;
	long argument;

	if (lie == UNSEALED && command == F_ADD_SEALS)
		return 0;
	va_start(arguments, command);
	argument = va_arg(arguments, long);
	va_end(arguments);
	return (int)syscall(SYS_fcntl, fd, command, argument);
}

static bool has_no_memory;  // that can be read and written
static bool is_watched;	    // new memory
static char *latest;	    // of it
static size_t latest_bytes; // so much was asked for

// Behind the memory that a call makes there is always more, so that what is
// written there does not depend on what else is mapped.
void *
mmap(void *at, size_t size, int prot, int flags, int fd, off_t offset)
{
	void *got;

	// What the library maps for itself it does not read, or not write.
	if (has_no_memory && (prot & PROT_READ) && (prot & PROT_WRITE)) {
		errno = ENOMEM;
		return MAP_FAILED;
	}
	if (!is_watched || at != NULL)
		return (void *)syscall(SYS_mmap, at, size, prot, flags, fd,
				       offset);
	at = (void *)syscall(SYS_mmap, NULL, size + BEHIND,
			     PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, (off_t)0);
	if (at == MAP_FAILED)
		return at;
	got = (void *)syscall(SYS_mmap, at, size, prot, flags | MAP_FIXED, fd,
			      offset);
	if (got == MAP_FAILED)
		return got;
	latest = got;
	latest_bytes = size;
	return got;
}

// Memory may also be mapped first, and be made to be read and written afterwards.
int
mprotect(void *at, size_t size, int prot)
{
	if (has_no_memory && (prot & PROT_READ) && (prot & PROT_WRITE)) {
		errno = ENOMEM;
		return -1;
	}
	return (int)syscall(SYS_mprotect, at, size, prot);
}

// --- what both know

struct wish { // to `give`
	size_t size;
	uint_t n;
	enum lie lie;
};

struct place { // from `where`
	pid_t thread;
	uintptr_t stack;
	int next_fd;	// the lowest descriptor that is free
	long n_pages;	// in memory
	size_t n_bytes; // from malloc
};

static char
byte_at(size_t i, size_t size)
{
	return (char)(i * 7 + i / 256 + size);
}

static void
fill(char *data, size_t size)
{
	for (size_t i = 0; i < size; i++)
		data[i] = byte_at(i, size);
}

// The first byte that is not as it was filled; `size` if all are.
static size_t
wrong_byte(const char *data, size_t size)
{
	size_t i = 0;

	while (i < size && data[i] == byte_at(i, size))
		i++;
	return i;
}

static void
make_descriptors(door_desc_t *desc, uint_t n)
{
	for (uint_t i = 0; i < n; i++) {
		int fd = memfd_create("probe", MFD_CLOEXEC);

		if (fd == -1 || dprintf(fd, "file %u", i) < 0)
			err(1, "memfd_create");
		desc[i] = (door_desc_t){ .d_attributes =
					     DOOR_DESCRIPTOR | DOOR_RELEASE };
		desc[i].d_data.d_desc.d_descriptor = fd;
	}
}

// The first descriptor that is not what was made; `n` if all are. Closes them.
static uint_t
wrong_descriptor(const door_desc_t *desc, uint_t n)
{
	uint_t wrong = n;

	for (uint_t i = n; i-- > 0;) {
		char text[16], expected[16];
		int length = snprintf(expected, sizeof(expected), "file %u", i);
		int fd = desc[i].d_data.d_desc.d_descriptor;

		if (desc[i].d_attributes != DOOR_DESCRIPTOR ||
		    pread(fd, text, sizeof(text), 0) != length ||
		    memcmp(text, expected, (size_t)length) != 0)
			wrong = i;
		close(fd);
	}
	return wrong;
}

// How many of the mappings of this process are data that came through a door.
// (What the library itself keeps mapped for the next call is not readable.)
static unsigned
count_mapped(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	unsigned n = 0;

	if (maps == NULL)
		err(1, "/proc/self/maps");
	while (fgets(line, sizeof(line), maps) != NULL)
		n += strstr(line, " r") != NULL &&
		     strstr(line, "door data") != NULL;
	fclose(maps);
	return n;
}

static void
say(const char *line)
{
	if (puts(line) == EOF || fflush(stdout) == EOF)
		err(1, "standard output");
}

// The pages from which on memory cannot be written to. The kernel tries: we
// would die of SIGSEGV, or of SIGBUS.
static size_t
pages_writable(char *at, size_t size)
{
	int fd = memfd_create("a byte", MFD_CLOEXEC);
	size_t i = 0;

	if (fd == -1 || write(fd, "", 1) != 1)
		err(1, "memfd_create");
	while (i < size && pread(fd, at + i, 1, 0) == 1)
		i += page;
	close(fd);
	return i / page;
}

// The next message of this thread is to lie about its `size` bytes. Returns how
// many to send instead.
static size_t
tell_a_lie(enum lie which, size_t size)
{
	lie = which;
	real_size = size;
	return which == NONE || which == FLAGGED ? size : OWN_MEMORY;
}

// Others may read from the same FIFO, so never more than the line.
static void
await_a_line(void)
{
	char c;

	do {
		if (read(STDIN_FILENO, &c, 1) != 1)
			errx(1, "no line came");
	} while (c != '\n');
}

// --- the server

static int door;

struct service {
	const char *name;
	door_server_procedure_t *procedure;
	uint_t attributes;
	bool one_thread;
};

static const struct service *kind; // of this server, and the cookie of its door

static void
answer(const char *text)
{
	errno = ENOMEM; // of long ago: it says nothing about the next call
	door_return((char *)text, strlen(text) + 1, NULL, 0);
	if (errno == E2BIG) // the caller wants to hear nothing
		door_return(NULL, 0, NULL, 0);
	if (kind->one_thread)
		errx(1, "door_return came back: %s", strerror(errno));
}

// A door has come: was the procedure told which, and what its attributes are?
static void
say_whether_described(const door_desc_t *desc, const door_info_t *info)
{
	uint_t expected = DOOR_DESCRIPTOR | info->di_attributes;

	if (desc->d_attributes != expected)
		answer("a door, whose d_attributes are wrong");
	if (desc->d_data.d_desc.d_id != info->di_uniquifier)
		answer("a door, whose d_id is wrong");
	answer("a door");
}

static void
take(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	char text[TEXT_MAX];
	size_t wrong;
	uint_t wrong_desc;
	door_info_t info;
	int at = 0;

	if (argp == DOOR_UNREF_DATA)
		answer("DOOR_UNREF_DATA, for a call");
	if (size > OWN_MEMORY) { // only a lie is as large
		snprintf(text, sizeof(text),
			 "%zu bytes, of which %zu are there", size,
			 pages_writable(argp, size) * page);
		answer(text);
	}
	if (n == 1 && door_info(dp->d_data.d_desc.d_descriptor, &info) == 0)
		say_whether_described(dp, &info);
	if (argp == NULL)
		at += snprintf(text, sizeof(text), "NULL, ");
	else
		wrong = wrong_byte(argp, size);
	at += snprintf(text + at, sizeof(text) - (size_t)at, "%zu bytes", size);
	if (argp != NULL && wrong < size)
		at += snprintf(text + at, sizeof(text) - (size_t)at,
			       ", byte %zu is wrong", wrong);
	at += snprintf(text + at, sizeof(text) - (size_t)at, ", %u descriptors",
		       n);
	if (n == 0 && dp != NULL)
		at += snprintf(text + at, sizeof(text) - (size_t)at,
			       ", but dp is not NULL");
	wrong_desc = wrong_descriptor(dp, n);
	if (wrong_desc < n)
		at += snprintf(text + at, sizeof(text) - (size_t)at,
			       ", number %u is wrong", wrong_desc);
	if (cookie != kind)
		snprintf(text + at, sizeof(text) - (size_t)at,
			 ", another's cookie");
	if (argp != NULL)
		memset(argp, 0, size); // a copy, which is ours
	answer(text);
}

static void
give(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	static char data[SIZE_LIMIT];
	// This thread's own: they are still closed when the result has arrived,
	// and the next call may be here.
	door_desc_t desc[FDS_LIMIT];
	struct wish wish = { 0 };

	(void)cookie;
	(void)dp;
	(void)n;
	if (size == sizeof(wish))
		memcpy(&wish, argp, size);
	if (wish.size <= SIZE_LIMIT && wish.n <= FDS_LIMIT) {
		fill(data, wish.size);
		make_descriptors(desc, wish.n);
		door_return(data, tell_a_lie(wish.lie, wish.size), desc,
			    wish.n);
		return;
	}
	answer("too much");
}

static int
next_fd(void)
{
	int fd = dup(STDIN_FILENO);

	close(fd);
	return fd;
}

// Kilobytes, as /proc/self/status says it.
static long
kilobytes(const char *status, const char *what)
{
	const char *at = strstr(status, what);

	return at == NULL ? 0 : atol(at + strlen(what));
}

// Without those of files, which come and go as the machine has memory. By calls
// that allocate nothing: to look must not change what is seen.
static long
pages_in_memory(void)
{
	int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
	char text[STATUS_MAX];
	ssize_t length = read(fd, text, sizeof(text) - 1);

	close(fd);
	if (length <= 0)
		err(1, "/proc/self/status");
	text[length] = '\0';
	return (kilobytes(text, "RssAnon:") + kilobytes(text, "RssShmem:")) *
	       1024 / (long)page;
}

// Bytes from malloc, of all threads. Always 0 with a sanitizer's malloc.
static size_t
bytes_allocated(void)
{
#if __GLIBC_PREREQ(2, 33)
	struct mallinfo2 info = mallinfo2();
#else
	struct mallinfo info = mallinfo();
#endif

	return (size_t)info.uordblks + (size_t)info.hblkhd;
}

static void
where(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	struct place place = { .thread = gettid(),
			       .n_pages = pages_in_memory(),
			       .n_bytes = bytes_allocated() };

	(void)cookie;
	(void)argp;
	(void)size;
	for (uint_t i = 0; i < n; i++)
		close(dp[i].d_data.d_desc.d_descriptor);
	place.next_fd = next_fd();
	place.stack = (uintptr_t)__builtin_frame_address(0);
	door_return((char *)&place, sizeof(place), NULL, 0);
	errx(1, "door_return came back: %s", strerror(errno));
}

static void
keep(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	static char *at;
	static bool mapped;
	unsigned char there;

	(void)cookie;
	(void)dp;
	(void)n;
	if (size > 0) {
		at = argp;
		answer("seen");
	}
	if (count_mapped() > 0)
		answer("the old arguments are still mapped");
	if (mapped)
		answer(mincore(at, page, &there) == 0 ? "there" : "gone");
	mapped = mmap(at, page, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
		      0) == at;
	answer(mapped ? "mapped" : strerror(errno));
}

// Can the kernel read it all? We would die of SIGSEGV.
static bool
is_readable(const char *at, size_t size)
{
	int fd = memfd_create("a copy", MFD_CLOEXEC);
	bool all = fd != -1 && write(fd, at, size) == (ssize_t)size;

	close(fd);
	return all;
}

static void
again(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	door_desc_t closed = { .d_attributes = DOOR_DESCRIPTOR };

	(void)cookie;
	(void)dp;
	(void)n;
	closed.d_data.d_desc.d_descriptor = -1;
	door_return(NULL, 0, &closed, 1);
	if (!is_readable(argp, size))
		answer("door_return has failed, and argp is gone");
	if (wrong_byte(argp, size) < size)
		answer("door_return has failed, and argp is not what it was");
	answer("there");
}

static void
wait_inside(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	door_desc_t before[FDS_LIMIT];

	if (size == 0) {
		answer("at once");
		return;
	}
	if (n > FDS_LIMIT)
		errx(1, "%u descriptors", n);
	if (n > 0)
		memcpy(before, dp, n * sizeof(*dp));
	say("inside");
	await_a_line();
	if (cookie == kind && kind->one_thread && door_revoke(door) == -1)
		err(1, "door_revoke");
	if (n > 0 && memcmp(before, dp, n * sizeof(*dp)) != 0)
		answer("waited, but dp is not what it was");
	if (wrong_descriptor(dp, n) < n)
		answer("waited, but a descriptor is not what it was");
	if (wrong_byte(argp, size) < size)
		answer("waited, but argp is not what it was");
	answer("waited");
}

static pthread_key_t at_end;
static __thread bool has_mapped;
static __thread bool is_again;

static void
tell_end(void *value)
{
	// The second time all others have run, too: what they have left stays.
	if (!is_again) {
		is_again = true;
		pthread_setspecific(at_end, value);
		return;
	}
	say(has_mapped && count_mapped() > 0
		? "ended, but its arguments are still mapped"
		: "ended");
}

static void
end_thread(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)dp;
	(void)n;
	has_mapped = size > INLINE_MAX;
	pthread_setspecific(at_end, &at_end);
	say("called");
	if (kind->name[0] == 'e')
		pthread_exit(NULL);
}

static void
unref(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	if (argp != DOOR_UNREF_DATA) {
		answer("here");
		return;
	}
	if (size != 0 || dp != NULL || n != 0)
		say("a notice with arguments");
	else if (cookie != kind)
		say("a notice with another's cookie");
	else
		say("unreferenced");
	door_return(NULL, 0, NULL, 0);
}

static const struct service kinds[] = {
	{ "take", take, 0, false },
	{ "take-without-memory", take, 0, true },
	{ "give", give, 0, false },
	{ "where", where, 0, true },
	{ "keep", keep, 0, true },
	{ "again", again, 0, false },
	{ "wait", wait_inside, 0, false },
	{ "revoke", wait_inside, 0, true },
	{ "exit", end_thread, 0, false },
	{ "return", end_thread, 0, false },
	{ "unref", unref, DOOR_UNREF, false },
	{ "unref-multi", unref, DOOR_UNREF_MULTI, false },
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static void *
serve_for_ever(void *unused)
{
	door_return(NULL, 0, NULL, 0);
	return unused;
}

// The thread creator of a server with one thread.
static void
create_one(door_info_t *info)
{
	static bool created;
	pthread_t thread;

	(void)info;
	if (!created &&
	    pthread_create(&thread, NULL, serve_for_ever, NULL) != 0)
		errx(1, "pthread_create");
	created = true;
}

static void
serve(const char *path)
{
	sigset_t ends;
	int file, sig;

	sigemptyset(&ends);
	sigaddset(&ends, SIGTERM);
	sigprocmask(SIG_BLOCK, &ends, NULL);
	if (kind->one_thread)
		door_server_create(create_one);
	if (pthread_key_create(&at_end, tell_end) != 0)
		errx(1, "pthread_key_create");
	door = door_create(kind->procedure, (void *)kind, kind->attributes);
	if (door == -1)
		err(1, "door_create");
	file = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (file == -1 || close(file) == -1 || fattach(door, path) == -1)
		err(1, "%s", path);
	has_no_memory = kind->procedure == take && kind->one_thread;
	say("ready");
	sigwait(&ends, &sig);
	if (fdetach(path) == -1)
		err(1, "%s", path);
}

// --- the client

static void
ignore(int sig)
{
	(void)sig;
}

static void
call_with_door(void)
{
	char text[TEXT_MAX] = "no answer";
	door_desc_t desc = { .d_attributes = DOOR_DESCRIPTOR };
	door_arg_t arg = { .desc_ptr = &desc,
			   .desc_num = 1,
			   .rbuf = text,
			   .rsize = sizeof(text) };

	desc.d_data.d_desc.d_descriptor = door;
	say(door_call(door, &arg) == 0 ? text : strerror(errno));
}

// With arguments that are `size` bytes and `n` descriptors.
static void
call_with(size_t size, uint_t n, enum lie which)
{
	static char data[SIZE_LIMIT];
	static door_desc_t desc[FDS_LIMIT];
	char text[TEXT_MAX] = "no answer";
	door_arg_t arg = { .data_ptr = data,
			   .data_size = tell_a_lie(which, size),
			   .desc_ptr = desc,
			   .desc_num = n,
			   .rbuf = text,
			   .rsize = sizeof(text) };

	if (size > SIZE_LIMIT || n > FDS_LIMIT)
		errx(2, "too much");
	fill(data, size);
	make_descriptors(desc, n);
	if (door_call(door, &arg) == -1)
		say(strerror(errno));
	else if (wrong_byte(data, size) < size)
		say("the caller's own data have changed");
	else
		say(text);
}

// Is it from the sanitizers' own malloc? NULL in a build without them.
int __sanitizer_get_ownership(const volatile void *at) __attribute__((weak));

// What was asked for has come: is it good, and where?
static void
look_at(const door_arg_t *arg, const struct wish *wish, const char *room)
{
	const char *after = arg->rbuf + wish->size;
	size_t wrong, writable;
	uint_t wrong_desc;

	if (wish->lie == SMALL) { // as it should not have come
		printf("in new memory, %zu pages, of which %zu are there\n",
		       arg->rsize / page,
		       pages_writable(arg->rbuf, arg->rsize));
		munmap(arg->rbuf, arg->rsize);
		return;
	}
	wrong = wrong_byte(arg->rbuf, wish->size);
	if (arg->data_size != wish->size || arg->desc_num != wish->n) {
		printf("%zu bytes and %u descriptors\n", arg->data_size,
		       arg->desc_num);
		return;
	}
	if (wish->size > 0 && arg->data_ptr != arg->rbuf)
		printf("data_ptr is elsewhere; ");
	if (wrong < wish->size)
		printf("byte %zu is wrong; ", wrong);
	if (wish->n > 0 && (char *)arg->desc_ptr < after)
		printf("descriptors in the data; ");
	else if ((wrong_desc = wrong_descriptor(arg->desc_ptr, wish->n)) <
		 wish->n)
		printf("descriptor %u is wrong; ", wrong_desc);
	if (arg->rbuf == room) {
		say("in the buffer");
		return;
	}
	writable = pages_writable(arg->rbuf, arg->rsize); // it is ours
	printf("in new memory, %zu pages", arg->rsize / page);
	if (arg->rsize % page != 0)
		printf(" and %zu bytes", arg->rsize % page);
	if (arg->rbuf == latest && arg->rsize > latest_bytes &&
	    arg->rsize - latest_bytes >= page)
		printf(", of which %zu are mapped",
		       (latest_bytes + page - 1) / page);
	else if (writable < arg->rsize / page)
		printf(", of which %zu can be written to", writable);
	if (__sanitizer_get_ownership && __sanitizer_get_ownership(arg->rbuf))
		printf(", from malloc");
	if (arg->data_size > INLINE_MAX && count_mapped() > 0)
		printf(", as it came");
	if (munmap(arg->rbuf, arg->rsize) == -1)
		printf(", %s", strerror(errno));
	if (count_mapped() > 0)
		printf(", of which some stays mapped");
	say("");
}

static void
call_for(struct wish wish, size_t room_size)
{
	static char room[SIZE_LIMIT];
	door_arg_t arg = { .data_ptr = (char *)&wish,
			   .data_size = sizeof(wish),
			   .rbuf = room,
			   .rsize = room_size };
	int result;

	if (room_size > SIZE_LIMIT)
		errx(2, "too much");
	is_watched = true;
	result = door_call(door, &arg);
	is_watched = false;
	if (result == -1)
		say(strerror(errno));
	else
		look_at(&arg, &wish, room);
}

static void
call_often(size_t size, uint_t n, unsigned count)
{
	static char data[SIZE_LIMIT];
	static door_desc_t desc[FDS_LIMIT];
	struct place first = { 0 }, place = { 0 };
	bool moved = false, others = false;

	if (size > SIZE_LIMIT || n > FDS_LIMIT)
		errx(2, "too much");
	for (unsigned i = 0; i < count; i++) {
		door_arg_t arg = { .data_ptr = data,
				   .data_size = size,
				   .desc_ptr = desc,
				   .desc_num = n,
				   .rbuf = (char *)&place,
				   .rsize = sizeof(place) };

		make_descriptors(desc, n);
		if (door_call(door, &arg) == -1) {
			printf("call %u: %s\n", i + 1, strerror(errno));
			return;
		}
		if (i == 0)
			first = place;
		others = others || place.thread != first.thread;
		moved = moved || place.stack != first.stack;
	}
	printf("%s, %s", others ? "several threads" : "one thread",
	       moved ? "and the stack moves" : "one place on its stack");
	if (place.next_fd > first.next_fd + SLACK)
		printf(", descriptors stay open");
	if (place.n_pages >
	    first.n_pages + SLACK + (long)(count * size / page / 2))
		printf(", memory stays in use");
	// What malloc has lost in each call is more than that.
	if (place.n_bytes >
	    first.n_bytes + SLACK_BYTES + count * sizeof(size_t))
		printf(", memory from malloc is never freed");
	say("");
}

static void
call_as(const char *word)
{
	door_arg_t bad = { .data_ptr = (char *)1, .data_size = 4 };
	static enum lie which;
	unsigned long size, room = 0, count = 0;
	uint_t n = 0;
	char *end;

	for (enum lie l = FEW; l <= FLAGGED; l++) {
		if (strcmp(word, lies[l]) == 0) {
			which = l;
			return;
		}
	}
	printf("%s: ", word);
	errno = ENOMEM; // of long ago: it says nothing about this call
	if (strcmp(word, "null") == 0) {
		say(door_call(door, NULL) == 0 ? "done" : strerror(errno));
		return;
	}
	if (strcmp(word, "bad") == 0) {
		say(door_call(door, &bad) == 0 ? "done" : strerror(errno));
		return;
	}
	if (strcmp(word, "door") == 0) {
		call_with_door();
		return;
	}
	size = strtoul(word, &end, 10);
	if (*end == '+')
		n = (uint_t)strtoul(end + 1, &end, 10);
	if (*end == '*')
		count = strtoul(end + 1, &end, 10);
	if (count > 0) {
		call_often(size, n, (unsigned)count);
	} else if (*end == '/') {
		room = strtoul(end + 1, &end, 10);
		call_for((struct wish){ size, n, which }, room);
	} else {
		call_with(size, n, which);
	}
	which = NONE;
}

static void
call(const char *path, char *words[])
{
	struct sigaction action = { .sa_handler = ignore,
				    .sa_flags = SA_RESTART };

	sigaction(SIGUSR1, &action, NULL);
	door = open(path, O_RDONLY | O_CLOEXEC);
	if (door == -1)
		err(1, "%s", path);
	for (; *words != NULL; words++) {
		if (strcmp(*words, "-") == 0)
			await_a_line();
		else if (strcmp(*words, "without-memory") == 0)
			has_no_memory = true;
		else
			call_as(*words);
	}
}

int
main(int argc, char *argv[])
{
	page = (size_t)sysconf(_SC_PAGESIZE);
	if (argc == 4 && strcmp(argv[1], "serve") == 0) {
		for (size_t i = 0; i < N_KINDS; i++) {
			if (strcmp(kinds[i].name, argv[3]) == 0)
				kind = &kinds[i];
		}
	}
	if (kind != NULL)
		serve(argv[2]);
	else if (argc > 3 && strcmp(argv[1], "call") == 0)
		call(argv[2], argv + 3);
	else
		errx(2,
		     "usage: probe serve PATH KIND, probe call PATH WORD...");
	return 0;
}
