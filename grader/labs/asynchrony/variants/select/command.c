/*
 * command: pipes that are made without O_CLOEXEC and closed by hand, lines by memchr
 * and memmove, no descriptor for the end of a command.
 */
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"

static int *ours, have; /* read ends that a child closes */

int
start_command(struct command *c)
{
	int p[2], *more = realloc(ours, (size_t)(have + 1) * sizeof(int));

	if (more != NULL)
		ours = more;
	if (more == NULL || pipe(p) == -1) {
		warn("starting command %d", c->number);
		return -1;
	}
	ours[have++] = p[0];
	fflush(NULL);
	c->pid = fork();
	if (c->pid == -1) {
		warn("starting command %d", c->number);
		close(p[0]);
		close(p[1]);
		have--;
		return -1;
	}
	if (c->pid > 0) {
		close(p[1]);
		c->fd = p[0];
		return 0;
	}
	for (int i = 0; i < have; i++)
		close(ours[i]);
	if (p[1] != 1) {
		if (dup2(p[1], 1) == -1) {
			fprintf(stderr, "gather: cannot move the pipe: %s\n",
				strerror(errno));
			_exit(NOT_STARTED);
		}
		close(p[1]);
	}
	execl("/bin/sh", "sh", "-c", c->line, NULL);
	warn("sh");
	_exit(NOT_STARTED);
}

static void
print_line(struct command *c, const char *text, size_t length)
{
	printf("%d: %.*s", c->number, 0, "");
	for (size_t i = 0; i < length; i++)
		putchar(text[i]);
	putchar('\n');
	fflush(stdout);
}

int
take_output(struct command *c)
{
	char buf[PART + 1 + PART], *p = buf;
	size_t left = c->length;
	ssize_t n;

	memcpy(buf, c->part, left);
again:
	n = read(c->fd, buf + left, PART);
	if (n == -1 && errno == EINTR)
		goto again;
	if (n == -1)
		return -1;
	left += (size_t)n;
	for (;;) {
		char *end = memchr(p, '\n', left < PART + 1 ? left : PART + 1);
		if (end != NULL) {
			print_line(c, p, (size_t)(end - p));
			left -= (size_t)(end - p) + 1;
			p = end + 1;
		} else if (left > PART) {
			print_line(c, p, PART);
			left -= PART;
			p += PART;
		} else {
			break;
		}
	}
	memmove(c->part, p, left);
	c->length = left;
	if (n == 0 && left > 0)
		print_line(c, c->part, left);
	if (n == 0 && ours != NULL) {
		for (int i = 0; i < have; i++)
			if (ours[i] == c->fd)
				ours[i] = ours[--have];
		if (have == 0) {
			free(ours);
			ours = NULL;
		}
	}
	return n != 0;
}

int
end_command(struct command *c)
{
	siginfo_t i;
	int r;

	do
		r = waitid(P_PID, (id_t)c->pid, &i, WEXITED);
	while (r != 0 && errno == EINTR);
	if (r != 0) {
		warn("command %d", c->number);
		return 1;
	}
	int exited = i.si_code == CLD_EXITED;
	printf("%d: %s %d\n", c->number, exited ? "exit status" : "signal",
	       i.si_status);
	fflush(stdout);
	return !exited || i.si_status != 0;
}

int
watch_end(const struct command *c)
{
	(void)c;
	return -1;
}
