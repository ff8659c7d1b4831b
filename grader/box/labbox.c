/*
 * labbox: runs one scenario of a test in a box.
 *
 *	labbox -d RESULT -i FILES... [options] COMMAND [ARG...]
 *
 * FILES is copied into the working directory of the box, where COMMAND (an
 * absolute path) starts. RESULT receives `out` and `err`, what the scenario
 * printed; `log`, what checkers wrote; `result`, one fact a line; and the
 * files named by -x, with a dash for each slash in the name.
 *
 * This process keeps the caller's rights, reads the output and the report,
 * and has the last clock. It shares no descriptor with the scenario but the
 * two output pipes.
 *
 * Exit: 0 the result is complete; 2 the box could not do its work, and says
 * why on standard error.
 */
#define _GNU_SOURCE
#include "box.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	REPORT_BYTES = 1 << 20, /* more is no report of ours */
	GRACE_SECONDS = 5,	/* for the supervisor, after the scenario's */
};

static const char usage[] =
    "usage: labbox -d RESULT -i FILES... [-k KIT] [-l LEVEL] [-t SECONDS]\n"
    "              [-o BYTES] [-m BYTES] [-s BYTES] [-n PROCESSES] [-E]\n"
    "              [-e NAME=VALUE]... [-x FILE]... [-H DIR]... [-D DIR] "
    "COMMAND [ARG...]\n"
    "       labbox -p\n"
    "  -d  directory for the result       -i  directory copied into the box\n"
    "  -k  directory copied beside it     -l  userns, rootns, uid or plain\n"
    "  -t  wall clock limit               -o  output limit\n"
    "  -m  memory limit                   -s  size of the working directory\n"
    "  -n  processes at one time          -E  no early verdict at a deadlock\n"
    "  -e  add to the environment         -x  hand back this file\n"
    "  -H  hide this directory            -D  show this as /usr/lib/debug\n"
    "  -p  print the level to be had here\n";

/* The scratch directory, removed whatever happens. */
static char scratch[] = "/tmp/labbox.XXXXXX";
static volatile sig_atomic_t interrupted;

static void
note_signal(int sig)
{
	interrupted = sig;
}

static double
seconds_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double
number(const char *text, double low, double high, int option)
{
	char *end;

	errno = 0;
	double value = strtod(text, &end);
	if (end == text || *end != '\0' || errno != 0 ||
	    !(value >= low && value <= high))
		errx(2, "option -%c: not a number from %g to %g: %s", option,
		     low, high, text);
	return value;
}

static int
open_in(int dir, const char *name)
{
	int fd =
	    openat(dir, name,
		   O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);

	if (fd == -1)
		err(2, "%s", name);
	return fd;
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
take(const struct box *box, struct streams *s, int i)
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
	long room = box->output - s->seen[i];
	s->seen[i] += n;
	if (n > room)
		n = room > 0 ? room : 0;
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
stop(pid_t guard, int *stage)
{
	kill(guard, (*stage)++ == 0 ? SIGTERM : SIGKILL);
	return 2;
}

/* Reads until every stream has ended. Returns the verdict of this side. */
static const char *
follow(const struct box *box, struct streams *s, pid_t guard)
{
	const char *verdict = "";
	double end = seconds_now() + box->wall + GRACE_SECONDS;
	struct pollfd fds[3];
	int open_streams = 3, stage = 0;

	for (int i = 0; i < 3; i++)
		fds[i] = (struct pollfd){ .fd = s->fd[i], .events = POLLIN };
	while (open_streams > 0) {
		double left = end - seconds_now();

		if (stage == 3)
			break; /* something holds the pipes open */
		if ((interrupted && stage == 0) || left <= 0) {
			verdict = interrupted ? "interrupted" : "error";
			end = seconds_now() + stop(guard, &stage);
			continue;
		}
		if (poll(fds, 3, (int)(left * 1000) + 1) == -1)
			continue; /* EINTR: the next round sees why */
		for (int i = 0; i < 3; i++) {
			if (fds[i].fd == -1 || fds[i].revents == 0)
				continue;
			int taken = take(box, s, i);
			if (taken == 1) {
				fds[i].fd = -1;
				open_streams--;
			} else if (taken == -1 && stage == 0) {
				verdict = "output";
				end = seconds_now() + stop(guard, &stage);
			}
		}
	}
	return verdict;
}

/*
 * When the machine runs out of memory, the kernel ends a box before all else,
 * and in it the largest program before the supervisor.
 */
static void
volunteer(void)
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

	volunteer();
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	pid_t pid = level_enter(box);
	if (pid == -1)
		_exit(2);
	if (pid == 0)
		_exit(init_run(box) == 0 ? 0 : 2);
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
 * Runs the scenario on one rung. Returns the report, to be freed, or NULL
 * when the rung is refused; `why` then says what was.
 */
static char *
run(struct box *box, int out, int error, const char **verdict, char *why,
    size_t why_size)
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

/* Writes the facts of the run; the outer verdict beats the inner one. */
static void
write_result(int dir, const struct box *box, const char *report,
	     const char *verdict, double wall)
{
	FILE *file = fdopen(open_in(dir, "result"), "w");
	size_t length = strlen(report);
	int complete = length >= 4 && strcmp(report + length - 4, "end\n") == 0;

	if (file == NULL)
		err(2, "result");
	fprintf(file, "level %s\n", level_names[box->level]);
	fprintf(file, "wall %.4f\n", wall);
	if (*verdict != '\0')
		fprintf(file, "verdict %s\n", verdict);
	else if (!complete)
		fprintf(file, "verdict error\n");
	else
		fputs(report, file);
	if (fclose(file) == EOF)
		err(2, "result");
}

/* Without namespaces and a user of our own, only one box at a time. */
static int
lock_for_same_user(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/tmp/labbox-%u.lock", getuid());
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd == -1)
		err(2, "%s", path);
	while (flock(fd, LOCK_EX) == -1)
		if (errno != EINTR || interrupted)
			err(2, "%s", path);
	return fd;
}

