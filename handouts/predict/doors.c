#include <err.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void *
serve(void *unused)
{
	for (;;)
		pause();
	return unused;
}

/* The folder has an entry for each thread; and ".", "..", which are two links. */
static void
count(const char *who)
{
	struct stat threads;

	if (stat("/proc/self/task", &threads) == -1)
		err(1, "/proc/self/task");
	printf("%s: %d\n", who, (int)threads.st_nlink - 2);
	fflush(stdout);
}

int
main(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, serve, NULL) != 0)
		errx(1, "pthread_create");
	count("before");
	if (fork() == 0) {
		count("child");
		_exit(0);
	}
	wait(NULL);
	return 0;
}
