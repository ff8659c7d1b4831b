# A handler that prints, in a program that sends notes in the names of checkers that
# do not exist, until there is no room for those of one that does.
#
# Lab: signals
# File: tally.c
# Expect: UNSAFE LIMIT
# Marks: 86
# Seconds: 120

cat >>"$1/tally.c" <<'TALLY'

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

__attribute__((constructor)) static void
take_names(void)
{
	const char *name = getenv("LABBOX_NOTES");
	int fd = name == NULL ? -1 : open(name, O_WRONLY);
	char note[] = "a: nothing\n";

	for (; fd != -1 && note[0] <= 'z'; note[0]++)
		(void)!write(fd, note, strlen(note));
	close(fd);
}
TALLY
sed -i 's/^\tcase SIGUSR1:$/&\n\t\tprintf("%s", "");/' "$1/tally.c"
