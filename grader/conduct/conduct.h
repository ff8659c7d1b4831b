/*
 * What the parts of the conductor share.
 *
 *	main.c      options, and the exit status
 *	explore.c   many runs: which deviation is tried next; shrinking
 *	run.c       one run, from the start of the scenario to its verdict
 *	verdict.c   what is a finding
 *	schedule.c  who goes next, and the list of choices that repeats a run
 *	step.c      one step: a process goes on up to its next call
 *	entry.c     what is done at the entry of a call, and at its exit
 *	tracees.c   the processes and threads, their names, what they report
 *	inject.c    calls that fail, or do half; signals
 *	time.c      virtual time: the clocks that programs read (clock.c), calls
 *	            that sleep for a time (limits.c), alarms (timers.c)
 *	proc.c      what /proc says of those whom we hold
 *	stopped.c   who was stopped by a signal of ours, and goes on
 *	loops.c     a call that returns the same again and again
 *	locks.c     breakpoints at the C library's locks and semaphores
 *	evidence.c  which calls were made, on what
 *	objects.c   the names of what a descriptor refers to
 *	folder.c    the working folder, as it was before each run
 *	record.c    what the caller reads
 *	events.h    and what a picture is drawn from
 *	tell.c      a run in words
 *	calls.c     the system calls
 *	filter.c    at which of them a process stops
 *	memory.c    another process's memory
 *	arch_*.c    registers
 *
 * "Tested" is a process that runs a program of the working folder; others, the
 * shell, cat, are the scenario. Times are in nanoseconds.
 */
#ifndef CONDUCT_H
#define CONDUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

enum {
	TRACEES_MAX = 1000, /* in one run, dead ones too */
	ROLE_BYTES = 60,
	NAME_BYTES = 60,
	REASON_BYTES = 1500,
	RULES_MAX = 32,
	BELOW_STACK = 2048, /* room that no program uses */
};

#define FOREVER INT64_MAX

/* How the kernel tells a tracer that a call may be begun again. */
enum {
	RESTART_SYS =
	    512, /* ... if the handler has SA_RESTART, or if none runs */
	RESTART_NOINTR = 513, /* ... in any case */
	RESTART_NOHAND = 514, /* ... if no handler runs */
	RESTART_BLOCK = 516,  /* the same, by restart_syscall */
};

/* Exit statuses; those of a program that is run once come through. */
enum { FOUND = 1, USAGE = 2, TROUBLE = 124, REFUSED = 125 };

/* ---- calls.c: the system calls */
enum {
	PLACE = 1,   /* others can see what it does: a place for a switch */
	SLEEPS = 2,  /* it may wait for others */
	FD = 4,	     /* its first argument is a descriptor */
	NOTHING = 8, /* it may come back with nothing to show for it */
	INTR = 16,   /* POSIX lets a signal end it with EINTR */
	LOCAL = 32,  /* touches nobody else: no evidence either */
	RARELY = 64, /* ... it waits for others */
};
struct call {
	int number;
	const char *name;   /* the kernel's */
	const char *family; /* the same on all architectures, and in tests */
	unsigned flags;
};
extern const struct call calls[];
const struct call *call_of(long number);
bool call_known(const char *name);
bool call_is(const struct call *call, const char *name);
int error_number(const char *name);
const char *error_name(int error);
int signal_number(const char *name);
const char *signal_name(int signal);
extern const int quiet_calls[];

/* ---- tracees.c */
enum state {
	READY,	/* stopped by us; may go on */
	ASLEEP, /* in a call, until somebody wakes it */
	HALTED, /* by SIGSTOP, until SIGCONT */
	DEAD
};
enum place {
	AT_ENTRY, /* of a call */
	IN_CALL,  /* stopped half-way, for a child that it made */
	AT_EXIT,  /* of a call */
	AT_USER,  /* anywhere else */
};
enum sleep { NEVER, SELDOM, OFTEN };
struct tracee {
	pid_t tid, tgid;
	char role[ROLE_BYTES]; /* "0.2.1": the first child of the second of 0 */
	char name[NAME_BYTES]; /* "pipeline.1", "sort" */
	int parent, leader;    /* in tracees[] */
	int children, threads; /* made so far */
	int stat_fd, call_fd;  /* of its files in /proc */
	enum state state;
	enum place at;
	bool reported;	      /* `status` waits to be looked at */
	int status;	      /* of waitpid */
	int deliver;	      /* the signal that it gets when it goes on */
	bool tested, program; /* program: it was started by exec, not by fork */
	bool scenario;	      /* the shell that runs the script */
	bool starting;	      /* between exec and its first own instruction */
	bool vforked;	      /* waits in its call for the child's exec */
	bool seen_by_others;  /* somebody else has gone on since it stopped */
	bool yields;	      /* let all others go first */
	bool halting;	      /* was told to stop where it computes */
	int fault_signal;     /* that the kernel sent it for what it did */
	int died_of;	      /* signal */

