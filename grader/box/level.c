/*
 * The levels of isolation. The box takes the strongest that the machine
 * grants: a laptop grants user namespaces, a container often none.
 */
#define _GNU_SOURCE
#include "box.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

const char *const level_names[LEVELS] = {
	"user namespaces",
	"root namespaces",
	"separate user",
	"same user",
};
const char *const level_options[LEVELS] = {
	"userns",
	"rootns",
	"uid",
	"plain",
};

enum {
	/*
	 * User ids for boxes that root makes: a range that neither Debian's
	 * policy nor systemd's static accounts use.
	 */
	SLOT_UID = 61184,
	SLOTS = 256,
};
const char level_folder[] = "/run/labbox";

int
refuse(struct box *box, const char *what)
{
	fprintf(box->report, "refused %s: %s\n", what, strerror(errno));
	fflush(box->report);
	return -1;
}

int
level_has_namespaces(enum level level)
{
	return level == USER_NAMESPACES || level == ROOT_NAMESPACES;
}

/* Whether the caller may try this level at all. */
int
level_possible(enum level level)
{
	if (level == ROOT_NAMESPACES || level == SEPARATE_USER)
		return geteuid() == 0;
	if (level == SAME_USER)
		return geteuid() != 0; /* never a student's program as root */
	return 1;
}

/*
 * Chooses the user id of the scenario. For root it is one that no other box
 * uses at this moment: a lock on a file holds it until this process ends.
 * Which of the free ones is left to chance: the kernel's limits for a user id
 * count all containers of the machine, and we do not see the locks of others.
 * Returns 0, or -1 with errno set.
 */
int
level_claim_user(struct box *box)
{
	box->uid = geteuid();
	box->gid = getegid();
	if (box->uid != 0)
		return 0;
	if (mkdir(level_folder, 0700) == -1 && errno != EEXIST)
		return -1;
	unsigned first = 0;
	(void)getrandom(&first, sizeof(first), GRND_NONBLOCK);
	for (unsigned i = 0; i < SLOTS; i++) {
		unsigned slot = (first + i) % SLOTS;
		char path[64];

		snprintf(path, sizeof(path), "%s/%u", level_folder, slot);
		int fd =
		    open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd == -1)
			return -1;
		if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
			box->uid = SLOT_UID + slot;
			box->gid = SLOT_UID + slot;
			return 0;
		}
		close(fd);
	}
	errno = EAGAIN;
	return -1;
}

static int
write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	ssize_t n = write(fd, text, strlen(text));
	int saved = errno;
	close(fd);
	errno = saved;
	return n == (ssize_t)strlen(text) ? 0 : -1;
}

/* Becomes the user of the scenario; 0, or -1 with errno set. */
static int
become_user(const struct box *box)
{
	if (geteuid() != 0)
		return 0;
	if (setgroups(0, NULL) == -1 ||
	    setresgid(box->gid, box->gid, box->gid) == -1 ||
	    setresuid(box->uid, box->uid, box->uid) == -1)
		return -1;
	/* After setuid(2), /proc/self belongs to root until this. */
	return prctl(PR_SET_DUMPABLE, 1);
}

/* Makes a user namespace in which the user is the same as outside. */
static int
enter_user_namespace(const struct box *box)
{
	char map[64];

	if (become_user(box) == -1 || unshare(CLONE_NEWUSER) == -1)
		return -1;
	if (write_file("/proc/self/setgroups", "deny") == -1)
		return -1;
	snprintf(map, sizeof(map), "%u %u 1\n", box->uid, box->uid);
	if (write_file("/proc/self/uid_map", map) == -1)
		return -1;
	snprintf(map, sizeof(map), "%u %u 1\n", box->gid, box->gid);
	return write_file("/proc/self/gid_map", map);
}

/*
 * Enters the level and forks the supervisor. Called in a process of its own;
 * the supervisor dies with it.
 *
 * Returns 0 in the supervisor and its process id in the caller; -1 when the
 * kernel refuses, after saying so in the report.
 */
pid_t
level_enter(struct box *box)
{
	pid_t parent = getpid();

	if (box->level == USER_NAMESPACES && enter_user_namespace(box) == -1)
		return refuse(box, "user namespace");
	if (level_has_namespaces(box->level) &&
	    unshare(CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS | CLONE_NEWNET |
		    CLONE_NEWUTS) == -1)
		return refuse(box, "namespaces");

	pid_t pid = fork();
	if (pid == -1)
		return refuse(box, "fork");
	if (pid > 0)
		return pid;
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) == -1)
		return refuse(box, "PR_SET_PDEATHSIG");
	if (!level_has_namespaces(box->level) && getppid() != parent)
		_exit(1);
	if (!level_has_namespaces(box->level) &&
	    prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		return refuse(box, "PR_SET_CHILD_SUBREAPER");
	/* Nothing inside may look into the supervisor or trace it. */
	if (prctl(PR_SET_DUMPABLE, 0) == -1)
		return refuse(box, "PR_SET_DUMPABLE");
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

/*
 * Bounds what the kernel lets the owner of a namespace bound: System V objects,
 * the buffers of TCP, and, where there is a user namespace, what it counts for
 * the user, who may have other boxes.
 */
static void
bound_kernel(const struct box *box)
{
	static const char user[] = "/proc/sys/user/";
	struct {
		const char *path, *value;
		long number; /* where value is NULL */
	} bounds[] = {
		{ "/proc/sys/kernel/shmall", NULL,
		  box->disk / sysconf(_SC_PAGESIZE) },
		{ "/proc/sys/kernel/shmmax", NULL, box->disk },
		{ "/proc/sys/kernel/shmmni", NULL, 256 },
		{ "/proc/sys/kernel/msgmni", NULL, 64 },
		{ "/proc/sys/net/ipv4/tcp_rmem", "4096 131072 262144", 0 },
		{ "/proc/sys/net/ipv4/tcp_wmem", "4096 16384 262144", 0 },
		{ "/proc/sys/user/max_inotify_instances", NULL, 16 },
		{ "/proc/sys/user/max_inotify_watches", NULL, 1024 },
		{ "/proc/sys/user/max_user_namespaces", NULL, 0 },
	};

	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		/* Without a namespace for users, they are the machine's. */
		if (strncmp(bounds[i].path, user, strlen(user)) == 0 &&
		    box->level != USER_NAMESPACES)
			continue;
		FILE *file = fopen(bounds[i].path, "we");

		if (file == NULL)
			continue;
		if (bounds[i].value != NULL)
			fprintf(file, "%s\n", bounds[i].value);
		else
			fprintf(file, "%ld\n", bounds[i].number);
		fclose(file);
	}
}

/*
 * Completes the new namespaces, once their /proc is mounted. Returns 0, or -1
 * after saying in the report what was refused.
 */
int
level_prepare(struct box *box)
{
	if (!level_has_namespaces(box->level))
		return 0;
	bring_up_loopback();
	bound_kernel(box);
	return sethostname("lab", 3) == -1 ? refuse(box, "host name") : 0;
}

/* Without namespaces: ends whatever still runs as the user of the box. */
void
level_after(const struct box *box)
{
	if (box->level != SEPARATE_USER)
		return;
	pid_t pid = fork();
	if (pid == 0) {
		if (become_user(box) == 0)
			kill(-1, SIGKILL);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		;
}
