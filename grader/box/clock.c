/*
 * How much of its time a scenario has used. On a busy machine a clock on the
 * wall runs on while a program waits for the processor; so this one advances by
 * what the program itself has done with the time. In each tick that is the
 * largest of
 *
 *	- the processor time of all processes in the box;
 *	- all of the tick, if none of them wanted the processor: they slept;
 *	- all of the tick but for the time in which some task of the machine had
 *	  to wait for processor, disk or memory (/proc/pressure, where it exists).
 */
#define _GNU_SOURCE
#include "box.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum {
	TICKS_LATE =
	    2, /* a tick counts as at most so many: we were kept, too */
};

/*
 * Whether a task whose stat file this is waits for its child of vfork(2). The
 * kernel shows that like a wait for the disk, but it may last for ever.
 */
static int
waits_for_vfork(int dir, const char *stat_path)
{
	char path[64], text[256];
	const char *name = strrchr(stat_path, '/');

	snprintf(path, sizeof(path), "%.*ssyscall",
		 name == NULL ? 0 : (int)(name + 1 - stat_path), stat_path);
	if (read_text(dir, path, text, sizeof(text)) == 0)
		return 0;
	long number = strtol(text, NULL, 10); /* "running": 0, but not in 'D' */
#ifdef SYS_vfork
	if (number == SYS_vfork)
		return 1;
#endif
	return number == SYS_clone || number == SYS_clone3;
}

/*
 * Reads a stat file, of a process or of a thread. Returns its processor time,
 * with that of the children it has waited for, in ms; sets whether it wants
 * the processor or the disk now, and how many threads it has.
 */
static long
read_use(int dir, const char *path, int *wants, long *threads)
{
	char text[1024], state;
	unsigned long user, system;
	long child_user, child_system;

	*wants = 0;
	*threads = 0;
	if (read_text(dir, path, text, sizeof(text)) == 0)
		return 0;
	char *rest = strrchr(text, ')'); /* behind the name */
	if (rest == NULL ||
	    sscanf(rest + 1,
		   " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld"
		   " %*d %*d %ld",
		   &state, &user, &system, &child_user, &child_system,
		   threads) != 6)
		return 0;
	*wants = state == 'R' || (state == 'D' && !waits_for_vfork(dir, path));
	return (long)((user + system) + (unsigned long)child_user +
		      (unsigned long)child_system) *
	       1000 / sysconf(_SC_CLK_TCK);
}

/* Whether a thread of the process wants the processor now. */
static int
thread_wants(pid_t pid)
{
	char path[64];
	struct dirent *entry;
	int wants = 0;
	long threads;

	snprintf(path, sizeof(path), "/proc/%d/task", pid);
	DIR *dir = opendir(path);
	while (dir != NULL && !wants && (entry = readdir(dir)) != NULL) {
		snprintf(path, sizeof(path), "%.20s/stat", entry->d_name);
		if (entry->d_name[0] != '.')
			read_use(dirfd(dir), path, &wants, &threads);
	}
	if (dir != NULL)
		closedir(dir);
	return wants;
}

/*
 * For how long some task of the machine had to wait so far, in ms: for the
 * processor, the disk or memory. -1: this kernel does not say.
 */
static long
waits_of_machine(void)
{
	static const char *const files[] = { "cpu", "io", "memory" };
	char path[64], text[512];
	long most = -1;

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		unsigned long long total;

		snprintf(path, sizeof(path), "/proc/pressure/%s", files[i]);
		if (read_text(AT_FDCWD, path, text, sizeof(text)) == 0)
			return -1;
		char *field = strstr(text, "total=");
		if (field == NULL || sscanf(field, "total=%llu", &total) != 1)
			return -1;
		most = (most < 0 ? 0 : most) + (long)(total / 1000);
	}
	return most;
}

/*
 * Adds a tick that ends at `now_ms`, after which the processes `pids` are
 * left. Returns what the scenario has used of its time so far, in ms.
 */
long
clock_tick(const pid_t *pids, int npids, long now_ms)
{
	static long used, last = -1, last_cpu, last_waits;
	struct rusage ended;
	int wanted = 0;

	/* Of those that have ended, the supervisor has waited for the last. */
	getrusage(RUSAGE_CHILDREN, &ended);
	long cpu = ended.ru_utime.tv_sec * 1000 +
		   ended.ru_utime.tv_usec / 1000 +
		   ended.ru_stime.tv_sec * 1000 + ended.ru_stime.tv_usec / 1000;
	for (int i = 0; i < npids; i++) {
		char path[64];
		int wants;
		long threads;

		snprintf(path, sizeof(path), "/proc/%d/stat", pids[i]);
		cpu += read_use(AT_FDCWD, path, &wants, &threads);
		wanted |= wants || (threads > 1 && thread_wants(pids[i]));
	}
	long waits = waits_of_machine();
	if (last != -1) {
		long tick = now_ms - last, most = TICKS_LATE * CLOCK_TICK_MS;
		long advance = cpu - last_cpu;

		if (tick > most)
			tick = most;
		if (!wanted && advance < tick)
			advance = tick;
		if (waits != -1 && advance < tick - (waits - last_waits))
			advance = tick - (waits - last_waits);
		used += advance > 0 ? advance : 0;
	}
	last = now_ms;
	last_cpu = cpu;
	last_waits = waits;
	return used;
}

/*
 * Whether the scenario's shell has waited for one and the same thing (see
 * until_holds in lib/run.sh) for `limit_ms` of the time that it has used.
 */
int
clock_awaits_too_long(const struct box *box, long used_ms, long limit_ms)
{
	static struct timespec since;
	static long used_then;
	char path[512];
	struct stat st;

	rootfs_path(box, "log/awaiting", path, sizeof(path));
	if (stat(path, &st) == -1) {
		since.tv_sec = 0;
		return 0;
	}
	if (st.st_mtim.tv_sec != since.tv_sec ||
	    st.st_mtim.tv_nsec != since.tv_nsec) {
		since = st.st_mtim;
		used_then = used_ms;
	}
	return used_ms - used_then > limit_ms;
}
