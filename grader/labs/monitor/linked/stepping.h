/*
 * Processes that are run instruction by instruction, and killed where it is said.
 */
#include "common.h"
#include <sched.h>
#include <sys/ptrace.h>

/* Whether this machine lets a process be traced. */
static int
may_trace(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == -1);
	if (pid == -1)
		broken("fork");
	return await(pid) == 0;
}

/* Starts a process that is about to do `work`; it dies with this one. */
static pid_t
victim(void (*work)(void))
{
	pid_t pid = fork();

	if (pid == -1)
		broken("fork");
	if (pid == 0) {
		victims[0] = victims[1] = 0;
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		work();
		raise(SIGSTOP);
		_exit(0);
	}
	victims[victims[0] != 0] = pid;
	await(pid);
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_EXITKILL) == -1)
		broken("ptrace");
	return pid;
}

/* Has it ended or stopped? Then its status is known. */
static int
has_changed(pid_t pid, int *status)
{
	pid_t changed = waitpid(pid, status, WNOHANG);

	if (changed == -1 && errno != EINTR)
		broken("waitpid");
	return changed == pid;
}

/* How a process stopped: 1 after an instruction, 0 when its work is done. */
static int
how(int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == 1)
		give_up(); // it has complained
	if (!WIFSTOPPED(status))
		complain("a process ended (wait status %d) that was at work",
			 status);
	if (WSTOPSIG(status) != SIGTRAP && WSTOPSIG(status) != SIGSTOP)
		complain("a process was hit by SIG%s",
			 sigabbrev_np(WSTOPSIG(status)));
	return WSTOPSIG(status) == SIGTRAP;
}

/* Waits for the end of its instruction. Returns 1, or 0 when its work is done. */
static int
await_stop(pid_t pid)
{
	return how(await(pid));
}

/* One instruction. Returns likewise. */
static int
step(pid_t pid)
{
	if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) == -1)
		broken("ptrace");
	return await_stop(pid);
}

/* Kills it where it is. What is told first may be that it has just stopped. */
static void
end(pid_t pid)
{
	if (kill(pid, SIGKILL) == -1)
		broken("kill");
	while (WIFSTOPPED(await(pid)))
		;
	victims[victims[0] != pid] = 0;
}

static void
go_on(pid_t pid)
{
	if (ptrace(PTRACE_CONT, pid, NULL, NULL) == -1)
		broken("ptrace");
}

static int
is_asleep(pid_t pid)
{
	char path[40], state = '?';
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	file = fopen(path, "r");
	if (file == NULL)
		return 0;
	if (fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
		state = '?';
	fclose(file);
	return state == 'S';
}

enum { ASLEEP = -1 };

/* One instruction, as step; ASLEEP if it is a call in which the process sleeps. */
static int
step_or_sleep(pid_t pid)
{
	int status, asleep = 0;

	if (ptrace(PTRACE_SINGLESTEP, pid, NULL, NULL) == -1)
		broken("ptrace");
	for (;;) {
		if (has_changed(pid, &status))
			return how(status);
		if (asleep)
			return ASLEEP;
		asleep = is_asleep(pid);
		sched_yield();
	}
}

/* Waits until it has done its work (1), or waits itself (0). */
static int
done_or_waits(pid_t pid)
{
	int status;

	for (int looks = 0; looks < 500; looks++) {
		if (has_changed(pid, &status))
			return how(status) == 0;
		if (is_asleep(pid))
			return has_changed(pid, &status);
		sched_yield();
	}
	return 0;
}

static void
await_done(pid_t pid)
{
	if (how(await(pid)) != 0)
		complain("a process stopped that was at work");
}

/* Is somebody inside? Mutexes begin with a word that is 0 while nobody is. */
static int
is_locked(void)
{
	return *(volatile int *)&bank->lock != 0;
}

static long
sum(void)
{
	long n = 0;

	for (int i = 0; i < ACCOUNTS; i++)
		n += bank->balance[i];
	return n;
}
