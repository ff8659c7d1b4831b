#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

int
main(void)
{
	char text[8];
	int fd = open("pet", O_RDWR | O_CREAT | O_TRUNC, 0600);

	if (fd == -1 || write(fd, "cat", 3) != 3)
		err(1, "pet");
	char *ours = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	char *all = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (ours == MAP_FAILED || all == MAP_FAILED)
		err(1, "mmap");
	all[0] = 'b';
	all[3] = 's';
	ours[2] = 'r';
	int n = pread(fd, text, sizeof(text), 0);
	printf("file:    %.*s\n", n, text);
	printf("shared:  %.4s\n", all);
	printf("private: %.3s\n", ours);
	return unlink("pet");
}
