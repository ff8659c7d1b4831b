#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void
two_from(const char *name, int fd)
{
	char text[3] = "";

	if (read(fd, text, 2) == -1)
		err(1, "%s", name);
	printf("%s: %s\n", name, text);
	fflush(stdout);
}

int
main(void)
{
	int fd = open("letters", O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || pwrite(fd, "abcdefgh", 8, 0) != 8)
		err(1, "letters");
	two_from("fd", fd);
	two_from("dup", dup(fd));
	two_from("open", open("letters", O_RDONLY));
	if (fork() == 0) {
		two_from("child", fd);
		_exit(0);
	}
	wait(NULL);
	two_from("parent", fd);
	return unlink("letters");
}
