/*
 * A job on its way from new/ to done/ or failed/.
 */
#include <errno.h>
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
	// BEGIN SOLUTION 2
	char job[NAME], out[NAME], end[NAME];

	snprintf(job, sizeof(job), "new/%.6s", number);
	snprintf(out, sizeof(out), "out/%.6s", number);
	FILE *result = fopen(out, "we"); /* empty, whatever was there */
	if (result == NULL)
		return -1;
	int error = 0;
	if (print_text(job, result) == -1 || fflush(result) == EOF ||
	    fsync(fileno(result)) == -1)
		error = errno;
	if (fclose(result) == EOF && error == 0)
		error = errno;
	if (error != 0 && unlink(out) == -1)
		error = errno;
	if (error != 0 && error != EILSEQ) {
		errno = error;
		return -1;
	}
	const char *folder = error == 0 ? "done" : "failed";
	snprintf(end, sizeof(end), "%s/%.6s", folder, number);
	if (sync_folder("out") == -1 || rename(job, end) == -1 ||
	    sync_folder(folder) == -1)
		return -1;
	return error == 0;
	// STUB (void)number;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 2
}
