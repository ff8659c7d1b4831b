/*
 * What the parts of the checker `perturb` share; perturb.c says what it does.
 *
 *	perturb.c  the environment, random numbers, EINTR
 *	read.c     short reads, by readers.c only where a pipe has one reader
 *	write.c    short writes
 *	stream.c   what the two share (stream.h)
 *	fork.c     which process runs first after fork
 *	time.c     pause and sleeps
 *	lock.c     locks, semaphores, queues: yields around the calls, EINTR
 *	wait.c     other calls that wait: EINTR; a core file
 *
 * All of it may be called in a signal handler and leaves errno alone.
 */
#ifndef PERTURB_H
#define PERTURB_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "../note/note.h"

enum perturbation {
	SHORTREAD,
	SHORTWRITE,
	KEEPRECORDS,
	INTERRUPT,
	PAUSE,
	CHILDFIRST,
	PARENTFIRST,
	NOSLEEP,
	YIELD,
	CORE,
	PERTURBATIONS
};

/* True if PERTURB names `what` and the program is one to be perturbed. */
bool perturb_on(enum perturbation what);

/* A number from 0 to `below` - 1, from the seed; `below` must not be 0. */
unsigned long perturb_random(unsigned long below);

/* Makes the numbers of a new child differ from its parent's and siblings'. */
void perturb_reseed(void);

/*
 * Sleeps for `microseconds`, other checkers not seeing it. Returns false if a
 * signal handler ran meanwhile (the rest of the time is then not slept).
 */
bool perturb_nap(long microseconds);

/* With YIELD: lets other processes run for a while, or not at all. */
void perturb_yield(void);

/*
 * Which handlers could run in this thread now, for signals that others send:
 * those with SA_RESTART, those without.
 */
struct handlers {
	bool restarting, interrupting;
};
struct handlers perturb_handlers(void);

/*
 * With INTERRUPT: true if the call now to be made must fail with EINTR. It is a
 * call that may wait, on the descriptor `fd` (-1 if on none).
 */
bool perturb_interrupted(int fd);

/* True if calls on `fd` may wait: no file on disk, and not non-blocking. */
bool perturb_waits(int fd);

/*
 * Waits until thread `tid` of process `pid` sleeps or has ended. Gives up when
 * it has been busy for long.
 */
void perturb_settle(pid_t pid, pid_t tid);

/*
 * True if no other thread and no other process can read from the pipe or FIFO
 * `fd`. Waits for one that is about to close its copy.
 */
bool perturb_sole_reader(int fd);

#endif
