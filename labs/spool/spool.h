/*
 * A spool folder, in which both programs are while they run. In it are:
 *
 *	seq	a byte for each number that was given out
 *	lock	locked by the daemon, whose process id it holds
 *	tmp/	jobs that are still being written: NUMBER.PID
 *	new/	jobs that wait: 000001, 000002, ...
 *	out/	results: whole, if the job is in done/
 *	done/	jobs that were done
 *	failed/	jobs that are not a text
 */
#ifndef SPOOL_H
#define SPOOL_H

#include <signal.h>
#include <stdio.h>

enum {
	DIGITS = 6, /* of a number: with zeros in front, strcmp orders them */
	NAME = 32,  /* holds any of our names: "tmp/000001.4194304" */
};

/* lib/: goes into the spool folder `dir`, and makes the folders that are missing. */
void open_spool(const char *dir);
/* Stores a number that nobody else gets, not even if we are killed. */
void next_number(char number[NAME]);
/* Stores the lowest number in new/. Returns 0 if there is none. */
int next_job(char number[NAME]);
/* Copies what comes from `in`, up to its end. Returns 0, or -1 with errno set. */
int copy(int in, int out);
/*
 * Prints the text in the file `job` to `out`, each line with its number. Returns 0, or
 * -1 with errno set: EILSEQ if it is not a text (it has a null byte, is not a
 * regular file, or we may not read it).
 */
int print_text(const char *job, FILE *out);

/* enter.c */
int sync_folder(const char *folder);
int enter(int in, const char *number);

/* job.c */
int do_job(const char *number);

/* wait.c */
extern volatile sig_atomic_t ended; /* SIGTERM or SIGINT came */
int watch_jobs(void);
int await_job(int watch);

#endif
