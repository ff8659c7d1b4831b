/*
 * Which door does a descriptor refer to? A door is a pipe or a FIFO to which
 * nothing is ever written. Its device and inode tell it from all others, and
 * make up the name of the socket at which its server listens.
 *
 * A door is also marked as one: its times, for which a pipe has no use, hold
 * two fixed numbers, its attributes and its number. So a door is recognised
 * even when its server is dead.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "library.h"

// The nanoseconds of the two times of a door. A pipe has both by chance once in
// 10^18.
#define MARK_ACCESS 400364736
#define MARK_CHANGE 736364004

bool
same_file(struct file_id a, struct file_id b)
{
	return a.dev == b.dev && a.ino == b.ino;
}

/*
 * Finds out what `fd` refers to. Returns 0, or -1 with errno EBADF if it is not
 * open, or cannot be a door.
 */
int
identify(int fd, struct identity *who)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISFIFO(st.st_mode)) {
		errno = EBADF;
		return -1;
	}
	who->file = (struct file_id){ st.st_dev, st.st_ino };
	who->owner = st.st_uid;
	who->marked = st.st_atim.tv_nsec == MARK_ACCESS &&
		      st.st_mtim.tv_nsec == MARK_CHANGE;
	who->id = (door_id_t)st.st_atim.tv_sec;
	who->attributes = (uint_t)st.st_mtim.tv_sec;
	return 0;
}

// Some file systems store no nanoseconds. Without the mark only door_info of a
// dead door fails, and passed doors lack their attributes.
void
identity_mark(int fd, uint_t attributes, door_id_t id)
{
	struct timespec times[2] = {
		{ .tv_sec = (time_t)id, .tv_nsec = MARK_ACCESS },
		{ .tv_sec = attributes, .tv_nsec = MARK_CHANGE }
	};

	(void)futimens(fd, times);
}

// An abstract name: it leaves nothing in the file system, and ends with its
// socket. Returns the length of the address.
socklen_t
socket_address(struct file_id file, struct sockaddr_un *address)
{
	int length;

	*address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	length = snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1,
			  "door/%llx/%llx", (unsigned long long)file.dev,
			  (unsigned long long)file.ino);
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 +
			   (size_t)length);
}