	/* the call at whose entry, or in which, it stands */
	long number;
	uint64_t args[6];
	const struct call *call;
	int again;  /* it is the same call, begun again: its code */
	bool saved; /* arguments were changed, and go back at the exit */
	uint64_t saved_args[6];
	bool forced; /* the call is skipped, or its result overwritten */
	long result;
	int fault;     /* errno that we made it return */
	int64_t until; /* its time limit */
	bool timed;
	bool limited;	  /* it waits for descriptors, and has one */
	uint64_t left_at; /* where the rest of a sleep is written */
	bool expired;

	long entry_word; /* what the breakpoint at its start replaced */
	uint64_t entry;
	uint64_t step_over; /* the breakpoint at which it stands */
	enum { NO_LOCK, CALLS, RETURNS } at_lock; /* with -b */
	const char *lock_call;
	bool shares_memory; /* with its parent, until exec */

	unsigned long points; /* where a choice was made after it */
	unsigned long ncalls; /* of its own, not of the loader */
	long last;	      /* when it last went on */
	int priority;
	unsigned restart[3]; /* signals with SA_RESTART, a bit each */
	int idle;	     /* calls in vain, one after the other */
	bool write_failed;   /* as we made it */
	bool unchanged;	     /* its last call was a close of nothing */
	bool slept;	     /* in its call */
	bool ripe;	   /* has made the call after which it gets a signal */
	char at_what[160]; /* its call, in words */
};
extern struct tracee tracees[TRACEES_MAX];
extern int ntracees;
struct tracee *tracee_add(pid_t tid, int parent, bool thread);
struct tracee *tracee_of(pid_t tid);
struct tracee *tracee_by_role(const char *role);
bool tracee_answers_to(const struct tracee *t, const char *name);
void tracee_named(struct tracee *t, const char *program);
char tracee_state(const struct tracee *t);
bool tracee_blocked(const struct tracee *t);
int64_t tracee_used(const struct tracee *t);
uint64_t tracee_signals(const struct tracee *t, const char *which);
uint64_t tracee_pending(const struct tracee *t);
void tracee_save_args(struct tracee *t);
void tracee_dead(struct tracee *t, int status);
void tracees_forget(void);
void tracees_kill(void);
bool tracees_collect(bool wait);
bool tracees_await(void);
void tracees_rest(long ns);

/* ---- step.c */
int step_await(struct tracee *t, enum sleep sleep);
void step(struct tracee *t);
void settle(void);
void settle_for_sure(void);
void wake(struct tracee *t);
void send_signal(struct tracee *t, int signal);

/* ---- entry.c */
bool is_place(const struct tracee *t);
void entry_read(struct tracee *t);
bool entry_begin(struct tracee *t);
void entry_end(struct tracee *t, long result);

/* ---- proc.c */
void proc_read(struct tracee *t, long *result);

/* ---- inject.c */
bool inject_add(const char *text);
bool inject_short(const char *text);
bool inject_names(const char *call);
void inject_reset(void);
void inject_at_entry(struct tracee *t);
void inject_print(FILE *out);

/* ---- time.c, clock.c, timers.c */
int64_t time_now(void);
void time_reset(void);
void time_pass(int64_t ns);
void time_entry(struct tracee *t);
void time_exit(struct tracee *t, long *result);
int64_t time_next(bool all, struct tracee **who, int *timer);
bool time_fire(struct tracee *t, int timer);
void time_forget(pid_t tgid, bool all);
void time_hide_vdso(struct tracee *t);
void time_is_slow(void);
bool time_slow(void);
bool time_in_sockets(void);

/* ---- stopped.c */
bool stopped_look(int looks);
bool stopped_resume(int64_t next);

/* ---- loops.c */
void loops_exit(struct tracee *t, long result);

/* ---- locks.c */
void locks_exec(struct tracee *t);
void locks_inherit(const struct tracee *t, const struct tracee *parent);
bool locks_trap(struct tracee *t, uint64_t pc);
bool locks_step_over(struct tracee *t);

/* ---- evidence.c, objects.c */
bool makes_thread(const struct tracee *t);
bool makes_file(const struct tracee *t);
void evidence_reset(void);
void evidence_call(const struct tracee *t, long result);
void evidence_print(FILE *out);
void evidence_made(const struct tracee *t, long result);
int evidence_left(FILE *out);
const char *object_of(const struct tracee *t, int fd);
bool object_is_file(const struct tracee *t, int fd);
int object_borrow(const struct tracee *t, int fd);
void objects_reset(void);
int open_flags(pid_t tid, int fd);
bool futex_waits(const struct tracee *t);
void describe_call(const struct tracee *t, char *text, size_t size);
void describe_asleep(const struct tracee *t, char *text, size_t size);

/* ---- schedule.c */
enum kind { SWITCH, SIGNAL, TIMER, FAULT, HALF };
struct choice {
	enum kind kind;
	char at[ROLE_BYTES];
	unsigned long point;  /* of `at` */
	char who[ROLE_BYTES]; /* of FAULT: which call */
	long value;	      /* signal, errno, bytes */
};
struct list {
	struct choice *choice;
	int n, room;
};
void list_add(struct list *list, const struct choice *choice);
void list_copy(struct list *to, const struct list *from);
void list_free(struct list *list);
bool list_read(struct list *list, const char *text);
void list_print(FILE *out, const struct list *list);
uint64_t rnd(void);
void rnd_seed(uint64_t seed);

