/*
 * Blocked in semop, msgrcv or msgsnd: the state of the System V object. The
 * supervisor lives in the IPC namespace of the test, so it may simply ask.
 */
#define _GNU_SOURCE
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <time.h>

#include "world.h"

/* Operations of one semop that are reported; there may be more. */
enum { OPERATIONS = 8 };

static int
operations(struct why_world *w, const struct why_thread *t, struct sembuf *ops)
{
	unsigned long count = t->arg[2] > OPERATIONS ? OPERATIONS : t->arg[2];

	if (!why_peek(w->process[t->process].pid, t->arg[1], ops,
		      count * sizeof *ops))
		return 0;
	return (int)count;
}

/* Would this operation wait, at the value that the semaphore has now? */
static bool
waits(const struct sembuf *op, int value)
{
	return op->sem_op == 0 ? value != 0 : value + op->sem_op < 0;
}

/* The process that changed the semaphore last; -1 when it is not here. */
static int
last_changer(struct why_world *w, int set, int number)
{
	const struct why_process *p =
	    why_process_of(w, semctl(set, number, GETPID));

	return p ? (int)(p - w->process) : -1;
}

/*
 * The process that has what `process` waits for in semop: where each semaphore
 * has one unit, the last that took it. -1 if it waits for none, or cannot tell.
 */
static int
holder_for(struct why_world *w, int process)
{
	const struct why_process *p = &w->process[process];

	for (int i = 0; i < p->threads; i++) {
		const struct why_thread *t = &w->thread[p->first_thread + i];
		struct sembuf ops[OPERATIONS];
		if (why_kind_of(t) != WHY_SEMOP)
			continue;
		int set = (int)t->arg[0], count = operations(w, t, ops);
		for (int k = 0; k < count; k++)
			if (waits(&ops[k], semctl(set, ops[k].sem_num, GETVAL)))
				return last_changer(w, set, ops[k].sem_num);
	}
	return -1;
}

/* Each waits for the next one, and the last one for the first: how many. */
static int
in_a_circle(struct why_world *w, int process)
{
	int next = holder_for(w, process), count = 1;

	while (next != -1 && next != process && count < w->processes) {
		next = holder_for(w, next);
		count++;
	}
	return next == process ? count : 0;
}

/* The line of one operation that waits. */
static void
explain_operation(struct why_world *w, const struct why_thread *t,
		  const struct sembuf *op)
{
	int set = (int)t->arg[0], number = op->sem_num;
	int value = semctl(set, number, GETVAL);
	int waiters = semctl(set, number, op->sem_op ? GETNCNT : GETZCNT);
	int changer = last_changer(w, set, number);
	int circle = in_a_circle(w, t->process);
	bool untouched = semctl(set, number, GETPID) == 0;
	char name[WHY_NAME];

	why_semaphore_name(w->process[t->process].pid, number, name,
			   sizeof name);
	why_say(w,
		"  it wants %+d of semaphore %d%s%s%s, whose value is %d; %d "
		"waiting; %s%s",
		op->sem_op, number, name[0] ? " (" : "", name,
		name[0] ? ")" : "", value, waiters,
		untouched ? "never changed since it was made"
			  : "last changed by ",
		untouched		? ""
		: changer == t->process ? "the waiting process itself"
		: changer == -1		? "a process that has ended"
					: why_who(w, changer));
	if (op->sem_op == 0)
		why_advise(w, WHY_LIKELY,
			   "semop with 0 waits until the value is 0, and "
			   "nobody lowers it that far");
	else if (changer == -1 && !untouched)
		why_advise(w, WHY_LIKELY,
			   "the process that took the semaphore has ended and "
			   "never gave it back: SEM_UNDO would have done so");
	else if (changer == t->process)
		why_advise(w, WHY_LIKELY,
			   "the process waits for a semaphore that it took "
			   "itself: it is taken twice, or never given back");
	else if (circle > 1)
		why_advise(w, WHY_SURE,
			   "each process holds a semaphore that the %s wants: "
			   "take them in the same order everywhere, or both in "
			   "one semop",
			   circle == 2 ? "other" : "next one");
	why_advise(w, WHY_GENERAL,
		   "nobody is left to raise the semaphore: a missing +1, or a "
		   "wrong start value");
}

/*
 * Was the set there before the program, and not changed since by semctl? Its time
 * is in whole seconds, of a clock that may be late.
 */
static void
explain_age(struct why_world *w, const struct why_thread *t)
{
	struct semid_ds set;
	union {
		int value;
		struct semid_ds *set;
	} argument = { .set = &set };
	const struct why_process *p = &w->process[t->process], *parent;

	while ((parent = why_process_of(w, p->parent)) && !parent->is_shell)
		p = parent;
	if (semctl((int)t->arg[0], 0, IPC_STAT, argument) == -1 ||
	    (double)set.sem_ctime + 1.05 >= why_began(p))
		return;
	why_say(w, "  the set was made %s ago, before this program began",
		why_age((double)(time(NULL) - set.sem_ctime)));
	why_advise(w, WHY_LIKELY,
		   "the semaphores are left from an earlier run, with the "
		   "values that they had then: set them when the set is made "
		   "(IPC_EXCL tells), and remove it at the end (IPC_RMID)");
}

void
why_explain_semop(struct why_world *w, const struct why_thread *t)
{
	struct sembuf ops[OPERATIONS];

	why_head(w, t, "is blocked in semop(set %d)%s", (int)t->arg[0],
		 why_timed(t) ? ", with a time limit" : "");
	explain_age(w, t);
	int count = operations(w, t, ops);
	for (int i = 0; i < count; i++)
		if (waits(&ops[i],
			  semctl((int)t->arg[0], ops[i].sem_num, GETVAL)))
			explain_operation(w, t, &ops[i]);
}

static void
advise_receiver(struct why_world *w, long type, unsigned long messages)
{
	if (messages > 0)
		why_advise(w, WHY_SURE,
			   "the queue has messages, but none that msgrcv "
			   "asks for (type %ld): sender and receiver disagree "
			   "about the type",
			   type);
	else
		why_advise(w, WHY_GENERAL,
			   "the queue is empty and nobody sends to it");
}

void
why_explain_msg(struct why_world *w, const struct why_thread *t)
{
	struct msqid_ds q;
	int id = (int)t->arg[0];
	bool receives = why_kind_of(t) == WHY_MSGRCV;
	long type = (long)t->arg[3];

	if (!receives)
		why_peek(w->process[t->process].pid, t->arg[1], &type,
			 sizeof type);
	why_head(w, t, "is blocked in %s(queue %d, type %ld)",
		 receives ? "msgrcv" : "msgsnd", id, type);
	if (msgctl(id, IPC_STAT, &q) == -1)
		return;
	why_say(w, "  the queue holds %lu message%s, %lu of at most %lu bytes",
		q.msg_qnum, q.msg_qnum == 1 ? "" : "s", q.__msg_cbytes,
		q.msg_qbytes);
	if (receives && q.msg_qnum == 0)
		why_explain_other_queues(w, t->process, false);
	if (receives)
		advise_receiver(w, type, q.msg_qnum);
	else
		why_advise(w, WHY_LIKELY,
			   "the queue is full and nobody receives: a sender "
			   "that fills the queue before anybody reads waits "
			   "for ever");
}
