/*
 * The outside of a box: starts it on one level, reads what comes out of it,
 * and ends it if nothing inside does.
 *
 * There are three processes of ours. The outer one, here, keeps the caller's
 * rights. It forks the guard, which enters the level, forks the supervisor
 * (process 1 of the namespaces) and waits: the box dies with it.
 */
#define _GNU_SOURCE
#include "box.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	REPORT_BYTES = 1 << 20, /* a longer report is not the supervisor's */
	GRACE_SECONDS = 5,	/* for the supervisor, after the scenario's */
	STOP_SECONDS = 2,	/* for its end, when it was asked to stop ... */
	CLEAN_SECONDS = 60,	/* ... and must remove all files itself */
};

static volatile sig_atomic_t interrupted;

static void
note_signal(int sig)
{
	interrupted = sig;
}

/* From now on a request to stop ends the box, and not this process alone. */
void
run_catch_signals(void)
{
	struct sigaction action = { .sa_handler = note_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
}

/* Whether such a request has come. */
int
run_interrupted(void)
{
	return interrupted != 0;
}

double
seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Everything that is read from the box while it runs. */
struct streams {
	int fd[3];    /* standard output, standard error, report */
	int to[2];    /* where the first two go */
	long seen[2]; /* bytes of them */
	char *report;
	size_t report_size;
};

/* Reads one stream once. Returns 1 at its end, -1 when it is too long. */
static int
read_stream(const struct box *box, struct streams *s, int i)
{
	static char buf[65536];
	ssize_t n = read(s->fd[i], buf, sizeof(buf));

	if (n == -1)
		return errno == EINTR || errno == EAGAIN ? 0 : 1;
	if (n == 0)
		return 1;
	if (i == 2) {
		if (s->report_size + (size_t)n > REPORT_BYTES)
			return -1;
		memcpy(s->report + s->report_size, buf, (size_t)n);
		s->report_size += (size_t)n;
		return 0;
	}
	long left = box->output - s->seen[i];
	s->seen[i] += n;
	if (n > left)
		n = left > 0 ? left : 0;
	for (ssize_t done = 0; done < n;) {
		ssize_t w = write(s->to[i], buf + done, (size_t)(n - done));
		if (w == -1 && errno != EINTR)
			err(2, "writing the result");
		done += w > 0 ? w : 0;
	}
	return s->seen[i] > box->output ? -1 : 0;
}

/*
 * Stops the box: first the supervisor is asked, so that it can clean up; if
 * it does not end soon, it is killed. Returns how long to wait, in seconds.
 */
static double
stop(const struct box *box, pid_t guard, int *stage)
{
	int first = (*stage)++ == 0;

	kill(guard, first ? SIGTERM : SIGKILL);
	return first && !level_has_namespaces(box->level) ? CLEAN_SECONDS
							  : STOP_SECONDS;
}

/* Reads until every stream has ended. Returns the verdict of this side. */
static const char *
follow(const struct box *box, struct streams *s, pid_t guard)
{
	const char *verdict = "";
	double end = seconds_now() + box->patience + GRACE_SECONDS;
	struct pollfd fds[3];
	int open_streams = 3, stage = 0;

	for (int i = 0; i < 3; i++)
		fds[i] = (struct pollfd){ .fd = s->fd[i], .events = POLLIN };
	while (open_streams > 0) {
		double left = end - seconds_now();

		if (stage == 3)
			break; /* something holds the pipes open */
		if ((interrupted && stage == 0) || left <= 0) {
			if (interrupted)
				verdict = "interrupted";
			else if (*verdict == '\0')
				verdict = "error";
			end = seconds_now() + stop(box, guard, &stage);
			continue;
		}
		if (poll(fds, 3, (int)(left * 1000) + 1) == -1)
			continue; /* EINTR: the next round sees why */
		for (int i = 0; i < 3; i++) {
			if (fds[i].fd == -1 || fds[i].revents == 0)
				continue;
			int taken = read_stream(box, s, i);
			if (taken == 1) {
				fds[i].fd = -1;
				open_streams--;
			} else if (taken == -1 && stage == 0) {
				verdict = "output";
				end = seconds_now() + stop(box, guard, &stage);
			}
		}
	}
	return verdict;
}

/*
 * When the machine runs out of memory, the kernel is to kill in a box before
 * it does elsewhere; there, it prefers the largest program to the supervisor.
 */
static void
be_killed_first(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd == -1)
		return;
	dprintf(fd, "500");
	close(fd);
}

/* The guard passes on a request to stop. */
static pid_t supervisor;

static void
pass_on(int sig)
{
	if (supervisor > 0)
		kill(supervisor, sig);
}

/*
 * The process between this one and the supervisor: it holds the box, and
 * the box dies with it. Does not return.
 */
static void
guard_box(struct box *box)
{
	struct sigaction action = { .sa_handler = pass_on };
	sigset_t term, before;

	be_killed_first();
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	pid_t pid = level_enter(box);
	if (pid == -1)
		_exit(2);
	if (pid == 0)
		_exit(supervisor_run(box) == 0 ? 0 : 2);
	supervisor = pid;
	sigaction(SIGTERM, &action, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	for (int i = 0; i < 3; i++)
		close(box->stdio[i]);
	fclose(box->report);
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
	_exit(0);
}

/*
 * Runs the scenario on the level of `box`; its standard output and error go to
 * `out` and `error`. Returns the supervisor's report, to be freed, and in
 * `verdict` that of this process, "" if it has none; or NULL when the kernel
 * refuses the level, and in `why` what it refused.
 */
char *
run_scenario(struct box *box, int out, int error, const char **verdict,
	     char *why, size_t why_size)
{
	int pipes[3][2], null = open("/dev/null", O_RDONLY | O_CLOEXEC);

	for (int i = 0; i < 3; i++)
		if (pipe2(pipes[i], O_CLOEXEC) == -1)
			err(2, "pipe");
	if (null == -1)
		err(2, "/dev/null");
	fflush(NULL);
	pid_t guard = fork();
	if (guard == -1)
		err(2, "fork");
	if (guard == 0) {
		for (int i = 0; i < 3; i++)
			close(pipes[i][0]);
		box->stdio[0] = null;
		box->stdio[1] = pipes[0][1];
		box->stdio[2] = pipes[1][1];
		box->report = fdopen(pipes[2][1], "w");
		if (box->report == NULL)
			_exit(2);
		guard_box(box);
	}
	for (int i = 0; i < 3; i++)
		close(pipes[i][1]);
	close(null);

	struct streams s = {
		.fd = { pipes[0][0], pipes[1][0], pipes[2][0] },
		.to = { out, error },
		.report = malloc(REPORT_BYTES + 1),
	};
	if (s.report == NULL)
		err(2, "malloc");
	*verdict = follow(box, &s, guard);
	for (int i = 0; i < 3; i++)
		close(s.fd[i]);
	while (waitpid(guard, NULL, 0) == -1 && errno == EINTR)
		;
	level_after(box);
	s.report[s.report_size] = '\0';
	if (strncmp(s.report, "refused ", 8) == 0) {
		snprintf(why, why_size, "%s: %.*s", level_names[box->level],
			 (int)strcspn(s.report + 8, "\n"), s.report + 8);
		free(s.report);
		return NULL;
	}
	return s.report;
}
