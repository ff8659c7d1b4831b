/*
 * A job on its way from new/ to done/ or failed/.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "spool.h"

/*
 * Gap 2: do the job new/NUMBER: print_text() prints it into out/NUMBER, and it goes
 * to done/NUMBER; or, if it is not a text, to failed/NUMBER, without a result.
 *
 * Returns 1 if it was done, 0 if it is not a text; neither can be lost any more. If
 * something fails, -1 with errno set, and the job is in new/, unless it was only
 * the last step that failed, to make its new name safe.
 * Trap: the daemon may be killed, or the power fail, between any two calls. The next one does
 * what it finds in new/, and a client takes a result as soon as its job is in done/.
 */
int
do_job(const char *number)
{
	char job[NAME] = "new/", out[NAME] = "out/", end[NAME];
	const char *to = "done";
	FILE *f;
	int fd, wrong = 0;

	strcat(job, number);
	strcat(out, number);
	if (unlink(out) == -1 && errno != ENOENT)
		return -1;
	fd = open(out, O_CREAT | O_EXCL | O_WRONLY, 0644);
	if (fd == -1)
		return -1;
	f = fdopen(dup(fd), "w");
	if (f == NULL) {
		wrong = errno;
		close(fd);
		errno = wrong;
		return -1;
	}
	if (print_text(job, f) == -1)
		wrong = errno;
	if (fclose(f) == EOF && wrong == 0)
		wrong = errno;
	if (wrong == 0 && fsync(fd) == -1)
		wrong = errno;
	close(fd);
	if (wrong == EILSEQ)
		to = "failed";
	else if (wrong != 0)
		goto no;
	if (wrong == EILSEQ && unlink(out) == -1)
		return -1;
	if (wrong == 0 && sync_folder("out") == -1)
		return -1;
	sprintf(end, "%s/%s", to, number);
	if (renameat(AT_FDCWD, job, AT_FDCWD, end) == -1)
		return -1;
	if (sync_folder(to) == -1)
		return -1;
	if (sync_folder("new") == -1)
		return -1;
	return wrong == EILSEQ ? 0 : 1;
no:
	errno = wrong;
	return -1;
}
