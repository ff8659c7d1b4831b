/*
 * Leaves files in all folders of a system in which everybody may write, for the
 * next submission, or until a disk is full.
 *
 * Lab: hello
 * Expect: WRONG LEAK
 * Marks: 10
 * Seconds: 60
 * Open: plain
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static const char *const folders[] = {
	"/dev/shm", "/tmp", "/tmp/.X11-unix", "/var/tmp", "/run/lock",
};

int
main(void)
{
	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char path[64];

		snprintf(path, sizeof(path), "%s/kept-by-hello", folders[i]);
		close(open(path, O_WRONLY | O_CREAT, 0644));
	}
	return 0;
}
