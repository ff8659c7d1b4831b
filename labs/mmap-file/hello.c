/*
 * hello: one process stores a text in a mapped file, another finds it there.
 *
 *	./hello producer FILE TEXT &
 *	./hello consumer FILE
 *
 * Look at: there is no write(2) and no read(2) of the text.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "record.h"

struct hello {
	struct header header;
	sem_t taken; /* posted by the consumer, when it has the text */
	char text[NAME];
};

int
main(int argc, char *argv[])
{
	const char *path = argc > 2 ? argv[2] : "";

	if (argc == 4 && strcmp(argv[1], "producer") == 0) {
		int fd = open(path, O_RDWR | O_CREAT | O_EXCL, 0666);
		if (fd == -1)
			err(1, "%s", path);
		struct hello *hello = map_new(fd, sizeof(*hello));
		if (hello == NULL || sem_init(&hello->taken, 1, 0) == -1 ||
		    text_put(hello->text, NAME, argv[3]) == -1) {
			unlink(path); /* which does not fail, so errno stays */
			err(errno == EMSGSIZE ? 2 : 1, "%s", path);
		}
		hello->header.version = VERSION;
		hello->header.magic = HELLO_MAGIC;
		puts("ready");
		fflush(stdout);
		while (sem_wait(&hello->taken) == -1 && errno == EINTR)
			;
		puts("taken");
		unlink(path);
		if (fflush(stdout) == EOF || ferror(stdout))
			err(1, "standard output");
	} else if (argc == 3 && strcmp(argv[1], "consumer") == 0) {
		int fd = open(path, O_RDWR);
		if (fd == -1)
			err(1, "%s", path);
		struct hello *hello = map_old(fd, HELLO_MAGIC, sizeof(*hello),
					      PROT_READ | PROT_WRITE);
		if (hello == NULL)
			err(1, "%s", path);
		if (memchr(hello->text, '\0', NAME) == NULL)
			errx(1, "%s: its text has no end", path);
		puts(hello->text);
		if (fflush(stdout) == EOF)
			err(1, "standard output");
		sem_post(&hello->taken);
	} else
		errx(2, "usage: hello producer FILE TEXT | consumer FILE");
	return 0; /* the end of a process unmaps all that it had mapped */
}
