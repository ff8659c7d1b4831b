/*
 * The supervisor inside the box. It starts the scenario, reaps every orphan,
 * takes notes from the checkers, keeps the clock, and at the end reports what
 * is left. With namespaces it is process 1: when it ends, the kernel ends
 * everything else.
 */
#define _GNU_SOURCE
#include "../why/why.h"
#include "box.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	PROCESSES_MAX = 4096,
	LEAVE_MS = 250, /* what a process gets to end by itself: see clock.c */
};

static pid_t pids[PROCESSES_MAX];

static long
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Becomes the scenario; does not return. */
static void
become_scenario(const struct box *box, int channel)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int sig = 1; sig < NSIG; sig++)
		signal(sig, SIG_DFL);
	setsid();
	for (int fd = 0; fd < 3; fd++)
		if (dup2(box->stdio[fd], fd) == -1)
			_exit(126);
	limits_apply(box);
	/* The session's keys are the caller's. */
	syscall(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, NULL);
	if (limits_drop_rights(box) == -1)
		_exit(126);
	/* A kernel without seccomp can do neither of these. */
	forbid_calls(box);
	if (box->early)
		why_alarm_install(channel);
	syscall(SYS_close_range, 3U, ~0U, 0U);
	execv(box->argv[0], box->argv);
	_exit(127);
}

static void
set_environment(const struct box *box)
{
	char folder[512];

	clearenv();
	rootfs_path(box, "lab", folder, sizeof(folder));
	setenv("HOME", folder, 1);
	setenv("LABBOX_DIR", folder, 1);
	rootfs_path(box, "tools", folder, sizeof(folder));
	setenv("LABBOX_TOOLS", folder, 1);
	rootfs_path(box, "log", folder, sizeof(folder));
	setenv("LABBOX_LOG", folder, 1);
	rootfs_path(box, "", folder, sizeof(folder));
	setenv("TMPDIR", folder, 1);
	rootfs_path(box, "tools/notes", folder, sizeof(folder));
	setenv("LABBOX_NOTES", folder, 1);
	setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
	setenv("LANG", "C.UTF-8", 1);
	if (box->early)
		setenv("LABBOX_EARLY", "1", 1);
	setenv("TERM", "dumb", 1);
	for (int i = 0; i < box->nenv; i++)
		putenv((char *)box->env[i]);
}

/* Reaps what there is; tells whether the scenario was among it. */
static int
reap(pid_t scenario, int *status)
{
	int st, ended = 0;
	pid_t pid;

	while ((pid = waitpid(-1, &st, WNOHANG)) > 0) {
		if (pid == scenario) {
			*status = st;
			ended = 1;
		}
	}
	return ended;
}

/*
 * Reads the signals that came; tells whether the guard asked to stop. It is the
 * parent, and outside the namespace: seen from inside, its process id is 0.
 * Nobody else can send a signal with that id and SI_USER; sigqueue(3) and
 * fcntl(F_SETSIG) send other codes.
 */
static int
asked_to_stop(const struct box *box, int signals)
{
	struct signalfd_siginfo info;
	pid_t guard = level_has_namespaces(box->level) ? 0 : getppid();
	int stop = 0;

	while (read(signals, &info, sizeof(info)) > 0)
		if (info.ssi_signo == SIGTERM && info.ssi_code == SI_USER &&
		    (pid_t)info.ssi_pid == guard)
			stop = 1;
	return stop;
}

/*
 * Waits until the scenario ends, or must be ended.
 * Returns the verdict; `status` is set for "exit".
 */
