/*
 * What a scenario left behind: kernel objects, names and processes. Each
 * line of the report is "left KIND<tab>NAME<tab>CALL", where CALL is the
 * one that would have removed it.
 */
#define _GNU_SOURCE
#include "box.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
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

struct census {
	int n, room;
	struct found {
		enum kind kind;
		int id; /* System V */
		ino_t inode;
		char name[264]; /* as it is, with any bytes */
	} * found;
};

static void
add(struct census *census, enum kind kind, int id, ino_t inode,
    const char *name)
{
	if (census->n == census->room) {
		int room = 2 * census->room + 64;
		struct found *more =
		    reallocarray(census->found, (size_t)room, sizeof(*more));
		if (more == NULL)
			return;
		census->found = more;
		census->room = room;
	}
	struct found *found = &census->found[census->n++];
	found->kind = kind;
	found->id = id;
	found->inode = inode;
	snprintf(found->name, sizeof(found->name), "%s", name);
}

/*
 * The tables in /proc/sysvipc: key, id, permissions, and the owner in a
 * column that differs.
 */
static void
look_system_v(const struct box *box, struct census *census, enum kind kind,
	      const char *path, int owner_column)
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
		long key = 0, id = 0, owner = -1;

		for (int i = 1; word != NULL; i++) {
			long value = strtol(word, NULL, 10);
			if (i == 1)
				key = value;
			else if (i == 2)
				id = value;
			else if (i == owner_column)
				owner = value;
			word = strtok_r(NULL, " ", &save);
		}
		if (!level_has_namespaces(box->level) && owner != box->uid)
			continue;
		char name[64];
		snprintf(name, sizeof(name), "id %ld, key 0x%08x", id,
			 (unsigned)key);
		add(census, kind, (int)id, 0, name);
	}
	fclose(file);
}

static void
look_folder(const struct box *box, struct census *census, const char *path)
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
		snprintf(name, sizeof(name), "/%s", file);
		if (queues)
			add(census, POSIX_MQ, 0, st.st_ino, name);
		else if (strncmp(file, "sem.", 4) == 0)
			add(census, POSIX_SEM, 0, st.st_ino,
			    strcpy(name + 1, file + 4) - 1);
		else
			add(census, POSIX_SHM, 0, st.st_ino, name);
	}
	if (dir != NULL)
		closedir(dir);
}

