/*
 * The files that a box shows.
 *
 * With namespaces: a new root that holds the system's folders, read-only, and
 * nothing else of the machine: no home, no checkout, no other submission.
 * The scenario works in /tmp/lab, on a tmpfs of limited size.
 * Without: a new folder under the scratch directory, laid out the same way.
 */
#define _GNU_SOURCE
#include "box.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a compiler, a shell and a C program need of the machine. */
static const char *const system_folders[] = {
	"/usr",	   "/bin", "/sbin", "/lib", "/lib32", "/lib64",
	"/libx32", "/etc", "/opt",  "/nix", "/gnu",
};
static const char *const devices[] = {
	"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
};

enum {
	LOG_BYTES = 1 << 20,   /* of the log directory, handed back */
	FILE_BYTES = 64 << 20, /* of one collected file */
	KIT_BYTES = 64 << 20,  /* of the kit */
	FILES_IN_WORK = 4096,  /* inodes on the tmpfs */
};

int
refuse(struct box *box, const char *what)
{
	fprintf(box->report, "refused %s: %s\n", what, strerror(errno));
	fflush(box->report);
	return -1;
}

/* Where the box has the folder `name` ("lab", "kit", "log"). */
void
room_path(const struct box *box, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/tmp/%s", box->root, name);
}

/* Copies at most `max` bytes; 0, or -1 with errno set. */
static int
copy_bytes(int from, int to, size_t max)
{
	while (max > 0) {
		ssize_t n = sendfile(to, from, NULL, max);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			return -1;
		if (n == 0)
			return 0;
		max -= (size_t)n;
	}
	return 0;
}

/* Copies the regular files of a directory, keeping who may execute them. */
static int
copy_directory(int from, const char *to)
{
	int list = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = list == -1 ? NULL : fdopendir(list);
	if (dir == NULL)
		return -1;
	struct dirent *entry;
	int bad = 0;
	while (!bad && (entry = readdir(dir)) != NULL) {
		char path[512];
		struct stat st;

		int in = openat(from, entry->d_name,
				O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
		if (in == -1)
			continue;
		if (fstat(in, &st) == -1 || !S_ISREG(st.st_mode)) {
			close(in);
			continue;
		}
		snprintf(path, sizeof(path), "%s/%s", to, entry->d_name);
		int out = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			       st.st_mode & 0777);
		bad = out == -1 || copy_bytes(in, out, FILE_BYTES) == -1;
		if (out != -1)
			close(out);
		close(in);
	}
	closedir(dir);
	return bad ? -1 : 0;
}

