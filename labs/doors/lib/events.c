/*
 * The event thread: it accepts connections at all doors of the process, sees
 * when callers disconnect, and when an endpoint has lost its last reader. It
 * serves no calls, so even a busy server notices that a caller has died. It
 * never blocks but in epoll_wait, and handles events with doors_lock held.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "library.h"

#define EVENTS 16 // taken at a time; any number is right

// A thread that has announced its end takes a moment to be gone: how often to
// check for that, and how long to wait before each check (ms).
#define CHECKS	    50
#define CHECK_PAUSE 10

// How long a caller waits at most for a descriptor of this process (ms), and
// how long between two attempts.
#define WAIT_MAX   1000
#define WAIT_PAUSE CHECK_PAUSE

// What each descriptor belongs to. Not stored in the epoll event itself, since
// an event may be older than a close.
struct watch {
	enum event_source source;
	void *object;
};

static struct watch *watches;
static int n_watches;
static int epoll_fd = -1;
static int wake_fd = -1; // an eventfd: a thread has ended
static atomic_int checks_left;
static int64_t resume_at;      // callers wait for a descriptor until then, or 0
static int64_t starving_since; // there was none, or 0
static int spare_fd = -1; // closed to reject a connection when no fd is left

// Returns 0, or -1 with errno ENOMEM.
static int
make_room(int fd)
{
	if (fd >= n_watches) {
		int n = 2 * fd + 16;
		struct watch *more =
		    realloc(watches, (size_t)n * sizeof(struct watch));

		if (more == NULL)
			return -1;
		for (int i = n_watches; i < n; i++)
			more[i].source = ON_NOTHING;
		watches = more;
		n_watches = n;
	}
	return 0;
}

// Watches `fd` for `events`, or changes for which. Returns 0, or -1 with errno.
int
events_watch(int fd, uint32_t events, enum event_source source, void *object)
{
	struct epoll_event event = { .events = events, .data.fd = fd };
	int op = EPOLL_CTL_ADD;

	if (make_room(fd) == -1)
		return -1;
	if (watches[fd].source != ON_NOTHING)
		op = EPOLL_CTL_MOD;
	if (epoll_ctl(epoll_fd, op, fd, &event) == -1)
		return -1;
	watches[fd] = (struct watch){ source, object };
	return 0;
}

void
events_unwatch(int fd)
{
	if (fd >= n_watches || watches[fd].source == ON_NOTHING)
		return;
	watches[fd].source = ON_NOTHING;
	(void)epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

int64_t
milliseconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

// Can this process have two more descriptors? A handshake needs them, besides
// that of the connection.
static bool
has_descriptors(void)
{
	int one, two;

	if (spare_fd == -1)
		spare_fd = own(open("/dev/null", O_RDONLY | O_CLOEXEC));
	one = fcntl(spare_fd, F_DUPFD_CLOEXEC, 0);
	two = fcntl(spare_fd, F_DUPFD_CLOEXEC, 0);
	if (one != -1)
		close(one);
	if (two != -1)
		close(two);
	return two != -1;
}

// More connections than this leave too few descriptors for the program itself.
static bool
has_many_callers(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
	       callers_connected() > limit.rlim_cur / 2;
}

// This process may have no more descriptors. The caller is told so by means of
// the spare one; otherwise it would wait, and the listener report it, for ever.
static void
reject_connection(int listener)
{
	struct message sorry = { .head = { .kind = RESULT, .error = EMFILE },
				 .memory = -1 };
	int sock;

	own_close(spare_fd);
	sock = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (sock != -1) {
		(void)message_send(sock, &sorry, MSG_DONTWAIT);
		close(sock);
	}
	spare_fd = own(open("/dev/null", O_RDONLY | O_CLOEXEC));
}

/*
 * A caller wants to connect. Is there a descriptor for it? If not, an idle
 * connection is let go, and the listener will report the caller once more;
 * unless the endpoint has ended with that. If there is none of these either,
 * the caller waits at the listener; and when nothing has helped for WAIT_MAX,
 * it is rejected.
 */
static bool
may_accept(struct endpoint *endpoint)
{
	bool enough = has_descriptors();

	if ((!enough || has_many_callers()) && callers_let_go())
		return false;
	if (enough) {
		starving_since = 0;
		return true;
	}
	if (starving_since == 0)
		starving_since = milliseconds();
	if (milliseconds() - starving_since > WAIT_MAX) {
		reject_connection(endpoint->listener);
		return false;
	}
	endpoint->paused = true;
	resume_at = milliseconds() + WAIT_PAUSE;
	(void)events_watch(endpoint->listener, 0, ON_LISTENER, endpoint);
	return false;
}

