/*
 * The reception: one thread that lets callers in at all doors of the process,
 * sees them go, and hears when an entrance has lost its last reader. It serves
 * no calls, so a busy server still notices that a caller has died. All that it
 * does is done without waiting, and with doors_lock held.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "doors.h"

#define EVENTS 16 // taken at a time; any number is right

// The end of a thread takes a moment after it has been announced: how often to
// look whether it has come, and how long to wait before each time (ms).
#define LOOKS	   50
#define LOOK_PAUSE 10

// What is watched, by descriptor: an event may be older than a close.
struct post {
	enum watched what;
	void *it;
};

static struct post *posts;
static int n_posts;
static int reception = -1; // the epoll
static int wake = -1;	   // an eventfd, to make it look round
static atomic_int looks_left;
static int spare = -1; // given up to turn away a caller

static int
post_for(int fd)
{
	if (fd >= n_posts) {
		int n = 2 * fd + 16;
		struct post *more =
		    realloc(posts, (size_t)n * sizeof(struct post));

		if (more == NULL)
			return -1;
		for (int i = n_posts; i < n; i++)
			more[i].what = NOTHING;
		posts = more;
		n_posts = n;
	}
	return 0;
}

// From now on the reception looks after `fd`; also to change `events`. Returns
// 0, or -1 with errno.
int
reception_watch(int fd, uint32_t events, enum watched what, void *it)
{
	struct epoll_event event = { .events = events, .data.fd = fd };
	int op = EPOLL_CTL_ADD;

	if (post_for(fd) == -1)
		return -1;
	if (posts[fd].what != NOTHING)
		op = EPOLL_CTL_MOD;
	if (epoll_ctl(reception, op, fd, &event) == -1)
		return -1;
	posts[fd] = (struct post){ what, it };
	return 0;
}

void
reception_forget(int fd)
{
	if (fd >= n_posts || posts[fd].what == NOTHING)
		return;
	posts[fd].what = NOTHING;
	(void)epoll_ctl(reception, EPOLL_CTL_DEL, fd, NULL);
}

// No descriptor is left for a caller. It is told so, at the price of the spare
// one; else it would wait, and the listener report it, for ever.
static void
turn_away(int listener)
{
	struct message sorry = { .head = { .kind = RESULT, .error = EMFILE },
				 .memory = -1 };
	int sock;

	close(spare);
	sock = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (sock != -1) {
		(void)message_send(sock, &sorry, MSG_DONTWAIT);
		close(sock);
	}
	spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
let_in(struct entrance *entrance)
{
	int sock = accept4(entrance->listener, NULL, NULL, SOCK_CLOEXEC);
	struct guest *guest;

	if (sock == -1) {
		if (errno == EMFILE || errno == ENFILE)
			turn_away(entrance->listener);
		return;
	}
	guest = guest_new(entrance->door, sock);
	if (guest == NULL)
		close(sock);
	else if (reception_watch(sock, EPOLLIN, AT_GUEST, guest) == -1)
		guest_leave(guest);
}

static void
look_after(int fd, uint32_t events)
{
	struct guest *guest;
	eventfd_t count;

	if (fd >= n_posts)
		return;
	switch (posts[fd].what) {
	case AT_LISTENER:
		let_in(posts[fd].it);
		break;
	case AT_ENTRANCE:
		entrance_left(posts[fd].it);
		break;
	case AT_GUEST:
		guest = posts[fd].it;
		if (guest->known < GREETINGS)
			guest_greet(guest);
		else if (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR))
			guest_leave(guest);
		break;
	case AT_WAKE:
		(void)eventfd_read(fd, &count);
		break;
	case NOTHING:
		break;
	}
}

// The main thread stays as a zombie for as long as there is another.
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

// A server thread has ended. Was it the program's last thread? Then the process
// ends, which it would have done by itself but for this thread.
static void
end_if_alone(void)
{
	struct stat st; // the folder has 2 links, and one for each thread

	if (stat("/proc/self/task", &st) == 0 && st.st_nlink == 2 + 2 &&
	    main_has_ended())
		exit(0);
}

// To be called by a server thread that ends.
void
reception_look_round(void)
{
	atomic_store(&looks_left, LOOKS);
	if (reception != -1)
		(void)eventfd_write(wake, 1);
}

static void *
receive(void *arg)
{
	struct epoll_event events[EVENTS];
	int epoll = *(int *)arg;

	for (;;) {
		bool looking = atomic_load(&looks_left) > 0;
		int n = epoll_wait(epoll, events, EVENTS,
				   looking ? LOOK_PAUSE : -1);

		if (looking) {
			atomic_fetch_sub(&looks_left, 1);
			end_if_alone();
		}
		pthread_mutex_lock(&doors_lock);
		for (int i = 0; i < n; i++)
			look_after(events[i].data.fd, events[i].events);
		pthread_mutex_unlock(&doors_lock);
	}
	return NULL;
}

// Starts the reception if there is none yet. Returns 0, or -1 with errno.
int
reception_start(void)
{
	sigset_t all, old;
	pthread_attr_t attr;
	pthread_t thread;
	int problem;

	if (reception != -1)
		return 0;
	reception = epoll_create1(EPOLL_CLOEXEC);
	if (reception == -1)
		return -1;
	wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (wake != -1)
		(void)reception_watch(wake, EPOLLIN, AT_WAKE, NULL);
	spare = open("/dev/null", O_RDONLY | O_CLOEXEC);
	// The program's signals are not for this thread.
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	problem = pthread_create(&thread, &attr, receive, &reception);
	pthread_attr_destroy(&attr);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (problem == 0)
		return 0;
	close(reception);
	close(spare);
	close(wake);
	reception = -1;
	errno = problem;
	return -1;
}

// The child has no such thread, and no such descriptors.
void
reception_after_fork(void)
{
	if (reception == -1)
		return;
	close(reception);
	close(spare);
	close(wake);
	reception = spare = wake = -1;
	free(posts);
	posts = NULL;
	n_posts = 0;
}
