/*
 * What the files of the library share. An order in which to read them:
 *
 *	receive.c	receiving a message: header, data, descriptors
 *	memory.c	data too large for a message: sealed shared memory
 *	identity.c	which door a descriptor refers to
 *	arguments.c	large arguments: memory that is kept
 *	descriptors.c	door_desc_t
 *	handshake.c	how a caller gets a connection to a server
 *	connection.c	connections to doors of other processes
 *	send_call.c	the caller's side of a call
 *	pool.c		the server threads, and door_bind
 *	next_call.c	how a server thread gets a call
 *	send_results.c	the end of a call
 *	server_thread.c	the state of a server thread, and its end
 *	create.c	door_create, door_revoke
 *	xcreate.c	door_xcreate
 *	registry.c	the doors of this process, and when they end
 *	status.c	what callers may read of a door without asking
 *	info.c		door_info, door_getparam, door_setparam
 *	endpoint.c	the pipes and FIFOs by which a door is reached
 *	events.c	the thread that accepts callers and sees them go
 *	caller.c	the server's end of a connection
 *	attach.c	how a FIFO takes the place of a file
 *	fattach.c	a door at a path
 *	helper.c	the process that brings the file back
 *	own.c		descriptors that the program does not know of
 *	cred.c, ucred.c, fork.c, thread.c, synch.c
 *
 * Each thread that calls has a connection (a SOCK_SEQPACKET socket) to the door
 * for itself while it calls. HELLO and WELCOME go over it once, and then the
 * RESULT of each CALL. The CALL itself goes to the mailbox of the door's pool,
 * from which the first idle server thread takes it. So a call costs two
 * messages, and no thread has to wait on many sockets at once.
 */
#ifndef LIBRARY_H
#define LIBRARY_H

#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

#include "internal.h"

// ---- receive.c. The messages, by enum kind:
//
//	HELLO	 caller: a descriptor of the door, to prove that it has one
//	WELCOME	 server: a struct welcome, the status table, the mailbox
//	MORE_FDS either: descriptors that did not fit into the next message
//	CALL	 caller
//	RESULT	 server
//	ACK	 caller: it has the descriptors or memory of RESULT, or `error`

int message_send_more(int sock, struct message *m);
int message_receive(int sock, struct message *m, int flags);
int message_receive_more(int sock, struct message *m, int flags);

// Kinds of message that only the library sends. A caller that is let go has to
// connect anew. MEMORY brings a descriptor of memory for large arguments.
enum { LET_GO = ACK + 1, MEMORY };

// Flags of a CALL that only the library uses: the arguments are in the memory
// of the connection; which comes in a message MEMORY.
enum { KEPT = 8, NEW_MEMORY = 16 };

int message_send_ahead(int sock, struct message *m);

// ---- own.c

struct file_id { // what a descriptor refers to
	dev_t dev;
	ino_t ino;
};

int own(int fd);
struct file_id own_file(int fd);
bool own_is(int fd, struct file_id file);
void own_close(int fd);
void own_close_file(int fd, struct file_id file);
void own_before_fork(void);
void own_after_fork(void);
void own_close_all(void);

// ---- identity.c

struct identity {
	struct file_id file; // the pipe or FIFO that is the door
	bool marked;	     // it carries the mark of a door:
	uint_t attributes;   // its attributes
	door_id_t id;	     // its number
	uid_t owner;
};

bool same_file(struct file_id a, struct file_id b);
int identify(int fd, struct identity *who);
void identity_mark(int fd, uint_t attributes, door_id_t id);
socklen_t socket_address(struct file_id file, struct sockaddr_un *address);

// ---- descriptors.c

struct outgoing { // descriptors to be sent
	const door_desc_t *desc;
	int *fds; // what is sent for each
	uint_t n;
};

int outgoing_prepare(struct outgoing *outgoing, const door_desc_t *desc,
		     uint_t n);
int outgoing_send(const struct outgoing *outgoing, int sock, struct message *m,
		  int flags);
int outgoing_send_ahead(const struct outgoing *outgoing, int sock,
			struct message *m);
void outgoing_finish(struct outgoing *outgoing, bool sent);

// ---- status.c

struct door_status { // one door in the table that its callers can read
	_Atomic door_id_t id;
	_Atomic uint_t attributes; // DOOR_REVOKED too
	_Atomic uint32_t desc_max;
	_Atomic size_t data_max;
	_Atomic size_t data_min;
	size_t unused[4]; // 64 bytes: no entry crosses a page boundary
};

