/*
 * A snapshot of all processes of a scenario, and the questions that the parts
 * of a hang report ask about it. Internal to grader/why; why.h is the public
 * header.
 *
 *	asleep.c        whether it is a deadlock
 *	alarm.c         which processes have an alarm set
 *	outside.c       which descriptors lead out of the box
 *	explain.c       the hang report: a line for each process, the advice
 *	snapshot.c      all processes and threads, by /proc
 *	files.c         their descriptors
 *	roles.c         "parent", "child 2"
 *	calls.c         the system calls that are known, their time limits
 *	wants.c         which descriptors a call waits for
 *	text.c          the words, the lines
 *	proc.c          reading /proc and memory
 *	maps.c          where an address lies (maps.h)
 *	symbols.c       what the program calls it
 *	trace.c         which calls a process makes again and again
 *	unix_sockets.c, inet_sockets.c  what is at the other end of a socket
 *
 * and what a thread is blocked in, a file for each family of calls:
 *
 *	ends.c          read and write: pipes, FIFOs, connected sockets
 *	open.c          open of a FIFO
 *	socket_calls.c  accept, connect, datagrams
 *	poll.c          poll, select, epoll
 *	child.c         wait
 *	signals.c       pause, sigsuspend, sigwait; signals that wait for any other
 *	events.c        eventfd, signalfd
 *	loop.c          a loop that never sleeps, or only by time
 *	futex.c         semaphores, mutexes, condition variables, pthread_join
 *	sysv.c          semop, msgsnd, msgrcv
 *	mq.c            mq_send, mq_receive
 *	locks.c         flock, fcntl
 *	queues.c        messages in another queue, which nobody reads
 */
#ifndef WHY_WORLD_H
#define WHY_WORLD_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * A test may be hostile: thousands of processes or descriptors. What is
 * beyond these limits is not looked at, and forbids the early verdict.
 */
enum {
	WHY_PROCESSES = 4096, /* of the whole machine, where /proc shows it */
	WHY_THREADS = 1024,
	WHY_FILES = 2048,
	WHY_WANTS = 64,	  /* descriptors in one poll */
	WHY_LETTERS = 26, /* pipe A to pipe Z */
	WHY_NAME = 100,	  /* name of a file, cut */
	WHY_LINE = 400	  /* one line of text, cut */
};

/* 32 and 33, which the C library of a program with threads keeps to itself. */
#define LIBRARY_SIGNALS (UINT64_C(3) << 31)

/* What a system call waits for. */
enum why_kind {
	WHY_OTHER,
	WHY_READ,
	WHY_WRITE,
	WHY_OPEN,
	WHY_ACCEPT,
	WHY_CONNECT,
	WHY_CHILD,
	WHY_FUTEX,
	WHY_SEMOP,
	WHY_MSGRCV,
	WHY_MSGSND,
	WHY_MQ_RECEIVE,
	WHY_MQ_SEND,
	WHY_FLOCK,
	WHY_FCNTL,
	WHY_POLL,
	WHY_SELECT,
	WHY_EPOLL,
	WHY_PAUSE,
	WHY_SIGSUSPEND,
	WHY_SIGWAIT,
	WHY_SLEEP
};

struct why_call {
	long number;
	const char *name; /* as in the program's source */
	enum why_kind kind;
};

struct why_thread {
	pid_t tid;
	int process;  /* index */
	char state;   /* as in /proc/PID/stat */
	bool in_call; /* sleeps in `call`, arguments known */
	long call;    /* number of the system call */
	unsigned long arg[6];
	unsigned long stack; /* the stack pointer, 0: not known */
	uint64_t pending;    /* sent to this thread; bit 0 is signal 1 */
	uint64_t blocked;
};

struct why_process {
	pid_t pid, parent;
	char state;
	bool is_shell; /* runs the scenario: not the student's */
	bool opaque;   /* the kernel lets nobody inspect it */
	bool valgrind; /* runs under it: its handlers are valgrind's */
	bool reaped;   /* has waited for a child that ended */
	bool other;    /* executes another program than its parent */
	char name[32];
	char role[40]; /* "parent", "child 2", or empty */
	int first_thread, threads;
	int first_file, files;
	unsigned long long started; /* clock ticks since boot */
	unsigned long cpu;	    /* milliseconds */
	uint64_t pending;	    /* sent to the whole process */
	uint64_t caught, ignored;
};

