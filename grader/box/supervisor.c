/*
 * The supervisor inside the box. It starts the scenario, reaps every orphan,
 * takes notes from the checkers, keeps the clock, and at the end counts what
 * is left. With namespaces it is process 1: when it ends, the kernel ends
 * everything else.
 */
#define _GNU_SOURCE
#include "../why/why.h"
#include "box.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/keyctl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	PROCESSES_MAX = 4096,
	NOTES_MAX = 500,
	NOTE_BYTES = 512,
	NOTES_AT_ONCE = 1000, /* more than its queue holds */
	TICK_MS = 25,	      /* how often the clock and the memory are read */
	DEADLOCK_MS = 300,    /* nothing changed for so long: it never will */
	LOOKS_ENOUGH = 20,    /* of a scenario that watches the others */
	LEAVE_MS = 250,	      /* what a process gets to end by itself */
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
	if (level_has_namespaces(box->level))
		forbid_calls();
	if (box->early)
		why_alarm_install(channel);
	syscall(SYS_close_range, 3U, ~0U, 0U);
	execv(box->argv[0], box->argv);
	_exit(127);
}

/* The socket to which checkers send their notes, one datagram each. */
static int
open_notes(const struct box *box, char name[static 64])
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd == -1)
		return -1;
	/* Abstract names are per network namespace: elsewhere, unique. */
	snprintf(name, 64, "labbox-notes%.40s", box->root);
	for (char *c = name; *c != '\0'; c++)
		if (*c == '/')
			*c = '-';
	memcpy(address.sun_path + 1, name, strlen(name));
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) +
				       1 + strlen(name));
	if (bind(fd, (struct sockaddr *)&address, length) == -1) {
		close(fd);
		return -1;
	}
	return fd;
}

static void
read_notes(const struct box *box, int fd)
{
	static int count;
	char note[NOTE_BYTES];
	ssize_t n;

	/* Not for ever: a program may send them faster than they are read. */
	for (int i = 0; i < NOTES_AT_ONCE; i++) {
		n = recv(fd, note, sizeof(note) - 1, MSG_DONTWAIT);
		if (n == -1)
			return;
		note[n] = '\0';
		for (char *c = note; *c != '\0'; c++)
			if (!isprint((unsigned char)*c))
				*c = ' ';
		if (count++ < NOTES_MAX)
			fprintf(box->report, "note %s\n", note);
	}
}

static void
set_environment(const struct box *box, const char *notes)
{
	char folder[512];

	clearenv();
	room_path(box, "lab", folder, sizeof(folder));
	setenv("HOME", folder, 1);
	setenv("LABBOX_DIR", folder, 1);
	room_path(box, "kit", folder, sizeof(folder));
	setenv("LABBOX_KIT", folder, 1);
	room_path(box, "log", folder, sizeof(folder));
	setenv("LABBOX_LOG", folder, 1);
	room_path(box, "", folder, sizeof(folder));
	setenv("TMPDIR", folder, 1);
	setenv("LABBOX_NOTES", notes, 1);
	setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
	setenv("LANG", "C.UTF-8", 1);
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

/* Whether the scenario is in an await_... call (lib/run.sh says so). */
static int
scenario_watches(const struct box *box)
{
	char path[512];

	room_path(box, "log/awaiting", path, sizeof(path));
	return access(path, F_OK) == 0;
}

/* Writes why the processes of the scenario hang, a line each. */
static void
report_why(const struct box *box, pid_t scenario)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return;
	why_explain(out, getpid(), scenario, scenario_watches(box));
	fclose(out);
	for (char *save, *line = strtok_r(text, "\n", &save); line != NULL;
	     line = strtok_r(NULL, "\n", &save))
		fprintf(box->report, "why %s\n", line);
	free(text);
}

/*
 * Reads the signals that came. Only the guard may ask to stop: it is the
 * parent, and outside of the namespace, where it has no process id. Nobody
 * else can send SI_USER with that id; sigqueue(3) and fcntl(F_SETSIG) could
 * send others.
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

/* What is known about a possible deadlock. */
struct suspicion {
	long since;	  /* ms; -1: something moves */
	uint64_t picture; /* of all processes, as it was then */
	int asleep;	  /* what why_asleep said */
	int watching;	  /* whether the scenario waits for the others */
	long looks;	  /* how often it had looked then */
};

/* How often the scenario's shell has gone to sleep so far. */
static long
looks(pid_t scenario)
{
	char path[64], line[128];
	long n = 0;

	snprintf(path, sizeof(path), "/proc/%d/status", scenario);
	FILE *file = fopen(path, "re");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		if (sscanf(line, "voluntary_ctxt_switches: %ld", &n) == 1)
			break;
	if (file != NULL)
		fclose(file);
	return n;
}