static const char *
supervise(const struct box *box, pid_t scenario, int children, int notes,
	  int alarms, int *status)
{
	struct pollfd fds[3] = {
		{ .fd = children, .events = POLLIN },
		{ .fd = notes, .events = POLLIN },
		{ .fd = alarms, .events = POLLIN },
	};
	long limit = (long)(box->limit * 1000);
	long patience = (long)(box->patience * 1000);
	long start = now_ms(), next = start + CLOCK_TICK_MS;

	clock_tick(NULL, 0, start);
	for (;;) {
		long left = next - now_ms();
		if (poll(fds, 3, left < 0 ? 0 : (int)left) == -1 &&
		    errno != EINTR)
			return "error";
		if (fds[2].revents & POLLIN)
			why_alarm_serve(alarms);
		else if (fds[2].revents != 0)
			fds[2].fd = -1;
		if (fds[1].revents != 0 && notes_read(box) == -1)
			return "notes";
		if (fds[0].revents != 0) {
			if (asked_to_stop(box, children))
				return "interrupted";
			if (reap(scenario, status))
				return "exit";
		}
		long now = now_ms();
		if (now < next)
			continue;
		next = now + CLOCK_TICK_MS;

		int n = processes_below(pids, PROCESSES_MAX);
		struct use use;

		memory_used(box, pids, n, &use);
		const char *excess = memory_excess(box, &use);
		if (excess != NULL && *excess == '\0')
			return "memory";
		if (excess != NULL) {
			fprintf(box->report, "excess %s\n", excess);
			return "excess";
		}
		watched_look(box, pids, n);
		const char *verdict =
		    box->early ? hang_verdict(box, scenario, now) : NULL;
		if (verdict != NULL) {
			hang_report(box, scenario);
			return verdict;
		}
		long used = clock_tick(pids, n, now);
		if (box->early && clock_awaits_too_long(box, used, limit / 2)) {
			hang_report(box, scenario);
			return "awaited";
		}
		if (used > limit) {
			hang_report(box, scenario);
			return "timeout";
		}
		if (now - start > patience)
			return "slow";
	}
}

/*
 * Gives the last processes a moment to end; returns how many are left. Goes on
 * serving their calls of alarm(2), which block until that is done.
 */
static int
wait_for_the_last(const struct box *box, int alarms)
{
	struct pollfd call = { .fd = alarms, .events = POLLIN };
	long start = now_ms(), used = -1;
	int n, status;

	for (;;) {
		while (waitpid(-1, &status, WNOHANG) > 0)
			;
		notes_read(box);
		n = processes_below(pids, PROCESSES_MAX);
		long now = now_ms(), sum = clock_tick(pids, n, now);
		if (used == -1)
			used = sum;
		if (n == 0 || sum - used > LEAVE_MS ||
		    now - start > (long)(box->patience * 1000))
			return n;
		if (poll(&call, 1, 1) == 1 && (call.revents & POLLIN))
			why_alarm_serve(alarms);
		else if (call.revents != 0)
			call.fd = -1;
	}
}

/* Ends all processes below this one: needed where no namespace does it. */
static void
end_everything(const struct box *box)
{
	int n, status;

	for (int round = 0; round < 1000; round++) {
		n = processes_below(pids, PROCESSES_MAX);
		for (int i = 0; i < n; i++)
			kill(pids[i], round < 2 ? SIGSTOP : SIGKILL);
		if (round == 0 && box->level == SEPARATE_USER)
			level_after(box);
		while (waitpid(-1, &status, WNOHANG) > 0)
			;
		if (n == 0)
			return;
	}
}

/* The whole life of the supervisor; returns its exit status. */
int
supervisor_run(struct box *box)
{
	sigset_t signals;
	int status = 0, notes;

	if (rootfs_make(box) == -1 || level_prepare(box) == -1 ||
	    (notes = copy_in(box)) == -1)
		return 1;
	struct leftovers *before = leftovers_before(box);
	struct use none;
	memory_used(box, NULL, 0, &none); /* what is there already */
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	int children = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (children == -1)
		return refuse(box, "signalfd");
	set_environment(box);

	int channel[2];
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel) == -1)
		return refuse(box, "socketpair");
	why_outside();
	pid_t scenario = fork();
	if (scenario == -1)
		return refuse(box, "fork");
	if (scenario == 0)
		become_scenario(box, channel[1]);
	close(channel[1]);
	int alarms = box->early ? why_alarm_receive(channel[0]) : -1;
	close(channel[0]);
	fprintf(box->report, "started\n");
	for (int fd = 0; fd < 3; fd++)
		close(box->stdio[fd]);

	const char *verdict =
	    supervise(box, scenario, children, notes, alarms, &status);
	fprintf(box->report, "verdict %s\n", verdict);
	if (strcmp(verdict, "exit") == 0) {
		fprintf(box->report, "status %d\n",
			WIFEXITED(status) ? WEXITSTATUS(status)
					  : 128 + WTERMSIG(status));
		int n = wait_for_the_last(box, alarms);
		processes_report(box, pids, n);
	}
	notes_read(box);
	if (!level_has_namespaces(box->level))
		end_everything(box);
	else
		kill(-1, SIGKILL);
	leftovers_report(box, before);
	copy_out(box);
	rootfs_remove(box);
	fprintf(box->report, "end\n");
	return fflush(box->report) == 0 ? 0 : 1;
}
