/*
 * The two files of copy.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <err.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

size_t
open_both(char *names[2], int *from, int *to)
{
	struct stat source, target;

	*from = open(names[0], O_RDONLY | O_CLOEXEC);
	if (*from == -1 || fstat(*from, &source) == -1)
		err(1, "%s", names[0]);
	if (!S_ISREG(source.st_mode))
		errx(1, "%s: not a regular file", names[0]);
	*to = open(names[1], O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (*to == -1 || fstat(*to, &target) == -1)
		err(1, "%s", names[1]);
	if (source.st_dev == target.st_dev && source.st_ino == target.st_ino)
		errx(1, "%s and %s are the same file", names[0], names[1]);
	if (ftruncate(*to, 0) == -1)
		err(1, "%s", names[1]);
	return (size_t)source.st_size;
}
