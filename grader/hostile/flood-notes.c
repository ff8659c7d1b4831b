/*
 * Eight processes send notes without end, faster than the supervisor can read
 * them: its clock must go on, and it need not listen for long.
 *
 * Lab: hello
 * Expect: LIMIT
 * Marks: 10
 * Seconds: 60
 */
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

int
main(void)
{
	static const char lines[] = "x: 1\nx: 2\nx: 3\nx: 4\nx: 5\nx: 6\n";
	const char *name = getenv("LABBOX_NOTES");
	int fd = name == NULL ? -1 : open(name, O_WRONLY);

	if (fd == -1)
		return 3;
	for (int i = 0; i < 3; i++)
		fork();
	for (;;)
		(void)!write(fd, lines, sizeof(lines) - 1);
}
