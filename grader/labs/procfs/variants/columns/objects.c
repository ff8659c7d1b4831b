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
	static const struct {
		const char *kind;
		int count, uid; /* count: 0 if there is none */
	} tables[] = { { "shm", 6, 7 }, { "sem", 0, 4 }, { "msg", 4, 7 } };
	char *words[16];
	int n = 0, t = 0;
	char *copy = strdup(line), *rest = copy, *word;

	if (copy == NULL)
		return -1;
	while (strcmp(tables[t].kind, kind) != 0)
		t++;
	while (n < 16 && (word = strsep(&rest, " \n")) != NULL)
		if (*word != '\0')
			words[n++] = word;
	int wrong = n <= tables[t].uid;
	for (int i = 0; !wrong && i <= tables[t].uid; i++)
		wrong = strspn(words[i], "-0123456789") != strlen(words[i]);
	if (!wrong) {
		long key = strtol(words[0], NULL, 10);
		long perms = strtol(words[2], NULL, 8);

		printf("%s 0x%08lx %s", kind, key & 0xffffffffL, words[1]);
		put_owner((uid_t)strtoul(words[tables[t].uid], NULL, 10));
		printf(" %lo %s", perms & 0777, words[3]);
		if (tables[t].count != 0)
			printf(" %s", words[tables[t].count]);
		if ((perms & 01000) != 0)
			fputs(" dest", stdout);
		if ((perms & 02000) != 0)
			fputs(" locked", stdout);
		putchar('\n');
	}
	free(copy);
	errno = EINVAL;
	return wrong ? -1 : 0;
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
	if (fflush(stdout) == EOF)
		err(1, "standard output");
	return 0;
}
