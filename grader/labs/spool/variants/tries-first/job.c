/*
 * A job on its way from new/ to done/ or failed/.
 */
#include <errno.h>
#include <fcntl.h>
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
	char job[NAME], result[NAME], end[NAME];
	FILE *nowhere = fopen("/dev/null", "w"), *out = NULL;
	int folder = -1, answer = -1, text = 1;

	if (nowhere == NULL)
		return -1;
	snprintf(job, sizeof(job), "new/%.6s", number);
	snprintf(result, sizeof(result), "out/%.6s", number);
	/* Once for nobody: if it is not a text, there is no result to take back. */
	if (print_text(job, nowhere) == -1) {
		if (errno != EILSEQ)
			goto end;
		text = 0;
		if (unlink(result) == -1 && errno != ENOENT)
			goto end;
	} else {
		out = fopen(result, "w");
		if (out == NULL || print_text(job, out) == -1 ||
		    fflush(out) == EOF || fdatasync(fileno(out)) == -1)
			goto end;
	}
	const char *where = text ? "done" : "failed";
	snprintf(end, sizeof(end), "%s/%.6s", where, number);
	/* Opened first, so that only fsync can fail after the last step. */
	folder = open(where, O_RDONLY | O_DIRECTORY);
	if (folder == -1 || sync_folder("out") == -1 ||
	    rename(job, end) == -1 || fsync(folder) == -1)
		goto end;
	answer = text;
end:;
	int error = errno;
	if (folder != -1)
		close(folder);
	if (out != NULL)
		fclose(out);
	fclose(nowhere);
	errno = error;
	return answer;
}
