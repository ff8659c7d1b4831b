/*
 * The command line of labbox.
 */
#define _GNU_SOURCE
#include "box.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char usage[] =
    "usage: labbox -d RESULT -i FILES... [-T TOOLS] [-l LEVEL] [-t SECONDS]\n"
    "              [-w SECONDS] [-o BYTES] [-m BYTES] [-s BYTES]\n"
    "              [-n PROCESSES] [-N FILES] [-E] [-e NAME[=VALUE]]... [-x "
    "FILE]...\n"
    "              [-H DIR]... [-D DIR] COMMAND [ARG...]\n"
    "       labbox -p\n"
    "  -d  directory for the result       -i  directory copied into the box\n"
    "  -T  directory copied beside it     -l  userns, rootns, uid or plain\n"
    "  -t  time that it may use           -w  the same by the wall clock\n"
    "  -o  output limit                   -m  memory limit\n"
    "  -s  size of the working directory  -D  show this as /usr/lib/debug\n"
    "  -n  processes at one time          -N  open files of each\n"
    "  -E  no early verdict at a deadlock\n"
    "  -e  add to the environment         -x  hand back this file\n"
    "  -H  hide this directory            -p  print the level to be had here\n"
    "Of /opt and /usr/local it shows what belongs to a system, and the "
    "folders\n"
    "in LABBOX_SHOW (colon between), which hold a compiler, say.\n";

/* By the wall clock: what a very busy machine needs for what else is quick. */
enum {
	PATIENCE = 60,
	PATIENCE_TIMES = 20,
};

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

static enum level
parse_level(const char *text)
{
	for (int i = 0; i < LEVELS; i++)
		if (strcmp(text, level_options[i]) == 0)
			return i;
	errx(2, "no such level: %s", text);
}

/* Opens a directory that must be there. */
int
open_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		err(2, "%s", path);
	return fd;
}

/* What holds where no option says otherwise. */
static const struct box usual = {
	.limit = 10,
	.output = 1 << 20,
	.memory = 1L << 30,
	.processes = 128,
	.descriptors = 256, /* enough for any lab; a leak meets it soon */
	.disk = 64 << 20,
	.early = 1,
	.tools = -1,
	.result = -1,
	.forced = -1,
	.log_fd = -1,
};

/* Takes the folders in `list` apart, with colons between. */
static void
read_shown(struct box *box, const char *list)
{
	char *copy = strdup(list == NULL ? "" : list), *save;

	if (copy == NULL)
		err(2, "LABBOX_SHOW");
	for (char *path = strtok_r(copy, ":", &save);
	     path != NULL && box->nshown < SHOWN_MAX;
	     path = strtok_r(NULL, ":", &save))
		box->shown[box->nshown++] = path;
}

/* NAME=VALUE; of a NAME alone, our own value: others may see our command line. */
static const char *
variable(const char *text)
{
	char *both = NULL;
	const char *value;

	if (strchr(text, '=') != NULL)
		return text;
	value = getenv(text);
	if (value == NULL || asprintf(&both, "%s=%s", text, value) == -1)
		errx(2, "option -e: %s", text);
	return both;
}

/* Fills in `box`; ends the program where the command line makes no sense. */
void
options_read(struct box *box, int argc, char *argv[])
{
	static char *true_argv[] = { "/bin/true", NULL };
	int option;

	*box = usual;
	read_shown(box, getenv("LABBOX_SHOW"));
	while ((option = getopt(argc, argv,
				"+d:i:T:l:t:w:o:m:s:n:N:Ee:x:H:D:ph")) != -1) {
		switch (option) {
		case 'd':
			box->result = open_directory(optarg);
			break;
		case 'i':
			if (box->nfiles == FILES_MAX)
				errx(2, "option -i: too many");
			box->files[box->nfiles++] = open_directory(optarg);
			break;
		case 'T':
			box->tools = open_directory(optarg);
			break;
		case 'l':
			box->forced = parse_level(optarg);
			break;
		case 't':
			box->limit = number(optarg, 0.01, 86400, option);
			break;
		case 'w':
			box->patience = number(optarg, 0.01, 1e6, option);
			break;
		case 'o':
			box->output = (long)number(optarg, 0, 1e9, option);
			break;
		case 'm':
			box->memory = (long)number(optarg, 1e6, 1e12, option);
			break;
		case 's':
			box->disk = (long)number(optarg, 65536, 1e12, option);
			break;
		case 'n':
			box->processes = (long)number(optarg, 4, 4000, option);
			break;
		case 'N':
			box->descriptors =
			    (long)number(optarg, 16, 4000, option);
			break;
		case 'E':
			box->early = 0;
			break;
		case 'e':
			if (box->nenv == EXTRA_ENV_MAX)
				errx(2, "option -e: %s", optarg);
			box->env[box->nenv++] = variable(optarg);
			break;
		case 'x':
			if (box->ncollect == COLLECT_MAX)
				errx(2, "option -x: too many");
			box->collect[box->ncollect++] = optarg;
			break;
		case 'H':
			if (box->nhidden == HIDDEN_MAX)
				errx(2, "option -H: too many");
			box->hidden[box->nhidden++] = optarg;
			break;
		case 'D':
			box->debug = optarg;
			break;
		case 'p':
			box->probe = 1;
			break;
		case 'h':
			fputs(usage, stdout);
			exit(0);
		default:
			fputs(usage, stderr);
			exit(2);
		}
	}
	box->argv = box->probe ? true_argv : argv + optind;
	if (box->patience <= 0)
		box->patience = PATIENCE + PATIENCE_TIMES * box->limit;
	if (!box->probe &&
	    (box->result == -1 || box->nfiles == 0 || optind == argc)) {
		fputs(usage, stderr);
		exit(2);
	}
}