/* Shows the machine's `path` at the same place under the new root. */
static int
show(const char *root, const char *path)
{
	char to[256], target[256];
	struct stat st;

	if (lstat(path, &st) == -1)
		return 0; /* this machine has no such folder */
	snprintf(to, sizeof(to), "%s%s", root, path);
	if (S_ISLNK(st.st_mode)) {
		ssize_t n = readlink(path, target, sizeof(target) - 1);
		if (n == -1)
			return -1;
		target[n] = '\0';
		return symlink(target, to);
	}
	if (S_ISDIR(st.st_mode)) {
		if (mkdir(to, 0755) == -1)
			return -1;
	} else {
		int fd = open(to, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
		if (fd == -1)
			return -1;
		close(fd);
	}
	return mount(path, to, NULL, MS_BIND | MS_REC, NULL);
}

static int
mount_tmpfs(const char *root, const char *path, long bytes, mode_t mode)
{
	char to[256], options[96];

	snprintf(to, sizeof(to), "%s%s", root, path);
	if (mkdir(to, 0755) == -1 && errno != EEXIST)
		return -1;
	snprintf(options, sizeof(options), "size=%ld,nr_inodes=%d,mode=%o",
		 bytes, FILES_IN_WORK, (unsigned)mode);
	return mount("tmpfs", to, "tmpfs", MS_NOSUID | MS_NODEV, options);
}

/* Hides a folder that lies inside one of the system's. */
static void
hide(const char *root, const char *path)
{
	char to[512];
	struct stat st;

	snprintf(to, sizeof(to), "%s%s", root, path);
	if (stat(to, &st) == 0 && S_ISDIR(st.st_mode))
		mount("tmpfs", to, "tmpfs", MS_RDONLY, "size=4k,mode=0555");
}

/*
 * Debuggers look for the names of the C library in one folder only. If that
 * cannot be replaced, they read what the machine has.
 */
static void
show_debug(const char *root, const char *path)
{
	char to[256];

	snprintf(to, sizeof(to), "%s/usr/lib/debug", root);
	mount(path, to, NULL, MS_BIND, NULL);
}

static int
make_root(struct box *box)
{
	const char *root = box->scratch;
	char path[256];

	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == -1)
		return refuse(box, "private mounts");
	if (mount("tmpfs", root, "tmpfs", MS_NOSUID, "size=1m,mode=0755") == -1)
		return refuse(box, "new root");
	for (size_t i = 0; i < sizeof(system_folders) / sizeof(char *); i++)
		if (show(root, system_folders[i]) == -1)
			return refuse(box, system_folders[i]);
	snprintf(path, sizeof(path), "%s/dev", root);
	if (mkdir(path, 0755) == -1)
		return refuse(box, "/dev");
	for (size_t i = 0; i < sizeof(devices) / sizeof(char *); i++)
		if (show(root, devices[i]) == -1)
			return refuse(box, devices[i]);
	snprintf(path, sizeof(path), "%s/dev/fd", root);
	if (symlink("/proc/self/fd", path) == -1)
		return refuse(box, "/dev/fd");
	for (const char *const *name =
		 (const char *const[]){ "dev/shm", "dev/mqueue", "tmp", "proc",
					NULL };
	     *name != NULL; name++) {
		snprintf(path, sizeof(path), "%s/%s", root, *name);
		if (mkdir(path, 0755) == -1)
			return refuse(box, *name);
	}
	for (int i = 0; i < box->nhidden; i++)
		hide(root, box->hidden[i]);
	if (box->debug != NULL)
		show_debug(root, box->debug);

	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID,
	};
	if (syscall(SYS_mount_setattr, -1, root, AT_RECURSIVE, &attr,
		    sizeof(attr)) == -1)
		return refuse(box, "mount_setattr");

	if (mount_tmpfs(root, "/tmp", box->disk, 01777) == -1)
		return refuse(box, "/tmp");
	if (mount_tmpfs(root, "/dev/shm", box->disk, 01777) == -1)
		return refuse(box, "/dev/shm");
	snprintf(path, sizeof(path), "%s/dev/mqueue", root);
	if (mount("mqueue", path, "mqueue", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) == -1)
		return refuse(box, "/dev/mqueue");
	snprintf(path, sizeof(path), "%s/proc", root);
	if (mount("proc", path, "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC,
		  NULL) == -1)
		return refuse(box, "/proc");
	if (chroot(root) == -1 || chdir("/") == -1)
		return refuse(box, "chroot");
	return 0;
}

/* The loopback interface of the new network is down at first. */
static void
bring_up_loopback(void)
{
	struct ifreq request = { .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd == -1)
		return;
	strcpy(request.ifr_name, "lo");
	ioctl(fd, SIOCSIFFLAGS, &request);
	close(fd);
}

/* Bounds System V objects, where the kernel lets the owner do so. */
static void
bound_system_v(long bytes)
{
	struct {
		const char *path;
		long value;
	} bounds[] = {
		{ "/proc/sys/kernel/shmall", bytes / sysconf(_SC_PAGESIZE) },
		{ "/proc/sys/kernel/shmmax", bytes },
		{ "/proc/sys/kernel/shmmni", 256 },
		{ "/proc/sys/kernel/msgmni", 64 },
	};

	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		FILE *file = fopen(bounds[i].path, "we");

		if (file == NULL)
			continue;
		fprintf(file, "%ld\n", bounds[i].value);
		fclose(file);
	}
}

/*
 * Copies the kit in. The scenario may read it and run it, but not exchange a
 * checker for one of its own: where it has our user, the mount says so.
 */
static int
copy_kit(struct box *box)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID,
	};
	int mounted = level_has_namespaces(box->level);
	char path[512];

	room_path(box, "kit", path, sizeof(path));
	if (mounted && mount_tmpfs("", path, KIT_BYTES, 0755) == -1)
		return refuse(box, path);
	if (box->kit != -1 && copy_directory(box->kit, path) == -1)
		return refuse(box, "copying the kit in");
	if (mounted &&
	    syscall(SYS_mount_setattr, -1, path, 0, &attr, sizeof(attr)) == -1)
		return refuse(box, "mount_setattr");
	return 0;
}

