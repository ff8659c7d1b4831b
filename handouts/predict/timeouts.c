#include <err.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	(void)argv;
	if (argc > 1) {
		printf("after exec: %s\n", alarm(0) ? "an alarm" : "none");
		return 0;
	}
	alarm(100);
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		puts(alarm(0) ? "child: an alarm" : "child: none");
		return 0;
	}
	if (waitpid(child, NULL, 0) == -1)
		err(1, "waitpid");
	execl("/proc/self/exe", "again", "after", NULL);
	err(1, "execl");
}
