/* What a program in the box may use, and the rights that it loses. */
#define _GNU_SOURCE
#include "box.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	QUEUE_BYTES = 400 << 10, /* POSIX message queues, all together: a user
				  * who is not root has 800 KB for all boxes */
	PENDING_SIGNALS = 4096,	 /* queued signals */
	OTHER_TASKS = 512,	 /* that the user may start meanwhile */
};

static void
limit(int resource, rlim_t value)
{
	struct rlimit now;

	if (getrlimit(resource, &now) == 0 && now.rlim_max < value)
		value = now.rlim_max; /* a lower limit of the caller's stays */
	setrlimit(resource, &(struct rlimit){ value, value });
}

/* How many threads of all processes a user has on the machine. */
static long
tasks_of(uid_t uid)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	struct stat st;
	char path[64];
	long n = 0;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "/proc/%d/task",
			 atoi(entry->d_name));
		if (stat(path, &st) == 0 && st.st_uid == uid)
			n += (long)st.st_nlink - 2; /* a folder for each */
	}
	if (dir != NULL)
		closedir(dir);
	return n;
}

/*
 * Sets the limits of the calling process. There is none on the address
 * space: AddressSanitizer reserves terabytes. The supervisor watches the
 * resident memory instead.
 */
void
limits_apply(const struct box *box)
{
	limit(RLIMIT_CORE, 1); /* 0 would still start a core_pattern's pipe */
	limit(RLIMIT_FSIZE, box->disk);
	/* For what escapes the supervisor, whose clock runs late on a busy machine. */
	limit(RLIMIT_CPU, 4 * (rlim_t)box->limit + 2);
	limit(RLIMIT_NOFILE, (rlim_t)box->descriptors);
	limit(RLIMIT_MSGQUEUE, QUEUE_BYTES);
	limit(RLIMIT_SIGPENDING, PENDING_SIGNALS);
	limit(RLIMIT_MEMLOCK, 1 << 20);
	/*
	 * The kernel counts processes per user and namespace. Where the box
	 * shares its user with the caller, the caller's own count too.
	 */
	rlim_t others = 0;
	if (box->level == SAME_USER)
		others = (rlim_t)tasks_of(box->uid) + OTHER_TASKS;
	limit(RLIMIT_NPROC, others + (rlim_t)box->processes);
}

/*
 * Gives up every capability and becomes the user of the scenario, for good.
 * Returns 0, or -1 with errno set.
 */
int
limits_drop_rights(const struct box *box)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct none[2] = { { 0 } };

	for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
		prctl(PR_CAPBSET_DROP, cap, 0, 0, 0);
	if (box->uid != geteuid()) {
		if (setgroups(0, NULL) == -1 ||
		    setresgid(box->gid, box->gid, box->gid) == -1 ||
		    setresuid(box->uid, box->uid, box->uid) == -1)
			return -1;
	}
	if (syscall(SYS_capset, &head, none) == -1)
		return -1;
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
