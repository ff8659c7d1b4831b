/*
 * What the files of the emulation share. A reader's order:
 *
 *	message.c	one message on a socket: header, data, descriptors
 *	memory.c	data too big for a message: sealed shared memory
 *	identity.c	which door a descriptor refers to
 *	descriptors.c	door_desc_t
 *	connect.c	how a caller gets to a server
 *	lines.c		connections to other processes' doors
 *	call.c		door_call
 *	result.c	where its results go
 *	pool.c		the server threads, and door_bind
 *	serve.c		one call, served
 *	return.c	door_return: its results, and back to the next call
 *	self.c		what a server thread knows of itself, and its end
 *	create.c	door_create, door_revoke
 *	table.c		the doors of this process, and when they end
 *	board.c		what callers may read of them without asking
 *	info.c		door_info, door_getparam, door_setparam
 *	entrance.c	the objects by which a door is reached, and their readers
 *	reception.c	the thread that lets callers in and sees them go
 *	guest.c		the server's end of a line
 *	attach.c	how a FIFO takes the place of a file
 *	fattach.c	a door at a path; keeper.c gives the file back
 *	cred.c, ucred.c, fork.c, thread.c, synch.c
 *
 * Each caller's thread has a line (a SOCK_SEQPACKET connection) to the door for
 * itself while it calls. Over it go HELLO and WELCOME once, and then the RESULT
 * of each CALL. The CALL itself goes to the mailbox of the door's pool, from
 * which whichever server thread is idle takes it. So a call costs two messages,
 * no more, and nobody has to wait for many sockets at once.
 */
#ifndef DOORS_H
#define DOORS_H

#include <pthread.h>
#include <setjmp.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include "door.h"

// ---- message.c

// One message carries at most so many descriptors: the kernel's SCM_MAX_FD.
#define FDS_MAX 253

// Data up to this size travel in the message, more in shared memory. They land
// on the server thread's stack, which some programs make small.
#define INLINE_MAX 16384

enum kind {
	HELLO,	 // client: the door's descriptor, to show that it has one
	WELCOME, // server: a struct welcome, and the board
	CARGO,	 // either: descriptors that did not go into the next message
	CALL,	 // client
	RESULT,	 // server
	TAKEN,	 // client: got the descriptors of RESULT, or `error`
};

enum {
	IN_MEMORY = 1,	// the last descriptor is memory with the data
	NO_RESULTS = 2, // the caller passed NULL: nothing may come back
	NOTICE = 4,	// of struct server: no call, the door is unreferenced
};

struct header {
	uint32_t kind;	  // an enum kind
	uint32_t flags;	  // IN_MEMORY, NO_RESULTS; never NOTICE
	uint64_t size;	  // bytes of data
	uint64_t token;	  // CALL: whose it is
	uint16_t n_fds;	  // descriptors in this message, memory not
	uint16_t n_cargo; // messages of CARGO that were sent before it
	int32_t error;	  // RESULT, TAKEN: 0 or an errno value
};

struct message {
	struct header head;
	char *data;	  // head.size bytes of data; for receiving: INLINE_MAX
	int memory;	  // the descriptor of IN_MEMORY, or -1
	int *fds;	  // descriptors, those that came as CARGO too
	uint32_t n_got;	  // how many
	uint32_t n_space; // receiving: how many fit in fds
	bool lost;	  // receiving: some could not be had (EMFILE)
};

int message_send(int sock, struct message *m, int flags);
int message_send_cargo(int sock, struct message *m);
int message_receive(int sock, struct message *m, int flags);
int message_receive_cargo(int sock, struct message *m, int flags);
void message_drop(struct message *m);

// ---- memory.c

int memory_make(const char *data, size_t size, size_t room);
char *memory_map(int fd, size_t size);
int memory_read(int fd, char *buf, size_t size);

// ---- identity.c

struct key { // the object in the file system that is the door
	dev_t dev;
	ino_t ino;
};

struct identity {
	struct key key;
	bool marked;	   // it says of itself that it is a door:
	uint_t attributes; // its attributes
	door_id_t id;	   // its number
	uid_t owner;
};