static void
accept_connection(struct endpoint *endpoint)
{
	struct caller *caller;
	int sock;

	if (!may_accept(endpoint))
		return;
	sock = own(accept4(endpoint->listener, NULL, NULL, SOCK_CLOEXEC));
	if (sock == -1)
		return;
	caller = caller_new(endpoint->door, sock);
	if (caller == NULL)
		own_close(sock);
	else if (events_watch(sock, EPOLLIN, ON_CALLER, caller) == -1)
		caller_disconnect(caller);
}

static void
handle_event(int fd, uint32_t events)
{
	struct caller *caller;
	eventfd_t count;

	if (fd >= n_watches)
		return;
	switch (watches[fd].source) {
	case ON_LISTENER:
		accept_connection(watches[fd].object);
		break;
	case ON_ENDPOINT:
		endpoint_readers_gone(watches[fd].object);
		break;
	case ON_CALLER:
		caller = watches[fd].object;
		if (caller->handshakes < HANDSHAKE_MESSAGES)
			caller_handshake(caller);
		else if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
			caller_disconnect(caller);
		break;
	case ON_WAKE:
		(void)eventfd_read(fd, &count);
		break;
	case ON_NOTHING:
		break;
	}
}

// A main thread that has ended stays a zombie as long as there is another
// thread.
static bool
main_has_ended(void)
{
	char text[512], *state;
	int fd = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd == -1 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd != -1)
		close(fd);
	if (n <= 0)
		return false;
	text[n] = '\0';
	state = strrchr(text, ')'); // the name may have any characters
	return state != NULL && strncmp(state, ") Z", 3) == 0;
}

// Was the server thread that has ended the program's last thread? Then the
// process has to end, which it would do by itself if this event thread did not
// exist.
static void
end_if_alone(void)
{
	struct stat st; // the folder has 2 links, and one for each thread

	if (stat("/proc/self/task", &st) == 0 && st.st_nlink == 2 + 2 &&
	    main_has_ended())
		exit(0);
}

// Called by a server thread that ends.
void
events_thread_ended(void)
{
	atomic_store(&checks_left, CHECKS);
	if (epoll_fd != -1)
		(void)eventfd_write(wake_fd, 1);
}

static void *
event_loop(void *arg)
{
	struct epoll_event events[EVENTS];
	int epoll = *(int *)arg;

	for (;;) {
		bool checking = atomic_load(&checks_left) > 0;
		int n =
		    epoll_wait(epoll, events, EVENTS,
			       checking || resume_at != 0 ? CHECK_PAUSE : -1);

		if (n == -1 && errno != EINTR)
			return NULL; // the program has closed it
		if (checking) {
			atomic_fetch_sub(&checks_left, 1);
			end_if_alone();
		}
		pthread_mutex_lock(&doors_lock);
		for (int i = 0; i < n; i++)
			handle_event(events[i].data.fd, events[i].events);
		if (resume_at != 0 && milliseconds() >= resume_at) {
			resume_at = 0;
			endpoints_resume();
		}
		pthread_mutex_unlock(&doors_lock);
	}
	return NULL;
}

// Starts the event thread if there is none yet. Returns 0, or -1 with errno.
int
events_start(void)
{
	sigset_t all, old;
	pthread_attr_t attr;
	pthread_t thread;
	int problem;

	if (epoll_fd != -1)
		return 0;
	epoll_fd = own(epoll_create1(EPOLL_CLOEXEC));
	if (epoll_fd == -1)
		return -1;
	wake_fd = own(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
	if (wake_fd != -1)
		(void)events_watch(wake_fd, EPOLLIN, ON_WAKE, NULL);
	spare_fd = own(open("/dev/null", O_RDONLY | O_CLOEXEC));
	// This thread takes none of the program's signals.
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	problem = pthread_create(&thread, &attr, event_loop, &epoll_fd);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (problem == 0)
		return 0;
	own_close(epoll_fd);
	own_close(spare_fd);
	own_close(wake_fd);
	epoll_fd = -1;
	errno = problem;
	return -1;
}

// The child has no event thread, and must not keep its descriptors.
void
events_after_fork(void)
{
	if (epoll_fd == -1)
		return;
	own_close(epoll_fd);
	own_close(spare_fd);
	own_close(wake_fd);
	epoll_fd = spare_fd = wake_fd = -1;
	free(watches);
	watches = NULL;
	n_watches = 0;
	resume_at = starving_since = 0;
}
