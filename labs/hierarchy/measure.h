/*
 * Measuring how fast two processes exchange messages. Times are in nanoseconds,
 * if no other unit is named.
 */
#ifndef MEASURE_H
#define MEASURE_H

#include <stddef.h>

#define MESSAGE_MAX (1 << 20) /* bytes */

// REGION plan
/* One side's end of a mechanism. */
struct link {
	/* Each returns 0 when the whole message is through, or -1 with errno
	 * set. A signal does not end them. */
	int (*send)(struct link *link, const void *message, size_t bytes);
	int (*receive)(struct link *link, void *message, size_t bytes);
};

/* What a round is to be. */
struct plan {
	size_t bytes; /* of each message: 1 to MESSAGE_MAX */
	long warmup;  /* round trips before those that count: 0 or more */
	long trips;   /* round trips that count: 1 or more */
};

/* What one side says of it, in shared memory. At first it is all zeros. */
struct report {
	long
	    messages; /* received and right, in warm-up, too: kept up to date */
	long long wall; /* time of all trips that count, at the end ... */
	long long cpu;	/* ... and the processor time that this side used */
};
// END REGION plan

/* pingpong.c */
long long now(void);
long long cpu(void);
int ping(struct link *link, const struct plan *plan, struct report *report,
	 long long *samples);
int pong(struct link *link, const struct plan *plan, struct report *report);

/* samples.c */
long long percentile(long long *samples, size_t n, int rank);

/* lib/, which you need not read */

/*
 * What ping and what pong sends in round trip `trip` (0, 1, 2 ...): MESSAGE_MAX
 * bytes. Two that follow one another differ in all bytes, a request and its
 * answer, too.
 */
const void *request(long trip);
const void *answer(long trip);

/* A round that is to be played, and what came of it. */
struct round {
	const struct mechanism *mechanism;
	int cores, number;
	struct plan plan;
	long long *samples;
	const struct report *ping, *pong;
	long long p50, p90, p99;
};

/* Reads the command line; then says what comes next: 0 if nothing does. */
void begin(int argc, char *argv[]);
int next_round(struct round *round);
/* Has two processes play it. Returns 1 if both did, or 0 and has said why not. */
int play(struct round *round);
/* Tell what came of it; of all: returns the exit status. */
void print_round(const struct round *round);
int print_end(void);

/* `text` as a number from `min` to `max`. Exits with 2 if it is not one. */
long number(const char *name, const char *text, long min, long max);
/* The numbers on standard input, a line each; *n of them, 1 at least. */
long long *read_numbers(size_t *n);
/* Opens files of these names; `to` is empty then. Returns the size of `from`. */
size_t open_both(char *names[2], int *from, int *to);

#endif
