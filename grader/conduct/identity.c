/*
 * Which object a descriptor, an address or an id means: a number for each, the
 * same whoever has it and however he got it. By what the kernel says: the inode
 * of a pipe or a socket, device and inode of a FIFO or of a mapped file.
 */
#define _GNU_SOURCE
#include "../why/maps.h"
#include "events.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

enum { OBJECTS_MAX = 4000, KEY_BYTES = 80, LINK_BYTES = 256 };

static struct {
	char key[KEY_BYTES];
	char kind[16];
	bool paired;
} objects[OBJECTS_MAX];
static int nobjects;

void
identity_forget(void)
{
	nobjects = 0;
}

/* The number of `key`; the first time, a line says what it is. */
static int
number_of(const char *key, const char *kind, const char *name)
{
	int same = 1;

	for (int i = 0; i < nobjects; i++) {
		if (strcmp(objects[i].key, key) == 0)
			return i;
		same += strcmp(objects[i].kind, kind) == 0;
	}
	if (nobjects == OBJECTS_MAX)
		return NO_OBJECT;
	snprintf(objects[nobjects].key, KEY_BYTES, "%s", key);
	snprintf(objects[nobjects].kind, sizeof(objects->kind), "%s", kind);
	objects[nobjects].paired = false;
	if (name != NULL)
		event(NULL, "object", "n=%d\tkind=%s\tname=%s", nobjects, kind,
		      name);
	else
		event(NULL, "object", "n=%d\tkind=%s\tname=%s %d", nobjects,
		      kind, kind, same);
	return nobjects++;
}

static bool
known(const char *key)
{
	for (int i = 0; i < nobjects; i++)
		if (strcmp(objects[i].key, key) == 0)
			return true;
	return false;
}

static bool
link_of(const struct tracee *t, int fd, char link[LINK_BYTES])
{
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", t->tid, fd);
	n = readlink(path, link, LINK_BYTES - 1);
	link[n > 0 ? n : 0] = '\0';
	return n > 0;
}

/* "unix", "datagram", "packet", "tcp", "udp": how it keeps what is sent. */
static const char *
kind_of_socket(const struct tracee *t, int fd)
{
	int copy = object_borrow(t, fd), domain = 0, type = 0;
	socklen_t size = sizeof(domain);

	getsockopt(copy, SOL_SOCKET, SO_DOMAIN, &domain, &size);
	getsockopt(copy, SOL_SOCKET, SO_TYPE, &type, &size);
	if (copy != -1)
		close(copy);
	if (domain == AF_UNIX)
		return type == SOCK_STREAM  ? "unix"
		       : type == SOCK_DGRAM ? "datagram"
					    : "packet";
	if (domain == AF_INET || domain == AF_INET6)
		return type == SOCK_STREAM ? "tcp" : "udp";
	return "other";
}

static int
eventfd_of(const struct tracee *t, int fd)
{
	char path[64], line[128], key[KEY_BYTES];
	int id = -1;
	FILE *info;

	snprintf(path, sizeof(path), "/proc/%d/fdinfo/%d", t->tid, fd);
	info = fopen(path, "re");
	while (info != NULL && fgets(line, sizeof(line), info) != NULL)
		sscanf(line, "eventfd-id: %d", &id);
	if (info != NULL)
		fclose(info);
	snprintf(key, sizeof(key), "eventfd:%d", id);
	return number_of(key, "eventfd", NULL);
}

/* Of what the scenario itself reads while it waits (lib/scenario), nothing. */
static bool
is_ours(const char *path)
{
	const char *log = getenv("LABBOX_LOG");

	return log != NULL && strncmp(path, log, strlen(log)) == 0;
}

/* A name that ends with the id of a process is the same in each run: "reply.PID". */
static const char *
without_ids(const char *name)
{
	static char text[LINK_BYTES];
	const char *end = name + strlen(name);

	while (end > name && end[-1] >= '0' && end[-1] <= '9')
		end--;
	if (*end == '\0' || end == name || (end[-1] != '.' && end[-1] != '-') ||
	    process_index(atoi(end)) == NOBODY)
		return name;
	snprintf(text, sizeof(text), "%.*sPID", (int)(end - name), name);
	return text;
}

int
identity_of(const struct tracee *t, int fd)
{
	char link[LINK_BYTES], path[64], key[KEY_BYTES];
	struct stat st;

	if (fd < 0 || !link_of(t, fd, link))
		return NO_OBJECT;
	/* What was there before the first program was: it gets no letter. */
	if (ntracees == 1 && t->starting && strncmp(link, "pipe:", 5) == 0)
		return number_of(link, "pipe", "a pipe from outside");
	if (strncmp(link, "pipe:", 5) == 0)
		return number_of(link, "pipe",
				 known(link) ? NULL : object_of(t, fd));
	if (strncmp(link, "socket:", 7) == 0) {
		if (known(link))
			return number_of(link, "socket", NULL);
		/* It asks a name server who its user is. */
		if (t->scenario)
			return number_of(link, kind_of_socket(t, fd),
					 "a socket of the shell's");
		return number_of(link, kind_of_socket(t, fd), object_of(t, fd));
	}
	if (strcmp(link, "anon_inode:[eventfd]") == 0)
		return eventfd_of(t, fd);
	if (strncmp(link, "anon_inode:[signalfd]", 21) == 0)
		return number_of("signalfd", "signalfd", "signalfd");
	snprintf(path, sizeof(path), "/proc/%d/fd/%d", t->tid, fd);
	if (stat(path, &st) == -1 || !S_ISFIFO(st.st_mode) || is_ours(link))
		return NO_OBJECT;
	snprintf(key, sizeof(key), "fifo:%ju:%ju", (uintmax_t)st.st_dev,
		 (uintmax_t)st.st_ino);
	return number_of(key, "fifo", without_ids(object_of(t, fd)));
}

