/*
 * What the parts of the box share. In the order in which a run meets them:
 *
 *	labbox.c      main: tries the levels, writes the result
 *	options.c     the command line
 *	run.c         the outside: starts a box, reads its output, stops it
 *	level.c       the levels of isolation, and how each is entered
 *	supervisor.c  the process inside that starts, reaps and ends all others
 *	rootfs.c      the root file system that the scenario sees
 *	copy.c        files copied in, and handed back
 *	limits.c      what a program may use, and the rights that it loses
 *	forbid.c      calls that would hinder the supervisor, or other boxes
 *	notes.c       what the preloaded checkers tell the supervisor
 *	processes.c   which processes there are
 *	memory.c      how much memory they take, all together; pipes, sockets
 *	watched.c     which programs run without their checkers
 *	clock.c       how much of its time the scenario has used
 *	hang.c        the judgement that they hang; ../why says why
 *	leftovers.c   kernel objects that they left behind
 *
 * The words, everywhere in the grader:
 *
 *	scenario      the shell script of a test, and the programs that it starts
 *	box           what isolates one scenario
 *	level         how well it does: enum level
 *	supervisor    the process inside that is not the scenario's
 *	guard         the process outside that the box dies with
 *	report        what the supervisor writes: facts, one a line
 *	result        the folder that labbox writes, the report in it
 *	verdict       in the report: how the scenario ended
 *	early         a verdict at a deadlock, long before the time limit
 *	tools         what the scenario needs of the grader: run.sh, checkers
 */
#ifndef BOX_H
#define BOX_H

#include <stdio.h>
#include <sys/types.h>

/* The levels of isolation, strongest first. grader/README.md compares them. */
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
	SHOWN_MAX = 16,	 /* folders to show */
	EXTRA_ENV_MAX = 16,
};

struct box {
	enum level level;

	/* limits: see clock.c, limits.c, memory.c and rootfs.c */
	double limit;	  /* seconds that the scenario may use (clock.c) */
	double patience;  /* seconds by the wall clock; 0: the usual number */
	long output;	  /* bytes of standard output, and of standard error */
	long memory;	  /* bytes resident, all processes together */
	long processes;	  /* at any one time */
	long descriptors; /* of each process */
	long disk;	  /* bytes in the working directory, and in /dev/shm */
	int early;	  /* stop at a proven deadlock? */

	/* what goes in and comes out */
	int files[FILES_MAX]; /* directories copied into the working one */
	int nfiles;
	int tools;	     /* directory copied beside it, for the scenario to
			      * read: shell functions, checkers; or -1 */
	const char *scratch; /* an empty directory of the caller's: becomes the
			      * root, or holds it */
	const char *collect[COLLECT_MAX]; /* files to hand back ... */
	int collect_fd[COLLECT_MAX];	  /* ... and where to write them */
	int ncollect;
	int log_fd; /* where the files of the log folder go */
	const char *hidden[HIDDEN_MAX];
	int nhidden;
	const char *shown[SHOWN_MAX]; /* of /opt and /usr/local: see rootfs.c */
	int nshown;
	const char *debug; /* shown in place of /usr/lib/debug, or NULL */
	const char *env[EXTRA_ENV_MAX];
	int nenv;
	char **argv; /* the scenario */

	/* of the outer process alone */
	int result; /* the directory for the result */
	int forced; /* the only level to try, or -1 */
	int probe;  /* only tell which level is possible? */

	/* set while the box is made */
	uid_t uid; /* of the scenario */
	gid_t gid;
	int stdio[3];	/* of the scenario */
	FILE *report;	/* from the supervisor to the outer process */
	char root[256]; /* path of the root as the supervisor sees it: "" with
			 * namespaces, else the scratch directory */
};

/* options.c */
void options_read(struct box *box, int argc, char *argv[]);
int open_directory(const char *path);

/* run.c */
char *run_scenario(struct box *box, int out, int error, const char **verdict,
		   char *why, size_t why_size);
void run_catch_signals(void);
int run_interrupted(void);
double seconds_now(void);

/* level.c. The names of a level: for people, and for the option -l. */
extern const char *const level_names[LEVELS];
extern const char *const level_options[LEVELS];
extern const char level_folder[]; /* what boxes that root makes share */
int level_has_namespaces(enum level level);
int level_possible(enum level level);
int level_claim_user(struct box *box);
pid_t level_enter(struct box *box);
int level_prepare(struct box *box);
void level_after(const struct box *box);

/* Says in the report what the kernel refused, with errno: labbox then tries
 * the next level. Returns -1. */
int refuse(struct box *box, const char *what);

/* supervisor.c */
int supervisor_run(struct box *box);

/* rootfs.c */
int rootfs_make(struct box *box);
int rootfs_tmpfs(const char *root, const char *path, long bytes, mode_t mode);
void rootfs_path(const struct box *box, const char *name, char *path,
		 size_t size);
void rootfs_remove(const struct box *box);

/* copy.c */
int copy_in(struct box *box);
void copy_out(const struct box *box);

/* limits.c, forbid.c */
void limits_apply(const struct box *box);
int limits_drop_rights(const struct box *box);
int forbid_calls(const struct box *box);

/* notes.c */
int notes_make(const struct box *box);
int notes_read(const struct box *box);

enum { CLOCK_TICK_MS = 25 }; /* how often the supervisor looks at it all */

/* clock.c */
long clock_tick(const pid_t *pids, int npids, long now_ms);
int clock_awaits_too_long(const struct box *box, long used_ms, long limit_ms);

/* processes.c, memory.c */
size_t read_text(int dir, const char *path, char *text, size_t size);
int processes_below(pid_t *pids, int max);
void processes_report(const struct box *box, const pid_t *pids, int npids);

/* What a box takes of the machine, at one time. */
struct use {
	long bytes; /* of memory */
	long tcp;   /* bytes in the queues of TCP connections */
	int pipes, sockets, system_v;
};
void memory_used(const struct box *box, const pid_t *pids, int npids,
		 struct use *use);
const char *memory_excess(const struct box *box, const struct use *use);

/* watched.c */
void watched_look(const struct box *box, const pid_t *pids, int npids);

/* hang.c */
const char *hang_verdict(const struct box *box, pid_t scenario, long now_ms);
void hang_report(const struct box *box, pid_t scenario);

/* leftovers.c */
struct leftovers;
struct leftovers *leftovers_before(const struct box *box);
void leftovers_report(const struct box *box, struct leftovers *before);

#endif
