#define _GNU_SOURCE
#include "note.h"

#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
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
static struct sockaddr_un supervisor;
static socklen_t supervisor_length; /* 0: notes go to standard error */

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
	const char *name = getenv("LABBOX_NOTES");
	size_t length = name == NULL ? 0 : strlen(name);

	if (length == 0 || length >= sizeof(supervisor.sun_path))
		return;
	supervisor.sun_family = AF_UNIX;
	memcpy(supervisor.sun_path + 1, name, length);
	supervisor_length = offsetof(struct sockaddr_un, sun_path) + 1 + length;
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

void
note_send(struct note *n)
{
	const struct timeval patience = { .tv_sec = 1 };
	int saved = errno;
	int fd = STDERR_FILENO;
	long sent;

	if (supervisor_length == 0) {
		n->text[n->length] = '\n';
		note_syscall(SYS_write, fd, n->text, n->length + 1);
		errno = saved;
		return;
	}
	/*
	 * A socket for this note alone: one kept open would be seen by the
	 * program, and be closed or inherited by it.
	 */
	fd = note_syscall(SYS_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd != -1) {
		note_syscall(SYS_setsockopt, fd, SOL_SOCKET, SO_SNDTIMEO,
			     &patience, sizeof(patience));
		do
			sent = note_syscall(SYS_sendto, fd, n->text, n->length,
					    MSG_NOSIGNAL, &supervisor,
					    supervisor_length);
		while (sent == -1 && errno == EINTR);
		note_syscall(SYS_close, fd);
	}
	errno = saved;
}

void *
note_next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}
