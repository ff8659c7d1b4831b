/*
 * What the parts of the checker `race` share; race.c says what it does.
 *
 *	race.c         start-up, fork, and the state that all processes share
 *	start.c        waits for the programs that are started together
 *	state_lock.c   the lock on that state
 *	clock.c        vector clocks, and the keys of what hands them on
 *	map.c          which memory is shared; mmap, shmat and the like
 *	object.c       what lies behind a mapping, by /proc/self/maps
 *	access.c       compares an access with those before it
 *	report.c       the notes
 *	tsan.c         what compiled code calls at each access ...
 *	tsan_atomic.c  ... and for each atomic operation
 *	atomic.c       what atomic operations order
 *	hooks.h        wrappers with something to do before and after the call
 *
 * and the C library's functions that order processes, or access memory:
 *
 *	child.c        wait, _exit, posix_spawn, system
 *	file.c         read, write, send, mq_send, poll, close
 *	stdio.c, printf.c, scanf.c, streams.h
 *	names.c        open, unlink, rename, ftruncate
 *	flock.c        flock, fcntl, lockf
 *	socket.c       connect, accept
 *	sync.c         POSIX semaphores, pthread objects, futex
 *	sysv.c         semop, msgsnd, msgrcv, shmget
 *	signal.c       kill, sigaction, sigwaitinfo
 *	memory.c       memcpy, strlen and the like
 *
 * All of it may be called in a signal handler, unless said otherwise, and
 * leaves errno alone.
 */
#ifndef RACE_H
#define RACE_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "../note/note.h"

/*
 * The size of the checker's tables. When one is full, race says so and reports
 * no race from then on: it never guesses.
 */
enum {
	PROCESSES = 128, /* that ever ran in one scenario */
	OBJECTS = 512,	 /* segments, shared files and the like */
	SYNCS = 2048,  /* locks, semaphores, pipes, queues, atomic variables */
	CHUNKS = 2048, /* of shared memory in use */
	PAIRS = 256,   /* ends of socketpair */
	RECORDS = 8,   /* accesses remembered for each granule */
	GRANULE = 8,   /* bytes */
	CHUNK = 64,    /* granules: 512 bytes */
	NOTES = 8,     /* races reported in one scenario */
	NAME_SIZE = 64
};

/*
 * Vector clocks. Each process counts its own time, a tick at each release;
 * `at[i]` is how much of process i's time comes before the moment in question.
 */
typedef uint32_t tick;
struct clock {
	tick at[PROCESSES];
};

/* An access is any of these together. */
enum { READ = 0, WRITE = 1, ATOMIC = 2 };

struct record {
	tick when;	  /* 0: this record is empty */
	uint32_t place;	  /* offset in the program */
	uint16_t process; /* index in state.process */
	uint8_t bytes;	  /* of the granule: a bit for each */
	uint8_t how;
};

struct granule {
	struct record records[RECORDS];
};

struct process {
	pid_t pid;
	bool finished; /* has called exit or _exit */
	bool undo;     /* its end changes a System V semaphore */
	char program[NAME_SIZE];
	struct clock now;
	struct clock released; /* at the last release fence */
	struct clock loaded;   /* by relaxed loads, for an acquire fence */
	/* The last atomic accesses, if they order nothing: places, or 0. */
	struct {
		uint32_t store, load;
		bool fenced; /* a release fence may order the stores */
	} relaxed;
};

/*
 * A thing that orders processes, and the clock that was released to it so far.
 */
struct sync {
	uint64_t key;
	struct clock clock;
};

struct object {
	dev_t device;
	ino_t inode;
	uint64_t born; /* of a file: when; inodes are used again */
	char name[NAME_SIZE];
};

/* All zero is the valid state at the start. */
struct state {
	uint32_t owner; /* of the lock on all this: a thread id, 0 if free */
	uint32_t off;	/* not 0: no judgement */
	int processes, objects, pairs, notes;
	struct process process[PROCESSES];
	struct object object[OBJECTS];
	struct {
		ino_t inode, other;
	} pair[PAIRS];
	struct {
		uint64_t places[2];
	} note[NOTES];
	struct sync sync[SYNCS];
	/* Chunk i holds granules of object `of - 1` from `first` on. */
	struct {
		uint32_t of;
		uint64_t first;
	} index[CHUNKS];
	struct granule chunk[CHUNKS][CHUNK];
};

/* ---- race.c ---- */

extern struct state *race_state;
extern struct process *race_self;
extern int race_index; /* of race_self */
extern bool race_instrumented;

/* True if the checker acts in this program and can still judge. */
bool race_on(void);

/* Ends all judgement in this scenario, with a note that says why. */
void race_stop(const char *why);

/* On exit: this process has no more to do. */
void race_finish(void);

/* ---- start.c ---- */

/*
 * Waits until the programs that the shell starts together with this one
 * ("./a & ./b &") live too.
 */
void race_wait_for_others(void);

/* ---- state_lock.c ---- */

/*
 * Locks the state, signals blocked. False if there is nothing to do. The caller
 * keeps `held` for race_unlock.
 */
struct held {
	sigset_t mask;
	bool nested;
};
bool race_lock(struct held *held);
void race_unlock(const struct held *held);

/*
 * The same for a data access, without the cost of blocking signals: false also
 * inside a handler that interrupted another access. That one goes unseen.
 */
bool race_lock_access(void);
void race_unlock_access(void);