enum why_type {
	WHY_OTHER_FILE, /* regular file, folder, device: see name */
	WHY_PIPE,
	WHY_FIFO,
	WHY_SOCKET,
	WHY_EVENTFD,
	WHY_SIGNALFD,
	WHY_TIMERFD,
	WHY_EPOLLFD,
	WHY_MQUEUE,
	WHY_INOTIFY,
	WHY_STRANGE /* any other anonymous one, e.g. io_uring */
};

struct why_file {
	int process;
	int fd;
	dev_t device;
	ino_t inode;
	enum why_type type;
	bool reads, writes; /* the descriptor is open for that */
	bool signals;	    /* O_ASYNC: sends SIGIO */
	bool armed;	    /* a timerfd that is running */
	bool
	    at_home; /* an inotify, of the working directory or folders in it */
	char name[WHY_NAME];
};

struct why_want {
	int fd;
	bool read, write;
	bool edge;  /* epoll: told only when more comes */
	bool spent; /* epoll: was told once, and will not be again */
};

/* How sure an advice is; the surest one is printed, of equals the first. */
enum why_rank { WHY_NONE, WHY_GENERAL, WHY_LIKELY, WHY_SURE };

struct why_world {
	pid_t root, shell;
	bool quick;	/* only to see whether all sleep ... */
	bool awake;	/* ... and one does not: the rest is missing */
	bool truncated; /* a limit was hit */
	uint64_t fingerprint;
	int processes, threads, files;
	struct why_process process[WHY_PROCESSES];
	struct why_thread thread[WHY_THREADS];
	struct why_file file[WHY_FILES];

	/* For the text only. */
	FILE *out;
	int name_width, role_width;
	enum why_rank rank;
	char advice[WHY_LINE];
	int traced; /* ms spent on watching calls */
	struct {
		enum why_type type;
		unsigned long inode;
	} letter[WHY_LETTERS];
	int letters;
};

