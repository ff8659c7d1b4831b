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
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* The scratch directory, removed whatever happens. */
static char scratch[] = "/tmp/labbox.XXXXXX";

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

/*
 * For who wants to know what the boxes of a whole grading have cost: adds a line
 * "WALL CPU" (seconds) to the file that LABBOX_COST names.
 */
static void
add_to_costs(double wall)
{
	const char *name = getenv("LABBOX_COST");
	struct rusage usage;
	int fd;

	if (name == NULL)
		return;
	fd = open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (fd == -1)
		err(2, "%s", name);
	getrusage(RUSAGE_CHILDREN, &usage);
	dprintf(fd, "%.4f %.4f\n", wall,
		(double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
		    (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) /
			1e6);
	close(fd);
}

/* The file that take_turn locks; root's where no box can come before. */
static void
name_lock(char path[static 64])
{
	if (geteuid() == 0)
		snprintf(path, 64, "%s/turn", level_folder);
	else
		snprintf(path, 64, "/tmp/labbox-%u.lock", getuid());
}

/*
 * Boxes that share the machine's names (of System V, POSIX shared memory, ...)
 * would find each other's objects: one at a time.
 */
static int
take_turn(void)
{
	struct stat held, named;
	char path[64];

	name_lock(path);
	for (;;) {
		int fd =
		    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

		if (fd == -1)
			err(2, "%s", path);
		while (flock(fd, LOCK_EX) == -1)
			if (errno != EINTR || run_interrupted())
				err(2, "%s", path);
		/* The one before may have removed this file meanwhile. */
		if (fstat(fd, &held) == 0 && lstat(path, &named) == 0 &&
		    held.st_ino == named.st_ino && held.st_dev == named.st_dev)
			return fd;
		close(fd);
	}
}

static void
unlock(int lock)
{
	char path[64];

	name_lock(path);
	unlink(path);
	close(lock);
}

static void
remove_scratch(void)
{
	rmdir(scratch);
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

/* Opens the files of the result. */
static void
open_result(struct box *box, int *out, int *error)
{
	if (box->probe) {
		*out = *error = box->log_fd = open("/dev/null", O_WRONLY);
		return;
	}
	*out = open_in(box->result, "out");
	*error = open_in(box->result, "err");
	box->log_fd = open_in(box->result, "log");
	for (int i = 0; i < box->ncollect; i++) {
		char name[256];

		snprintf(name, sizeof(name), "%s", box->collect[i]);
		for (char *c = name; *c != '\0'; c++)
			if (*c == '/')
				*c = '-';
		box->collect_fd[i] = open_in(box->result, name);
	}
}

int
main(int argc, char *argv[])
{
	struct box box;
	char why[256] = "this user cannot have that level";
	int out, error;

	options_read(&box, argc, argv);
	run_catch_signals();
	make_scratch(&box);
	if (level_claim_user(&box) == -1)
		err(2, "a user id for the box");
	open_result(&box, &out, &error);

	for (int level = 0; level < LEVELS; level++) {
		const char *verdict;

		if (!level_possible(level) ||
		    (box.forced != -1 && box.forced != level))
			continue;
		box.level = level;
		int lock = level_has_namespaces(level) ? -1 : take_turn();
		double start = seconds_now();
		char *report =
		    run_scenario(&box, out, error, &verdict, why, sizeof(why));
		if (report != NULL && box.probe)
			puts(level_options[level]);
		else if (report != NULL) {
			double wall = seconds_now() - start;

			write_result(box.result, &box, report, verdict, wall);
			add_to_costs(wall);
		}
		free(report);
		if (lock != -1)
			unlock(lock);
		if (report != NULL)
			return 0;
	}
	errx(2, "cannot make a box: %s", why);
}
