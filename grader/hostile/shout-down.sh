# A handler that prints, in a program that sends so many notes in the checker's
# name that what the checker finds has no room.
#
# Lab: signals
# File: tally.c
# Expect: UNSAFE LIMIT
# Marks: 69
# Seconds: 120

cat >>"$1/tally.c" <<'END'

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void
shout(void)
{
	static const char note[] = "sigsafe\nsigsafe: \ncalls: tally sigaction\n";
	const char *name = getenv("LABBOX_NOTES");
	int fd = name == NULL ? -1 : open(name, O_WRONLY);

	for (int i = 0; fd != -1 && i < 600; i++)
		(void)!write(fd, note, strlen(note));
	close(fd);
}
END
sed -i 's/^\tcase SIGUSR1:$/&\n\t\tprintf("%s", "");/' "$1/tally.c"
