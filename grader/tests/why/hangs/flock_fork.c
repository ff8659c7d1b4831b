/* A child keeps the locked file open; its parent has closed it. */
#include <err.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

int
main(void)
{
	int fd[2], lock = open("lock", O_CREAT | O_RDWR, 0600);
	char c;

	if (pipe(fd) == -1 || flock(lock, LOCK_EX) == -1)
		err(1, "flock");
	if (fork() == 0) {
		close(fd[1]);
		_exit(read(fd[0], &c, 1) == -1);
	}
	close(lock);
	lock = open("lock", O_RDWR);
	return flock(lock, LOCK_EX) == -1;
}