static enum level
parse_level(const char *text)
{
	for (int i = 0; i < LEVELS; i++)
		if (strcmp(text, level_options[i]) == 0)
			return i;
	errx(2, "no such level: %s", text);
}

static int
open_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		err(2, "%s", path);
	return fd;
}

static void
remove_scratch(void)
{
	rmdir(scratch);
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = note_signal };

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
}

static void
make_scratch(struct box *box)
{
	umask(022);
	if (mkdtemp(scratch) == NULL)
		err(2, "%s", scratch);
	atexit(remove_scratch);
	if (chmod(scratch, 0755) == -1)
		err(2, "%s", scratch);
	box->scratch = scratch;
}

int
main(int argc, char *argv[])
{
	struct box box = {
		.wall = 10,
		.output = 1 << 20,
		.memory = 1L << 30,
		.processes = 128,
		.disk = 64 << 20,
		.early = 1,
		.kit = -1,
		.log_fd = -1,
	};
	int result = -1, forced = -1, probe = 0, option;

	while ((option = getopt(argc, argv,
				"+d:i:k:l:t:o:m:s:n:Ee:x:H:D:ph")) != -1) {
		switch (option) {
		case 'd':
			result = open_directory(optarg);
			break;
		case 'i':
			if (box.nfiles == FILES_MAX)
				errx(2, "option -i: too many");
			box.files[box.nfiles++] = open_directory(optarg);
			break;
		case 'k':
			box.kit = open_directory(optarg);
			break;
		case 'l':
			forced = parse_level(optarg);
			break;
		case 't':
			box.wall = number(optarg, 0.01, 86400, option);
			break;
		case 'o':
			box.output = (long)number(optarg, 0, 1e9, option);
			break;
		case 'm':
			box.memory = (long)number(optarg, 1e6, 1e12, option);
			break;
		case 's':
			box.disk = (long)number(optarg, 65536, 1e12, option);
			break;
		case 'n':
			box.processes = (long)number(optarg, 4, 4000, option);
			break;
		case 'E':
			box.early = 0;
			break;
		case 'e':
			if (box.nenv == EXTRA_ENV_MAX ||
			    strchr(optarg, '=') == NULL)
				errx(2, "option -e: %s", optarg);
			box.env[box.nenv++] = optarg;
			break;
		case 'x':
			if (box.ncollect == COLLECT_MAX)
				errx(2, "option -x: too many");
			box.collect[box.ncollect++] = optarg;
			break;
		case 'H':
			if (box.nhidden == HIDDEN_MAX)
				errx(2, "option -H: too many");
			box.hidden[box.nhidden++] = optarg;
			break;
		case 'D':
			box.debug = optarg;
			break;
		case 'p':
			probe = 1;
			break;
		case 'h':
			fputs(usage, stdout);
			return 0;
		default:
			fputs(usage, stderr);
			return 2;
		}
	}
	static char *true_argv[] = { "/bin/true", NULL };
	box.argv = probe ? true_argv : argv + optind;
	if (!probe && (result == -1 || box.nfiles == 0 || optind == argc)) {
		fputs(usage, stderr);
		return 2;
	}
	catch_signals();
	make_scratch(&box);
	if (probe) {
		result = open_directory(scratch);
	}
	if (level_claim_user(&box) == -1)
		err(2, "a user id for the box");

	int out = probe ? open("/dev/null", O_WRONLY) : open_in(result, "out");
	int error = probe ? out : open_in(result, "err");
	box.log_fd = probe ? out : open_in(result, "log");
	for (int i = 0; i < box.ncollect; i++) {
		char name[256];

		snprintf(name, sizeof(name), "%s", box.collect[i]);
		for (char *c = name; *c != '\0'; c++)
			if (*c == '/')
				*c = '-';
		box.collect_fd[i] = open_in(result, name);
	}

	char why[256] = "no level is possible";
	for (int level = 0; level < LEVELS; level++) {
		const char *verdict;

		if (!level_possible(level) || (forced != -1 && forced != level))
			continue;
		box.level = level;
		int lock = level == SAME_USER ? lock_for_same_user() : -1;
		double start = seconds_now();
		char *report =
		    run(&box, out, error, &verdict, why, sizeof(why));
		if (report != NULL && probe)
			puts(level_options[level]);
		else if (report != NULL)
			write_result(result, &box, report, verdict,
				     seconds_now() - start);
		free(report);
		if (lock != -1)
			close(lock);
		if (report != NULL)
			return 0;
	}
	errx(2, "cannot make a box: %s", why);
}
