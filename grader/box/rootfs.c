/*
 * The root file system of a box.
 *
 * With namespaces: a new root that holds the system's folders, read-only, and
 * nothing else of the machine: no home, no checkout, no other submission.
 * The scenario works in /tmp/lab, on a tmpfs of limited size.
 * Without: only a new folder under the scratch directory, with the same layout.
 */
#define _GNU_SOURCE
#include "box.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a compiler, a shell and a C program need of the machine. */
static const char *const system_folders[] = {
	"/usr",	  "/bin",    "/sbin", "/lib", "/lib32",
	"/lib64", "/libx32", "/etc",  "/nix", "/gnu",
};
/* Of /usr/local, where there may be anything, what belongs there. */
static const char *const local_folders[] = {
	"bin",	 "etc",	    "games", "include", "lib",	 "lib32",
	"lib64", "libexec", "man",   "sbin",	"share",
};
static const char *const devices[] = {
	"/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom",
};

enum { INODES = 4096 }; /* of each tmpfs */

/* Where the scenario finds the folder `name` ("lab", "tools", "log"). */
void
rootfs_path(const struct box *box, const char *name, char *path, size_t size)
{
	snprintf(path, size, "%s/tmp/%s", box->root, name);
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

/* Mounts a tmpfs of so many bytes at `path` below `root`; 0, or -1 and errno. */
int
rootfs_tmpfs(const char *root, const char *path, long bytes, mode_t mode)
{
	char to[256], options[96];

	snprintf(to, sizeof(to), "%s%s", root, path);
	if (mkdir(to, 0755) == -1 && errno != EEXIST)
		return -1;
	snprintf(options, sizeof(options), "size=%ld,nr_inodes=%d,mode=%o",
		 bytes, INODES, (unsigned)mode);
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

/* Whether the caller needs this folder in the box: a tool is there. */
static int
is_needed(const struct box *box, const char *path)
{
	for (int i = 0; i < box->nshown; i++)
		if (strcmp(box->shown[i], path) == 0)
			return 1;
	return 0;
}

/* Hides what is in /usr/local but does not belong there: submissions, say. */
static void
hide_in_local(const struct box *box, const char *root)
{
	DIR *dir = opendir("/usr/local");
	struct dirent *entry;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		char path[300], to[600];
		int known = entry->d_name[0] == '.' &&
			    (entry->d_name[1] == '\0' ||
			     strcmp(entry->d_name, "..") == 0);

		for (size_t i = 0; i < sizeof(local_folders) / sizeof(char *);
		     i++)
			known |= strcmp(entry->d_name, local_folders[i]) == 0;
		snprintf(path, sizeof(path), "/usr/local/%s", entry->d_name);
		if (known || is_needed(box, path))
			continue;
		hide(root, path);
		snprintf(to, sizeof(to), "%s%s", root, path);
		if (entry->d_type == DT_REG)
			mount("/dev/null", to, NULL, MS_BIND, NULL);
	}
	if (dir != NULL)
		closedir(dir);
}

/* Shows what of /opt the caller needs, and nothing else of it. */
static int
show_in_opt(const struct box *box, const char *root)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/opt", root);
	if (mkdir(path, 0755) == -1)
		return -1;
	for (int i = 0; i < box->nshown; i++)
		if (strncmp(box->shown[i], "/opt/", 5) == 0 &&
		    show(root, box->shown[i]) == -1)
			return -1;
	return 0;
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
	hide_in_local(box, root);
	if (show_in_opt(box, root) == -1)
		return refuse(box, "/opt");
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

	if (rootfs_tmpfs(root, "/tmp", box->disk, 01777) == -1)
		return refuse(box, "/tmp");
	if (rootfs_tmpfs(root, "/dev/shm", box->disk, 01777) == -1)
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

/*
 * Makes the root file system and its folders; `root` of the box becomes where
 * the scenario's processes find it.
 * Returns 0, or -1 after saying in the report what was refused.
 */
int
rootfs_make(struct box *box)
{
	static const char *const folders[] = { "lab", "tools", "log" };
	char path[512];

	umask(022);
	if (level_has_namespaces(box->level)) {
		if (make_root(box) == -1)
			return -1;
		box->root[0] = '\0';
	} else {
		snprintf(box->root, sizeof(box->root), "%s", box->scratch);
		snprintf(path, sizeof(path), "%s/tmp", box->root);
		if (mkdir(path, 0755) == -1 || chmod(path, 01777) == -1)
			return refuse(box, path);
		/* Other boxes, which have other users, are to stay outside. */
		if (chown(box->scratch, (uid_t)-1, box->gid) == -1 ||
		    chmod(box->scratch, 0750) == -1)
			return refuse(box, box->scratch);
	}
	for (int i = 0; i < 3; i++) {
		rootfs_path(box, folders[i], path, sizeof(path));
		if (mkdir(path, 0755) == -1)
			return refuse(box, path);
	}
	return 0;
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
 * Without namespaces: removes what rootfs_make() made, and what the box's own
 * user put where everybody may. By the system's tools, which cope with closed
 * folders and with paths longer than PATH_MAX.
 */
void
rootfs_remove(const struct box *box)
{
	char path[512], user[16];

	if (level_has_namespaces(box->level))
		return;
	snprintf(path, sizeof(path), "%s/tmp", box->scratch);
	run_shell("chmod -R u+rwx \"$0\"; rm -rf \"$0\"", path);
	snprintf(user, sizeof(user), "%u", box->uid);
	if (box->level == SEPARATE_USER)
		run_shell("find /tmp /tmp/.[!.]*-unix /var/tmp /dev/shm "
			  "/run/lock -maxdepth 1 "
			  "-user \"$0\" -exec rm -rf {} +",
			  user);
}
