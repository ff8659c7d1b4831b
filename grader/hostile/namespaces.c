/*
 * Makes namespaces of its own, mounts, changes the root: the machine may grant it
 * to anybody, the box does not.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <unistd.h>

int
main(void)
{
	static const int kinds[] = { CLONE_NEWUSER,  CLONE_NEWNS,  CLONE_NEWPID,
				     CLONE_NEWNET,   CLONE_NEWIPC, CLONE_NEWUTS,
				     CLONE_NEWCGROUP };

	for (int i = 0; i < 7; i++)
		if (unshare(kinds[i]) == 0)
			printf("breach: namespace %#x\n", kinds[i]);
	if (mount("tmpfs", "/tmp", "tmpfs", 0, "size=1m") == 0)
		puts("breach: mount");
	if (umount2("/tmp", MNT_DETACH) == 0 ||
	    umount2("/proc", MNT_DETACH) == 0)
		puts("breach: umount");
	if (chroot(".") == 0)
		puts("breach: chroot");
	int ns = open("/proc/1/ns/mnt", O_RDONLY);
	if (ns != -1 && setns(ns, 0) == 0)
		puts("breach: setns");
	if (sethostname("owned", 5) == 0)
		puts("breach: host name");
	return 3;
}
