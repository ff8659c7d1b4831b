/* Two pipes, and each side waits for the other to speak. */
#define _GNU_SOURCE
#include <err.h>
#include <unistd.h>

int
main(void)
{
	int down[2];
	if (pipe(down) == -1)
		err(1, "pipe");
	int up[2];
	if (pipe(up) == -1)
		err(1, "pipe");
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	char c;
	int *in = child ? up : down, *out = child ? down : up;
	close(in[1]);
	close(out[0]);
	if (read(in[0], &c, 1) == -1)
		err(1, "read");
	return 0;
}
