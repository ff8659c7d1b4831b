/*
 * What door_info tells.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <sys/wait.h>
#include <door.h>

static void
proc(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	door_return(NULL, 0, NULL, 0);
}

static void
show(const char *who, int did, pid_t server)
{
	door_info_t	info;

	if (door_info(did, &info) < 0) {
		perror("door_info");
		exit(1);
	}
	printf("%s: target is %s,", who,
	    info.di_target == server ? "the server" : "somebody else");
	printf(" proc %s,", info.di_proc == (door_ptr_t)(uintptr_t)proc ?
	    "right" : "wrong");
	printf(" cookie %llx,", (unsigned long long)info.di_data);
	if (info.di_attributes & DOOR_LOCAL)
		printf(" LOCAL");
	if (info.di_attributes & DOOR_UNREF)
		printf(" UNREF");
	if (info.di_attributes & DOOR_PRIVATE)
		printf(" PRIVATE");
	if (info.di_attributes & DOOR_REVOKED)
		printf(" REVOKED");
	if (info.di_attributes & DOOR_REFUSE_DESC)
		printf(" REFUSE_DESC");
	printf("\n");
	fflush(stdout);
}

int
main(int argc, char **argv)
{
	pid_t	me = getpid();
	int	did = door_create(proc, (void *)0xabc, DOOR_REFUSE_DESC);
	int	other;

	show("server", did, me);
	if (fork() == 0) {
		show("client", did, me);
		_exit(0);
	}
	wait(NULL);
	other = dup(did);
	door_revoke(did);
	show("revoked", other, me);
	return (0);
}
