/*
 * One run: from the start of the scenario to a verdict.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	OUTPUT_MAX = 1 << 20, /* bytes of output that are kept */
	LOOKS_STILL = 3,      /* before all are taken for asleep */
	LOOKS_SLOW = 1500,    /* ... where the kernel may wake somebody later */
	STILL_US = 300,
	LOOKS_AT_ONCE = 3,
	TICK_US = 2000,
	ENOUGH = 4,    /* this part of its time is enough to judge */
	PATIENCE = 12, /* so many times its time it gets at most */
	STEPS_MAX = 200000,
	LOOKS_BY_SLEEP = 1200, /* more than 1000, after which some give up */
};
#define LEAVE_NS (250 * 1000 * 1000LL) /* what is left may end by itself */

struct options options;
struct run run;

static int64_t began, deadline, processor_before;
static sigset_t before;		      /* the mask that the scenario gets */
static struct sigaction alarm_before; /* ... and this, too */
static bool ticking;		      /* SIGALRM is ours */

/* The machine's, not the programs' (clock.c). */
int64_t
clock_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void
on_tick(int signal)
{
	(void)signal;
}

/*
 * From now on SIGCHLD waits until somebody asks for it (tracees.c), and a signal
 * ends now and then what we wait for.
 */
static void
hold_back_signals(void)
{
	struct sigaction tick = { .sa_handler = on_tick };
	const struct itimerval often = { { 0, TICK_US }, { 0, TICK_US } };
	sigset_t child;

	/* It stays: one that is on its way when the timer stops must not end us. */
	if (!ticking)
		sigaction(SIGALRM, &tick, &alarm_before);
	ticking = true;
	setitimer(ITIMER_REAL, &often, NULL);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	sigprocmask(SIG_BLOCK, &child, &before);
}

