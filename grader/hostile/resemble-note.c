/*
 * Never waits for its child, but sends a note beforehand of which the checker's
 * will be a part: the second must not be taken for a repetition.
 *
 * Lab: hello
 * Expect: ZOMBIE
 * Marks: 15
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int
main(int argc, char *argv[])
{
	int ends[2], sum = 0, answer = -1;
	const char *notes = getenv("LABBOX_NOTES");

	for (int i = 1; i < argc; i++)
		sum += atoi(argv[i]);
	if (pipe(ends) == -1)
		return 3;
	pid_t child = fork();
	if (child == 0) {
		if (sum > 255)
			abort();
		(void)!write(ends[1], &sum, sizeof(sum));
		_exit(0);
	}
	close(ends[1]);
	if (read(ends[0], &answer, sizeof(answer)) > 0)
		printf("child: the sum is %d\n", answer);
	else
		printf("child: died of signal 6\n");
	usleep(100000);
	int fd = notes == NULL ? -1 : open(notes, O_WRONLY);
	dprintf(fd,
		"exits: see exits: 1 child was never waited for by hello: "
		"hello (pid %d, ended) see\n",
		child);
	close(fd);
	return answer < 0;
}
