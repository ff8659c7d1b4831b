/*
 * calls: records which calls a program makes, so that a test can tell by which
 * mechanism it did its work.
 *
 *	calls: here pipeline
 *	calls: pipeline pipe2
 *	calls: logd open:fifo
 *	calls: garage mmap:shared-file
 *
 * The first comes when the program starts: without it, the checker never was
 * in that program (it is linked statically, or its environment was cleared).
 * The others come once in each process for each call, when it is made or, if
 * there is a class, when it has succeeded; a child does not repeat what its
 * parent noted before fork. Classes:
 *
 *	open    file, fifo, directory, device, socket (also openat, creat, fopen,
 *	        freopen; by what was opened)
 *	mmap    shared-file, private-file, shared-anonymous, private-anonymous
 *	fcntl   lock, other
 *	syscall the number: a call made past the C library is still seen
 *
 * Calls that a library makes inside itself are not seen, nor calls before this
 * checker's start (a sanitizer's own).
 */
#define _GNU_SOURCE
#include "calls.h"
#include "../note/wrap.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>

// clang-format off
/* Noted by their own names, before the call. */
#define BY_NAME(X) X(pipe) X(pipe2) X(fork) X(posix_spawn) X(posix_spawnp) \
	X(execve) X(execv) X(execvp) X(execvpe) X(execveat) X(fexecve) \
	X(system) X(popen) X(dup) X(dup2) X(dup3) \
	X(wait) X(waitpid) X(waitid) X(wait3) X(wait4) \
	X(kill) X(raise) X(sigqueue) X(sigaction) X(signal) X(sigset) \
	X(sigprocmask) X(sigsuspend) X(pause) X(ppoll) X(poll) X(pselect) \
	X(select) X(epoll_wait) X(epoll_pwait) X(sigwait) X(sigwaitinfo) \
	X(sigtimedwait) X(signalfd) X(alarm) X(setitimer) X(timer_settime) \
	X(timerfd_settime) X(mkfifo) X(mkfifoat) X(mknod) X(mkstemp) \
	X(tmpfile) \
	X(ftok) X(shmget) X(shmat) X(shmdt) X(shmctl) \
	X(semget) X(semop) X(semtimedop) X(semctl) \
	X(msgget) X(msgsnd) X(msgrcv) X(msgctl) \
	X(shm_open) X(shm_unlink) X(munmap) X(msync) X(ftruncate) \
	X(memfd_create) X(eventfd) \
	X(sem_open) X(sem_close) X(sem_unlink) X(sem_init) X(sem_destroy) \
	X(sem_wait) X(sem_trywait) X(sem_timedwait) X(sem_post) \
	X(mq_open) X(mq_send) X(mq_timedsend) X(mq_receive) \
	X(mq_timedreceive) X(mq_notify) X(mq_unlink) X(mq_close) \
	X(socket) X(socketpair) X(bind) X(listen) X(accept) X(accept4) \
	X(connect) X(shutdown) X(send) X(sendto) X(sendmsg) X(recv) \
	X(recvfrom) X(recvmsg) X(setsockopt) X(getsockopt) X(getaddrinfo) \
	X(read) X(write) X(readv) X(writev) X(pread) X(pwrite) X(splice) \
	X(tee) X(sendfile) X(flock) X(lockf) X(rename) X(renameat) \
	X(renameat2) X(link) X(linkat) X(symlink) X(unlink) X(unlinkat) \
	X(fsync) X(fdatasync) \
	X(pthread_create) X(pthread_mutex_init) X(pthread_mutex_lock) \
	X(pthread_mutex_consistent) X(pthread_cond_wait) \
	X(pthread_cond_timedwait) X(pthread_cond_signal) \
	X(pthread_cond_broadcast) X(pthread_mutexattr_setpshared) \
	X(pthread_condattr_setpshared) X(pthread_mutexattr_setrobust) \
	X(sleep) X(usleep) X(nanosleep) X(clock_nanosleep) X(exit)
/* The same functions under the names that some headers give them. */
#define ALIASES(X) X(__sigaction, sigaction) X(bsd_signal, signal) \
	X(__sysv_signal, signal) X(ftruncate64, ftruncate) \
	X(mkstemp64, mkstemp) X(tmpfile64, tmpfile) X(pread64, pread) \
	X(pwrite64, pwrite) X(sendfile64, sendfile) X(lockf64, lockf) \
	X(__read_chk, read) X(__recv_chk, recv) X(__poll_chk, poll) \
	X(__ppoll_chk, ppoll) X(__mq_open_2, mq_open)
/* Noted with a class, after the call; those that return a descriptor. */
#define OPENS(X) X(open, open) X(open64, open) X(__open_2, open) \
	X(__open64_2, open) X(creat, creat) X(creat64, creat) \
	X(openat, openat) X(openat64, openat) X(__openat_2, openat) \
	X(__openat64_2, openat)
#define STREAMS(X) X(fopen, fopen) X(fopen64, fopen) X(freopen, freopen) \
	X(freopen64, freopen)
#define MAPS(X) X(mmap, mmap) X(mmap64, mmap)
#define CONTROLS(X) X(fcntl, fcntl) X(fcntl64, fcntl)
// clang-format on