bool same_key(struct key a, struct key b);
int identify(int fd, struct identity *who);
void identity_mark(int fd, uint_t attributes, door_id_t id);
socklen_t address_of(struct key key, struct sockaddr_un *address);

// ---- descriptors.c

struct parcel { // descriptors that are to be sent
	const door_desc_t *desc;
	int *fds; // what is sent for each
	uint_t n;
};

int parcel_make(struct parcel *parcel, const door_desc_t *desc, uint_t n);
int parcel_send(const struct parcel *parcel, int sock, int line,
		struct message *m, int flags);
void parcel_end(struct parcel *parcel, bool sent);
void describe(int fd, door_desc_t *desc);

// ---- board.c

struct notice { // one door on the board, readable by its callers
	_Atomic door_id_t id;
	_Atomic uint_t attributes; // DOOR_REVOKED too
	_Atomic uint32_t desc_max;
	_Atomic size_t data_max;
	_Atomic size_t data_min;
	size_t unused[4]; // 64 bytes: no notice straddles two pages
};

struct notice *board_take(uint32_t *slot);
void board_give_back(struct notice *notice);
int board_fd(void);
const struct notice *board_look(int board, uint32_t slot);
void board_forget(const struct notice *notice);
void board_drop(void);
int check_call(const struct notice *n, door_id_t id, size_t size,
	       uint_t n_desc);

// ---- connect.c, lines.c

struct welcome {
	door_ptr_t proc, data;
	door_id_t id;
	uint64_t token;	 // to be shown with each CALL
	uint32_t slot;	 // on the server's board
	uint32_t unused; // no gap, in which old memory would be seen
};

enum { BOARD, MAILBOX };

struct greeting { // what a server says to a new caller
	struct welcome welcome;
	int fds[2]; // by the names above
	pid_t server;
};

int connect_to(int sock, int fd, const struct identity *who,
	       struct greeting *greeting);

struct far_door { // a door that this process has a descriptor of
	struct far_door *next;
	struct key key;
	pid_t target;
	struct welcome about;
	const struct notice *notice;
	int mailbox;
	struct line *idle; // open lines that nobody uses
	unsigned users;	   // lines, and calls of far_door_find
};

struct line { // a connection to a far door
	struct line *next, *next_open;
	struct far_door *door;
	int sock;
	uint64_t token;
	bool fresh; // never used for a call
	uid_t euid; // who made it: the server takes us for that
	gid_t egid;
};

struct line *line_take(int fd);
void line_give_back(struct line *line);
void line_close(struct line *line);
bool line_alive(const struct line *line);
void lines_before_fork(void);
void lines_after_fork(bool child);

// ---- result.c

size_t results_size(size_t size, uint_t n_desc);
int answer_result(struct line *line, const struct message *m);
int take_result(struct message *m, door_arg_t *arg);

// ---- table.c, create.c

struct entrance;
struct guest;
struct pool;

struct door { // a door of this process
	struct door *next;
	door_server_procedure_t *proc;
	void *cookie;
	uint_t attributes;
	door_id_t id;
	int fd; // as door_create gave it; the program may have closed it
	uint32_t slot;
	struct notice *notice;
	struct pool *pool; // its own if it is private
	struct entrance *entrances;
	unsigned guests;  // connections
	unsigned writers; // of them, those with a write end
	unsigned active;  // calls under way
	bool revoked;
	bool unref_due;	    // to be told, once no call is under way
	bool unref_rung;    // the notice is sent, and no thread has it yet
	bool unref_told;    // DOOR_UNREF: there is one notice only
	struct guest *bell; // through which it is told
};

// For all of struct door, entrance, board, and the lists of guests. Before a
// guest's own lock, never after it.
extern pthread_mutex_t doors_lock;

// These are called with doors_lock.
struct door *door_of(int fd);
struct door *door_at(struct key key, struct entrance **entrance);
char *attached_path(void);
void door_fill_info(const struct door *door, door_info_t *info);
void door_maybe_free(struct door *door);
void doors_tell(const struct pool *pool);
void door_enter(struct door *door);
void door_drop(struct door *door);
void table_after_fork(void);
void create_after_fork(void);

