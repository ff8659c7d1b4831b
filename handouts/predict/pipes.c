#include <err.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	printf("a");
	if (fork() == -1)
		err(1, "fork");
	printf("b");
	if (fork() == -1)
		err(1, "fork");
	printf("c\n");
	while (wait(NULL) != -1)
		;
	return 0;
}
