/*
 * Leaves folders so deep that no path reaches the last, and folders that may
 * not be opened.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEPTH = 2000 };

int
main(void)
{
	mkdir("closed", 0700);
	int fd = open("closed/file", O_WRONLY | O_CREAT, 0600);
	if (fd != -1)
		close(fd);
	chmod("closed", 0);
	for (int i = 0; i < DEPTH; i++)
		if (mkdir("deep", 0700) == -1 || chdir("deep") == -1)
			break;
	return 3;
}
