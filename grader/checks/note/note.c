#define _GNU_SOURCE
#include "note.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * Start-up, and the making and sending of notes. Whatever a handler may need is
 * found out at start-up and never changes afterwards: getenv and dlsym are not
 * async-signal-safe.
 */
static bool started;
static bool here;
static char program_path[PATH_MAX];
static const char *program = "?";
static char supervisor[PATH_MAX]; /* a FIFO; "": notes go to standard error */

long (*note_syscall)(long number, ...) = syscall;

/* True if the program lies in the directory LABBOX_DIR or below it. */
static bool
in_lab_directory(void)
{
	const char *wanted = getenv("LABBOX_DIR");
	char directory[PATH_MAX];
	size_t length;

	if (wanted == NULL)
		return true;
	if (realpath(wanted, directory) == NULL)
		return false;
	length = strlen(directory);
	return strncmp(program_path, directory, length) == 0 &&
	       program_path[length] == '/';
}

static void
find_supervisor(void)
{
	const char *path = getenv("LABBOX_NOTES");

	if (path != NULL && strlen(path) < sizeof(supervisor))
		strcpy(supervisor, path);
}

void
note_start(void)
{
	int saved = errno;
	void *libc;
	ssize_t length;

	if (started)
		return;
	started = true;
	libc = dlopen("libc.so.6", RTLD_LAZY | RTLD_NOLOAD);
	if (libc != NULL) {
		note_syscall = (long (*)(long, ...))dlsym(libc, "syscall");
		dlclose(libc);
	}
	note_find_objects();
	length = note_syscall(SYS_readlinkat, -1, "/proc/self/exe",
			      program_path, sizeof(program_path) - 1);
	if (length > 0) {
		program_path[length] = '\0';
		program = strrchr(program_path, '/') + 1;
	}
	here = in_lab_directory();
	find_supervisor();
	errno = saved;
}

bool
note_here(void)
{
	return here;
}

const char *
note_program(void)
{
	return program;
}

void
note_begin(struct note *n, const char *tool)
{
	n->length = 0;
	note_text(n, tool);
	note_text(n, ": ");
}

void
note_text(struct note *n, const char *text)
{
	for (; *text != '\0' && n->length < NOTE_MAX; text++) {
		bool control = (unsigned char)*text < ' ' || *text == 127;

		n->text[n->length++] = control ? '?' : *text;
	}
}

void
note_unsigned(struct note *n, unsigned long number, unsigned base)
{
	char digits[3 * sizeof(number) + 1]; /* 3 a byte: enough for base 10 */
	char *p = digits + sizeof(digits);

	*--p = '\0';
	do
		*--p = "0123456789abcdef"[number % base];
	while ((number /= base) != 0);
	note_text(n, p);
}

void
note_number(struct note *n, long number)
{
	unsigned long size = number;

	if (number < 0) {
		note_text(n, "-");
		size = -size; /* defined for LONG_MIN too, unlike -number */
	}
	note_unsigned(n, size, 10);
}

const char *
note_string(struct note *n)
{
	n->text[n->length] = '\0';
	return n->text;
}

void
note_signal(struct note *n, int signal)
{
	const char *name = sigabbrev_np(signal);

	if (name != NULL) {
		note_text(n, "SIG");
		note_text(n, name);
	} else if (signal >= SIGRTMIN && signal <= SIGRTMAX) {
		note_text(n, "SIGRTMIN+");
		note_number(n, signal - SIGRTMIN);
	} else {
		note_text(n, "signal ");
		note_number(n, signal);
	}
}

void
note_error(struct note *n, int error)
{
	const char *name = strerrorname_np(error);

	if (name != NULL)
		note_text(n, name);
	else
		note_number(n, error);
}

/*
 * Writes a note to the FIFO `fd`, which may be full: for a second at most, since
 * a program may fill it faster than it is read.
 */
static void
write_note(int fd, const char *text, size_t length)
{
	const struct timespec rest = { .tv_nsec = 50000000 };
	struct pollfd room = { .fd = fd, .events = POLLOUT };

	for (int i = 0; i < 20; i++) {
		struct timespec left = rest;

		if (note_syscall(SYS_write, fd, text, length) != -1 ||
		    (errno != EAGAIN && errno != EINTR))
			return;
		note_syscall(SYS_ppoll, &room, 1, &left, NULL, 8);
	}
}

void
note_send(struct note *n)
{
	int saved = errno;
	int fd = STDERR_FILENO;

	n->text[n->length] = '\n';
	if (supervisor[0] == '\0') {
		note_syscall(SYS_write, fd, n->text, n->length + 1);
		errno = saved;
		return;
	}
	/*
	 * Opened for this note alone: what is kept open would be seen by the
	 * program, and be closed or inherited by it.
	 */
	fd = note_syscall(SYS_openat, AT_FDCWD, supervisor,
			  O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW);
	if (fd != -1) {
		/* Half a line of somebody else's must not become part of it. */
		char line[sizeof(n->text) + 1] = "\n";

		memcpy(line + 1, n->text, n->length + 1);
		write_note(fd, line, n->length + 2);
		note_syscall(SYS_close, fd);
	}
	errno = saved;
}

void *
note_next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}
