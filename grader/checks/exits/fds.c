/* exits: the descriptors that were never closed. */
#define _GNU_SOURCE
#include "../note/wrap.h"
#include "exits.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MAX_FDS = 1024 }; /* the usual limit; higher ones are not looked at */

static bool watch_fds;
static bool open_at_start[MAX_FDS];

/* The call that made a descriptor. It holds while the inode is the same. */
static struct maker {
	const char *call;
	const void *place;
	ino_t inode;
} makers[MAX_FDS];

static bool
fd_inode(int fd, struct stat *status)
{
	/* With an empty path: the descriptor itself. */
	return note_syscall(SYS_newfstatat, fd, "", status, AT_EMPTY_PATH) == 0;
}

/* Appends "pipe", "file /tmp/x", "socket", "eventfd". */
static void
describe_fd(struct note *n, int fd, const struct stat *status)
{
	struct note path = { .length = 0 };
	char target[PATH_MAX];
	long length;

	note_text(&path, "/proc/self/fd/");
	note_number(&path, fd);
	length = note_syscall(SYS_readlinkat, AT_FDCWD, note_string(&path),
			      target, sizeof(target) - 1);
	target[length > 0 ? length : 0] = '\0';
	if (target[0] != '/') {
		/* pipe:[123], socket:[123], anon_inode:[eventfd] */
		char *kind = strncmp(target, "anon_inode:", 11) == 0
				 ? target + 11 + (target[11] == '[')
				 : target;

		kind[strcspn(kind, ":]")] = '\0';
		note_text(n, kind);
		return;
	}
	note_text(n, S_ISFIFO(status->st_mode)	? "FIFO "
		     : S_ISDIR(status->st_mode) ? "directory "
		     : S_ISREG(status->st_mode) ? "file "
						: "device ");
	note_text(n, target);
}

void
report_fds(bool in_child)
{
	for (int fd = STDERR_FILENO + 1; watch_fds && fd < MAX_FDS; fd++) {
		struct stat status;
		struct note n;

		if (open_at_start[fd] || !fd_inode(fd, &status))
			continue;
		note_begin(&n, "exits");
		note_text(&n, "descriptor ");
		note_number(&n, fd);
		note_text(&n, " was never closed by ");
		note_text(&n, note_program());
		note_text(&n, ": ");
		describe_fd(&n, fd, &status);
		if (makers[fd].call != NULL &&
		    makers[fd].inode == status.st_ino) {
			note_text(&n, ", from ");
			note_text(&n, makers[fd].call);
			note_text(&n, "() at ");
			note_place(&n, makers[fd].place);
		}
		if (in_child)
			note_text(&n, ", in a child");
		note_send(&n);
	}
}

static void
remember(int fd, const char *call, const void *frame)
{
	int saved = errno;
	struct stat status;

	if (fd >= 0 && fd < MAX_FDS && fd_inode(fd, &status))
		makers[fd] =
		    (struct maker){ call, note_caller(frame), status.st_ino };
	errno = saved;
}

// clang-format off
/* The name in the library and the name in the note; or the argument that
 * points to the pair. */
#define SINGLES(X) X(open, open) X(open64, open) X(__open_2, open) \
	X(__open64_2, open) X(openat, openat) X(openat64, openat) \
	X(creat, creat) X(creat64, creat) X(shm_open, shm_open) \
	X(mq_open, mq_open) X(dup, dup) X(dup2, dup2) X(dup3, dup3) \
	X(socket, socket) X(accept, accept) X(accept4, accept4) \
	X(eventfd, eventfd) X(memfd_create, memfd_create) \
	X(epoll_create1, epoll_create1) X(signalfd, signalfd) \
	X(timerfd_create, timerfd_create)
#define PAIRS(X) X(pipe, a) X(pipe2, a) X(socketpair, d)
#define FUNCTIONS(X) SINGLES(X) PAIRS(X)
// clang-format on

#define INDEX(function_name, other) AT_##function_name,
#define ENTRY(function_name, other) { .name = #function_name },

enum { FUNCTIONS(INDEX) };
static struct wrapped wrapped[] = { FUNCTIONS(ENTRY) };

#define SINGLE(name, shown)                                         \
	WRAP_DECLARE(name)                                          \
	{                                                           \
		word result = wrap_next(&wrapped[AT_##name])(PASS); \
                                                                    \
		if (watch_fds)                                      \
			remember(result, #shown, FRAME);            \
		return result;                                      \
	}
SINGLES(SINGLE)

#define PAIR(name, argument)                                                 \
	WRAP_DECLARE(name)                                                   \
	{                                                                    \
		word result = wrap_next(&wrapped[AT_##name])(PASS);          \
                                                                             \
		for (int i = 0; watch_fds && (int)result == 0 && i < 2; i++) \
			remember(((int *)argument)[i], #name, FRAME);        \
		return result;                                               \
	}
PAIRS(PAIR)

void
watch_fds_from_now(void)
{
	struct stat status;

	for (int fd = 0; fd < MAX_FDS; fd++)
		open_at_start[fd] = fd_inode(fd, &status);
	watch_fds = true;
}

__attribute__((constructor)) static void
start(void)
{
	WRAP_RESOLVE(wrapped);
}
