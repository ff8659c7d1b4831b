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
	// TODO 2
	(void)number;
	errno = ENOSYS;
	return -1;
}
