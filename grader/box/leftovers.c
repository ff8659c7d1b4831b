/*
 * The kernel objects and names that a scenario left behind. Each line of the
 * report is "left KIND<tab>NAME<tab>CALL", where CALL is the one that would
 * have removed it. Processes: see processes.c.
 */
#define _GNU_SOURCE
#include "box.h"

#include <ctype.h>
#include <dirent.h>
#include <mqueue.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REPORT_MAX = 64 }; /* leftovers that are named; all are removed */

enum kind { SHM, SEM, MSG, POSIX_SHM, POSIX_SEM, POSIX_MQ, SOCKET, FIFO };

static const struct {
	const char *name;
	const char *remove; /* the call that was missing */
} kinds[] = {
	[SHM] = { "System V shared memory segment", "shmctl(id, IPC_RMID)" },
	[SEM] = { "System V semaphore set", "semctl(id, 0, IPC_RMID)" },
	[MSG] = { "System V message queue", "msgctl(id, IPC_RMID)" },
	[POSIX_SHM] = { "POSIX shared memory object", "shm_unlink" },
	[POSIX_SEM] = { "POSIX semaphore", "sem_unlink" },
	[POSIX_MQ] = { "POSIX message queue", "mq_unlink" },
	[SOCKET] = { "socket", "unlink" },
	[FIFO] = { "FIFO", "unlink" },
};

struct object {
	enum kind kind;
	int id; /* System V */
	ino_t inode;
	char name[264]; /* as it is, with any bytes */
};

struct leftovers {
	int n, capacity;
	struct object *object;
};

static void
add(struct leftovers *list, enum kind kind, int id, ino_t inode,
    const char *name)
{
	if (list->n == list->capacity) {
		int capacity = 2 * list->capacity + 64;
		struct object *more =
		    reallocarray(list->object, (size_t)capacity, sizeof(*more));
		if (more == NULL)
			return;
		list->object = more;
		list->capacity = capacity;
	}
	struct object *object = &list->object[list->n++];
	object->kind = kind;
	object->id = id;
	object->inode = inode;
	snprintf(object->name, sizeof(object->name), "%s", name);
}

/*
 * The tables in /proc/sysvipc: key, id, permissions, and who made it in a column
 * that differs. (An owner can give an object away; whoever made it may still
 * remove it.)
 */
static void
find_system_v(const struct box *box, struct leftovers *list, enum kind kind,
	      const char *path, int maker_column)
{
	char line[512];
	FILE *file = fopen(path, "re");

	if (file == NULL)
		return;
	if (fgets(line, sizeof(line), file) == NULL) {
		fclose(file);
		return;
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		char *save, *word = strtok_r(line, " ", &save);
		long key = 0, id = 0, maker = -1;

		for (int i = 1; word != NULL; i++) {
			long value = strtol(word, NULL, 10);
			if (i == 1)
				key = value;
			else if (i == 2)
				id = value;
			else if (i == maker_column)
				maker = value;
			word = strtok_r(NULL, " ", &save);
		}
		if (!level_has_namespaces(box->level) && maker != box->uid)
			continue;
		char name[64];
		snprintf(name, sizeof(name), "id %ld, key 0x%08x", id,
			 (unsigned)key);
		add(list, kind, (int)id, 0, name);
	}
	fclose(file);
}

