/*
 * command: how gather starts a command, takes what it prints, and waits for its end.
 *
 * Look at: which descriptors are open in which process.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"

/*
 * Gap 1: start the command `sh -c LINE`, its standard output a new pipe.
 *
 * Sets c->pid, and c->fd to the read end. The command gets none of your descriptors
 * but 0, 1 and 2. Returns 0, or says "starting command N: REASON" and returns -1
 * if a call fails; then no descriptor stays open. If a call fails in the child,
 * that says so, and ends with NOT_STARTED.
 * Trap: a child gets a copy of every descriptor, of those for other commands, too.
 */
int
start_command(struct command *c)
{
	// BEGIN SOLUTION 1
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) == -1) {
		warn("starting command %d", c->number);
		return -1;
	}
	c->pid = fork();
	if (c->pid == 0) {
		if (dup2(fd[1], STDOUT_FILENO) == -1) {
			warn("dup2");
			_exit(NOT_STARTED);
		}
		execl("/bin/sh", "sh", "-c", c->line, (char *)NULL);
		warn("/bin/sh");
		_exit(NOT_STARTED);
	}
	c->fd = fd[0];
	if (c->pid == -1) {
		warn("starting command %d", c->number);
		close(fd[0]);
	}
	close(fd[1]);
	return c->pid == -1 ? -1 : 0;
	// STUB warnx("starting command %d: gap 1 is not filled in", c->number);
	// STUB return -1;
	// END SOLUTION 1
}

/* Prints the line that is in c->part, and begins a new one. */
static void
print_line(struct command *c)
{
	printf("%d: ", c->number);
	fwrite(c->part, 1, c->length, stdout);
	putchar('\n');
	fflush(stdout);
	c->length = 0;
}

/*
 * Gap 2: read once from c->fd, and print each line that is whole.
 *
 * What begins a line stays in c->part until the rest has come; at the end of
 * the output it is a line, too. Of a line of more than PART bytes (without its
 * newline) each PART are printed as a line. Returns 1, or 0 at the end of the
 * output, or -1 with errno set.
 * Traps: one read brings a piece of a line, or many lines; any byte may come. And
 * a read that waits for more keeps all other commands waiting.
 */
int
take_output(struct command *c)
{
	// BEGIN SOLUTION 2
	char buf[PART];
	ssize_t n;

	do
		n = read(c->fd, buf, sizeof(buf));
	while (n == -1 && errno == EINTR);
	for (ssize_t i = 0; i < n; i++) {
		if (buf[i] == '\n' || c->length == PART)
			print_line(c);
		if (buf[i] != '\n')
			c->part[c->length++] = buf[i];
	}
	if (n == 0 && c->length > 0)
		print_line(c);
	return n > 0 ? 1 : (int)n;
	// STUB (void)print_line;
	// STUB (void)c;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 2
}

/*
 * Gap 3: wait for the command, and print how it ended.
 *
 * "N: exit status S", or "N: signal S" if a signal ended it. Returns 0 if it ended
 * with status 0, 1 if not. If it cannot be waited for, says "command N: REASON" and
 * returns 1.
 * Trap: it is not the only child, and a wait may be interrupted.
 */
int
end_command(struct command *c)
{
	// BEGIN SOLUTION 3
	int status;

	while (waitpid(c->pid, &status, 0) == -1)
		if (errno != EINTR) {
			warn("command %d", c->number);
			return 1;
		}
	if (WIFSIGNALED(status))
		printf("%d: signal %d\n", c->number, WTERMSIG(status));
	else
		printf("%d: exit status %d\n", c->number, WEXITSTATUS(status));
	fflush(stdout);
	return status != 0;
	// STUB warnx("command %d: gap 3 is not filled in", c->number);
	// STUB return 1;
	// END SOLUTION 3
}

/*
 * Gap 5 (optional): how does poll learn that the command has ended?
 *
 * Returns a descriptor that becomes readable then; `gather` waits for it when the
 * output of the command is over. -1: there is none; then `gather` waits for
 * the command when the output of all is over.
 */
int
watch_end(const struct command *c)
{
	// BEGIN SOLUTION 5
	return (int)syscall(SYS_pidfd_open, c->pid, 0);
	// STUB (void)c;
	// STUB return -1;
	// END SOLUTION 5
}