#define ALIAS_INDEX(function_name, shown) AT_##function_name,
#define ALIAS_ENTRY(function_name, shown) { .name = #function_name },

#define SHOWN(X) ALIASES(X) OPENS(X) STREAMS(X) MAPS(X) CONTROLS(X)

enum { BY_NAME(WRAP_INDEX) SHOWN(ALIAS_INDEX) };
static struct wrapped wrapped[] = { BY_NAME(WRAP_ENTRY) SHOWN(ALIAS_ENTRY) };

#define NEXT(name) wrap_next(&wrapped[AT_##name])

static bool recording; /* false before start() */

void
record(unsigned char *seen, unsigned char bit, const char *name,
       const char *class, const struct frame *frame)
{
	struct note n;

	if (!recording || (__atomic_load_n(seen, __ATOMIC_RELAXED) & bit))
		return;
	if (note_in_checker(frame->back) && note_caller(frame) == NULL)
		return;
	if (__atomic_fetch_or(seen, bit, __ATOMIC_RELAXED) & bit)
		return;
	note_begin(&n, "calls");
	note_text(&n, note_program());
	note_text(&n, " ");
	note_text(&n, name);
	if (class != NULL) {
		note_text(&n, ":");
		note_text(&n, class);
	}
	note_send(&n);
}

/* For a descriptor that was opened; -1: nothing was. */
static void
record_opened(unsigned char *seen, const char *name, int fd,
	      const struct frame *frame)
{
	static const struct {
		mode_t type;
		const char *class;
	} classes[] = { { S_IFREG, "file" },	  { S_IFIFO, "fifo" },
			{ S_IFDIR, "directory" }, { S_IFCHR, "device" },
			{ S_IFBLK, "device" },	  { S_IFSOCK, "socket" } };
	int saved = errno;
	struct stat status;

	if (recording && fd != -1 &&
	    note_syscall(SYS_newfstatat, fd, "", &status, AT_EMPTY_PATH) == 0)
		for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++)
			if ((status.st_mode & S_IFMT) == classes[i].type)
				record(seen, 1 << i, name, classes[i].class,
				       frame);
	errno = saved;
}

static void
record_mapped(unsigned char *seen, const char *name, int flags,
	      const struct frame *frame)
{
	static const char *const classes[] = { "private-file", "shared-file",
					       "private-anonymous",
					       "shared-anonymous" };
	int class =
	    (flags & MAP_SHARED ? 1 : 0) | (flags & MAP_ANONYMOUS ? 2 : 0);

	record(seen, 1 << class, name, classes[class], frame);
}

static void
record_controlled(unsigned char *seen, const char *name, int command,
		  const struct frame *frame)
{
	bool lock = command == F_SETLK || command == F_SETLKW ||
		    command == F_GETLK || command == F_OFD_SETLK ||
		    command == F_OFD_SETLKW || command == F_OFD_GETLK;

	record(seen, lock ? 1 : 2, name, lock ? "lock" : "other", frame);
}

#define ALIAS_WRAPPER(name, shown)                     \
	WRAP_DECLARE(name)                             \
	{                                              \
		static unsigned char seen;             \
                                                       \
		record(&seen, 1, #shown, NULL, FRAME); \
		return NEXT(name)(PASS);               \
	}
#define BY_NAME_WRAPPER(name) ALIAS_WRAPPER(name, name)
BY_NAME(BY_NAME_WRAPPER)
ALIASES(ALIAS_WRAPPER)

#define OPEN_WRAPPER(name, shown)                            \
	WRAP_DECLARE(name)                                   \
	{                                                    \
		static unsigned char seen;                   \
		word result = NEXT(name)(PASS);              \
                                                             \
		record_opened(&seen, #shown, result, FRAME); \
		return result;                               \
	}
OPENS(OPEN_WRAPPER)

#define STREAM_WRAPPER(name, shown)                                          \
	WRAP_DECLARE(name)                                                   \
	{                                                                    \
		static unsigned char seen;                                   \
		word result = NEXT(name)(PASS);                              \
                                                                             \
		if (result != 0)                                             \
			record_opened(&seen, #shown, fileno((FILE *)result), \
				      FRAME);                                \
		return result;                                               \
	}
STREAMS(STREAM_WRAPPER)

#define MAP_WRAPPER(name, shown)                                \
	WRAP_DECLARE(name)                                      \
	{                                                       \
		static unsigned char seen;                      \
		word result = NEXT(name)(PASS);                 \
                                                                \
		if (result != (word)MAP_FAILED)                 \
			record_mapped(&seen, #shown, d, FRAME); \
		return result;                                  \
	}
MAPS(MAP_WRAPPER)

#define CONTROL_WRAPPER(name, shown)                        \
	WRAP_DECLARE(name)                                  \
	{                                                   \
		static unsigned char seen;                  \
                                                            \
		record_controlled(&seen, #shown, b, FRAME); \
		return NEXT(name)(PASS);                    \
	}
CONTROLS(CONTROL_WRAPPER)

__attribute__((constructor)) static void
start(void)
{
	int saved = errno;
	struct note n;

	WRAP_RESOLVE(wrapped);
	if (note_here()) {
		note_begin(&n, "calls");
		note_text(&n, "here ");
		note_text(&n, note_program());
		note_send(&n);
		recording = true;
	}
	errno = saved;
}
