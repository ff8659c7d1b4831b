/* The same with a lock file, for which it tries again and again. */
#include <fcntl.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	(void)argv;
	while (open("job.lock", O_CREAT | O_EXCL, 0600) == -1)
		usleep(20000);
	if (argc > 1)
		return 0;
	return unlink("job.lock");
}