// ---- entrance.c

struct entrance { // a pipe or FIFO by which a door is reached
	struct entrance *next;
	struct door *door;
	struct key key;
	int writer;   // for as long as the entrance is there
	int reader;   // keeps others from waiting; -1 if readers are counted
	int listener; // where callers connect
	int watch;    // tells that the last reader has gone: see entrance.c
	char *path;   // where it is attached, or NULL
	off_t lease;  // of its keeper: see keeper.c
	pid_t keeper;
};

struct entrance *entrance_open(struct door *door, int writer, int reader);
void entrance_close(struct entrance *entrance);
void entrance_shut(struct entrance *entrance);
void entrance_detach(struct entrance *entrance);
bool entrance_has_readers(const struct entrance *entrance);
void entrance_left(struct entrance *entrance);
int entrance_lend(int fd);
void unref_check(struct door *door);
bool unreferenced(const struct door *door);

// ---- reception.c

enum watched { NOTHING, AT_LISTENER, AT_GUEST, AT_ENTRANCE, AT_WAKE };

struct guest {		      // a connection from a caller
	pthread_mutex_t lock; // for all below
	struct pool *pool;
	struct door *door;
	uint32_t place;	  // among the pool's guests
	uint64_t token;	  // that, and a secret
	bool taken;	  // somebody is this guest
	bool writer;	  // it has a write end of the door's pipe
	int sock;	  // -1: a bell, which brings unreferenced notices
	int known;	  // greetings that have come; all: it may call
	bool busy;	  // a call is under way
	unsigned held;	  // threads that still wait for a TAKEN
	bool gone;	  // the caller is, or need not stay
	bool cancelled;	  // the server thread was told so
	pthread_t thread; // which one, if busy
	struct ucred_s *cred;
};

#define GREETINGS 3 // two of cred_send, HELLO

int reception_start(void);
int reception_watch(int fd, uint32_t events, enum watched what, void *it);
void reception_forget(int fd);
void reception_look_round(void);
void reception_after_fork(void);

// ---- guest.c

struct guest *guest_new(struct door *door, int sock);
void guest_leave(struct guest *guest);
void guest_greet(struct guest *guest);
struct guest *guest_called(struct pool *pool, uint64_t token);
void guests_dismiss(struct door *door);
int guest_ring(struct door *door);

// ---- pool.c

struct pool {
	struct pool *next;
	struct door *door;     // the private door; NULL for the process's pool
	int mailbox;	       // of calls; all idle threads read it
	atomic_int idle;       // threads that do
	unsigned bound;	       // threads; doors_lock
	atomic_bool closed;    // the door is no more
	atomic_bool owing;     // some door is still to be told: doors_lock
	struct guest **guests; // in use or free; doors_lock
	uint32_t n_guests;
};

struct pool *pool_new(struct door *door);
struct pool *pool_common(void);
void pool_close(struct pool *pool);
void pool_release(struct pool *pool);
void pool_grow(const struct door *door);
int pool_mailbox(const struct pool *pool);
void pool_after_fork(void);

// ---- serve.c, return.c

struct server {		     // this thread, if it serves calls
	struct pool *bound;  // by door_bind
	struct pool *pool;   // that it waits in
	bool waits;	     // counted in pool->idle
	bool last;	     // it was the last idle thread
	struct guest *guest; // whose call it serves, or NULL
	struct door *door;   // the door of that call
	uint32_t flags;	     // NO_RESULTS, NOTICE
	void *mapping;	     // its arguments, if they came in memory
	size_t mapped;	     // bytes there
	bool cancelled;	     // a pthread_cancel may be on its way
	jmp_buf start;	     // where the next call is waited for
};

void serve_calls(struct server *self);
void refuse(struct server *self, int problem);

// ---- self.c

struct server *server_self(void);
void hand_over(struct server *self);
void server_after_fork(void);

// ---- cred.c

int cred_send(int sock);
struct ucred_s *cred_new(int sock);
int cred_receive(int sock, struct ucred_s *cred, bool saved);

// ---- keeper.c

void keeper_after_fork(void);

// ---- fork.c

void fork_prepare_once(void);

#endif