struct door_status *status_alloc(uint32_t *slot);
void status_free(struct door_status *status);
int status_fd(void);
const struct door_status *status_map(int table, uint32_t slot);
void status_unmap(const struct door_status *status);
void status_after_fork(void);
int status_check(const struct door_status *status, door_id_t id, size_t size,
		 uint_t n_desc);

// ---- arguments.c

struct connection;
struct caller;

void arguments_forget(struct connection *connection);
bool arguments_too_many(const struct connection *connection);
int arguments_send(struct connection *connection, struct message *m);
void arguments_done(void);
void arguments_before_fork(void);
void arguments_after_fork(bool child);
bool arguments_are_copy(int fd);
void arguments_unmap(struct caller *caller);
int arguments_receive(struct caller *caller, struct message *m);
int arguments_copy(const struct caller *caller, struct message *m);

// ---- handshake.c, connection.c

enum { REAL, EFFECTIVE, SAVED };

struct ids {
	uid_t uid[3]; // real, effective, saved
	gid_t gid[3];
};

struct welcome {
	door_ptr_t proc, data;
	door_id_t id;
	uint64_t token;	 // to be sent with each CALL
	uint32_t slot;	 // in the server's status table
	uint32_t unused; // no padding, which would send old memory
};

enum { STATUS_TABLE, MAILBOX };

struct handshake { // what the server has said to a new caller
	struct welcome welcome;
	int fds[2]; // STATUS_TABLE, MAILBOX
	pid_t server;
};

int connect_to(int sock, int fd, const struct identity *who,
	       struct handshake *handshake);

struct remote_door { // a door of another process, or of this one
	struct remote_door *next;
	struct file_id file;
	pid_t target;
	struct welcome about;
	const struct door_status *status;
	int mailbox;
	struct file_id mailbox_file;
	struct connection *idle; // open connections not in use
	unsigned users;		 // all its connections
};

struct connection {
	struct connection *next, *next_open;
	struct remote_door *door;
	int fd; // of the door: the one that the call was given
	int sock;
	struct file_id file; // of sock
	uint64_t token;
	bool fresh;	       // never used for a call
	int64_t since;	       // when its last call ended (us)
	bool reusable;	       // no call is under way on it
	struct ids ids;	       // of the process when it connected
	char *memory;	       // for large arguments, or NULL
	size_t room;	       // bytes there
	bool no_memory;	       // there can be none
	bool let_go;	       // by the server
	bool announced;	       // to the server: a call, before it was sent
	const door_arg_t *arg; // of the call that was sent
};

void connection_close(struct connection *connection);
int connection_renew(struct connection *connection);
int connection_announce(struct connection *connection);
bool connection_alive(const struct connection *connection);
void connections_before_fork(void);
void connections_after_fork(bool child);

// ---- registry.c, create.c

struct endpoint;
struct caller;
struct creation;
struct pool;

struct door { // a door of this process
	struct door *next;
	door_server_procedure_t *proc;
	void *cookie;
	uint_t attributes;
	door_id_t id;
	int fd; // from door_create; the program may have closed it
	uint32_t slot;
	struct door_status *status;
	struct pool *pool; // its own if it is private
	struct endpoint *endpoints;
	unsigned callers; // connections
	unsigned writers; // of them, those that have a write end
	unsigned active;  // calls under way
	bool revoked;
	bool unref_pending;	 // a notice is due once no call is under way
	bool unref_sent;	 // a notice waits for a server thread
	bool unref_done;	 // DOOR_UNREF: there is only one notice
	struct caller *notifier; // sends the notices
};

// Protects every struct door and endpoint, the status table, and the lists of
// callers. It is locked before a caller's own lock, never after it.
extern pthread_mutex_t doors_lock;

// These are called with doors_lock held.
struct door *door_by_fd(int fd);
struct door *door_by_file(struct file_id file, struct endpoint **endpoint);
char *attached_path(void);
void door_fill_info(const struct door *door, door_info_t *info);
void door_maybe_free(struct door *door);
void retry_notices(const struct pool *pool);
void registry_add(struct door *door);
void registry_remove(struct door *door);
void registry_after_fork(void);
void endpoints_resume(void);
int door_make(door_server_procedure_t *proc, void *cookie, uint_t attributes,
	      struct creation *creation, struct pool **pool);
void create_after_fork(void);

// ---- endpoint.c

