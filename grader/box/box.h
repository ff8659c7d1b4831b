/*
 * What the parts of the box share.
 *
 *	labbox.c   the outer process: options, output, the last clock, the result
 *	level.c    the rungs of isolation, and climbing down them
 *	room.c     the files that the box shows: read-only system, working directory
 *	init.c     the supervisor inside: starts the scenario, reaps, watches
 *	limits.c   what a program may use
 *	forbid.c   calls that would hinder the supervisor
 *	memory.c   how much memory it all takes
 *	census.c   what a scenario left behind
 *	why*.c     who is blocked where, and who holds the other end
 */
#ifndef BOX_H
#define BOX_H

#include <stdio.h>
#include <sys/types.h>

/* The rungs, strongest first. */
enum level {
	USER_NAMESPACES, /* all namespaces, owned by an unprivileged user */
	ROOT_NAMESPACES, /* real namespaces made by root; a user id of its own */
	SEPARATE_USER,	 /* no namespaces; a user id of its own */
	SAME_USER,	 /* no namespaces; the user who called */
	LEVELS
};

enum {
	COLLECT_MAX = 32, /* files that a box hands back */
	FILES_MAX = 4,
	HIDDEN_MAX = 16, /* folders to hide */
	EXTRA_ENV_MAX = 16,
};

struct box {
	enum level level;

	/* limits */
	double wall;	/* seconds from start to the end of the scenario */
	long output;	/* bytes of standard output, and of standard error */
	long memory;	/* bytes resident, all processes together */
	long processes; /* at any one time */
	long disk;	/* bytes in the working directory, and in /dev/shm */
	int early;	/* stop at a proven deadlock? */

	/* what goes in and comes out */
	int files[FILES_MAX]; /* directories copied into the working one */
	int nfiles;
	int kit;	     /* directory: copied beside it, or -1 */
	const char *scratch; /* an empty directory of the caller's */
	const char *collect[COLLECT_MAX]; /* files to hand back ... */
	int collect_fd[COLLECT_MAX];	  /* ... and where to write them */
	int ncollect;
	int log_fd; /* where the files of the log directory go */
	const char *hidden[HIDDEN_MAX];
	int nhidden;
	const char *debug; /* shown in place of /usr/lib/debug, or NULL */
	const char *env[EXTRA_ENV_MAX];
	int nenv;
	char **argv; /* the scenario */

	/* set while the box is made */
	uid_t uid; /* of the scenario */
	gid_t gid;
	int stdio[3];	/* of the scenario */
	FILE *report;	/* from the supervisor inside to the outer process */
	char root[256]; /* "" with namespaces, else the folder made for us */
};

/* The name of a rung, for people and for the option -l. */
extern const char *const level_names[LEVELS];
extern const char *const level_options[LEVELS];

int level_has_namespaces(enum level level);
int level_possible(enum level level);
int level_claim_user(struct box *box);
pid_t level_enter(struct box *box);
void level_after(const struct box *box);

int room_make(struct box *box);
void room_path(const struct box *box, const char *name, char *path,
	       size_t size);
void room_collect(const struct box *box);
void room_remove(const struct box *box);

int init_run(struct box *box);

void limits_apply(const struct box *box);
int limits_drop_rights(const struct box *box);
int forbid_calls(void);

long memory_used(const struct box *box, const pid_t *pids, int npids);

struct census;
struct census *census_before(const struct box *box);
void census_after(const struct box *box, struct census *before);
int census_processes(pid_t *pids, int max);
void census_report_processes(const struct box *box, const pid_t *pids,
			     int npids);

/* A line of the report cannot be refused: "refused WHAT: errno" and -1. */
int refuse(struct box *box, const char *what);

#endif