/* proc.c: reading /proc and memory */
bool why_slurp(char *buf, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
bool why_field(const char *text, const char *key, int base, uint64_t *value);
bool why_peek(pid_t pid, unsigned long address, void *buf, size_t size);
bool why_peek_string(pid_t pid, unsigned long address, char *buf, size_t size);
int why_borrow(pid_t pid, int fd);
void why_give_back(int copy);
bool why_io(pid_t pid, const char *key, uint64_t *value);
int why_unread(pid_t pid, int fd);
double why_made(const char *path);
double why_began(const struct why_process *p);

/* snapshot.c, files.c, roles.c */
struct why_world *why_snapshot(pid_t root, pid_t shell, pid_t left_out,
			       bool quick);
void why_add_files(struct why_world *w);
void why_find_roles(struct why_world *w);
struct why_process *why_process_of(struct why_world *w, pid_t pid);
struct why_file *why_file_of(struct why_world *w, int process, int fd);
int why_other_ends(struct why_world *w, const struct why_file *f, bool reading,
		   struct why_file **ends, int max);

/* calls.c, wants.c */
const struct why_call *why_call_of(const struct why_thread *t);
enum why_kind why_kind_of(const struct why_thread *t);
bool why_timed(const struct why_thread *t);
bool why_process_is_in(struct why_world *w, int process, enum why_kind kind);
int why_wants(struct why_world *w, const struct why_thread *t,
	      struct why_want *wants, int max);

/* child.c */
pid_t why_awaited(const struct why_thread *t);

/* trace.c */
struct why_step {
	long call;
	unsigned long arg[6];
	long result; /* as the kernel returns it: -errno on failure */
};
int why_trace(pid_t tid, struct why_step *steps, int max, int ms);
long why_interrupt(pid_t tid);

/* symbols.c */
bool why_symbol(pid_t pid, unsigned long address, char *name, size_t size);
bool why_links(pid_t pid, const char *function);
bool why_is_helper(const struct why_process *p);
bool why_field_name(pid_t pid, unsigned long offset, char *name, size_t size);
bool why_semaphore_name(pid_t pid, int number, char *name, size_t size);

/* queues.c */
void why_explain_other_queues(struct why_world *w, int process, bool posix);
void why_explain_other_datagrams(struct why_world *w,
				 const struct why_file *own);

/* alarm.c, outside.c */
bool why_alarm_excluded(pid_t pid);
bool why_is_outside(const struct why_file *f);

/* unix_sockets.c */
struct why_socket {
	unsigned long inode, peer; /* peer 0: none, or not accepted yet */
	bool local;		   /* AF_UNIX */
	bool stream, listening;
	bool moving;		/* connecting, or data under way */
	unsigned waiting;	/* listening: connections not accepted */
	unsigned backlog;	/* listening: how many may wait */
	unsigned long listener; /* not accepted yet: who should */
	char name[WHY_NAME];	/* own address, or the peer's */
};
bool why_socket_of(unsigned long inode, struct why_socket *s);
bool why_socket_named(const char *name, struct why_socket *s);
bool why_address(pid_t pid, unsigned long address, unsigned long size,
		 char *name, size_t max);

/* inet_sockets.c */
bool why_inet_socket_of(unsigned long inode, struct why_socket *s);
void why_inet_forget(void);
bool why_only_loopback(void);

/* open.c */
void why_full_path(pid_t pid, int folder, const char *name, char *path,
		   size_t size);
enum why_order { WHY_BEFORE, WHY_UNCLEAR, WHY_AFTER };
enum why_order why_file_made(struct why_world *w, int process, const char *path,
			     double *age);
struct stat;
bool why_opens_fifo(struct why_world *w, const struct why_thread *t,
		    struct stat *fifo, char *path, size_t size);

/* locks.c */
struct why_lock {
	int holder, fd; /* process and descriptor; fd -1: not known */
	pid_t taker;	/* that took it, 0: not known */
	char words[80];
};
bool why_lock_of(struct why_world *w, const struct why_thread *t,
		 struct why_lock *lock);

/* text.c */
void why_say(struct why_world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void why_head(struct why_world *w, const struct why_thread *t,
	      const char *format, ...) __attribute__((format(printf, 3, 4)));
void why_advise(struct why_world *w, enum why_rank rank, const char *format,
		...) __attribute__((format(printf, 3, 4)));
const char *why_who(struct why_world *w, int process);
const char *why_object(struct why_world *w, const struct why_file *f);
const char *why_age(double seconds);
void why_signal_names(uint64_t set, char *buf, size_t size);

/* The explanations, one for each family of calls. */
void why_explain_ends(struct why_world *w, const struct why_thread *t,
		      const struct why_file *f, bool reading);
void why_explain_socket(struct why_world *w, const struct why_thread *t,
			const struct why_file *f, bool reading);
void why_explain_open(struct why_world *w, const struct why_thread *t);
void why_explain_accept(struct why_world *w, const struct why_thread *t);
void why_explain_connect(struct why_world *w, const struct why_thread *t);
void why_explain_child(struct why_world *w, const struct why_thread *t);
void why_explain_futex(struct why_world *w, const struct why_thread *t);
void why_explain_semop(struct why_world *w, const struct why_thread *t);
void why_explain_msg(struct why_world *w, const struct why_thread *t);
void why_explain_mq(struct why_world *w, const struct why_thread *t);
void why_explain_lock(struct why_world *w, const struct why_thread *t);
void why_explain_poll(struct why_world *w, const struct why_thread *t);
void why_explain_signal(struct why_world *w, const struct why_thread *t);
uint64_t why_ignored_by(const struct why_process *p);
void why_advise_pending(struct why_world *w, const struct why_process *p);
void why_explain_pending(struct why_world *w, const struct why_process *p);
bool why_explain_event(struct why_world *w, const struct why_thread *t,
		       const struct why_file *f, bool reading);
void why_explain_loop(struct why_world *w, const struct why_thread *t);

#endif