/*
 * Makes the room and goes to its working directory.
 * Returns 0, or -1 after saying in the report what was refused.
 */
int
room_make(struct box *box)
{
	char path[512];

	umask(022);
	if (level_has_namespaces(box->level)) {
		if (make_root(box) == -1)
			return -1;
		bring_up_loopback();
		bound_system_v(box->disk);
		if (sethostname("lab", 3) == -1)
			return refuse(box, "host name");
		box->root[0] = '\0';
	} else {
		snprintf(box->root, sizeof(box->root), "%s", box->scratch);
		snprintf(path, sizeof(path), "%s/tmp", box->root);
		if (mkdir(path, 0755) == -1 || chmod(path, 01777) == -1)
			return refuse(box, path);
	}
	static const char *const folders[] = { "lab", "kit", "log" };
	for (int i = 0; i < 3; i++) {
		room_path(box, folders[i], path, sizeof(path));
		if (mkdir(path, 0755) == -1)
			return refuse(box, path);
	}
	room_path(box, "lab", path, sizeof(path));
	for (int i = 0; i < box->nfiles; i++)
		if (copy_directory(box->files[i], path) == -1)
			return refuse(box, "copying the programs in");
	if (chdir(path) == -1)
		return refuse(box, path);
	if (geteuid() != box->uid && chown(path, box->uid, box->gid) == -1)
		return refuse(box, "chown");
	room_path(box, "log", path, sizeof(path));
	if (geteuid() != box->uid && chown(path, box->uid, box->gid) == -1)
		return refuse(box, "chown");
	return copy_kit(box);
}

/* Opens a regular file that a student's program may have made; or -1. */
static int
open_regular(int dir, const char *path, struct stat *st)
{
	int fd =
	    openat(dir, path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd != -1 && (fstat(fd, st) == -1 || !S_ISREG(st->st_mode))) {
		close(fd);
		return -1;
	}
	return fd;
}

/*
 * Hands back what the checkers logged. The folder is the scenario's: it may
 * have put a link in its place, or too much into it.
 */
static void
collect_log(const struct box *box)
{
	char path[512];
	struct dirent *entry;
	struct stat st;
	off_t left = LOG_BYTES;

	room_path(box, "log", path, sizeof(path));
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd == -1 ? NULL : fdopendir(fd);
	while (dir != NULL && left > 0 && (entry = readdir(dir)) != NULL) {
		int file = open_regular(fd, entry->d_name, &st);
		if (file == -1)
			continue;
		dprintf(box->log_fd, "== %s\n", entry->d_name);
		copy_bytes(file, box->log_fd, (size_t)left);
		close(file);
		left -= st.st_size + (off_t)strlen(entry->d_name);
	}
	if (dir != NULL)
		closedir(dir);
}

/* Hands back the collected files and the log. */
void
room_collect(const struct box *box)
{
	char path[512], log[512];
	struct stat st;

	for (int i = 0; i < box->ncollect; i++) {
		room_path(box, "lab", log, sizeof(log));
		snprintf(path, sizeof(path), "%.255s/%.255s", log,
			 box->collect[i]);
		int fd = open_regular(AT_FDCWD, path, &st);
		if (fd == -1)
			continue;
		copy_bytes(fd, box->collect_fd[i], FILE_BYTES);
		close(fd);
	}
	collect_log(box);
}

/* Runs a line of shell, with one argument. */
static void
run_shell(const char *line, const char *argument)
{
	pid_t pid = fork();

	if (pid == 0) {
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
		dup2(null, STDERR_FILENO);
		execl("/bin/sh", "sh", "-c", line, argument, NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
}

/*
 * Removes what room_make() made outside of a namespace, and what the box's
 * own user put where everybody may. The tools of the system know how to: it
 * may be deeper than a path can say, and closed.
 */
void
room_remove(const struct box *box)
{
	char path[512], user[16];

	if (level_has_namespaces(box->level))
		return;
	snprintf(path, sizeof(path), "%s/tmp", box->scratch);
	run_shell("chmod -R u+rwx \"$0\"; rm -rf \"$0\"", path);
	snprintf(user, sizeof(user), "%u", box->uid);
	if (box->level == SEPARATE_USER)
		run_shell("find /tmp /var/tmp /dev/shm -maxdepth 1 "
			  "-user \"$0\" -exec rm -rf {} +",
			  user);
}
