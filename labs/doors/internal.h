/*
 * What the five files with gaps share with one another and with lib/. What is
 * declared here without a file's name is in lib/, ready to be used.
 */
#ifndef INTERNAL_H
#define INTERNAL_H

#include <door.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

// ---- Messages between a caller and a server.

// One message carries at most this many descriptors: the kernel's SCM_MAX_FD.
#define FDS_MAX 253

// Data up to this many bytes travel in the message, more in shared memory.
#define INLINE_MAX 16384

enum kind { HELLO, WELCOME, MORE_FDS, CALL, RESULT, ACK };

enum {			// flags
	IN_MEMORY = 1,	// of a header: the data are in shared memory
	NO_RESULTS = 2, // of a header: the caller takes no results
	NOTICE = 4,	// of struct server_thread: no call, an unref notice
};

struct header {
	uint32_t kind;	 // an enum kind
	uint32_t flags;	 // IN_MEMORY, NO_RESULTS; never NOTICE
	uint64_t size;	 // bytes of data
	uint64_t token;	 // CALL: tells the server who is calling
	uint16_t n_fds;	 // descriptors in this message, without the memory
	uint16_t n_more; // messages of MORE_FDS that were sent before it
	int32_t error;	 // RESULT, ACK: 0 or an errno value
};

struct message {
	struct header head;
	char *data;	  // head.size bytes of data, if not IN_MEMORY
	int memory;	  // if IN_MEMORY: a descriptor of them; else -1
	int *fds;	  // descriptors that go along
	uint32_t n_got;	  // how many
	uint32_t n_space; // receiving: how many fit in fds
	bool lost;	  // receiving: this process could not have them all
};

int message_send(int sock, struct message *m, int flags); // message.c

// Closes and frees what a received message still has: its descriptors, its
// memory, and the array `fds`. Mappings of the memory stay.
void message_drop(struct message *m);

// Shared memory of `room` bytes that begins with `data`; a descriptor of it, or
// -1 with errno.
int memory_make(const char *data, size_t size, size_t room);

// A private mapping of the first `size` bytes of such memory, which may be
// written to; NULL with errno if there can be none.
char *memory_map(int fd, size_t size);

// Copies the first `size` bytes of such memory. Returns 0, or -1 with errno.
int memory_read(int fd, char *buf, size_t size);

// Fills in the door_desc_t of a descriptor that was received.
void describe(int fd, door_desc_t *desc);

// ---- The caller's side.

struct connection; // to the server of a door, for one call at a time

struct connection *connection_get(int fd); // of a door; NULL with errno
bool connection_is_new(const struct connection *connection);
void connection_put(void *connection); // as cleanup handlers have it: void *

// May this call be made? Returns 0 or an errno value.
int check_call(struct connection *connection, const door_arg_t *arg);

// Returns 0, or -1 with errno.
int send_call(struct connection *connection, const door_arg_t *arg);

// Returns 1, or 0 if the connection is closed, or -1 with errno.
int receive_result(struct connection *connection, struct message *m);

int take_result(struct message *m, door_arg_t *arg); // result.c

size_t round_up(size_t n, size_t unit); // to a multiple of it
size_t results_size(size_t size, uint_t n_desc);

// ---- The server's side.

struct server_thread {		       // a thread that serves calls
	door_server_procedure_t *proc; // of the door that is called
	void *cookie;		       // of that door
	uint32_t flags;		       // NO_RESULTS, NOTICE
	void *mapping;		       // its arguments, if mapped, or NULL
	size_t mapped;		       // bytes there
	jmp_buf start;		       // where it waits for its next call

	struct caller *caller; // whose call it serves; NULL between calls
	struct door *door;     // and of which door
	struct pool *pool;     // where it waits for calls
	struct pool *bound;    // the same, if by door_bind
	bool waiting;	       // it does so now
	bool was_last;	       // its call took the last idle thread of the pool
	bool cancelled;	       // a pthread_cancel may be on its way
};

struct server_thread *server_thread_self(void);
bool join_pool(struct server_thread *self);
bool next_call(struct server_thread *self, char *data, struct message *m);
void serve_calls(struct server_thread *self); // serve.c
int send_results(struct server_thread *self, char *data, size_t size,
		 const door_desc_t *desc, uint_t n_desc);

// Ends the call with no results: its door_call fails with errno `problem`.
void refuse(struct server_thread *self, int problem);

#endif
