/*
 * The objects of POSIX: files in two folders.
 */
#include "names.h"
#include "procfs.h"
#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

void
put_owner(uid_t uid)
{
	const struct passwd *user = getpwuid(uid);

	if (user != NULL)
		printf(" %s", user->pw_name);
	else
		printf(" %u", uid);
}

char *
read_table(const char *folder, const char *kind)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", folder, kind);
	char *text = read_file(path);
	if (text == NULL)
		warn("%s", path);
	return text;
}

void
list_posix(const char *folder, const char *kind)
{
	DIR *dir = opendir(folder);
	struct dirent *d;
	struct stat s;

	if (dir == NULL) {
		warn("%s", folder);
		return;
	}
	while ((d = readdir(dir)) != NULL) {
		const char *name = d->d_name;
		int is_sem = kind[0] == 's' && strncmp(name, "sem.", 4) == 0;

		if (fstatat(dirfd(dir), name, &s, AT_SYMLINK_NOFOLLOW) == -1 ||
		    !S_ISREG(s.st_mode))
			continue;
		printf("%s /", is_sem ? "sem" : kind);
		put_name(is_sem ? name + 4 : name);
		put_owner(s.st_uid);
		printf(" %o", s.st_mode & 0777);
		if (kind[0] == 's' && !is_sem)
			printf(" %lld", (long long)s.st_size);
		putchar('\n');
	}
	closedir(dir);
}
