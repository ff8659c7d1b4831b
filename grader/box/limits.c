/* What a program in the box may use, and the rights that it loses. */
#define _GNU_SOURCE
#include "box.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	OPEN_FILES = 256,	/* enough for any lab; a leak meets it soon */
	QUEUE_BYTES = 1 << 20,	/* POSIX message queues, all together */
	PENDING_SIGNALS = 4096, /* queued signals */
};

static void
limit(int resource, rlim_t value)
{
	struct rlimit now;

	if (getrlimit(resource, &now) == 0 && now.rlim_max < value)
		value = now.rlim_max; /* a lower limit of the caller stands */
	setrlimit(resource, &(struct rlimit){ value, value });
}

/*
 * Sets the limits of the calling process. There is none on the address
 * space: AddressSanitizer reserves terabytes. The supervisor watches the
 * resident memory instead.
 */
void
limits_apply(const struct box *box)
{
	limit(RLIMIT_CORE, 0);
	limit(RLIMIT_FSIZE, box->disk);
	limit(RLIMIT_CPU, (rlim_t)box->wall + 2);
	limit(RLIMIT_NOFILE, OPEN_FILES);
	limit(RLIMIT_MSGQUEUE, QUEUE_BYTES);
	limit(RLIMIT_SIGPENDING, PENDING_SIGNALS);
	limit(RLIMIT_MEMLOCK, 1 << 20);
	/*
	 * The kernel counts processes per user and namespace. Where the box
	 * shares its user with the caller, the caller's own would count too.
	 */
	if (box->level != SAME_USER)
		limit(RLIMIT_NPROC, box->processes);
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

/* Bytes resident of these processes, shared pages counted once for each. */
long
limits_memory_used(const pid_t *pids, int npids)
{
	long pages = 0;

	for (int i = 0; i < npids; i++) {
		char path[64], text[128];
		long size, resident;

		snprintf(path, sizeof(path), "/proc/%d/statm", pids[i]);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd == -1)
			continue; /* it has just ended */
		ssize_t n = read(fd, text, sizeof(text) - 1);
		close(fd);
		if (n <= 0)
			continue;
		text[n] = '\0';
		if (sscanf(text, "%ld %ld", &size, &resident) == 2)
			pages += resident;
	}
	return pages * sysconf(_SC_PAGESIZE);
}
