/*
 * Blocked in mq_receive or mq_send: the state of the POSIX queue.
 */
#define _GNU_SOURCE
#include <mqueue.h>
#include <string.h>
#include <unistd.h>

#include "world.h"

void
why_explain_mq(struct why_world *w, const struct why_thread *t)
{
	const struct why_file *f = why_file_of(w, t->process, (int)t->arg[0]);
	bool receives = why_kind_of(t) == WHY_MQ_RECEIVE;
	struct mq_attr a;

	why_head(w, t, "is blocked in %s(%s)%s",
		 receives ? "mq_receive" : "mq_send",
		 f ? why_object(w, f) : "?",
		 why_timed(t) ? ", with a time limit" : "");
	int copy = why_borrow(w->process[t->process].pid, (int)t->arg[0]);
	if (copy != -1 && mq_getattr(copy, &a) == 0)
		why_say(w, "  the queue holds %ld of at most %ld messages",
			a.mq_curmsgs, a.mq_maxmsg);
	if (copy != -1)
		why_give_back(copy);
	for (int i = 0; f && i < w->files; i++) {
		const struct why_file *end = &w->file[i];
		if (end->process != t->process && end->inode == f->inode &&
		    end->device == f->device &&
		    (receives ? end->writes : end->reads))
			why_say(w, "  it is open for %s in: %s fd %d",
				receives ? "sending" : "receiving",
				why_who(w, end->process), end->fd);
	}
	if (receives)
		why_explain_other_queues(w, t->process, true);
	if (receives)
		why_advise(w, WHY_GENERAL,
			   "the queue is empty and nobody sends to it");
	else
		why_advise(w, WHY_GENERAL,
			   "the queue is full and nobody receives from it");
}
