/*
 * perturb, fork: nothing promises which of the two runs first. The second waits
 * until the first sleeps in a call or has ended, as /proc shows it: no fixed
 * time, so the order is the same on a loaded machine.
 */
#define _GNU_SOURCE
#include "perturb.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * A process sleeps if it is seen asleep so many times in a row, this far apart
 * in microseconds, without having been woken: a page fault and a nap of ours
 * are not a sleep.
 */
enum { SAMPLES = 4, SAMPLE_TIME = 1000 };

/*
 * When to give up: the first has used so much processor time (in clock ticks, a
 * tick is 10 ms), has slept so often (it is polling), or so many samples have
 * been taken.
 */
enum { BUSY_MAX = 30, SLEEPS_MAX = 30, SAMPLES_MAX = 10000 };

struct activity {
	char state;		/* a letter, see proc_pid_stat(5) */
	unsigned long ticks;	/* processor time used */
	unsigned long switches; /* times that it went to sleep */
};

/* The text of a file below /proc; false if the process is gone. */
static bool
read_text(char *text, size_t size, pid_t pid, pid_t tid, const char *name)
{
	char path[64];
	long fd, length;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/%s", (int)pid, (int)tid,
		 name);
	fd = note_syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return false;
	length = note_syscall(SYS_read, fd, text, size - 1);
	note_syscall(SYS_close, fd);
	if (length <= 0)
		return false;
	text[length] = '\0';
	return true;
}

static bool
look(struct activity *now, pid_t pid, pid_t tid)
{
	static const char switches[] = "\nvoluntary_ctxt_switches:";
	char text[4096]; /* status has about 1,500 bytes */
	unsigned long user, system;
	const char *p;

	if (!read_text(text, sizeof(text), pid, tid, "stat"))
		return false;
	p = strrchr(text, ')'); /* the name before it may contain anything */
	if (p == NULL || sscanf(p,
				") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u"
				" %*u %lu %lu",
				&now->state, &user, &system) != 3)
		return false;
	now->ticks = user + system;
	if (!read_text(text, sizeof(text), pid, tid, "status"))
		return false;
	p = strstr(text, switches);
	return p != NULL &&
	       sscanf(p + sizeof(switches) - 1, "%lu", &now->switches) == 1;
}

void
perturb_settle(pid_t pid, pid_t tid)
{
	struct activity first, last, now;
	int saved = errno;
	int quiet = 0;

	if (look(&first, pid, tid)) {
		last = first;
		for (int i = 0; i < SAMPLES_MAX && quiet < SAMPLES; i++) {
			perturb_nap(SAMPLE_TIME);
			if (!look(&now, pid, tid) ||
			    strchr("ZXx", now.state) != NULL ||
			    now.ticks - first.ticks > BUSY_MAX ||
			    now.switches - first.switches > SLEEPS_MAX)
				break;
			if (now.state == 'R' || now.switches != last.switches)
				quiet = 0;
			else
				quiet++;
			last = now;
		}
	}
	errno = saved;
}

EXPORT pid_t
fork(void)
{
	pid_t parent = getpid();
	pid_t thread = note_syscall(SYS_gettid);
	bool child_first = perturb_on(CHILDFIRST);
	pid_t pid;

	DECLARE_NEXT(fork);
	if (child_first && perturb_on(PARENTFIRST))
		child_first = perturb_random(2) == 0;
	pid = next();
	if (pid == 0) {
		perturb_reseed();
		if (!child_first && perturb_on(PARENTFIRST))
			perturb_settle(parent, thread);
	} else if (pid > 0 && child_first) {
		perturb_settle(pid, pid);
	}
	return pid;
}
