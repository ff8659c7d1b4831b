/*
 * The kernel's tables of TCP sockets.
 */
#define _GNU_SOURCE
#include "procfs.h"
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* An IPv4 address that an IPv6 socket uses is written as IPv4. */
static void
copy_address(char to[48], const char *from)
{
	static const char mapped[] = "0000000000000000FFFF0000";

	if (strncmp(from, mapped, sizeof(mapped) - 1) == 0)
		from += sizeof(mapped) - 1;
	snprintf(to, 48, "%s", from);
}

struct tcp *
read_tcp(pid_t pid, size_t *count)
{
	static const char *const tables[] = { "tcp", "tcp6" };
	struct tcp *all = NULL;
	char name[64], local[48], remote[48];
	unsigned long long ino;

	*count = 0;
	for (int i = 0; i < 2; i++) {
		snprintf(name, sizeof(name), "/proc/%d/net/%s", (int)pid,
			 tables[i]);
		char *text = read_file(name), *rest = text;
		for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
			if (sscanf(line,
				   " %*[0-9]: %47s %47s %*s %*s %*s %*s %*s "
				   "%*s %llu",
				   local, remote, &ino) != 3)
				continue;
			all = realloc(all, (*count + 1) * sizeof(*all));
			if (all == NULL)
				err(1, "memory");
			copy_address(all[*count].local, local);
			copy_address(all[*count].remote, remote);
			all[(*count)++].ino = (ino_t)ino;
		}
		free(text);
	}
	return all;
}
