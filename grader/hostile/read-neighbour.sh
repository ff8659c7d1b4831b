# While this is graded, another submission is, too: reads its working folder,
# writes into it, and looks for the place of its notes. (Without namespaces there
# is only one box at a time.)
#
# Lab: hello
# Expect: WRONG
# Marks: 10
# Seconds: 40

mkdir -p /tmp/neighbour/{in,out}
echo 'a neighbour' >/tmp/neighbour/in/work.c
[[ $LABBOX_LEVEL == @(uid|plain) ]] ||
	"$2/.build/labbox" -l "$LABBOX_LEVEL" -d /tmp/neighbour/out \
		-i /tmp/neighbour/in -T "$2/.build/tools" -t 30 /bin/sleep 20 \
		</dev/null >/dev/null 2>&1 &
sleep 1
cat >"$1/hello.c" <<'END'
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
look(const char *pattern, int how)
{
	const char *own = getenv("LABBOX_DIR");
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *path = found.gl_pathv[i];
		size_t n = strlen(own) - strlen("/lab");

		if (strncmp(path, own, n) != 0 && open(path, how, 0600) != -1)
			printf("breach: %s\n", path);
	}
	globfree(&found);
}

int
main(void)
{
	char line[512];
	FILE *names = fopen("/proc/net/unix", "r");

	look("/tmp/labbox.*/tmp/lab/*", O_RDONLY);
	look("/tmp/labbox.*/tmp", O_WRONLY | O_TMPFILE);
	look("/tmp/labbox.*/tmp/tools/notes", O_WRONLY | O_NONBLOCK);
	look("/tmp/tools/*.sh", O_WRONLY);
	while (names != NULL && fgets(line, sizeof(line), names) != NULL)
		if (strstr(line, "labbox") != NULL)
			printf("breach: %s", line);
	return 3;
}
END
sed -i '1i #define _GNU_SOURCE' "$1/hello.c"
