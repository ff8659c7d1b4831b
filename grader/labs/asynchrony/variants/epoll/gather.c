/*
 * gather, by epoll and a signalfd for SIGCHLD; sync is async with one at a time. All
 * ends are told as they come.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONGEST = 4096 };

typedef struct job {
	pid_t pid;
	int from, state; /* state: what waitpid said, once gone */
	int gone, told;
	size_t used;
	char text[LONGEST];
} job;

static job *jobs;
static int count, total, bad, reading, living;
static int events, children;
static sigset_t before;

static void
print(job *j)
{
	printf("%d: ", (int)(j - jobs) + 1);
	fwrite(j->text, j->used, 1, stdout);
	putchar('\n');
	fflush(stdout);
	j->used = 0;
}

static int
begin(const char *what)
{
	int ends[2], e;
	struct epoll_event event = { .events = EPOLLIN,
				     .data = { .u32 = (uint32_t)count + 1 } };
	job *j = &jobs[count];

	if (pipe(ends) == -1)
		return -1;
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	switch (j->pid = fork()) {
	case -1:
		e = errno;
		close(ends[0]);
		close(ends[1]);
		errno = e;
		return -1;
	case 0:
		sigprocmask(SIG_SETMASK, &before, NULL);
		if (dup2(ends[1], 1) != 1) {
			warn("dup2");
			_exit(127);
		}
		close(ends[1]);
		execl("/bin/sh", "sh", "-c", what, (char *)0);
		warn("sh");
		_exit(127);
	}
	close(ends[1]);
	j->from = ends[0];
	if (epoll_ctl(events, EPOLL_CTL_ADD, j->from, &event) == -1)
		err(1, "epoll_ctl");
	count++;
	reading++;
	living++;
	return 0;
}

static void
hear(job *j)
{
	char in[1000];
	ssize_t got = TEMP_FAILURE_RETRY(read(j->from, in, sizeof(in)));

	for (char *p = in; p < in + got; p++) {
		if (*p == '\n') {
			print(j);
			continue;
		}
		if (j->used == LONGEST)
			print(j);
		j->text[j->used++] = *p;
	}
	if (got > 0)
		return;
	if (got == -1) {
		bad = 1;
		warn("command %d", (int)(j - jobs) + 1);
	}
	if (j->used > 0)
		print(j);
	epoll_ctl(events, EPOLL_CTL_DEL, j->from, NULL);
	close(j->from);
	j->from = -1;
	reading--;
}

/* Looks at each child, without waiting. */
static void
reap(void)
{
	for (job *j = jobs; j < jobs + count; j++) {
		int s, r;
		if (j->gone)
			continue;
		while ((r = waitpid(j->pid, &s, WNOHANG)) == -1 &&
		       errno == EINTR)
			;
		if (r == 0)
			continue;
		j->gone = 1;
		living--;
		if (r == -1) {
			warn("command %d", (int)(j - jobs) + 1);
			j->told = bad = 1;
		}
		j->state = s;
	}
}

static void
tell_ends(void)
{
	for (job *j = jobs; j < jobs + count; j++) {
		if (!j->gone || j->told || j->from != -1)
			continue;
		j->told = 1;
		if (WIFEXITED(j->state))
			printf("%d: exit status %d\n", (int)(j - jobs) + 1,
			       WEXITSTATUS(j->state));
		else
			printf("%d: signal %d\n", (int)(j - jobs) + 1,
			       WTERMSIG(j->state));
		fflush(stdout);
		bad |= j->state != 0;
	}
}

int
main(int argc, char **argv)
{
	sigset_t child;
	struct epoll_event came[8], event = { .events = EPOLLIN };
	int one = 0;

	if (argc >= 3 && strcmp(argv[1], "sync") == 0)
		one = 1;
	else if (argc < 3 || strcmp(argv[1], "async") != 0)
		errx(2, "usage: gather sync|async COMMAND...");
	total = argc - 2;
	jobs = calloc((size_t)total, sizeof(job));
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &before);
	events = epoll_create1(EPOLL_CLOEXEC);
	children = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
	if (jobs == NULL || events == -1 || children == -1)
		err(1, "cannot begin");
	epoll_ctl(events, EPOLL_CTL_ADD, children, &event);

	while (count < total || reading > 0 || living > 0) {
		while (count < total && (!one || (reading == 0 && living == 0)))
			if (begin(argv[count + 2]) == -1) {
				warn("starting command %d", count + 1);
				total = count;
				bad = 1;
			}
		if (reading == 0 && living == 0)
			break;
		int n = epoll_wait(events, came, 8, -1);
		if (n == -1 && errno != EINTR)
			err(1, "epoll_wait");
		for (int i = 0; i < n; i++) {
			struct signalfd_siginfo info;
			if (came[i].data.u32 > 0)
				hear(&jobs[came[i].data.u32 - 1]);
			else
				while (read(children, &info, sizeof(info)) > 0)
					;
		}
		reap();
		tell_ends();
	}
	free(jobs);
	close(events);
	close(children);
	if (ferror(stdout))
		errx(1, "standard output: an error");
	return bad;
}