/* A POSIX queue. */
int
identity_of_queue(const struct tracee *t, int fd)
{
	char link[LINK_BYTES], key[KEY_BYTES];

	if (!link_of(t, fd, link))
		return NO_OBJECT;
	snprintf(key, sizeof(key), "mq:%.70s", link);
	return number_of(key, "mq", link);
}

/* A System V object: kind "queue", "set" or "segment". */
int
identity_of_id(const char *kind, long id)
{
	char key[KEY_BYTES];

	snprintf(key, sizeof(key), "%s:%ld", kind, id);
	return number_of(key, kind, NULL);
}

/*
 * The mapping at an address; with `word`, the word there, on which a process
 * waits or wakes others.
 */
int
identity_of_address(const struct tracee *t, uint64_t address, bool word)
{
	char key[KEY_BYTES];
	char file[WHY_NAME];
	const char *name, *slash;
	struct why_map map;

	if (!why_map_of(t->tid, address, &map))
		return NO_OBJECT;
	name = map.name;
	slash = strrchr(name, '/');
	if (strncmp(name, "/usr/", 5) == 0) /* what the C library maps */
		return NO_OBJECT;
	if (!map.shared) {
		if (!word)
			return NO_OBJECT;
		snprintf(key, sizeof(key), "word:%d:%jx", t->leader,
			 (uintmax_t)address);
		return number_of(key, "word", NULL);
	}
	if (word) {
		snprintf(key, sizeof(key), "word:%lx:%lu:%lx", map.device,
			 map.inode, map.offset);
		if (strncmp(name, "/dev/shm/sem.", 13) == 0) {
			char text[64];

			snprintf(text, sizeof(text), "semaphore %.40s",
				 name + 13);
			return number_of(key, "word", text);
		}
		return number_of(key, "word", NULL);
	}
	snprintf(key, sizeof(key), "map:%lx:%lu", map.device, map.inode);
	if (strncmp(name, "/SYSV", 5) == 0 ||
	    strncmp(name, "/dev/zero", 9) == 0)
		return number_of(key, "memory", NULL);
	snprintf(file, sizeof(file), "%.*s",
		 (int)strcspn(slash != NULL ? slash + 1 : name, " "),
		 slash != NULL ? slash + 1 : name);
	return number_of(key, "memory", file);
}

static int
by_inode(unsigned long inode)
{
	char key[KEY_BYTES];

	snprintf(key, sizeof(key), "socket:[%lu]", inode);
	for (int i = 0; inode != 0 && i < nobjects; i++)
		if (strcmp(objects[i].key, key) == 0)
			return i;
	return NO_OBJECT;
}

/* The UNIX socket that is bound to this name. */
int
identity_named(const char *address)
{
	struct why_socket s;

	return why_socket_named(address, &s) ? by_inode(s.inode) : NO_OBJECT;
}

/* Says which socket is at the other end of this one, once that is known. */
void
identity_pair(const struct tracee *t, int fd)
{
	int object = identity_of(t, fd), other;
	unsigned long inode = 0;
	struct why_socket s;

	if (object == NO_OBJECT || objects[object].paired ||
	    sscanf(objects[object].key, "socket:[%lu]", &inode) != 1)
		return;
	why_inet_forget();
	if (!why_socket_of(inode, &s))
		return;
	other = by_inode(s.peer);
	if (other == NO_OBJECT)
		return;
	objects[object].paired = objects[other].paired = true;
	event(NULL, "pair", "a=%d\tb=%d\tname=%s", object, other, s.name);
}

/* "r", "w" or "rw". */
const char *
identity_end(const struct tracee *t, int fd)
{
	int flags = open_flags(t->tid, fd);

	if (flags == -1)
		return "";
	switch (flags & 3) {
	case 0:
		return "r";
	case 1:
		return "w";
	default:
		return "rw";
	}
}

static int
ascending(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Its descriptors from first to last that are ours: "3:2:w,4:5:rw". */
void
identity_files(const struct tracee *t, int first, int last, char *text,
	       size_t size)
{
	enum { FILES = 256 };
	int found[FILES], n = 0;
	size_t used = 0;
	struct dirent *entry;
	char path[64];
	DIR *folder;

	text[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/fd", t->tid);
	folder = opendir(path);
	while (folder != NULL && (entry = readdir(folder)) != NULL) {
		int fd = atoi(entry->d_name);

		if (entry->d_name[0] != '.' && fd >= first && fd <= last &&
		    n < FILES)
			found[n++] = fd;
	}
	if (folder != NULL)
		closedir(folder);
	qsort(found, (size_t)n, sizeof(found[0]), ascending);
	for (int i = 0; i < n && used < size; i++) {
		int object = identity_of(t, found[i]);

		if (object != NO_OBJECT)
			used += (size_t)snprintf(
			    text + used, size - used, "%s%d:%d:%s",
			    used > 0 ? "," : "", found[i], object,
			    identity_end(t, found[i]));
	}
}