static void
find_in_folder(const struct box *box, struct leftovers *list, const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	int queues = strcmp(path, "/dev/mqueue") == 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		struct stat st;
		char name[300];
		const char *file = entry->d_name;

		if (strcmp(file, ".") == 0 || strcmp(file, "..") == 0 ||
		    fstatat(dirfd(dir), file, &st, AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (!level_has_namespaces(box->level) && st.st_uid != box->uid)
			continue;
		/* Another grading of the same user may work there. */
		if (box->level == SAME_USER && S_ISDIR(st.st_mode))
			continue;
		snprintf(name, sizeof(name), "/%s", file);
		if (queues)
			add(list, POSIX_MQ, 0, st.st_ino, name);
		else if (strncmp(file, "sem.", 4) == 0)
			add(list, POSIX_SEM, 0, st.st_ino,
			    strcpy(name + 1, file + 4) - 1);
		else
			add(list, POSIX_SHM, 0, st.st_ino, name);
	}
	if (dir != NULL)
		closedir(dir);
}

static void
find_in_working_directory(const struct box *box, struct leftovers *list)
{
	char path[512];
	struct dirent *entry;
	struct stat st;

	rootfs_path(box, "lab", path, sizeof(path));
	DIR *dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (fstatat(dirfd(dir), entry->d_name, &st,
			    AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (S_ISSOCK(st.st_mode))
			add(list, SOCKET, 0, st.st_ino, entry->d_name);
		else if (S_ISFIFO(st.st_mode))
			add(list, FIFO, 0, st.st_ino, entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
}

static struct leftovers *
find_objects(const struct box *box)
{
	struct leftovers *list = calloc(1, sizeof(*list));

	if (list == NULL)
		return NULL;
	find_system_v(box, list, SHM, "/proc/sysvipc/shm", 10);
	find_system_v(box, list, SEM, "/proc/sysvipc/sem", 7);
	find_system_v(box, list, MSG, "/proc/sysvipc/msg", 10);
	find_in_folder(box, list, "/dev/shm");
	find_in_folder(box, list, "/dev/mqueue");
	return list;
}

/* What is there already: needed only where the user is not the box's own. */
struct leftovers *
leftovers_before(const struct box *box)
{
	return box->level == SAME_USER ? find_objects(box) : NULL;
}

static int
was_there(const struct leftovers *before, const struct object *object)
{
	for (int i = 0; before != NULL && i < before->n; i++) {
		const struct object *old = &before->object[i];
		if (old->kind == object->kind && old->id == object->id &&
		    old->inode == object->inode)
			return 1;
	}
	return 0;
}

/*
 * Removes an object that would outlive the box. As its owner: root may not remove
 * a System V object of somebody else where it lacks a capability, as in a container.
 */
static void
discard(const struct box *box, const struct object *object)
{
	char path[280];

	if (box->level == SEPARATE_USER && seteuid(box->uid) == -1)
		return;
	switch (object->kind) {
	case SHM:
		shmctl(object->id, IPC_RMID, NULL);
		break;
	case SEM:
		semctl(object->id, 0, IPC_RMID);
		break;
	case MSG:
		msgctl(object->id, IPC_RMID, NULL);
		break;
	case POSIX_SHM:
		snprintf(path, sizeof(path), "/dev/shm/%s", object->name + 1);
		remove(path);
		break;
	case POSIX_SEM:
		snprintf(path, sizeof(path), "/dev/shm/sem.%s",
			 object->name + 1);
		remove(path);
		break;
	case POSIX_MQ:
		mq_unlink(object->name);
		break;
	case SOCKET:
	case FIFO:
		break; /* goes with the working directory */
	}
	if (box->level == SEPARATE_USER && seteuid(0) == -1)
		_exit(1);
}

static void
report(const struct box *box, const struct object *object)
{
	fprintf(box->report, "left %s\t", kinds[object->kind].name);
	for (const char *c = object->name; *c != '\0'; c++)
		fputc(isprint((unsigned char)*c) ? *c : '?', box->report);
	fprintf(box->report, "\t%s\n", kinds[object->kind].remove);
}

static void
forget(struct leftovers *list)
{
	if (list != NULL)
		free(list->object);
	free(list);
}

/*
 * Reports every object that is there now and was not before, and removes
 * those that the end of the box would not.
 */
void
leftovers_report(const struct box *box, struct leftovers *before)
{
	struct leftovers *after = find_objects(box);
	int reported = 0;

	if (after == NULL) {
		fprintf(box->report, "error no memory for the leftovers\n");
		forget(before);
		return;
	}
	find_in_working_directory(box, after);
	for (int i = 0; i < after->n; i++) {
		const struct object *object = &after->object[i];
		if (was_there(before, object))
			continue;
		if (reported++ < REPORT_MAX)
			report(box, object);
		if (!level_has_namespaces(box->level))
			discard(box, object);
	}
	forget(after);
	forget(before);
}
