/* The parent writes 5 bytes; the child reads until it has 8. */
#include <err.h>
#include <unistd.h>

int
main(void)
{
	int to[2], from[2];
	char text[8];

	if (pipe(to) == -1 || pipe(from) == -1)
		err(1, "pipe");
	if (fork() == 0) {
		close(to[1]);
		for (ssize_t n, got = 0; got < 8; got += n)
			if ((n = read(to[0], text + got, 8 - got)) <= 0)
				_exit(1);
		_exit(write(from[1], text, 8) != 8);
	}
	close(to[0]);
	close(from[1]);
	if (write(to[1], "12345", 5) != 5)
		err(1, "write");
	return read(from[0], text, 8) != 8;
}
