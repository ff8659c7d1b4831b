/*
 * What a mechanism is made of.
 *
 * A channel is made before the fork, so that both processes find it ready:
 * nobody waits for a name to appear. Then each side has an end of it.
 */
#ifndef LINK_H
#define LINK_H

#include "measure.h"

#include <sys/types.h>

enum { PING, PONG, SIDES };

struct channel {
	int in[SIDES], out[SIDES]; /* descriptors of each side, or -1 */
	struct area *area;	   /* shared memory, or NULL */
	int id;			   /* of a System V queue, or -1 */
	char folder[64];	   /* a folder of its own, or "" */
};

struct end {
	struct link link; /* first: a pointer to it is one to all of this */
	const struct mechanism *mechanism;
	struct channel *channel;
	int side;
	pid_t peer;    /* 0: not known yet */
	unsigned seen; /* messages taken */
};

struct mechanism {
	const char *name;

	/* Before the fork. Returns 0, or -1 with errno set: not to be had
	 * here. */
	int (*open)(struct channel *channel);
	/* How many bytes went, or came: as with read(2), perhaps a part, and
	 * EINTR. 0 from take: the other side has gone. */
	ssize_t (*put)(struct end *end, const void *bytes, size_t n);
	ssize_t (*take)(struct end *end, void *bytes, size_t n);
	/* In the process of pong, if it does not simply call work(end): 0, or
	 * -1 with errno set. When `ready` is called, ping may begin. */
	int (*serve)(struct end *end, int (*work)(struct end *end),
		     void (*ready)(void));
	/* When both sides have ended, or if open failed: gives back what is
	 * neither a descriptor nor in the folder. */
	void (*close)(struct channel *channel);
	/* It is at a loss on one core. */
	int spins;
};

extern const struct mechanism *const mechanisms[]; /* ends with NULL */

/* An end whose link sends and receives whole messages (whole.c). */
void end_init(struct end *end, const struct mechanism *mechanism,
	      struct channel *channel, int side);

/* channel.c. These return 0, or -1 with errno set. */
void channel_init(struct channel *channel);
int channel_folder(struct channel *channel); /* makes one, in the current */
void channel_path(const struct channel *channel, const char *name, char *path,
		  size_t size);
void channel_use(struct channel *channel, int side); /* closes the other's */
void channel_close(struct channel *channel);	     /* the descriptors */
void channel_remove(struct channel *channel);	     /* and the folder */
ssize_t put_bytes(struct end *end, const void *bytes, size_t n); /* write */
ssize_t take_bytes(struct end *end, void *bytes, size_t n);	 /* read */

/* A file by file: the mechanisms. */
extern const struct mechanism shm_spin, shm_futex, eventfd_mechanism;
extern const struct mechanism mapped_file, signals, pipes, fifos;
extern const struct mechanism posix_queue, sysv_queue;
extern const struct mechanism unix_stream, unix_datagram, unix_seqpacket, tcp;
extern const struct mechanism door, spool_file;

/* options.c */
struct options {
	const struct mechanism *chosen[64]; /* ends with NULL */
	int cores[3];			    /* 1, 2; ends with 0 */
	size_t bytes[17];		    /* ends with 0 */
	struct plan plan;		    /* without bytes */
	int rounds, limit;		    /* ms that a round may take */
	int csv, named;			    /* -c; mechanisms were named */
	int cpus[SIDES];		    /* where they run on two cores */
};
extern struct options options;

#define ROUNDS_MAX 1000

/* play.c: plays it. Returns 0; -1 with a reason in `text`; or a signal that has
 * come to end us. */
int play_round(struct round *round, struct channel *channel, int limit,
	       char *text, size_t size);
void make_shared(struct round *round);

/* print.c: on standard error, and complain for the exit status */
void complain(const struct round *round, const char *text);
void skip(const struct mechanism *mechanism, const char *why);

#endif
