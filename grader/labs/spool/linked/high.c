/*
 * submit, in a process whose id has as many digits as one can have.
 *
 *	high DIR FILE		puts FILE into the spool folder DIR, as job 000001
 *
 * The ids in a box are small, whatever the machine allows. So getpid() says here
 * what it may say elsewhere; who asks in another way gets the id that it has.
 */
#include <err.h>
#include <fcntl.h>
#include <unistd.h>

#include "spool.h"

enum { HIGHEST = 4194303 }; /* proc_pid_max(5): less than 2 to the 22nd */

pid_t
getpid(void)
{
	return HIGHEST;
}

int
main(int argc, char *argv[])
{
	if (argc != 3)
		return 2;
	int in = open(argv[2], O_RDONLY | O_CLOEXEC);
	if (in == -1)
		err(1, "%s", argv[2]);
	open_spool(argv[1]);
	if (enter(in, "000001") == -1)
		err(1, "%s", argv[2]);
	return 0;
}
