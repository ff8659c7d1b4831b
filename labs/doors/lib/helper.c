/*
 * The attach helper: a small process for each attached door. A killed server
 * cannot bring back the file that was at the path; and a FIFO without a server
 * would block every process that opens it. The helper sees the server end, and
 * restores the file.
 *
 * It waits for a fcntl(2) lock that the server holds. Such a lock belongs to a
 * process, is not inherited by fork, and is released when its process ends,
 * however it ends. fdetach releases it, too.
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

// The descriptors of a helper.
enum { LOCK_FILE, DIRECTORY, N_FDS };

static int lock_file = -1; // a byte is locked for each attached door
static off_t next_lock_byte;

static struct flock
byte_lock(short type, off_t lock_byte)
{
	return (struct flock){ .l_type = type,
			       .l_whence = SEEK_SET,
			       .l_start = lock_byte,
			       .l_len = 1 };
}

// Brings back the file at the path, if the FIFO is still there.
static void
restore(const struct attachment *at)
{
	if (flock(DIRECTORY, LOCK_EX) == -1)
		return;
	if (is_at(DIRECTORY, at->name, at->fifo))
		restore_file(DIRECTORY, at, false);
	else if (is_at(DIRECTORY, at->fresh, at->fifo))
		attach_undo(DIRECTORY, at); // it died in the middle of fattach
}

static _Noreturn void
helper_main(const struct attachment *at, off_t lock_byte, int dir)
{
	struct flock lock = byte_lock(F_WRLCK, lock_byte);
	sigset_t all;
	int fds[N_FDS];

	// Signals and the terminal of the server do not concern the helper.
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	prctl(PR_SET_NAME, "door helper");
	fds[LOCK_FILE] = fcntl(lock_file, F_DUPFD, N_FDS);
	fds[DIRECTORY] = fcntl(dir, F_DUPFD, N_FDS);
	for (int i = 0; i < N_FDS; i++)
		dup2(fds[i], i);
	close_range(N_FDS, ~0U, 0);
	// Opened anew: the server's is locked, and stays so as long as we have
	// a copy of it, even if the server is killed meanwhile.
	fds[DIRECTORY] =
	    openat(DIRECTORY, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fds[DIRECTORY] == -1)
		_exit(1);
	dup2(fds[DIRECTORY], DIRECTORY);
	close(fds[DIRECTORY]);
	while (fcntl(LOCK_FILE, F_SETLKW, &lock) == -1) {
		if (errno != EINTR)
			_exit(1);
	}
	restore(at);
	_exit(0);
}

// Closes both ends of this pipe, after all other processes have closed the
// write end.
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
 * Starts the helper of `at`, whose directory is `dir`; *lock_byte is the byte
 * of the lock file for which it waits. Returns its process id, or -1 with
 * errno. doors_lock is held.
 *
 * It is made by clone(2) with no signal at its end, so that the program's own
 * wait(2) does not see it. We wait until it has closed its copies of our
 * sockets: otherwise they would outlive us if we were killed now.
 */
pid_t
helper_start(const struct attachment *at, int dir, off_t *lock_byte)
{
	struct flock lock = byte_lock(F_WRLCK, next_lock_byte);
	int closed[2];
	pid_t pid;

	if (lock_file == -1)
		lock_file = own(memfd_create("door locks", MFD_CLOEXEC));
	if (lock_file == -1 || fcntl(lock_file, F_SETLK, &lock) == -1 ||
	    pipe2(closed, O_CLOEXEC) == -1)
		return -1;
	*lock_byte = next_lock_byte++;
	pid = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
	if (pid == 0)
		helper_main(at, *lock_byte, dir);
	await_closed(closed);
	return pid;
}

// Wakes the helper, and waits until it has ended.
void
helper_end(pid_t helper, off_t lock_byte)
{
	struct flock lock = byte_lock(F_UNLCK, lock_byte);

	(void)fcntl(lock_file, F_SETLK, &lock);
	while (waitpid(helper, NULL, __WCLONE) == -1 && errno == EINTR)
		continue;
}

// The child holds no locks. Closing the file does not release the parent's.
void
helper_after_fork(void)
{
	own_close(lock_file);
	lock_file = -1;
}
