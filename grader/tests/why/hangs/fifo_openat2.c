/* A FIFO that nobody opens for writing, opened by openat2, which has no wrapper. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int
main(void)
{
	struct open_how how = { .flags = O_RDONLY,
				.resolve = RESOLVE_NO_SYMLINKS };

	if (mkfifo("req", 0600) == -1)
		err(1, "mkfifo");
	if (syscall(SYS_openat2, AT_FDCWD, "req", &how, sizeof(how)) == -1)
		err(1, "openat2");
	return 0;
}
