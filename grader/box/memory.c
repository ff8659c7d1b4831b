/*
 * How much memory the programs in the box hold. Most is resident in one of
 * them; but page tables, unlinked files and System V objects cost memory too,
 * and the kernel has no limit for them. And what else they hold of which there is
 * only so much for a user or for the machine.
 */
#define _GNU_SOURCE
#include "box.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum {
	SEMAPHORE_BYTES = 64, /* of kernel memory: a cache line */
	MESSAGE_BYTES = 64,   /* besides its text */
	COLUMNS = 16,	      /* of a table in /proc/sysvipc */
	MAPPING_BYTES = 256,  /* of kernel memory */
	MAPPINGS_MAX = 65530, /* of a process: vm.max_map_count */
	LISTED = 2000,	      /* of them */
	HIDDEN_TICKS = 20,    /* from one look for hidden memory to the next */

	/* The words for these are in memory_excess(). */
	PIPES = 512,
	SOCKETS = 2048,
	SYSTEM_V = 256,
	TCP_BYTES = 32 << 20,
};

/* The number after `name` in the text of /proc/PID/status; 0: none. */
static long
field(const char *text, const char *name)
{
	const char *line = strstr(text, name);

	return line == NULL ? 0 : strtol(line + strlen(name), NULL, 10);
}

/* Resident pages and page tables, shared pages counted for each process. */
static long
resident(pid_t pid)
{
	char path[64], text[4096];

	snprintf(path, sizeof(path), "/proc/%d/status", pid);
	read_text(AT_FDCWD, path, text, sizeof(text));
	return 1024 * (field(text, "\nVmRSS:") + field(text, "\nVmPTE:"));
}

/* What was counted in this look: each object once, however many hold it. */
enum { SEEN = 65536 }; /* more than all processes have descriptors */
static struct {
	dev_t device;
	ino_t inode;
	unsigned look;
} seen[SEEN];
static unsigned look;

/* Whether an object is met for the first time in this look. */
static int
first_time(const struct stat *st)
{
	size_t at = (size_t)(st->st_ino * 31 + st->st_dev) % SEEN;

	for (int i = 0; i < SEEN; i++, at = (at + 1) % SEEN) {
		if (seen[at].look != look) {
			seen[at].device = st->st_dev;
			seen[at].inode = st->st_ino;
			seen[at].look = look;
			return 1;
		}
		if (seen[at].inode == st->st_ino &&
		    seen[at].device == st->st_dev)
			return 0;
	}
	return 1;
}

/* Adds up what the descriptors of a process hold: open files without a name
 * (from memfd_create, or unlinked), pipes and sockets. */
static void
descriptors(pid_t pid, struct use *use)
{
	char path[64];
	struct dirent *entry;
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	DIR *dir = opendir(path);
	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		if (fstatat(dirfd(dir), entry->d_name, &st, 0) == -1)
			continue;
		int file = S_ISREG(st.st_mode) && st.st_nlink == 0;

		if ((!file && !S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode)) ||
		    !first_time(&st))
			continue;
		if (file)
			use->bytes += 512L * st.st_blocks;
		else if (S_ISFIFO(st.st_mode))
			use->pipes++;
		else
			use->sockets++;
	}
	if (dir != NULL)
		closedir(dir);
}

/*
 * Adds up a table of /proc/sysvipc: column `a` times `a_bytes`, and the same
 * for `b`, in the lines of what the box's user made. Columns count from 1.
 */
static void
table(const struct box *box, struct use *use, const char *path, int maker,
      int a, long a_bytes, int b, long b_bytes)
{
	char line[512];
	FILE *file = fopen(path, "re");

	if (file == NULL || fgets(line, sizeof(line), file) == NULL)
		line[0] = '\0';
	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		long value[COLUMNS + 1] = { 0 };
		char *next = line;

		for (int i = 1; i <= COLUMNS; i++)
			value[i] = strtol(next, &next, 10);
		if (level_has_namespaces(box->level) ||
		    value[maker] == (long)box->uid) {
			use->bytes += value[a] * a_bytes + value[b] * b_bytes;
			use->system_v++;
		}
	}
	if (file != NULL)
		fclose(file);
}

/*
 * Adds the bytes in the queues of TCP connections. Without namespaces only those
 * of the box's user: a connection that was not accepted yet has no owner, but
 * belongs to whoever listens, and those are listed first.
 */
static void
tcp_queues(const struct box *box, struct use *use, const char *path)
{
	enum { CONNECTING = 0x02, LISTENING = 0x0a, LISTENERS = 256 };
	unsigned ports[LISTENERS];
	int listeners = 0, all = level_has_namespaces(box->level);
	char line[512];
	FILE *file = fopen(path, "re");

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		unsigned port, state, uid;
		unsigned long sent, received, inode;

		if (sscanf(line,
			   " %*[^:]: %*[^:]:%x %*s %x %lx:%lx %*s %*s %u %*s "
			   "%lu",
			   &port, &state, &sent, &received, &uid, &inode) != 6)
			continue;
		int ours = all || (uid == box->uid && inode != 0);
		if (state == LISTENING) {
			if (ours && listeners < LISTENERS)
				ports[listeners++] = port;
			continue; /* its queue is one of connections */
		}
		// Its first sequence number is set before the counter that is
		// taken from it: the difference may be anything.
		if (state == CONNECTING)
			continue;
		for (int i = 0; !ours && inode == 0 && i < listeners; i++)
			ours = ports[i] == port;
		// The kernel takes one counter from another, which may have gone on
		// meanwhile: what is negative is nothing.
		if (ours && sent <= INT32_MAX)
			use->tcp += (long)sent;
		if (ours && received <= INT32_MAX)
			use->tcp += (long)received;
	}
	if (file != NULL)
		fclose(file);
}

