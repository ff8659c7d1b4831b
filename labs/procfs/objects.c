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
	// TODO 4
	(void)kind;
	(void)line;
	errno = ENOSYS;
	return -1;
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
