/*
 * A result of unknown length: the system finds memory for it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/mman.h>
#include <door.h>

static void
big(void *cookie, char *argp, size_t asize, door_desc_t *dp, uint_t nd)
{
	size_t	n = *(size_t *)argp;
	char	*buf = malloc(n);

	memset(buf, 'x', n);
	buf[n - 1] = 'y';
	/* lost on purpose: door_return does not come back */
	door_return(buf, n, NULL, 0);
}

int
main(void)
{
	static size_t	sizes[] = { 16, 17, 4096, 4097, 1000000 };
	int		did = door_create(big, NULL, 0);
	int		i;

	for (i = 0; i < 5; i++) {
		char		rbuf[16];
		door_arg_t	d;

		d.data_ptr = (char *)&sizes[i];
		d.data_size = sizeof (size_t);
		d.desc_ptr = NULL;
		d.desc_num = 0;
		d.rbuf = rbuf;
		d.rsize = sizeof (rbuf);
		if (door_call(did, &d) != 0) {
			perror("door_call");
			return (1);
		}
		printf("%lu: %s, ends with %c\n", (ulong_t)d.data_size,
		    d.rbuf == rbuf ? "in the buffer" : "mapped",
		    d.data_ptr[d.data_size - 1]);
		if (d.rbuf != rbuf && munmap(d.rbuf, d.rsize) != 0)
			perror("munmap");
	}
	return (0);
}