static void
look_working_directory(const struct box *box, struct census *census)
{
	char path[512];
	struct dirent *entry;
	struct stat st;

	room_path(box, "lab", path, sizeof(path));
	DIR *dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (fstatat(dirfd(dir), entry->d_name, &st,
			    AT_SYMLINK_NOFOLLOW) == -1)
			continue;
		if (S_ISSOCK(st.st_mode))
			add(census, SOCKET, 0, st.st_ino, entry->d_name);
		else if (S_ISFIFO(st.st_mode))
			add(census, FIFO, 0, st.st_ino, entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
}

static struct census *
look(const struct box *box)
{
	struct census *census = calloc(1, sizeof(*census));

	if (census == NULL)
		return NULL;
	look_system_v(box, census, SHM, "/proc/sysvipc/shm", 8);
	look_system_v(box, census, SEM, "/proc/sysvipc/sem", 5);
	look_system_v(box, census, MSG, "/proc/sysvipc/msg", 8);
	look_folder(box, census, "/dev/shm");
	look_folder(box, census, "/dev/mqueue");
	return census;
}

/* What is there already: needed only where the user is not the box's own. */
struct census *
census_before(const struct box *box)
{
	return box->level == SAME_USER ? look(box) : NULL;
}

static int
was_there(const struct census *before, const struct found *found)
{
	for (int i = 0; before != NULL && i < before->n; i++) {
		const struct found *old = &before->found[i];
		if (old->kind == found->kind && old->id == found->id &&
		    old->inode == found->inode)
			return 1;
	}
	return 0;
}

/* Removes an object that would outlive the box. */
static void
discard(const struct found *found)
{
	char path[280];

	switch (found->kind) {
	case SHM:
		shmctl(found->id, IPC_RMID, NULL);
		break;
	case SEM:
		semctl(found->id, 0, IPC_RMID);
		break;
	case MSG:
		msgctl(found->id, IPC_RMID, NULL);
		break;
	case POSIX_SHM:
		snprintf(path, sizeof(path), "/dev/shm/%s", found->name + 1);
		remove(path);
		break;
	case POSIX_SEM:
		snprintf(path, sizeof(path), "/dev/shm/sem.%s",
			 found->name + 1);
		remove(path);
		break;
	case POSIX_MQ:
		mq_unlink(found->name);
		break;
	case SOCKET:
	case FIFO:
		break; /* goes with the working directory */
	}
}

static void
report(const struct box *box, const struct found *found)
{
	fprintf(box->report, "left %s\t", kinds[found->kind].name);
	for (const char *c = found->name; *c != '\0'; c++)
		fputc(isprint((unsigned char)*c) ? *c : '?', box->report);
	fprintf(box->report, "\t%s\n", kinds[found->kind].remove);
}

static void
forget(struct census *census)
{
	if (census != NULL)
		free(census->found);
	free(census);
}

/*
 * Reports every object that is there now and was not before, and removes
 * those that the end of the box would not.
 */
void
census_after(const struct box *box, struct census *before)
{
	struct census *after = look(box);
	int reported = 0;

	if (after == NULL) {
		fprintf(box->report, "error no memory for the census\n");
		forget(before);
		return;
	}
	look_working_directory(box, after);
	for (int i = 0; i < after->n; i++) {
		const struct found *found = &after->found[i];
		if (was_there(before, found))
			continue;
		if (reported++ < REPORT_MAX)
			report(box, found);
		if (!level_has_namespaces(box->level))
			discard(found);
	}
	forget(after);
	forget(before);
}

/* Reads parent, state and name of a process; 0, or -1 when it has gone. */
static int
read_stat(pid_t pid, pid_t *parent, char *state, char name[static 17])
{
	char path[64], text[512];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0)
		return -1;
	text[n] = '\0';
	/* The name may hold spaces and parentheses: the last one counts. */
	char *open_paren = strchr(text, '('), *close_paren = strrchr(text, ')');
	if (open_paren == NULL || close_paren == NULL)
		return -1;
	snprintf(name, 17, "%.*s", (int)(close_paren - open_paren - 1),
		 open_paren + 1);
	return sscanf(close_paren + 1, " %c %d", state, parent) == 2 ? 0 : -1;
}

/*
 * The processes below this one, the supervisor; at most `max` of them.
 * Returns how many it wrote to `pids`.
 */
int
census_processes(pid_t *pids, int max)
{
	int n = 0;
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	pid_t self = getpid();

	while (dir != NULL && n < max && (entry = readdir(dir)) != NULL) {
		char state, name[17];
		pid_t pid = atoi(entry->d_name), up = pid, parent;

		if (pid <= 0 || pid == self)
			continue;
		while (up != self && up > 1 &&
		       read_stat(up, &parent, &state, name) == 0)
			up = parent;
		if (up == self)
			pids[n++] = pid;
	}
	if (dir != NULL)
		closedir(dir);
	return n;
}

/* Reports processes that outlived the scenario. */
void
census_report_processes(const struct box *box, const pid_t *pids, int npids)
{
	for (int i = 0; i < npids; i++) {
		char state, name[17];
		pid_t parent;

		if (read_stat(pids[i], &parent, &state, name) == -1)
			continue;
		for (char *c = name; *c != '\0'; c++)
			if (!isprint((unsigned char)*c))
				*c = '?';
		fprintf(box->report, "left %s\t%s (pid %d)\t%s\n",
			state == 'Z' ? "zombie" : "process", name, pids[i],
			"waitpid");
	}
}