struct endpoint { // a pipe or FIFO by which a door is reached
	struct endpoint *next;
	struct door *door;
	struct file_id file;
	int writer;	 // for as long as the endpoint exists
	int reader;	 // so that open(2) does not block; -1 if readers count
	int listener;	 // where callers connect
	bool paused;	 // they wait: see events.c
	int watch;	 // reports that the last reader has gone
	char *path;	 // where it is attached, or NULL
	off_t lock_byte; // of its helper
	pid_t helper;
};

struct endpoint *endpoint_open(struct door *door, int writer, int reader);
void endpoint_close(struct endpoint *endpoint);
void endpoint_stop_listening(struct endpoint *endpoint);
void endpoint_detach(struct endpoint *endpoint);
bool endpoint_has_readers(const struct endpoint *endpoint);
void endpoint_readers_gone(struct endpoint *endpoint);
int fd_to_send(int fd);
void unref_check(struct door *door);
bool unreferenced(const struct door *door);

// ---- events.c

enum event_source { ON_NOTHING, ON_LISTENER, ON_CALLER, ON_ENDPOINT, ON_WAKE };

int64_t milliseconds(void);
int events_start(void);
int events_watch(int fd, uint32_t events, enum event_source source,
		 void *object);
void events_unwatch(int fd);
void events_thread_ended(void);
void events_after_fork(void);

// ---- caller.c

struct caller {		      // the server's end of a connection
	pthread_mutex_t lock; // for all below
	struct pool *pool;
	struct door *door;
	uint32_t index;	      // among the pool's callers
	uint64_t token;	      // the index, and a secret
	bool in_use;	      // there is such a caller
	bool has_writer;      // it has a write end of the door's pipe
	int sock;	      // -1: the door's own notifier
	int handshakes;	      // messages of the handshake that have come
	bool busy;	      // a call is under way
	unsigned waiting;     // threads that wait for an ACK
	pthread_cond_t acked; // it has come
	bool told;	      // that it is let go
	bool gone;	      // the caller has disconnected, or is about to
	bool cancelled;	      // the server thread was told so
	pthread_t thread;     // which one, if busy
	bool called;	      // since it connected,
	int64_t since;	      // which was then (ms)
	uint64_t used;	      // when it called last: the count of calls then
	char *memory;	      // of its large arguments, mapped, or NULL
	size_t room;	      // bytes there
	struct ucred_s *cred;
};

#define HANDSHAKE_MESSAGES 3 // two of cred_send, HELLO

struct caller *caller_new(struct door *door, int sock);
void caller_disconnect(struct caller *caller);
void caller_handshake(struct caller *caller);
struct caller *caller_begin_call(struct pool *pool, uint64_t token);
void callers_disconnect(struct door *door);
bool callers_let_go(void);
void caller_await_ack_taken(struct caller *caller);
unsigned callers_connected(void);
void callers_after_fork(void);
int send_unref_notice(struct door *door);

// ---- pool.c

// Does the thread creator make the first thread, or is no other idle?
enum when { AT_FIRST, LATER, WHENS };

struct creation { // what door_xcreate was given
	door_xcreate_server_func_t *create;
	door_xcreate_thrsetup_func_t *setup;
	void *cookie;
};

struct pool {
	struct pool *next;
	struct door *door; // the private door; NULL for the common pool
	int mailbox;	   // where calls arrive; all idle threads read it
	door_info_t *info; // of the private door, for the thread creator: WHENS
	struct creation *creation;   // if it is the door's own, or NULL
	atomic_int idle;	     // how many do
	unsigned bound;		     // threads; doors_lock
	atomic_bool closed;	     // the door is revoked
	atomic_bool notices_pending; // of some door; doors_lock
	struct caller **callers;     // in use or free; doors_lock
	uint32_t n_callers;
};

struct pool *pool_new(struct door *door);
struct pool *pool_common(void);
const struct pool *pool_next(const struct pool *pool);
void pool_close(struct pool *pool);
void pool_release(struct pool *pool);
void pool_fill_info(struct pool *pool);
int pool_grow(struct pool *pool, enum when when);
void pool_unhold(struct pool *pool);
bool pool_bind(struct pool *pool);
int pool_mailbox(const struct pool *pool);
void pool_after_fork(void);

// ---- xcreate.c

void xcreate_grow(struct pool *pool);

// ---- server_thread.c

void replace_thread(struct server_thread *self);
void server_thread_after_fork(void);

// ---- cred.c

void ids_now(struct ids *ids);
int cred_send(int sock);
struct ucred_s *cred_new(int sock);
int cred_receive(int sock, struct ucred_s *cred, bool saved);

// ---- helper.c

void helper_after_fork(void);

// ---- fork.c

void fork_prepare_once(void);

#endif
