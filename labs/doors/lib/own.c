/*
 * The library's own descriptors: sockets, pipes, what it watches them with. The
 * program does not know their numbers, so it may close them (closefrom does),
 * or put a file of its own there. Therefore ours have high numbers, out of the
 * way of most programs; and before one is closed, or written to by a caller, we
 * look whether it still refers to what we opened.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "library.h"

// From this number on, if the program may have so many descriptors: select(2)
// cannot use them, and loops that close all rarely go beyond.
#define HIGH 1024

static pthread_mutex_t own_lock = PTHREAD_MUTEX_INITIALIZER;
static struct file_id *opened; // what we opened, by number
static int n_opened;

static int
high_number(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == -1)
		return HIGH;
	return limit.rlim_cur > 2 * HIGH ? HIGH : (int)limit.rlim_cur / 4 * 3;
}

// Returns 0, or -1 with errno EBADF.
static int
look(int fd, struct file_id *file)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	*file = (struct file_id){ st.st_dev, st.st_ino };
	return 0;
}

static void
note(int fd, struct file_id file)
{
	if (fd >= n_opened) {
		int n = 2 * fd + 16;
		struct file_id *more =
		    realloc(opened, (size_t)n * sizeof(file));

		if (more == NULL)
			return; // then it stays open
		for (int i = n_opened; i < n; i++)
			more[i] = (struct file_id){ 0 };
		opened = more;
		n_opened = n;
	}
	opened[fd] = file;
}

/*
 * Makes `fd` the library's own, close-on-exec and at a high number if possible.
 * Returns the number, from now on to be closed with own_close only. Given -1,
 * it returns that; errno is kept.
 */
int
own(int fd)
{
	int problem = errno;
	struct file_id file;
	int high;

	if (fd == -1)
		return -1;
	high = fcntl(fd, F_DUPFD_CLOEXEC, high_number());
	if (high != -1) {
		close(fd);
		fd = high;
	}
	if (look(fd, &file) == 0) {
		pthread_mutex_lock(&own_lock);
		note(fd, file);
		pthread_mutex_unlock(&own_lock);
	}
	errno = problem;
	return fd;
}

bool
own_is(int fd, struct file_id file)
{
	struct file_id now;

	return look(fd, &now) == 0 && same_file(now, file);
}

// What `fd`, one of ours, refers to.
struct file_id
own_file(int fd)
{
	struct file_id file = { 0 };

	pthread_mutex_lock(&own_lock);
	if (fd >= 0 && fd < n_opened)
		file = opened[fd];
	pthread_mutex_unlock(&own_lock);
	return file;
}

// Closes `fd` if it is still `file`, as own_file said when it was opened. By now
// it may be another of ours, if the program has closed it. -1 is nothing. Keeps
// errno.
void
own_close_file(int fd, struct file_id file)
{
	int problem = errno;

	if (fd >= 0 && own_is(fd, file)) {
		pthread_mutex_lock(&own_lock);
		if (fd < n_opened)
			opened[fd] = (struct file_id){ 0 };
		pthread_mutex_unlock(&own_lock);
		close(fd);
	}
	errno = problem;
}

// Closes `fd` if it is still what own was given.
void
own_close(int fd)
{
	own_close_file(fd, own_file(fd));
}

void
own_before_fork(void)
{
	pthread_mutex_lock(&own_lock);
}

void
own_after_fork(void)
{
	pthread_mutex_unlock(&own_lock);
}

// In a child: they are its parent's.
void
own_close_all(void)
{
	for (int fd = 0; fd < n_opened; fd++) {
		if (opened[fd].ino != 0)
			own_close(fd);
	}
}