/*
 * Whether nothing can change any more: all have slept for DEADLOCK_MS, each
 * waiting for another. A scenario that watches them must have looked often
 * enough since to have seen that nothing will come. Returns the verdict, or
 * NULL: "hang", or "alone" if it watches, and all others have ended.
 */
static const char *
deadlock(const struct box *box, pid_t scenario, long now, struct suspicion *s)
{
	uint64_t picture = 0;
	int watching = scenario_watches(box);
	int asleep = why_asleep(getpid(), scenario, watching, &picture);

	if (asleep == 0) {
		s->since = -1;
		return NULL;
	}
	if (s->since == -1 || picture != s->picture || asleep != s->asleep ||
	    watching != s->watching) {
		s->since = now;
		s->picture = picture;
		s->asleep = asleep;
		s->watching = watching;
		s->looks = looks(scenario);
		return NULL;
	}
	if (now - s->since < DEADLOCK_MS ||
	    (watching && looks(scenario) - s->looks < LOOKS_ENOUGH))
		return NULL;
	return asleep == 2 ? "alone" : "hang";
}

/*
 * Watches until the scenario ends, or must be ended.
 * Returns the verdict; `status` is set for "exit".
 */
static const char *
watch(const struct box *box, pid_t scenario, int children, int notes,
      int alarms, int *status)
{
	struct pollfd fds[3] = {
		{ .fd = children, .events = POLLIN },
		{ .fd = notes, .events = POLLIN },
		{ .fd = alarms, .events = POLLIN },
	};
	struct suspicion suspicion = { .since = -1 };
	long start = now_ms(), next = start + TICK_MS;

	for (;;) {
		long left = next - now_ms();
		if (poll(fds, 3, left < 0 ? 0 : (int)left) == -1 &&
		    errno != EINTR)
			return "error";
		if (fds[2].revents & POLLIN)
			why_alarm_serve(alarms);
		else if (fds[2].revents != 0)
			fds[2].fd = -1;
		if (fds[1].revents != 0)
			read_notes(box, notes);
		if (fds[0].revents != 0) {
			if (asked_to_stop(box, children))
				return "interrupted";
			if (reap(scenario, status))
				return "exit";
		}
		long now = now_ms();
		if (now < next)
			continue;
		next = now + TICK_MS;

		int n = census_processes(pids, PROCESSES_MAX);
		if (memory_used(box, pids, n) > box->memory)
			return "memory";
		const char *verdict =
		    box->early ? deadlock(box, scenario, now, &suspicion)
			       : NULL;
		if (verdict != NULL) {
			report_why(box, scenario);
			return verdict;
		}
		if (now - start > box->wall * 1000) {
			report_why(box, scenario);
			return "timeout";
		}
	}
}

/*
 * Gives the last processes a moment to end; returns how many are left. Their
 * alarms must be served still: who sets one waits for that.
 */
static int
wait_for_the_last(const struct box *box, int notes, int alarms)
{
	struct pollfd call = { .fd = alarms, .events = POLLIN };
	long end = now_ms() + LEAVE_MS;
	int n, status;

	for (;;) {
		while (waitpid(-1, &status, WNOHANG) > 0)
			;
		read_notes(box, notes);
		n = census_processes(pids, PROCESSES_MAX);
		if (n == 0 || now_ms() > end)
			return n;
		if (poll(&call, 1, 1) == 1 && (call.revents & POLLIN))
			why_alarm_serve(alarms);
		else if (call.revents != 0)
			call.fd = -1;
	}
}

/* Ends everything below; needed where no namespace does it for us. */
static void
end_everything(const struct box *box)
{
	int n, status;

	for (int round = 0; round < 1000; round++) {
		n = census_processes(pids, PROCESSES_MAX);
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
init_run(struct box *box)
{
	sigset_t signals;
	char notes_name[64];
	int status = 0;

	if (room_make(box) == -1)
		return 1;
	struct census *before = census_before(box);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);
	signal(SIGPIPE, SIG_IGN);
	int children = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	int notes = open_notes(box, notes_name);
	if (children == -1 || notes == -1)
		return refuse(box, "notes");
	set_environment(box, notes_name);

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
	    watch(box, scenario, children, notes, alarms, &status);
	fprintf(box->report, "verdict %s\n", verdict);
	if (strcmp(verdict, "exit") == 0) {
		fprintf(box->report, "status %d\n",
			WIFEXITED(status) ? WEXITSTATUS(status)
					  : 128 + WTERMSIG(status));
		int n = wait_for_the_last(box, notes, alarms);
		census_report_processes(box, pids, n);
	}
	read_notes(box, notes);
	if (!level_has_namespaces(box->level))
		end_everything(box);
	else
		kill(-1, SIGKILL);
	census_after(box, before);
	room_collect(box);
	room_remove(box);
	fprintf(box->report, "end\n");
	return fflush(box->report) == 0 ? 0 : 1;
}
