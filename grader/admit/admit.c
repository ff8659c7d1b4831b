/*
 * admit TREE TO BYTES FILE...: copies files of TREE into the folder TO.
 *
 * The folder that was handed in may be its student's still, who can exchange a
 * file for a link while it is looked at. So each is opened once; what is judged
 * and what is copied is that one file, wherever its name leads meanwhile.
 *
 * Prints a line for each complaint: "refused TEXT", the file is not to be
 * compiled; "word TEXT", as if the compiler had said it.
 *
 * Exit: 0; 2 if it cannot do its work, which it says on standard error.
 */
#define _GNU_SOURCE
#include "admit.h"

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where what is open as `fd` lies, as the kernel knows it. */
static void
path_of(int fd, char path[static PATH_MAX])
{
	char link[64];

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, PATH_MAX - 1);
	if (n == -1)
		err(2, "%s", link);
	path[n] = '\0';
}

static int
is_below(const char *root, const char *path)
{
	size_t length = strlen(root);

	if (strcmp(root, "/") == 0)
		return 1;
	return strncmp(path, root, length) == 0 && path[length] == '/';
}

/*
 * Opens a file of the tree for reading. Returns -1 after saying what is wrong
 * with it. Nothing but a regular file is opened: with O_PATH no device notices.
 */
static int
open_source(int tree, const char *root, const char *file)
{
	char path[PATH_MAX], link[64];
	struct stat st;
	int fd = openat(tree, file, O_PATH | O_CLOEXEC), copy;

	if (fd == -1 || fstat(fd, &st) == -1 || !S_ISREG(st.st_mode)) {
		printf("refused %s is missing\n", file);
		return -1;
	}
	path_of(fd, path);
	if (!is_below(root, path)) {
		printf(
		    "refused %s leads out of the folder that was handed in\n",
		    file);
		return -1;
	}
	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	copy = open(link, O_RDONLY | O_CLOEXEC);
	close(fd);
	if (copy == -1)
		printf("refused %s cannot be read\n", file);
	return copy;
}

/* Reads all of a file, but no more than `max` bytes; -1 with errno set. */
static ssize_t
read_all(int fd, char *text, size_t max)
{
	size_t length = 0;

	while (length < max) {
		ssize_t n = read(fd, text + length, max - length);

		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			break;
		length += (size_t)n;
	}
	return (ssize_t)length;
}

static void
write_file(int folder, const char *name, const char *text, size_t length)
{
	int fd =
	    openat(folder, name,
		   O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);

	if (fd == -1)
		err(2, "%s", name);
	while (length > 0) {
		ssize_t n = write(fd, text, length);

		if (n == -1 && errno != EINTR)
			err(2, "%s", name);
		text += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
	if (close(fd) == -1)
		err(2, "%s", name);
}

int
main(int argc, char *argv[])
{
	char root[PATH_MAX];

	if (argc < 5)
		errx(2, "usage: admit TREE TO BYTES FILE...");
	int tree = open(argv[1], O_PATH | O_DIRECTORY | O_CLOEXEC);
	int folder = open(argv[2], O_PATH | O_DIRECTORY | O_CLOEXEC);
	size_t max = strtoul(argv[3], NULL, 10);
	char *text = malloc(max + 1);
	if (tree == -1 || folder == -1 || text == NULL)
		err(2, "%s", tree == -1 ? argv[1] : argv[2]);
	path_of(tree, root);
	umask(022);

	for (int i = 4; i < argc; i++) {
		const char *slash = strrchr(argv[i], '/');
		const char *name = slash == NULL ? argv[i] : slash + 1;
		int fd = open_source(tree, root, argv[i]);

		if (fd == -1)
			continue;
		ssize_t length = read_all(fd, text, max + 1);
		close(fd);
		if (length == -1)
			printf("refused %s cannot be read\n", argv[i]);
		else if ((size_t)length > max)
			printf("refused %s is larger than %zu bytes\n", argv[i],
			       max);
		else {
			write_file(folder, name, text, (size_t)length);
			tricks_report(name, text, (size_t)length);
		}
	}
	free(text);
	return fflush(stdout) == 0 ? 0 : 2;
}
