/*
 * Who is calling?
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <errno.h>
#include <ucred.h>
#include <door.h>

struct who {
	uid_t	euid, ruid;
	gid_t	egid;
	pid_t	pid;
};

static void
who_proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	ucred_t		*uc = NULL;
	struct who	w;

	if (door_ucred(&uc) != 0) {
		perror("door_ucred");
		exit(1);
	}
	w.euid = ucred_geteuid(uc);
	w.ruid = ucred_getruid(uc);
	w.egid = ucred_getegid(uc);
	w.pid = ucred_getpid(uc);
	ucred_free(uc);
	door_return((char *)&w, sizeof (w), NULL, 0);
}

int
main(void)
{
	int		did = door_create(who_proc, NULL, 0);
	door_cred_t	dc;

	if (fork() == 0) {
		struct who	w;
		door_arg_t	arg = { NULL, 0, NULL, 0, (char *)&w,
				    sizeof (w) };

		if (door_call(did, &arg) != 0)
			perror("door_call");
		printf("euid %s\n", w.euid == geteuid() ? "mine" : "wrong");
		printf("ruid %s\n", w.ruid == getuid() ? "mine" : "wrong");
		printf("egid %s\n", w.egid == getegid() ? "mine" : "wrong");
		printf("pid %s\n", w.pid == getpid() ? "mine" : "wrong");
		fflush(stdout);
		_exit(0);
	}
	wait(NULL);
	if (door_cred(&dc) == -1 && errno == EINVAL)
		printf("no call, no credentials\n");
	return (0);
}
