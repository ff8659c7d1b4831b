/*
 * The caller's side: connections ("lines") to the doors of other processes.
 * A call has a line for itself. A line is kept when its call is over, so no
 * call but the first pays for a connection.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "doors.h"

// Idle lines that are kept, to all doors together: more than a program has
// threads that call at once. When they become more, all are closed: most are
// for doors that have had their day.
#define IDLE_MAX 256

static pthread_mutex_t lines_lock = PTHREAD_MUTEX_INITIALIZER;
static struct far_door *far_doors;
static struct line *open_lines; // idle or not: a child of fork closes them
static unsigned n_idle;

static struct far_door *
far_door_of(struct key key)
{
	struct far_door *door = far_doors;

	while (door != NULL && !same_key(door->key, key))
		door = door->next;
	return door;
}

static void
far_door_release(struct far_door *door)
{
	struct far_door **link = &far_doors;

	if (--door->users > 0)
		return;
	while (*link != door)
		link = &(*link)->next;
	*link = door->next;
	if (door->notice != NULL)
		board_forget(door->notice);
	close(door->mailbox);
	free(door);
}

static void
close_locked(struct line *line)
{
	struct line **link = &open_lines;

	while (*link != line)
		link = &(*link)->next_open;
	*link = line->next_open;
	close(line->sock);
	if (line->door != NULL)
		far_door_release(line->door);
	free(line);
}

void
line_close(struct line *line)
{
	int problem = errno;

	pthread_mutex_lock(&lines_lock);
	close_locked(line);
	pthread_mutex_unlock(&lines_lock);
	errno = problem;
}

static void
close_idle(struct far_door *door)
{
	struct line *line;

	while ((line = door->idle) != NULL) {
		door->idle = line->next;
		n_idle--;
		close_locked(line); // the last one takes `door` with it
		if (door->users == 0)
			return;
	}
}

void
line_give_back(struct line *line)
{
	pthread_mutex_lock(&lines_lock);
	line->fresh = false;
	line->next = line->door->idle;
	line->door->idle = line;
	if (++n_idle > IDLE_MAX) {
		struct far_door *door, *next;

		for (door = far_doors; door != NULL; door = next) {
			next = door->next;
			door->users++; // stays while we look at it
			close_idle(door);
			far_door_release(door);
		}
	}
	pthread_mutex_unlock(&lines_lock);
}

// Does the server of this line still live, as far as one can tell?
bool
line_alive(const struct line *line)
{
	struct pollfd fd = { .fd = line->sock, .events = POLLIN };

	return poll(&fd, 1, 0) == 0;
}

// A socket that is known to be open from the start, lest a fork leave the child
// with a copy of it: the server would not see that we are gone.
static struct line *
line_new(void)
{
	struct line *line = calloc(1, sizeof(*line));

	if (line == NULL)
		return NULL;
	pthread_mutex_lock(&lines_lock);
	line->sock = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	if (line->sock != -1) {
		line->next_open = open_lines;
		open_lines = line;
	}
	pthread_mutex_unlock(&lines_lock);
	if (line->sock == -1) {
		free(line);
		return NULL;
	}
	return line;
}

// The far door that `line` is for. Called with lines_lock.
// fds[MAILBOX] becomes the door's, or is closed.
static struct far_door *
far_door_add(const struct identity *who, const struct greeting *greeting)
{
	struct far_door *door = far_door_of(who->key);

	if (door != NULL && door->about.id == greeting->welcome.id &&
	    door->target == greeting->server) {
		door->users++;
		close(greeting->fds[MAILBOX]);
		return door;
	}
	if (door != NULL) {
		// Another door had this inode, and is dead.
		door->key.ino = 0;
		door->users++;
		close_idle(door);
		far_door_release(door);
	}
	door = calloc(1, sizeof(*door));
	if (door == NULL) {
		close(greeting->fds[MAILBOX]);
		return NULL;
	}
	door->users = 1;
	door->key = who->key;
	door->target = greeting->server;
	door->about = greeting->welcome;
	door->mailbox = greeting->fds[MAILBOX];
	door->next = far_doors;
	far_doors = door;
	door->notice = board_look(greeting->fds[BOARD], greeting->welcome.slot);
	if (door->notice == NULL) {
		far_door_release(door);
		return NULL;
	}
	return door;
}

static struct line *
line_open(int fd, const struct identity *who)
{
	struct line *line = line_new();
	struct greeting greeting;

	if (line == NULL)
		return NULL;
	if (connect_to(line->sock, fd, who, &greeting) == -1) {
		line_close(line);
		return NULL;
	}
	line->euid = geteuid();
	line->egid = getegid();
	line->token = greeting.welcome.token;
	line->fresh = true;
	pthread_mutex_lock(&lines_lock);
	line->door = far_door_add(who, &greeting);
	pthread_mutex_unlock(&lines_lock);
	close(greeting.fds[BOARD]);
	if (line->door == NULL) {
		line_close(line);
		return NULL;
	}
	return line;
}

/*
 * A line to the door that `fd` refers to, for the calling thread alone, until
 * line_give_back or line_close. Returns NULL with errno EBADF if there is no
 * such door, or it is dead; EINTR, EMFILE.
 */
struct line *
line_take(int fd)
{
	struct identity who;
	struct far_door *door;
	struct line *line = NULL;

	if (identify(fd, &who) == -1)
		return NULL;
	pthread_mutex_lock(&lines_lock);
	door = far_door_of(who.key);
	if (door != NULL && door->idle != NULL) {
		line = door->idle;
		door->idle = line->next;
		n_idle--;
	}
	pthread_mutex_unlock(&lines_lock);
	if (line == NULL)
		return line_open(fd, &who);
	if (geteuid() == line->euid && getegid() == line->egid)
		return line;
	// The server would still take us for whom we were. (A change of the
	// real ids alone goes unseen: two more system calls for each call.)
	line_close(line);
	return line_open(fd, &who);
}

void
lines_before_fork(void)
{
	pthread_mutex_lock(&lines_lock);
}

// The child makes lines of its own: these are the parent's.
void
lines_after_fork(bool child)
{
	if (child) {
		while (open_lines != NULL)
			close_locked(open_lines);
		n_idle = 0;
	}
	pthread_mutex_unlock(&lines_lock);
}
