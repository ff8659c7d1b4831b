// A user id, from the command line.
#include <err.h>
#include <errno.h>
#include <stdlib.h>

#include "vault.h"

uid_t
parse_uid(const char *text)
{
	unsigned long long number;
	char *end;

	errno = 0;
	number = strtoull(text, &end, 10);
	if (errno != 0 || *text < '0' || *text > '9' || *end != '\0' ||
	    number >= (uid_t)-1)
		errx(2, "UID is a number from 0 to %u", (uid_t)-2);
	return (uid_t)number;
}