/* The lock alone; race_take returns false if it cannot be had. */
bool race_take(void);
void race_give_back(void);

/* In the child, after fork. */
void race_new_thread(void);

void race_nap(long microseconds);

/* ---- clock.c ---- */

/* Kinds of keys; the numbers a and b name the thing among its kind. */
enum kind {
	MEMORY = 1, /* a lock or variable: object, offset */
	SEMAPHORE,  /* System V: id, number */
	ZERO,	    /* the same, for waits until it is zero */
	QUEUE,	    /* System V: id */
	OPEN_FILE,  /* pipe, queue and the like: device, inode */
	FILE_LOCK,  /* device, inode */
	SOCKET,	    /* hashes of its names */
	SIGNAL,	    /* its number; 0: any */
	NAMES,	    /* of files: a hash */
	IPC_KEY,    /* System V: key */
	SEGMENT,    /* System V: id */
	OUTSIDE	    /* what programs that are not watched may have seen */
};
uint64_t race_key(enum kind kind, uint64_t a, uint64_t b);

void race_join(struct clock *to, const struct clock *from);

/*
 * All that this process did so far comes before what others do after they
 * acquire the same key. Key 0: nothing.
 */
void race_release(uint64_t key);

/* Returns false if nobody ever released the key. */
bool race_acquire(uint64_t key);

/* The same with the state locked; NULL if there is no room or no such key. */
struct sync *race_sync(uint64_t key, bool create);

/* The state's letter in /proc/PID/stat; 'X' if there is no such process. */
char race_state_of(pid_t pid);

/* What process `pid` did so far comes before what this one does next. */
void race_join_pid(pid_t pid);

/* The same for all processes that have ended, or with `undo` set only. */
void race_join_ended(bool undo_only);

/*
 * Something came from a program that is not watched, such as the shell: it may
 * have seen all that others had written to any file, that they ended, or that
 * they slept.
 */
void race_join_outside(void);

/* ---- map.c ---- */

struct mapping {
	uintptr_t start, end;
	uint64_t offset; /* in the object, of start */
	int object;	 /* index in state.object */
	bool data;	 /* false: holds a semaphore only */
};

/* The shared mapping that holds the address, or NULL. */
const struct mapping *race_mapping(const void *address);

/* The key of a lock or variable in shared memory, 0 if it is not shared. */
uint64_t race_address_key(const void *address);

/* The offset in the program of a place in its code, 0 if it lies elsewhere. */
uint32_t race_offset(const void *place);

void race_map(const void *start, size_t size, bool data, uint64_t born);
void race_unmap(const void *start, size_t size);
void race_add(const struct mapping *new);

/* ---- object.c ---- */

/* Calls race_add for all shared mappings in [from, to). */
void race_find_mappings(uintptr_t from, uintptr_t to, bool data, uint64_t born);

/* When the file was made, in nanoseconds; 0 if that is not known. */
uint64_t race_born(int fd);

/* ---- access.c ---- */

/*
 * A program of the grader's may define this. It is called before each access that
 * the compiler tells of: what happens in it happens between two looks at memory.
 */
extern void labbox_before_access(const volatile void *address)
    __attribute__((weak));

/* `place` is the code that does it. Nothing happens if nothing is shared. */
void race_access(const void *address, size_t size, int how, const void *place);

/*
 * With the state locked: remembers an access, which must lie in the mapping.
 * True if race_report is to be called, after unlocking.
 */
struct race {
	struct record before, now;
	const struct object *object; /* NULL: there was no room */
	uint64_t offset;	     /* of the first common byte */
	int bytes;		     /* common to both */
};
bool race_record(const struct mapping *m, uintptr_t address, size_t size,
		 int how, const void *place, struct race *r);

/* ---- report.c ---- */

/* With the state locked: true once for each pair of places. */
bool race_is_new(const struct race *r);
void race_report(const struct race *r);

/* ---- atomic.c ---- */

/*
 * An atomic operation is done between these two, `order` as in <stdatomic.h>;
 * `how` says if it loads, stores or both. The first returns false if the
 * address is not shared; then the second must not be called.
 */
enum { LOADS = 1, STORES = 2 };
bool race_atomic_begin(const volatile void *address, struct held *held);
void race_atomic_end(const volatile void *address, size_t size, int how,
		     int order, const void *place, const struct held *held);
void race_fence(int order);

/* ---- file.c, socket.c, flock.c ---- */

struct stat;
struct sockaddr;

bool race_status(int fd, struct stat *status);

/* The key of a socket, by its inode; `to` is the destination or NULL. */
uint64_t race_socket_key(int fd, ino_t inode, const struct sockaddr *to,
			 unsigned length, bool send);

/* The key of the locks on an open file. */
uint64_t race_lock_key(int fd);

/* This process writes to or closes the descriptor `fd`; reads from it. */
void race_release_file(int fd);
void race_acquire_file(int fd);

/* ---- stdio.c ---- */

/* This process writes what its streams still hold: on exit. */
void race_release_streams(void);

/* ---- names.c ---- */

/* True if the file was changed after this program began. */
bool race_is_news(const struct stat *status);

/* This process makes, changes or removes what has that name; looks for it. */
void race_made(const char *name);
void race_found(const char *name);

/* ---- sysv.c ---- */

/* This process attaches, detaches or changes the segment of System V. */
void race_release_segment(int id);

#endif
