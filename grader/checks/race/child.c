/*
 * race, the end of a child, and children that run other programs.
 */
#define _GNU_SOURCE
#include "hooks.h"

#include <signal.h>
#include <sys/wait.h>

static void
join_child(const struct call *call)
{
	if (race_int(call) > 0)
		race_join_pid(race_int(call));
	else if (race_int(call) == -1 && call->error == ECHILD)
		race_join_ended(false); /* SIGCHLD is ignored: all have ended */
}

static void
join_waitid(const struct call *call)
{
	const siginfo_t *info = pointer(call->c);

	if (race_int(call) != 0)
		return;
	if (info == NULL)
		race_join_ended(false);
	else if (info->si_pid != 0)
		race_join_pid(info->si_pid);
}

static void
finish(const struct call *call)
{
	(void)call;
	race_finish();
}

/* From here on, programs that are not watched do the work. */
static void
release_outside(const struct call *call)
{
	(void)call;
	race_release(race_key(OUTSIDE, 0, 0));
}

static void
join_outside(const struct call *call)
{
	(void)call;
	race_join_outside();
}

RACE_WRAP(wait, nothing, join_child)
RACE_WRAP(waitpid, nothing, join_child)
RACE_WRAP(wait3, nothing, join_child)
RACE_WRAP(wait4, nothing, join_child)
RACE_WRAP(waitid, nothing, join_waitid)
RACE_WRAP(_exit, finish, nothing)
RACE_WRAP(_Exit, finish, nothing)
RACE_WRAP(quick_exit, finish, nothing)
RACE_WRAP(posix_spawn, release_outside, nothing)
RACE_WRAP(posix_spawnp, release_outside, nothing)
RACE_WRAP(popen, release_outside, nothing)
RACE_WRAP(pclose, release_outside, join_outside)
RACE_WRAP(system, release_outside, join_outside)