/* How many sockets there are in the network of the box, held by descriptors or
 * under way; and what TCP holds. Without namespaces it is the machine's. */
static void
network(const struct box *box, struct use *use)
{
	char text[1024];

	read_text(AT_FDCWD, "/proc/net/sockstat", text, sizeof(text));
	long all = field(text, "sockets: used ");

	if (level_has_namespaces(box->level) && all > use->sockets)
		use->sockets = (int)all;
	if (field(text, "TCP: inuse ") > 0)
		tcp_queues(box, use, "/proc/net/tcp");
	read_text(AT_FDCWD, "/proc/net/sockstat6", text, sizeof(text));
	if (field(text, "TCP6: inuse ") > 0)
		tcp_queues(box, use, "/proc/net/tcp6");
}

/*
 * Memory that the kernel shows nowhere but in the machine's sums: pages of shared
 * files that are closed and mapped elsewhere or not at all, or under way from one
 * process to another; and what it takes to manage very many mappings.
 */
struct sums {
	long shared, kernel; /* bytes */
};

static struct sums
machine_sums(void)
{
	char text[4096];

	read_text(AT_FDCWD, "/proc/meminfo", text, sizeof(text));
	return (struct sums){
		.shared = 1024 * field(text, "\nShmem:"),
		.kernel = 1024 * field(text, "\nSUnreclaim:"),
	};
}

/*
 * Adds the mappings of a process, and the nameless files among them that no
 * descriptor shows. After so many, it counts as having as many as it may: to list
 * them all would keep us for seconds.
 */
static void
mappings(pid_t pid, long *count, long *files)
{
	char path[64], *line = NULL;
	size_t size = 0;
	int n = 0;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	FILE *file = fopen(path, "re");
	while (file != NULL && getline(&line, &size, file) > 0) {
		unsigned major, minor;
		unsigned long inode;

		if (++n == LISTED) {
			n = MAPPINGS_MAX;
			break;
		}
		if (strstr(line, " (deleted)") == NULL ||
		    sscanf(line, "%*s %*s %*s %x:%x %lu", &major, &minor,
			   &inode) != 3)
			continue;
		struct stat st = { .st_dev = makedev(major, minor),
				   .st_ino = inode };
		*files += first_time(&st);
	}
	*count += n;
	free(line);
	if (file != NULL)
		fclose(file);
}

/* Whether descriptors are under way in a socket of the process. */
static int
sends_descriptors(pid_t pid)
{
	char path[64], text[1024];
	struct dirent *entry;
	int some = 0;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo", pid);
	DIR *dir = opendir(path);
	while (dir != NULL && !some && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "/proc/%d/fdinfo/%.20s", pid,
			 entry->d_name);
		read_text(AT_FDCWD, path, text, sizeof(text));
		some = field(text, "\nscm_fds:") > 0;
	}
	if (dir != NULL)
		closedir(dir);
	return some;
}

/*
 * Adds what the machine's sums have grown by since the box began, as far as this
 * box can be the cause: others work at the same time.
 */
static void
hidden(const struct box *box, const pid_t *pids, int npids, struct use *use)
{
	static struct sums before = { -1, -1 };
	static long count, files; /* mappings; files that they show alone */
	static int ticks;
	struct sums now = machine_sums();

	if (before.shared == -1)
		before = now;
	long shared = now.shared - before.shared - use->bytes;
	long kernel = now.kernel - before.kernel;
	if (shared < box->memory / 4 && kernel < box->memory / 4)
		return;
	if (ticks-- <= 0) {
		ticks = HIDDEN_TICKS;
		count = files = 0;
		for (int i = 0; i < npids; i++) {
			mappings(pids[i], &count, &files);
			/* As many may be on their way as it may have open; and a
			 * socket on its way may hold any number itself. */
			if (sends_descriptors(pids[i]))
				files += box->descriptors;
		}
	}
	if (shared > files * box->disk)
		shared = files * box->disk; /* no file is larger */
	if (kernel > count * MAPPING_BYTES)
		kernel = count * MAPPING_BYTES;
	use->bytes += (shared > 0 ? shared : 0) + (kernel > 0 ? kernel : 0);
}

/* What these processes, and the objects of the box, take of the machine. */
void
memory_used(const struct box *box, const pid_t *pids, int npids,
	    struct use *use)
{
	*use = (struct use){ .bytes = 0 };
	look++;
	for (int i = 0; i < npids; i++) {
		use->bytes += resident(pids[i]);
		descriptors(pids[i], use);
	}
	/* resident and swapped; semaphores; text and number of messages */
	table(box, use, "/proc/sysvipc/shm", 10, 15, 1, 16, 1);
	table(box, use, "/proc/sysvipc/sem", 7, 4, SEMAPHORE_BYTES, 0, 0);
	table(box, use, "/proc/sysvipc/msg", 10, 4, 1, 5, MESSAGE_BYTES);
	network(box, use);
	hidden(box, pids, npids, use);
}

/*
 * What of it is more than a box may have, in words; NULL if nothing is. "" for
 * its memory. The kernel counts the rest for a user, or for the machine: a box
 * that took it all would starve others.
 */
const char *
memory_excess(const struct box *box, const struct use *use)
{
	if (use->bytes > box->memory)
		return "";
	if (use->pipes > PIPES)
		return "more than 512 pipes at one time";
	if (use->sockets > SOCKETS)
		return "more than 2048 sockets at one time";
	if (use->system_v > SYSTEM_V)
		return "more than 256 System V objects at one time";
	if (use->tcp > TCP_BYTES)
		return "more than 32 MiB that nobody reads in TCP connections";
	return NULL;
}