static void
let_signals_through(void)
{
	const struct itimerval never = { 0 };

	setitimer(ITIMER_REAL, &never, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Of the processor, by us and by all that we have run and is over. */
int64_t
processor_ns(void)
{
	struct rusage self, ended;

	getrusage(RUSAGE_SELF, &self);
	getrusage(RUSAGE_CHILDREN, &ended);
	timeradd(&self.ru_utime, &self.ru_stime, &self.ru_utime);
	timeradd(&ended.ru_utime, &ended.ru_stime, &ended.ru_utime);
	timeradd(&self.ru_utime, &ended.ru_utime, &self.ru_utime);
	return self.ru_utime.tv_sec * 1000000000LL +
	       self.ru_utime.tv_usec * 1000LL;
}

/*
 * Has the run taken too long? On a busy machine it gets more time, unless it has
 * used a good part of its own on the processor.
 */
bool
run_is_late(void)
{
	const int64_t limit = options.limit_ms * 1000000LL;
	int64_t used, now;

	if (run.late || (now = clock_ns()) <= deadline)
		return run.late;
	used = processor_ns() - processor_before;
	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		if (t->state != DEAD && t->leader == t - tracees)
			used += tracee_used(t);
	if (used >= limit / ENOUGH || now - began >= limit * PATIENCE)
		run.late = true;
	else
		deadline = now + limit / 4;
	return run.late;
}

void
say(const char *format, ...)
{
	va_list values;

	if (!options.log)
		return;
	va_start(values, format);
	vfprintf(stderr, format, values);
	va_end(values);
	fputc('\n', stderr);
}

/* Each run reads from the beginning of a file; else there is no input. */
static bool
own_input(void)
{
	struct stat st;
	bool file = fstat(0, &st) == 0 && S_ISREG(st.st_mode);
	int fd = open(file ? "/proc/self/fd/0" : "/dev/null", O_RDONLY);

	return fd == 0 || (fd > 0 && dup2(fd, 0) == 0 && close(fd) == 0);
}

/* Becomes the scenario once we trace it. */
static void
child(const int go[2], const int output[2])
{
	char byte;

	close(go[1]);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		_exit(TROUBLE);
	if (options.many) {
		if (setsid() == -1 || !own_input() ||
		    dup2(output[0], 1) == -1 || dup2(output[1], 2) == -1)
			_exit(TROUBLE);
	}
	while (read(go[0], &byte, 1) == -1 && errno == EINTR)
		;
	close(go[0]);
	prctl(PR_SET_PDEATHSIG, 0);
	sigaction(SIGALRM, &alarm_before, NULL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	for (int s = 1; options.many && s < 32; s++)
		signal(s, SIG_DFL);
	filter_install();
	execvp(options.argv[0], options.argv);
	warn("%s", options.argv[0]);
	_exit(127);
}

/* Starts the scenario. Returns false if it cannot be traced. */
static bool
begin(const int output[2])
{
	const long wanted = PTRACE_O_EXITKILL | PTRACE_O_TRACESYSGOOD |
			    PTRACE_O_TRACESECCOMP | PTRACE_O_TRACEFORK |
			    PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			    PTRACE_O_TRACEEXEC;
	struct tracee *t;
	int go[2];
	pid_t pid;

	if (pipe2(go, O_CLOEXEC) == -1)
		err(TROUBLE, "pipe");
	fflush(NULL);
	/*
	 * Those whom we trace have our user id, and are not to look into us; but
	 * a child that is as secret as we are could not be traced.
	 */
	prctl(PR_SET_DUMPABLE, 1);
	pid = fork();
	if (pid == -1)
		err(TROUBLE, "fork");
	if (pid == 0)
		child(go, output);
	prctl(PR_SET_DUMPABLE, 0);
	close(go[0]);
	if (ptrace(PTRACE_SEIZE, pid, 0, wanted) == -1) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		close(go[1]);
		return false;
	}
	t = tracee_add(pid, -1, false);
	t->starting = true;
	events_made(NULL, t);
	if (write(go[1], "", 1) != 1)
		err(TROUBLE, "pipe");
	close(go[1]);
	step_await(t, NEVER);
	wake(t);
	t->state = t->state == DEAD ? DEAD : READY;
	return true;
}

static int
count(enum state state)
{
	int n = 0;

	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		n += t->state == state;
	return n;
}

/* Are those that are ready all spinning? */
static bool
only_spinners(void)
{
	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		if (t->state == READY && !t->yields)
			return false;
	return true;
}

/* Looks again and again, in case the kernel is slow: is somebody awake? */
static bool
somebody_wakes(int looks)
{
	for (int i = 0; (options.open || i < looks) && !run_is_late(); i++) {
		if (options.open)
			tracees_collect(true);
		else
			usleep(STILL_US);
		settle_for_sure();
		if (count(READY) > 0 || count(ASLEEP) + count(HALTED) == 0)
			return true;
	}
	return false;
}

/*
 * What time brings next. The scenario looks every few milliseconds for what may
 * take a tested program a second: after a few looks in vain it is passed over.
 */
static int64_t
first_to_come(struct tracee **who, int *timer)
{
	int64_t next = time_next(true, who, timer), other;
	struct tracee *somebody;
	int ring;

	if (*who == NULL || !(*who)->scenario || run.looks < LOOKS_AT_ONCE)
		return next;
	other = time_next(false, &somebody, &ring);
	if (other == FOREVER)
		return next;
	run.looks = 0;
	*who = somebody;
	*timer = ring;
	return other;
}

/*
 * Nobody is ready: ends the first time limit. Returns whether there may be
 * somebody now; if not, all is over, or there is a finding.
 */
static bool
all_asleep(void)
{
	struct tracee *who;
	int timer;
	int64_t next = time_next(true, &who, &timer);

	if (time_in_sockets() && next == FOREVER)
		time_is_slow(); /* as readv and connect, which the kernel ends */
	if (somebody_wakes(time_slow()	     ? LOOKS_SLOW
			   : next == FOREVER ? LOOKS_STILL
					     : 1))
		return true;
	if (run.late) {
		found(LIMIT, "it does not end");
		return false;
	}
	if (!run.root_dead && signal_when_asleep())
		return true;
	if (stopped_resume(next))
		return true;
	next = first_to_come(&who, &timer);
	if (run.root_dead && (next == FOREVER || next - time_now() > LEAVE_NS))
		return false;
	if (next == FOREVER) {
		deadlock();
		return false;
	}
	if (time_is_a_finding(who))
		return false;
	time_fire(who, timer);
	if (run.fires > LOOKS_BY_SLEEP)
		stopped_look(1);
	settle();
	return true;
}

static void
conduct(void)
{
	while (run.verdict == ENDED) {
		struct tracee *t, *who;
		int timer;

		settle();
		look_for_dead();
		if (run.verdict != ENDED)
			break;
		if (count(READY) == 0) {
			if (count(ASLEEP) + count(HALTED) == 0)
				break;
			if (!all_asleep())
				break;
			continue;
		}
		if (run.steps % 64 == 0)
			run_is_late();
		if (run.late) {
			found(LIMIT, "it does not end");
			break;
		}
		if (run.steps > STEPS_MAX) {
			found(LIMIT, "more than %d steps", STEPS_MAX);
			break;
		}
		if (only_spinners() && stopped_resume(0))
			continue;
		if (only_spinners() &&
		    time_next(true, &who, &timer) <= time_now()) {
			time_fire(who, timer);
			settle();
		}
		t = choose();
		if (t == NULL)
			continue;
		for (struct tracee *o = tracees; o < tracees + ntracees; o++)
			if (o != t)
				o->seen_by_others = true;
		tell_until(t);
		if (!t->scenario && t - tracees != run.last_fired)
			run.news = true;
		run.current = (int)(t - tracees);
		step(t);
	}
}

/* What is in a file of the run's output. */
static char *
slurp(int fd, size_t *size)
{
	off_t end = lseek(fd, 0, SEEK_END);
	char *text;

	*size = end > OUTPUT_MAX ? OUTPUT_MAX : (size_t)(end > 0 ? end : 0);
	text = calloc(1, *size + 1);
	if (text == NULL || pread(fd, text, *size, 0) != (ssize_t)*size)
		*size = 0;
	close(fd);
	return text;
}

/* What the run before has left in `run`. */
static void
free_texts(void)
{
	free(run.out);
	free(run.err);
	free(run.words);
	free(run.evidence_text);
	free(run.faults_text);
	run.out = run.err = run.words = run.evidence_text = run.faults_text =
	    NULL;
}

/*
 * Runs the scenario once, by run.list and run.mode. The rest of `run` says what
 * came of it.
 */
void
run_once(void)
{
	int output[2] = { -1, -1 };

	free_texts();
	run.current = -1;
	run.status = 0;
	run.verdict = ENDED;
	run.reason[0] = '\0';
	run.made.n = run.possible.n = 0;
	run.steps = run.calls = 0;
	run.signals_sent = run.looks = run.fires = 0;
	run.last_fired = -1;
	run.news = false;
	run.in_vain = run.over = run.root_dead = run.late = run.check_all =
	    run.fault_used = false;
	tracees_forget();
	time_reset();
	inject_reset();
	evidence_reset();
	objects_reset();
	schedule_reset();
	run.words_to = open_memstream(&run.words, &run.words_size);
	if (options.many) {
		output[0] = memfd_create("out", MFD_CLOEXEC);
		output[1] = memfd_create("err", MFD_CLOEXEC);
		fcntl(output[0], F_SETFL, O_APPEND);
		fcntl(output[1], F_SETFL, O_APPEND);
	}
	began = clock_ns();
	processor_before = processor_ns();
	deadline = options.limit_ms > LONG_MAX / 2000000
		       ? FOREVER
		       : began + options.limit_ms * 1000000LL;
	hold_back_signals();
	if (!begin(output))
		errx(REFUSED, "ptrace is refused here");
	conduct();
	let_signals_through();
	tell_until(NULL);

	FILE *evidence = open_memstream(&run.evidence_text, &run.evidence_size);
	if (run.root_dead && WIFEXITED(run.status) &&
	    WEXITSTATUS(run.status) == REFUSED && run.steps < 4)
		errx(REFUSED, "seccomp is refused here");
	note_left(evidence);
	stuck_print();
	run.over = true;
	tracees_kill();
	if (options.many)
		folder_log(evidence);
	if (evidence_left(evidence) > 0 && run.verdict == ENDED &&
	    options.many && options.judge_left)
		found(LEFT, "something is left behind");
	evidence_print(evidence);
	fclose(evidence);
	FILE *faults = open_memstream(&run.faults_text, &run.faults_size);
	inject_print(faults);
	fclose(faults);
	fclose(run.words_to);
	run.words_to = NULL;
	if (options.many) {
		run.out = slurp(output[0], &run.out_size);
		run.err = slurp(output[1], &run.err_size);
	}
}
