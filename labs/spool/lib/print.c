/*
 * The work of spoold: a text is printed, each line with its number.
 */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../spool.h"

/* A job that cannot be opened without waiting, or by us, never will be a text. */
static int
open_text(const char *job)
{
	struct stat s;
	int fd = open(job, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);

	if (fd == -1) {
		if (errno == ELOOP || errno == ENXIO || errno == EACCES)
			errno = EILSEQ;
		return -1;
	}
	if (fstat(fd, &s) == 0 && S_ISREG(s.st_mode))
		return fd;
	close(fd);
	errno = EILSEQ;
	return -1;
}

int
print_text(const char *job, FILE *out)
{
	unsigned long lines = 0;
	int c, before = '\n', error = 0;
	int fd = open_text(job);

	if (fd == -1)
		return -1;
	FILE *in = fdopen(fd, "r");
	if (in == NULL) {
		close(fd);
		return -1;
	}
	while (error == 0 && (c = getc(in)) != EOF) {
		if (c == '\0')
			error = EILSEQ;
		else if ((before == '\n' &&
			  fprintf(out, "%lu ", ++lines) < 0) ||
			 putc(c, out) == EOF)
			error = errno;
		before = c;
	}
	if (error == 0 && ferror(in))
		error = errno;
	fclose(in);
	errno = error;
	return error == 0 ? 0 : -1;
}
