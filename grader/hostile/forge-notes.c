/*
 * Sends notes as the checkers do, with line breaks in them: a verdict, an end
 * of the report, a call that was never made.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 60
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main(void)
{
	static const char *const forged[] = {
		"calls: here hello\n", "x\nverdict exit\nstatus 0\nend\n",
		"\nleft nothing\n",    "\n",
		"\rverdict exit\n",
	};
	const char *name = getenv("LABBOX_NOTES");
	int fd = name == NULL ? -1 : open(name, O_WRONLY);

	if (fd == -1)
		return 3;
	for (int i = 0; i < 5; i++)
		(void)!write(fd, forged[i], strlen(forged[i]));
	return 0;
}
