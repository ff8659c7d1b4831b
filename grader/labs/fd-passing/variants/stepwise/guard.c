// openat, folder by folder: for kernels before 5.6, and where openat2 is refused.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "vault.h"

int
is_peer(int sock, uid_t uid)
{
	struct ucred who = { .uid = (uid_t)-1 };
	socklen_t len = sizeof(who);

	if (getsockopt(sock, SOL_SOCKET, SO_PEERCRED, &who, &len) == -1)
		return 0;
	return who.uid == uid ? 1 : 0;
}

int
open_inside(int dir, const char *name)
{
	char copy[NAME_BYTES + 1], *part, *rest = copy;
	int here = dir, next, error;
	struct stat s;

	if (strlen(name) > NAME_BYTES || name[0] == '\0' || name[0] == '/' ||
	    name[strlen(name) - 1] == '/') {
		errno = name[0] == '\0' ? ENOENT : EACCES;
		return -1;
	}
	strcpy(copy, name);
	for (;;) {
		part = strsep(&rest, "/");
		if (strcmp(part, "..") == 0) {
			next = -1;
			errno = EACCES;
		} else if (rest != NULL) {
			if (*part == '\0' || strcmp(part, ".") == 0)
				continue;
			next = openat(here, part,
				      O_PATH | O_NOFOLLOW | O_DIRECTORY |
					  O_CLOEXEC);
		} else {
			next = openat(here, part,
				      O_RDONLY | O_NOFOLLOW | O_NONBLOCK |
					  O_NOCTTY | O_CLOEXEC);
		}
		error = errno;
		if (here != dir)
			close(here);
		errno = error;
		if (next == -1)
			return -1;
		if (rest == NULL)
			break;
		here = next;
	}
	if (fstat(next, &s) == -1 || !S_ISREG(s.st_mode)) {
		close(next);
		errno = EACCES;
		return -1;
	}
	return next;
}
