/*
 * Two threads print a line each, at once.
 *
 *	./lines calls|writes|locked|flocked|printf|write
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const char *how;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int
is(const char *way)
{
	return strcmp(how, way) == 0;
}

static void *
print(void *word)
{
	char line[20];
	int n = snprintf(line, sizeof(line), "%s\n", (char *)word);

	if (is("printf")) {
		printf("%s", line);
	} else if (is("write") || is("writes")) {
		int first = is("write") ? n : 2;

		if (write(1, line, (size_t)first) == -1 ||
		    write(1, line + first, (size_t)(n - first)) == -1)
			perror("write");
	} else {
		if (is("locked"))
			pthread_mutex_lock(&lock);
		if (is("flocked"))
			flockfile(stdout);
		fwrite(line, 1, (size_t)n - 1, stdout);
		putchar('\n');
		if (is("flocked"))
			funlockfile(stdout);
		if (is("locked"))
			pthread_mutex_unlock(&lock);
	}
	return NULL;
}

int
main(int argc, char *argv[])
{
	pthread_t first, second;

	how = argc > 1 ? argv[1] : "";
	pthread_create(&first, NULL, print, "apple");
	pthread_create(&second, NULL, print, "pear");
	pthread_join(first, NULL);
	pthread_join(second, NULL);
	return 0;
}
