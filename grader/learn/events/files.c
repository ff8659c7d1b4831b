/* Whether a source in the lab's folder was saved. */
#include "events.h"

#include <dirent.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

enum {
	SETTLE_MS = 20,	 /* an editor saves in several steps: this long none */
	SETTLE_MAX = 25, /* of those waits for one save */
};

static const uint32_t changes = IN_CLOSE_WRITE | IN_MOVE | IN_DELETE;

static char folder[PATH_MAX];
static char parent[PATH_MAX]; /* the folder that holds it */
static const char *base;      /* its name in there */
static int notify = -1;	      /* inotify, or -1 where it does not work */
static int in_folder, in_parent;

/* Is this what a lab is made of? Not an editor's copy, or what make builds. */
static int
is_source(const char *name)
{
	const char *end = strrchr(name, '.');

	return strcmp(name, "Makefile") == 0 ||
	       (*name != '.' && *name != '#' && end != NULL &&
		(strcmp(end, ".c") == 0 || strcmp(end, ".h") == 0));
}

/*
 * Does inotify see all changes here? Not those that another machine, or the
 * system below a virtual machine, makes in a file system of its own.
 */
static int
is_local(const char *path)
{
	static const uint32_t foreign[] = {
		0x6969,	    /* NFS */
		0x01021997, /* 9P: /mnt/c in WSL2 */
		0x65735546, /* FUSE: sshfs, shared folders */
		0x517b,	    /* SMB */
		0xff534d42, /* CIFS */
		0xfe534d42, /* SMB2 */
		0x786f4256, /* VirtualBox */
		0xbacbacbc, /* VMware */
		0x5346414f, /* AFS */
		0x6a656a63, /* 9P in some containers */
	};
	struct statfs fs;

	if (statfs(path, &fs) == -1)
		return 0;
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if ((uint32_t)fs.f_type == foreign[i])
			return 0;
	return 1;
}

static void
watch_folder(void)
{
	in_folder = inotify_add_watch(notify, folder, changes | IN_ONLYDIR);
}

int
files_begin(const char *path, int use_inotify)
{
	if (realpath(path, folder) == NULL || strcmp(folder, "/") == 0) {
		perror(path);
		exit(2);
	}
	strcpy(parent, folder);
	char *slash = strrchr(parent, '/');
	base = folder + (slash - parent) + 1;
	slash[slash == parent] = '\0';
	if (!use_inotify || !is_local(folder))
		return -1;
	notify = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
	if (notify == -1)
		return -1;
	watch_folder();
	/* make reset moves the folder away, and another to its place. */
	in_parent = inotify_add_watch(notify, parent, IN_CREATE | IN_MOVED_TO);
	if (in_folder == -1 || in_parent == -1) {
		close(notify);
		notify = -1;
	}
	return notify;
}

/* Reads what there is of inotify's; was a source among it? */
static int
read_notify(void)
{
	char buf[4096]
	    __attribute__((aligned(__alignof__(struct inotify_event))));
	int seen = 0;
	ssize_t n;

	while ((n = read(notify, buf, sizeof(buf))) > 0) {
		const char *next = buf;

		while (next < buf + n) {
			const struct inotify_event *event = (const void *)next;
			const char *name = event->len > 0 ? event->name : "";

			if (event->wd == in_parent && strcmp(name, base) == 0) {
				watch_folder();
				seen = 1;
			} else if (event->mask & IN_Q_OVERFLOW ||
				   (event->wd == in_folder &&
				    is_source(name))) {
				seen = 1;
			}
			next += sizeof(*event) + event->len;
		}
	}
	return seen;
}

int
files_saved(void)
{
	struct pollfd more = { .fd = notify, .events = POLLIN };

	if (!read_notify())
		return 0;
	for (int i = 0; i < SETTLE_MAX && poll(&more, 1, SETTLE_MS) > 0; i++)
		read_notify();
	return 1;
}

uint64_t
files_look(void)
{
	DIR *dir = opendir(folder);
	uint64_t sum = 0;

	if (dir == NULL)
		return 0;
	for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
		struct stat st;

		if (!is_source(entry->d_name) ||
		    fstatat(dirfd(dir), entry->d_name, &st, 0) == -1)
			continue;
		const uint64_t facts[] = { st.st_ino, (uint64_t)st.st_size,
					   (uint64_t)st.st_mtim.tv_sec,
					   (uint64_t)st.st_mtim.tv_nsec };
		uint64_t hash = 14695981039346656037u; /* FNV-1a */
		for (const char *c = entry->d_name; *c != '\0'; c++)
			hash = (hash ^ (unsigned char)*c) * 1099511628211u;
		for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
			hash = (hash ^ facts[i]) * 1099511628211u;
		sum += hash; /* in whatever order they come */
	}
	closedir(dir);
	return sum;
}
