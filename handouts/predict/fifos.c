#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
say(const char *what, ssize_t result)
{
	printf("%s: %s\n", what,
	       result < 0 ? strerror(errno)
	       : result	  ? "yes"
			  : "0");
}

int
main(void)
{
	char c;

	if (mkfifo("fifo", 0600) == -1)
		err(1, "mkfifo");
	say("open to write", open("fifo", O_WRONLY | O_NONBLOCK));
	int reader = open("fifo", O_RDONLY | O_NONBLOCK);
	say("open to read", reader);
	say("read", read(reader, &c, 1));
	int writer = open("fifo", O_WRONLY | O_NONBLOCK);
	say("open to write", writer);
	say("read", read(reader, &c, 1));
	return unlink("fifo");
}
