/*
 * objects: the System V and POSIX objects of all processes, as ipcs shows them.
 *
 *	./objects [SYSVIPC SHM MQUEUE]
 *
 * Reads the folders /proc/sysvipc, /dev/shm and /dev/mqueue, or those given.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/shm.h>

#include "procfs.h"

/*
 * Gap 4: print the object of `line`, from the table `kind` ("shm", "sem", "msg"):
 * KIND KEY ID OWNER PERMS, then shm: bytes, attachments, "dest" if it is
 * removed, "locked" if it is; sem: semaphores; msg: bytes, messages.
 *
 * KEY is 0x and eight hexadecimal digits, PERMS octal. Returns 0, or -1 with errno
 * EINVAL if the line is not like those of the kernel.
 * Traps: the kernel prints a key with its sign; in the perms of shm are more bits
 * than those for access; bytes and counts may be more than an int holds.
 */
static int
put_sysv(const char *kind, const char *line)
{
	// BEGIN SOLUTION 4
	unsigned long long size, count = 0;
	unsigned int perms, uid;
	int key, id, n;

	if (strcmp(kind, "shm") == 0)
		n = sscanf(line, "%d %d %o %llu %*d %*d %llu %u", &key, &id,
			   &perms, &size, &count, &uid);
	else if (strcmp(kind, "msg") == 0)
		n = sscanf(line, "%d %d %o %llu %llu %*d %*d %u", &key, &id,
			   &perms, &size, &count, &uid);
	else
		n = 1 + sscanf(line, "%d %d %o %llu %u", &key, &id, &perms,
			       &size, &uid);
	if (n != 6) {
		errno = EINVAL;
		return -1;
	}
	printf("%s 0x%08x %d", kind, (unsigned int)key, id);
	put_owner(uid);
	printf(" %o %llu", perms & 0777, size);
	if (strcmp(kind, "sem") != 0)
		printf(" %llu", count);
	printf("%s%s\n", perms & SHM_DEST ? " dest" : "",
	       perms & SHM_LOCKED ? " locked" : "");
	return 0;
	// STUB (void)kind;
	// STUB (void)line;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 4
}

static void
list_sysv(const char *folder, const char *kind)
{
	char *line, *text = read_table(folder, kind), *rest = text;

	strsep(&rest, "\n"); /* the names of the columns */
	while ((line = strsep(&rest, "\n")) != NULL && *line != '\0')
		if (put_sysv(kind, line) == -1)
			err(1, "%s/%s", folder, kind);
	free(text);
}

int
main(int argc, char *argv[])
{
	if (argc != 1 && argc != 4)
		errx(2, "usage: objects [SYSVIPC SHM MQUEUE]");
	const char *sysv = argc == 4 ? argv[1] : "/proc/sysvipc";
	list_sysv(sysv, "shm");
	list_sysv(sysv, "sem");
	list_sysv(sysv, "msg");
	list_posix(argc == 4 ? argv[2] : "/dev/shm", "shm");
	list_posix(argc == 4 ? argv[3] : "/dev/mqueue", "msg");
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
