/*
 * Looks for the solutions, the tests and the expected output: in the folders
 * that command lines and links of processes name, and where people keep
 * things. Without namespaces, what all may read, this can.
 *
 * Lab: hello
 * Expect: WRONG
 * Marks: 10
 * Seconds: 120
 * Open: uid plain
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static int
look(const char *path, const struct stat *st, int flag, struct FTW *ftw)
{
	const char *name = path + ftw->base;

	(void)st;
	if (flag == FTW_F && (strstr(name, ".bats") || strstr(name, ".out") ||
			      strcmp(name, "hello.c") == 0)) {
		printf("breach: %s\n", name);
		return 1;
	}
	return ftw->level > 8;
}

static void
look_below(const char *path)
{
	nftw(path, look, 32, FTW_PHYS);
}

/* The folders that the command line of a process names. */
static void
look_at_arguments(const char *pid)
{
	char path[300], text[65536];

	snprintf(path, sizeof(path), "/proc/%s/cmdline", pid);
	int fd = open(path, O_RDONLY);
	ssize_t n = fd == -1 ? 0 : read(fd, text, sizeof(text) - 1);
	if (fd != -1)
		close(fd);
	text[n > 0 ? n : 0] = '\0';
	for (char *c = text; c < text + n; c += strlen(c) + 1)
		if (*c == '/' && c[1] != '\0' && strncmp(c, "/bin", 4) != 0)
			look_below(c);
	snprintf(path, sizeof(path), "/proc/%s/cwd/", pid);
	look_below(path);
}

int
main(void)
{
	static const char *const places[] = { "/home", "/root", "/work",
					      "/srv",  "/mnt",	"/media",
					      "/opt",  "/tmp",	"/var/tmp" };
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
			look_at_arguments(entry->d_name);
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++)
		look_below(places[i]);
	return 3;
}
