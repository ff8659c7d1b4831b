/*
 * Messages in another queue than the one that a process waits for, and nobody
 * is there to take them: sender and receiver mean two queues.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <mqueue.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <unistd.h>

#include "world.h"

static const char two_queues[] =
    "a message is in another queue than the one that is read: sender and "
    "receiver do not name the same one (%s)";

/* Does any thread wait for a message of this queue? */
static bool
has_receiver(struct why_world *w, int id)
{
	for (int i = 0; i < w->threads; i++)
		if (why_kind_of(&w->thread[i]) == WHY_MSGRCV &&
		    (int)w->thread[i].arg[0] == id)
			return true;
	return false;
}

/*
 * Was it this test that sent the last message? A sender that has ended is taken
 * for one of it if it sent since the test began: on some levels of the box, the
 * machine's queues are seen.
 */
static bool
is_ours(struct why_world *w, const struct msqid_ds *q)
{
	if (why_process_of(w, q->msg_lspid))
		return true;
	return w->processes > 0 &&
	       (double)q->msg_stime + 1.05 >= why_began(&w->process[0]) &&
	       kill(q->msg_lspid, 0) == -1 && errno == ESRCH;
}

/* Those of System V that this test has sent to. */
static void
explain_sysv(struct why_world *w)
{
	struct msginfo info;
	int last = msgctl(0, MSG_INFO, (struct msqid_ds *)(void *)&info);

	for (int i = 0; i <= last; i++) {
		struct msqid_ds q;
		int id = msgctl(i, MSG_STAT, &q);
		const struct why_process *sender;
		if (id == -1 || q.msg_qnum == 0 || has_receiver(w, id) ||
		    !is_ours(w, &q))
			continue;
		sender = why_process_of(w, q.msg_lspid);
		why_say(w,
			"  queue %d (key 0x%x) holds %lu message%s that nobody "
			"waits for, the last sent by: %s",
			id, (unsigned)q.msg_perm.__key, q.msg_qnum,
			q.msg_qnum == 1 ? "" : "s",
			sender ? why_who(w, (int)(sender - w->process))
			       : "a process that has ended");
		why_advise(w, WHY_SURE, two_queues,
			   "msgget needs the same key, ftok the same path and "
			   "the same number");
	}
}

static bool
is_received(struct why_world *w, const struct why_file *q)
{
	for (int i = 0; i < w->threads; i++) {
		const struct why_thread *t = &w->thread[i];
		const struct why_file *f =
		    why_kind_of(t) == WHY_MQ_RECEIVE
			? why_file_of(w, t->process, (int)t->arg[0])
			: NULL;
		if (f && f->inode == q->inode && f->device == q->device)
			return true;
	}
	return false;
}

/* Those of POSIX that a process of the test has open. */
static void
explain_posix(struct why_world *w)
{
	const struct why_file *shown = NULL;

	for (int i = 0; i < w->files; i++) {
		const struct why_file *f = &w->file[i];
		struct mq_attr a = { 0 };
		if (f->type != WHY_MQUEUE || is_received(w, f) ||
		    (shown && shown->inode == f->inode))
			continue;
		int copy = why_borrow(w->process[f->process].pid, f->fd);
		if (copy == -1)
			continue;
		if (mq_getattr(copy, &a) == 0 && a.mq_curmsgs > 0) {
			shown = f;
			why_say(w,
				"  %s holds %ld message%s that nobody waits "
				"for; it is open in: %s",
				why_object(w, f), a.mq_curmsgs,
				a.mq_curmsgs == 1 ? "" : "s",
				why_who(w, f->process));
			why_advise(w, WHY_SURE, two_queues,
				   "mq_open needs the same name, with the / in "
				   "front");
		}
		why_give_back(copy);
	}
}

static bool
is_open(const struct why_world *w, const struct stat *s)
{
	for (int i = 0; i < w->files; i++)
		if (w->file[i].type == WHY_MQUEUE &&
		    w->file[i].inode == s->st_ino)
			return true;
	return false;
}

/* Those that nobody has open any more, and that were made in this test. */
static void
explain_closed(struct why_world *w, pid_t pid)
{
	char path[64], full[64 + 256], text[256];
	struct dirent *entry;
	uint64_t bytes;
	struct stat s;

	snprintf(path, sizeof path, "/proc/%d/root/dev/mqueue", pid);
	DIR *folder = opendir(path);
	while (folder && (entry = readdir(folder))) {
		snprintf(full, sizeof full, "%s/%s", path, entry->d_name);
		if (entry->d_name[0] == '.' || stat(full, &s) == -1 ||
		    is_open(w, &s) ||
		    why_made(full) + 0.05 < why_began(&w->process[0]) ||
		    !why_slurp(text, sizeof text, "%s", full) ||
		    !why_field(text, "QSIZE:", 10, &bytes) || bytes == 0)
			continue;
		why_say(w,
			"  queue \"/%.60s\" holds %lu bytes, and nobody has "
			"it open",
			entry->d_name, (unsigned long)bytes);
		why_advise(w, WHY_SURE, two_queues,
			   "mq_open needs the same name, with the / in front");
	}
	if (folder)
		closedir(folder);
}

/* The lines under a process that waits for a message and finds none. */
void
why_explain_other_queues(struct why_world *w, int process, bool posix)
{
	if (posix)
		explain_posix(w);
	if (posix)
		explain_closed(w, w->process[process].pid);
	else
		explain_sysv(w);
}

/* The same of datagrams: one lies unread at another socket of the test. */
void
why_explain_other_datagrams(struct why_world *w, const struct why_file *own)
{
	for (int i = 0; i < w->files; i++) {
		const struct why_file *f = &w->file[i];
		struct why_socket s;
		if (f->type != WHY_SOCKET || f->inode == own->inode ||
		    !why_socket_of(f->inode, &s) || s.stream || !s.name[0] ||
		    why_unread(w->process[f->process].pid, f->fd) <= 0)
			continue;
		why_say(w, "  a datagram lies unread at %s, in: %s",
			why_object(w, f), why_who(w, f->process));
		why_advise(w, WHY_SURE,
			   "a datagram was sent to another address than the "
			   "one that is read");
		return;
	}
}
