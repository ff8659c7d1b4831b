/*
 * The words of a hang report: what a process, an object and a signal are
 * called, and the lines themselves. All text may come from a hostile program,
 * so it is written by why_say() and the like, which let only printable ASCII
 * through.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdarg.h>
#include <string.h>

#include "world.h"

static void
clean(char *line)
{
	for (char *c = line; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

/* Writes one line. */
void
why_say(struct why_world *w, const char *format, ...)
{
	char line[WHY_LINE];
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	clean(line);
	fprintf(w->out, "%s\n", line);
}

/*
 * What a process is called: "pipeline (parent)". The pid is added only where another
 * process is called the same. Four results are kept, for use in one line.
 */
const char *
why_who(struct why_world *w, int process)
{
	static char results[4][96];
	static unsigned next;
	char *who = results[next++ % 4];
	const struct why_process *p = &w->process[process];
	bool twin = false;

	for (int i = 0; i < w->processes; i++)
		if (i != process && strcmp(w->process[i].name, p->name) == 0 &&
		    strcmp(w->process[i].role, p->role) == 0)
			twin = true;
	if (p->is_shell)
		snprintf(who, sizeof results[0], "the scenario's shell");
	else if (p->role[0] && twin)
		snprintf(who, sizeof results[0], "%s (%s, pid %d)", p->name,
			 p->role, p->pid);
	else if (p->role[0])
		snprintf(who, sizeof results[0], "%s (%s)", p->name, p->role);
	else if (twin)
		snprintf(who, sizeof results[0], "%s (pid %d)", p->name,
			 p->pid);
	else
		snprintf(who, sizeof results[0], "%s", p->name);
	return who;
}

/* The line of a process, or of one thread where there are several. */
void
why_head(struct why_world *w, const struct why_thread *t, const char *format,
	 ...)
{
	char line[WHY_LINE], place[80], thread[32] = "";
	const struct why_process *p = &w->process[t->process];
	int number = (int)(t - &w->thread[p->first_thread]) + 1;
	va_list ap;

	va_start(ap, format);
	vsnprintf(line, sizeof line, format, ap);
	va_end(ap);
	clean(line);
	if (p->threads > 1)
		snprintf(thread, sizeof thread, "thread %d, ", number);
	snprintf(place, sizeof place, "(%s%s%spid %d)",
		 p->is_shell ? "scenario" : p->role,
		 p->is_shell || p->role[0] ? ", " : "", thread, p->pid);
	fprintf(w->out, "%-*s %-*s %s\n", w->name_width, p->name, w->role_width,
		place, line);
}

/* The surest advice is kept; of equally sure ones the first. */
void
why_advise(struct why_world *w, enum why_rank rank, const char *format, ...)
{
	va_list ap;

	if (rank <= w->rank)
		return;
	w->rank = rank;
	va_start(ap, format);
	vsnprintf(w->advice, sizeof w->advice, format, ap);
	va_end(ap);
	clean(w->advice);
}

/* The letter of an object without a name: A for the first one mentioned. */
static char
letter_of(struct why_world *w, enum why_type type, unsigned long inode)
{
	int of_type = 0;

	for (int i = 0; i < w->letters; i++) {
		if (w->letter[i].type != type)
			continue;
		if (w->letter[i].inode == inode)
			return (char)('A' + of_type);
		of_type++;
	}
	if (w->letters == WHY_LETTERS)
		return '?';
	w->letter[w->letters].type = type;
	w->letter[w->letters++].inode = inode;
	return (char)('A' + of_type);
}

/* Both sockets of a pair share a letter: they are one channel. */
static void
socket_words(struct why_world *w, const struct why_file *f, char *words,
	     size_t size)
{
	struct why_socket s, peer;
	unsigned long inode = f->inode;

	if (why_socket_of(f->inode, &s)) {
		if (!s.name[0] && why_socket_of(s.peer, &peer) && s.local)
			memcpy(s.name, peer.name, sizeof s.name);
		if (!s.local) {
			snprintf(words, size, "%s socket %s",
				 s.stream ? "TCP" : "UDP", s.name);
			return;
		}
		if (s.name[0]) {
			snprintf(words, size, "socket \"%s\"", s.name);
			return;
		}
		if (s.peer && s.peer < inode)
			inode = s.peer;
	}
	snprintf(words, size, "socket %c", letter_of(w, WHY_SOCKET, inode));
}

/* What a descriptor leads to: `pipe A`, `FIFO "req"`, `"/dev/pts/0"`. */
const char *
why_object(struct why_world *w, const struct why_file *f)
{
	static char results[2][WHY_NAME + 32];
	static unsigned next;
	char *words = results[next++ % 2];
	size_t size = sizeof results[0];
	const char *slash = strrchr(f->name, '/');
	const char *base = slash ? slash + 1 : f->name;

	switch (f->type) {
	case WHY_PIPE:
		snprintf(words, size, "pipe %c",
			 letter_of(w, WHY_PIPE, f->inode));
		break;
	case WHY_FIFO:
		snprintf(words, size, "FIFO \"%s\"", base);
		break;
	case WHY_SOCKET:
		socket_words(w, f, words, size);
		break;
	case WHY_MQUEUE:
		snprintf(words, size, "queue \"/%.*s\"",
			 (int)strcspn(base, " "), base);
		break;
	case WHY_INOTIFY:
		snprintf(words, size, "inotify, changes in a folder");
		break;
	case WHY_EVENTFD:
	case WHY_SIGNALFD:
	case WHY_TIMERFD:
	case WHY_EPOLLFD:
	case WHY_STRANGE:
		base = strchr(f->name, '[');
		snprintf(words, size, "%.*s",
			 base ? (int)strcspn(base + 1, "]") : 20,
			 base ? base + 1 : f->name);
		break;
	default:
		snprintf(words, size, "\"%s\"",
			 strncmp(f->name, "/dev/", 5) == 0 ? f->name : base);
	}
	return words;
}

/* "SIGUSR1, SIGCHLD"; real-time signals as SIGRTMIN+1; "none". */
void
why_signal_names(uint64_t set, char *buf, size_t size)
{
	size_t used = 0;

	snprintf(buf, size, "none");
	for (int s = 1; s <= 64 && used < size; s++) {
		const char *comma = used ? ", " : "";
		const char *name = sigabbrev_np(s);
		if (!(set >> (s - 1) & 1))
			continue;
		if (name)
			used += snprintf(buf + used, size - used, "%sSIG%s",
					 comma, name);
		else if (s >= SIGRTMIN)
			used += snprintf(buf + used, size - used,
					 "%sSIGRTMIN+%d", comma, s - SIGRTMIN);
	}
}

/* "0.4 s", "12 s", "3 minutes", "5 days". One result. */
const char *
why_age(double seconds)
{
	static char words[32];

	if (seconds < 10)
		snprintf(words, sizeof words, "%.1f s", seconds);
	else if (seconds < 180)
		snprintf(words, sizeof words, "%.0f s", seconds);
	else if (seconds < 3 * 3600)
		snprintf(words, sizeof words, "%.0f minutes", seconds / 60);
	else if (seconds < 2 * 86400)
		snprintf(words, sizeof words, "%.0f hours", seconds / 3600);
	else
		snprintf(words, sizeof words, "%.0f days", seconds / 86400);
	return words;
}
