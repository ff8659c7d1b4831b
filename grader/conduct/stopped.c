/*
 * A process that our SIGSTOP has stopped goes on by itself, once all others have
 * waited for longer than a program has patience. Whether they sleep until
 * something comes or look again and again is all the same: as on a busy machine,
 * each look may take long, so that few of them are enough.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <signal.h>

// Longer than ten seconds, the longest time that programs usually wait.
#define PATIENCE_NS (12 * 1000 * 1000 * 1000LL)

static struct tracee *
stopped(void)
{
	if (options.signal != SIGSTOP)
		return NULL;
	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		if (t->tested && t->state == HALTED)
			return t;
	return NULL;
}

/*
 * Somebody has looked for something that has not come: so much time passes if he
 * may look `looks` times while another is stopped, but none after its end. Returns
 * whether one is.
 */
bool
stopped_look(int looks)
{
	int64_t left = run.signalled_at + PATIENCE_NS - time_now();

	if (stopped() == NULL)
		return false;
	if (left > PATIENCE_NS / looks)
		left = PATIENCE_NS / looks;
	if (left > 0)
		time_pass(left);
	return true;
}

/*
 * Lets it go on, if all have waited long enough; `next` is the first time limit
 * that ends a sleep, or FOREVER. Returns whether there was one.
 */
bool
stopped_resume(int64_t next)
{
	struct tracee *t = stopped();

	if (t == NULL ||
	    (next != FOREVER && time_now() - run.signalled_at < PATIENCE_NS))
		return false;
	say("%s goes on", t->name);
	tell("When all others wait, %s goes on (SIGCONT).", t->name);
	send_signal(t, SIGCONT);
	settle();
	/* Of two threads, the one at whose call the signal came is held up for longer. */
	for (struct tracee *one = tracees; one < tracees + ntracees; one++)
		if (one->leader == t->leader && one->tid == run.held_up &&
		    one->state == READY && tracees[t->leader].threads > 0)
			one->yields = true;
	return true;
}
