/*
 * The spool folder: its parts, its numbers, which job is next.
 */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../spool.h"

void
open_spool(const char *dir)
{
	static const char *const folders[] = { "tmp",  "new",	 "out",
					       "done", "failed", NULL };

	if (chdir(dir) == -1)
		err(1, "%s", dir);
	for (int i = 0; folders[i] != NULL; i++)
		if (mkdir(folders[i], 0755) == -1 && errno != EEXIST)
			err(1, "%s/%s", dir, folders[i]);
}

/* Makes the names in `folder` safe from a power failure; see sync_folder. */
static int
keep_names(const char *folder)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd == -1)
		return -1;
	int result = fsync(fd);
	close(fd);
	return result;
}

/*
 * Each number makes the file seq longer by a byte. O_APPEND lets no two processes
 * write the same byte, and the offset is then behind our own. What is killed here
 * leaves a number that nobody uses.
 */
void
next_number(char number[NAME])
{
	int fd = open("seq", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);

	if (fd == -1 || write(fd, ".", 1) != 1 || fsync(fd) == -1)
		err(1, "seq");
	long n = (long)lseek(fd, 0, SEEK_CUR);
	if (n > 999999)
		errx(1, "seq: all 999999 numbers were given out");
	if (n == 1 && keep_names(".") == -1)
		err(1, "seq");
	snprintf(number, NAME, "%0*ld", DIGITS, n);
	close(fd);
}

int
next_job(char number[NAME])
{
	struct dirent *e;
	DIR *dir = opendir("new");

	if (dir == NULL)
		err(1, "new");
	number[0] = '\0';
	while ((errno = 0, e = readdir(dir)) != NULL)
		if (strlen(e->d_name) == DIGITS &&
		    strspn(e->d_name, "0123456789") == DIGITS &&
		    (number[0] == '\0' || strcmp(e->d_name, number) < 0))
			memcpy(number, e->d_name, DIGITS + 1);
	if (errno != 0)
		err(1, "new");
	closedir(dir);
	return number[0] != '\0';
}

int
copy(int in, int out)
{
	char bytes[4096];
	ssize_t n, m;

	while ((n = read(in, bytes, sizeof(bytes))) != 0) {
		if (n == -1 && errno != EINTR)
			return -1;
		for (ssize_t at = 0; at < n; at += m) {
			m = write(out, bytes + at, (size_t)(n - at));
			if (m == -1 && errno != EINTR)
				return -1;
			if (m == -1)
				m = 0;
		}
	}
	return 0;
}
