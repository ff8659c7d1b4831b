/*
 * The keeper: a small process for each attached door that outlives its server,
 * if need be by a moment. A killed server cannot bring back the file that was at
 * the path; and a FIFO without a server would make whoever opens it wait for
 * ever. The keeper sees the server end, and tidies up.
 *
 * It sleeps in a lock: the server holds it, a fcntl(2) lock, which belongs to
 * a process, is not inherited by fork, and ends with its process however that
 * dies. fdetach gives it up.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "attach.h"

// The descriptors that a keeper has.
enum { LEASES, DIRECTORY, N_KEPT };

static int leases = -1; // byte n is locked: we live, and hold lease n
static off_t next_lease;

static struct flock
lease_lock(short type, off_t lease)
{
	return (struct flock){ .l_type = type,
			       .l_whence = SEEK_SET,
			       .l_start = lease,
			       .l_len = 1 };
}

// Brings back the file at the path, if the FIFO is still there.
static void
tidy_up(const struct attachment *at)
{
	// An open file of its own: a lock on it is not shared with the server.
	int dir = openat(DIRECTORY, ".", O_RDONLY | O_DIRECTORY);

	if (dir == -1 || flock(dir, LOCK_EX) == -1)
		return;
	if (is_there(dir, at->name, at->fifo))
		bring_back(dir, at, false);
	else if (is_there(dir, at->fresh, at->fifo))
		give_up(dir, at); // the server died in the middle of fattach
}

static _Noreturn void
keep(const struct attachment *at, off_t lease, int dir)
{
	struct flock lock = lease_lock(F_WRLCK, lease);
	sigset_t all;
	int fds[N_KEPT];

	// What happens to the server's terminal and signals is not for us.
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	prctl(PR_SET_NAME, "door keeper");
	fds[LEASES] = fcntl(leases, F_DUPFD, N_KEPT);
	fds[DIRECTORY] = fcntl(dir, F_DUPFD, N_KEPT);
	for (int i = 0; i < N_KEPT; i++)
		dup2(fds[i], i);
	close_range(N_KEPT, ~0U, 0);
	while (fcntl(LEASES, F_SETLKW, &lock) == -1) {
		if (errno != EINTR)
			_exit(1);
	}
	tidy_up(at);
	_exit(0);
}

// Waits until nobody else has the write end of this pipe, and closes it.
static void
await_closed(int ends[2])
{
	char byte;

	close(ends[1]);
	while (read(ends[0], &byte, 1) == -1 && errno == EINTR)
		continue;
	close(ends[0]);
}

/*
 * Starts the keeper of `at`, whose directory is `dir`; *lease is what it sleeps
 * in. Returns its process id, or -1 with errno. doors_lock is held.
 *
 * It is made by clone(2) without a signal for its end, so that the program's own
 * wait(2) knows nothing of it. We wait until it has closed its copies of our
 * sockets: else they would outlive us, if we were killed now.
 */
pid_t
keeper_start(const struct attachment *at, int dir, off_t *lease)
{
	struct flock lock = lease_lock(F_WRLCK, next_lease);
	int closed[2];
	pid_t pid;

	if (leases == -1)
		leases = memfd_create("door leases", MFD_CLOEXEC);
	if (leases == -1 || fcntl(leases, F_SETLK, &lock) == -1 ||
	    pipe2(closed, O_CLOEXEC) == -1)
		return -1;
	*lease = next_lease++;
	pid = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
	if (pid == 0)
		keep(at, *lease, dir);
	await_closed(closed);
	return pid;
}

// The keeper shall wake up; waits until it has ended.
void
keeper_end(pid_t keeper, off_t lease)
{
	struct flock lock = lease_lock(F_UNLCK, lease);

	(void)fcntl(leases, F_SETLK, &lock);
	while (waitpid(keeper, NULL, __WCLONE) == -1 && errno == EINTR)
		continue;
}

// The child holds no lease. To close the file does not end the parent's.
void
keeper_after_fork(void)
{
	if (leases != -1)
		close(leases);
	leases = -1;
}
