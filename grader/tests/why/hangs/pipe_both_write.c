/* Two pipes, both sides write until they are full. */
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
	static char data[100000];
	int *in = child ? up : down, *out = child ? down : up;
	close(in[1]);
	close(out[0]);
	if (write(out[1], data, sizeof data) == -1)
		err(1, "write");
	return 0;
}
