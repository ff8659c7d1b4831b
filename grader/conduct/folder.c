/*
 * The working folder, as it was before the first run: each run finds it so. And
 * what the run has left in the box's log folder.
 *
 * A copy is kept beside it. What a run has made is removed; what it has
 * changed (its inode, size or time of change is another) is copied back.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILES_MAX = 2000, DESCRIPTORS = 16 };

static struct kept {
	char path[200];
	struct stat st;
} kept[FILES_MAX];
static int nkept;
static char copy[64];
static bool keeps;

static bool
copy_file(const char *from, const char *to, mode_t mode)
{
	int in = open(from, O_RDONLY | O_CLOEXEC);
	int out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = in != -1 && out != -1;
	ssize_t n = 1;

	while (good && n > 0) {
		n = sendfile(out, in, NULL, 1 << 20);
		good = n >= 0;
	}
	good = good && fchmod(out, mode & 07777) == 0;
	if (in != -1)
		close(in);
	if (out != -1)
		close(out);
	return good;
}

static void
copy_path(int i, char path[100])
{
	snprintf(path, 100, "%s/%d", copy, i);
}

static int
keep(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	char to[100];

	(void)type;
	(void)ftw;
	if (strcmp(path, ".") == 0)
		return 0;
	if (nkept == FILES_MAX || strlen(path) >= sizeof(kept[0].path))
		return 1;
	strcpy(kept[nkept].path, path);
	kept[nkept].st = *st;
	copy_path(nkept, to);
	if (S_ISREG(st->st_mode) && !copy_file(path, to, st->st_mode))
		return 1;
	nkept++;
	return 0;
}

static int
discard(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	remove(path);
	return 0;
}

static void
forget(void)
{
	if (copy[0] != '\0')
		nftw(copy, discard, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
}

/* Remembers the working folder. Returns false if that is not possible. */
bool
folder_keep(void)
{
	const char *beside = getenv("TMPDIR");

	snprintf(copy, sizeof(copy), "%.40s/conduct.XXXXXX",
		 beside != NULL ? beside : "/tmp");
	if (mkdtemp(copy) == NULL) {
		copy[0] = '\0';
		return false;
	}
	atexit(forget);
	keeps = nftw(".", keep, DESCRIPTORS, FTW_PHYS) == 0;
	return keeps;
}

static const struct kept *
kept_of(const char *path)
{
	for (int i = 0; i < nkept; i++)
		if (strcmp(kept[i].path, path) == 0)
			return &kept[i];
	return NULL;
}

static int
remove_new(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const struct kept *k;

	(void)type;
	(void)ftw;
	if (strcmp(path, ".") == 0)
		return 0;
	k = kept_of(path);
	if (k == NULL || (k->st.st_mode & S_IFMT) != (st->st_mode & S_IFMT)) {
		if (S_ISDIR(st->st_mode))
			chmod(path, 0700);
		remove(path);
	}
	return 0;
}

void
folder_restore(void)
{
	if (!keeps)
		return;
	nftw(".", remove_new, DESCRIPTORS, FTW_DEPTH | FTW_PHYS);
	for (int i = 0; i < nkept; i++) {
		struct kept *k = &kept[i];
		struct stat st;
		char from[100];
		bool there = lstat(k->path, &st) == 0;

		if (S_ISDIR(k->st.st_mode)) {
			if (!there)
				mkdir(k->path, k->st.st_mode & 07777);
			continue;
		}
		if (there && st.st_ino == k->st.st_ino &&
		    st.st_size == k->st.st_size &&
		    st.st_ctim.tv_sec == k->st.st_ctim.tv_sec &&
		    st.st_ctim.tv_nsec == k->st.st_ctim.tv_nsec)
			continue;
		if (S_ISFIFO(k->st.st_mode)) {
			mkfifo(k->path, k->st.st_mode & 07777);
		} else if (S_ISREG(k->st.st_mode)) {
			copy_path(i, from);
			unlink(k->path);
			copy_file(from, k->path, k->st.st_mode);
			lstat(k->path, &k->st);
		}
	}
}

/* A line of a log that says what is wrong, or NULL at its end. */
static char *
complaint(FILE *file, char *line, int size)
{
	while (fgets(line, size, file) != NULL) {
		char *text = strstr(line, "ERROR: ");

		if (text == NULL)
			text = strstr(line, "runtime error: ");
		if (text != NULL) {
			text[strcspn(text, "\n")] = '\0';
			return text;
		}
	}
	return NULL;
}

/*
 * What sanitizers wrote is a finding; what the scenario waits for (lib/run.sh
 * says so) goes to `to`. Both are gone afterwards.
 */
void
folder_log(FILE *to)
{
	const char *folder = getenv("LABBOX_LOG");
	struct dirent *entry;
	DIR *log = folder == NULL ? NULL : opendir(folder);

	while (log != NULL && (entry = readdir(log)) != NULL) {
		bool awaiting = strcmp(entry->d_name, "awaiting") == 0 ||
				strcmp(entry->d_name, "gave-up") == 0;
		bool asan = strncmp(entry->d_name, "asan.", 5) == 0;
		char path[600], line[500], *text;
		FILE *file;

		snprintf(path, sizeof(path), "%.300s/%.250s", folder,
			 entry->d_name);
		if ((!awaiting && !asan) || (file = fopen(path, "re")) == NULL)
			continue;
		if (asan && (text = complaint(file, line, sizeof(line))))
			found(CRASH, "%s", text);
		else if (awaiting && fgets(line, sizeof(line), file) != NULL)
			fprintf(to, "%s %.*s\n", entry->d_name,
				(int)strcspn(line, "\n"), line);
		fclose(file);
		unlink(path);
	}
	if (log != NULL)
		closedir(log);
}
