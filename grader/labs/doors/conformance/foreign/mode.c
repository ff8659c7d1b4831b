/*
 * The file's owner, group and mode are the door's.
 */
#include <sys/types.h>
#include <sys/stat.h>
#include <stdio.h>
#include <fcntl.h>
#include <unistd.h>
#include <errno.h>
#include <stropts.h>
#include <door.h>

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	door_return(NULL, 0, NULL, 0);
}

int
main(void)
{
	struct stat	st;
	int		did = door_create(proc, NULL, 0);

	if (fattach(did, "spool") == -1 && errno == ENOENT)
		printf("no file, no door\n");
	close(creat("spool", 0640));
	chmod("spool", 0640);
	if (fattach(did, "spool") == -1)
		perror("fattach");
	stat("spool", &st);
	printf("%s, mode %o\n", S_ISDOOR(st.st_mode) ? "door" : "no door",
	    (uint_t)(st.st_mode & 07777));
	if (fattach(did, "spool") == -1 && errno == EBUSY)
		printf("one door at a time\n");
	if (fdetach("spool") == -1)
		perror("fdetach");
	stat("spool", &st);
	printf("%s, mode %o\n", S_ISREG(st.st_mode) ? "file" : "no file",
	    (uint_t)(st.st_mode & 07777));
	if (fdetach("spool") == -1 && errno == EINVAL)
		printf("nothing to detach\n");
	unlink("spool");
	return (0);
}