/* ---- run.c */
struct options {
	char **argv;
	long runs;
	uint64_t seed;
	const char *list, *record, *events;
	bool many;  /* outputs are kept, the folder is put back */
	bool open;  /* others, outside, may wake what sleeps here */
	bool locks; /* switch at the C library's locks, too */
	bool judge_left, judge_timer, judge_pipe;
	long limit_ms;
	bool limited; /* ... as the caller said */
	bool core;    /* what is told of a child that leaves a core file */
	const char *expect_out;
	int expect_status;
	char signal_role[NAME_BYTES];
	char signal_after[32], signal_before[32];
	int signal;
	bool log, all, all_findings, only_each;
	/* each in turn: what may well fail, or do half; what a rule names */
	bool each_usual, each_half, each_fault, each_half_of;
};
extern struct options options;

enum verdict {
	ENDED,
	DEADLOCK,
	ALONE, /* the scenario waits for what has ended */
	LEFT,
	CRASH,
	DIED,
	LOOP,
	ONLY_TIMER,
	LIMIT,
	OUTPUT,
	STATUS,
	SILENT, /* a call failed, and the program says all is well */
};
extern const char *const verdict_names[];

enum mode { BY_LIST, BY_CHANCE };
struct run {
	enum mode mode;
	const struct list *list; /* deviations from the usual schedule */
	struct list made;	 /* what it did, as such a list */
	struct list possible;	 /* one-step deviations that it offered */
	bool collect;		 /* ... are to be kept */
	long steps, calls;
	int status; /* of the root, as waitpid has it */
	enum verdict verdict;
	char reason[REASON_BYTES];
	char *out, *err;
	size_t out_size, err_size;
	int current;
	bool root_dead, late, check_all, over;
	bool in_vain; /* the scenario looked for what does not come */
	bool tell;    /* collect words */
	char *words;
	size_t words_size;
	FILE *words_to;
	FILE *evidence;
	char *evidence_text;
	size_t evidence_size;
	char *faults_text;
	size_t faults_size;
	bool fault_used;
	int signals_sent;
	int64_t signalled_at;
	pid_t held_up; /* the thread that was about to go on then */
	int looks,
	    fires;	 /* time limits of the scenario's, and of others, ... */
	int last_fired;	 /* ... the last of them, in tracees[] */
	bool news;	 /* ... since when somebody else has gone on */
	uint64_t chance; /* seed */
};
extern struct run run;
void run_once(void);
int64_t clock_ns(void);
int64_t processor_ns(void);
bool run_is_late(void);
void deadlock(void);
bool time_is_a_finding(struct tracee *who);
void look_for_dead(void);
void note_left(FILE *to);
void found(enum verdict verdict, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
struct tracee *choose(void);
bool signal_when_asleep(void);
void schedule_reset(void);

/* ---- events.c, event_calls.c, stuck.c: with -r */
void events_made(const struct tracee *t, const struct tracee *made);
void events_exec(const struct tracee *t);
void events_exit(const struct tracee *t);
void events_dead(const struct tracee *t, int status);
void events_signal(const struct tracee *t, int signal);
void events_entry(const struct tracee *t);
void events_sleep(const struct tracee *t);
void events_call(const struct tracee *t, long result);
void events_close(void);
void stuck_print(void);

/* ---- the others */
int explore(void);
bool folder_keep(void);
void folder_restore(void);
void folder_log(FILE *to);
void record_open(void);
void record_run(long number);
const char *record_word(void);
void record_note(const char *key, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void record_close(long runs, long bad, double seconds);
void tell(const char *format, ...) __attribute__((format(printf, 1, 2)));
void tell_choice(const struct choice *choice, const struct tracee *at);
void tell_signal(const struct tracee *t);
void tell_until(const struct tracee *next);
void filter_install(void);

/* ---- memory.c: true if all bytes were there */
bool memory_read_all(pid_t tid, uint64_t address, void *buffer, size_t size);
bool memory_read(pid_t tid, uint64_t address, void *buffer, size_t size);
bool memory_write(pid_t tid, uint64_t address, const void *buffer, size_t size);

/* ---- arch_*.c */
uint64_t arch_pc(pid_t tid);
uint64_t arch_sp(pid_t tid);
void arch_set_pc(pid_t tid, uint64_t pc);
bool arch_args(pid_t tid, uint64_t args[6]);
void arch_set_arg(pid_t tid, int n, uint64_t value);
void arch_restore_args(pid_t tid, const uint64_t args[6]);
void arch_skip(pid_t tid, long result);
void arch_back(pid_t tid, long number, const uint64_t args[6]);
void arch_result(pid_t tid, long result, bool begin_again);
uint64_t arch_return_address(pid_t tid);
extern const long arch_trap_word, arch_trap_mask;
extern const int arch_trap_back; /* how far the trap moves the pc */

#endif
