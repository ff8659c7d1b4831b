/* Two FIFOs, opened in another order by each side. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

int
main(void)
{
	if (mkfifo("req", 0600) == -1 || mkfifo("rep", 0600) == -1)
		err(1, "mkfifo");
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0)
		open("rep", O_WRONLY);
	else
		open("req", O_WRONLY);
	return 0;
}
