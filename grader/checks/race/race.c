/*
 * race: finds accesses to shared memory by different processes that nothing
 * orders. Helgrind and ThreadSanitizer find them between threads only.
 *
 * Build the programs so that the compiler reports each access and each atomic
 * operation to this library, instead of to ThreadSanitizer's:
 *
 *	gcc -specs=race.specs ... FILE.c ... race.so
 *	clang -Xclang -fsanitize=thread -fno-builtin ... FILE.c ... race.so
 *
 * without _FORTIFY_SOURCE and without AddressSanitizer, and run them with
 * LD_PRELOAD=race.so: they do not start without it.
 *
 * Programs that are not related by fork find each other's accesses in the file
 * named by RACE_STATE: an absolute path, a new one for each scenario. Whoever
 * comes first makes it. It has 14 MB, of which only what is used takes room.
 * Without it, each program and its children are on their own.
 *
 * How it judges: each process carries a vector clock. Whatever orders processes
 * (fork, wait, semaphores, locks, messages, pipes, sockets, signals, atomic
 * variables by their memory order) hands clocks on. Two accesses to the same
 * byte, one of them a write, not both atomic, are a race if neither clock has
 * seen the other. So a race is found whether or not it did harm in this run.
 * Threads of one process share its clock: races between them are not sought.
 *
 * Where it is not sure it takes things as ordered: no correct program is ever
 * accused. Where it cannot judge it says so, once, and is silent otherwise.
 *
 * Notes:
 *	race: write at producer+0x12ab and read at consumer+0x3401 of the same 4
 *	bytes of shared memory (NAME, offset 16) are not ordered by any lock,
 *	semaphore, message or wait
 *	race: cannot judge: WHY
 */
#define _GNU_SOURCE
#include "race.h"

#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

struct state *race_state;
struct process *race_self;
int race_index;
bool race_instrumented;

static uintptr_t program_base; /* where it was loaded */

/* Set before fork, for the child. */
static int child_index;

bool
race_on(void)
{
	return race_self != NULL &&
	       __atomic_load_n(&race_state->off, __ATOMIC_RELAXED) == 0;
}

static void
say(const char *why)
{
	struct note n;

	note_begin(&n, "race");
	note_text(&n, "cannot judge: ");
	note_text(&n, why);
	note_send(&n);
}

void
race_stop(const char *why)
{
	if (__atomic_exchange_n(&race_state->off, 1, __ATOMIC_RELAXED) == 0)
		say(why);
}

/* A new process that has seen all that `parent` did; -1 if there is no room. */
static int
new_process(const struct process *parent)
{
	int i = race_state->processes;

	if (i == PROCESSES)
		return -1;
	race_state->processes++;
	if (parent != NULL)
		race_state->process[i].now = parent->now;
	race_state->process[i].now.at[i] = 1;
	strncpy(race_state->process[i].program, note_program(), NAME_SIZE - 1);
	return i;
}

static void
become(int i)
{
	race_index = i;
	race_self = &race_state->process[i];
	race_self->pid = getpid();
}

static void
before_fork(void)
{
	struct held held;

	child_index = -1;
	if (!race_lock(&held))
		return;
	child_index = new_process(race_self);
	race_self->now.at[race_index]++;
	race_unlock(&held);
	if (child_index == -1)
		race_stop("there are too many processes");
}

static void
in_child(void)
{
	race_new_thread();
	if (child_index != -1)
		become(child_index);
}

static int
first_object(struct dl_phdr_info *info, size_t size, void *data)
{
	(void)size;
	*(uintptr_t *)data = info->dlpi_addr;
	return 1; /* the program is the first: stop */
}

uint32_t
race_offset(const void *place)
{
	uintptr_t offset = (uintptr_t)place - program_base;

	return place == NULL || offset > UINT32_MAX ? 0 : offset;
}

/* Gives the file its size, unless another program has. */
static bool
make_room(int fd)
{
	struct statvfs system;
	struct stat status;

	if (fstatvfs(fd, &system) == -1 ||
	    note_syscall(SYS_fstat, fd, &status) == -1)
		return false;
	if (status.st_size == sizeof(struct state))
		return true;
	/* On a full file system, the first write would be a SIGBUS. */
	if (system.f_bavail < sizeof(struct state) / system.f_frsize)
		return false;
	/*
	 * Several processes may do this at once: whatever the order, it stays
	 * zero.
	 */
	return note_syscall(SYS_ftruncate, fd, sizeof(struct state)) == 0;
}

static struct state *
open_state(void)
{
	const char *path = getenv("RACE_STATE");
	int flags = MAP_SHARED | (path == NULL ? MAP_ANONYMOUS : 0);
	int fd = -1;
	long memory = -1;

	if (path != NULL)
		fd = note_syscall(SYS_openat, AT_FDCWD, path,
				  O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (path == NULL || (fd != -1 && make_room(fd)))
		memory = note_syscall(SYS_mmap, NULL, sizeof(struct state),
				      PROT_READ | PROT_WRITE, flags, fd, 0);
	if (fd != -1)
		note_syscall(SYS_close, fd);
	return memory == -1 ? NULL : (struct state *)memory;
}

/* The same process before execve, or NULL. */
static const struct process *
former_self(pid_t pid)
{
	for (int i = race_state->processes; i-- > 0;)
		if (race_state->process[i].pid == pid &&
		    !race_state->process[i].finished)
			return &race_state->process[i];
	return NULL;
}

__attribute__((constructor)) static void
start(void)
{
	const struct process *before;
	int i;

	note_start();
	dl_iterate_phdr(first_object, &program_base);
	if (!note_here())
		return;
	race_state = open_state();
	if (race_state == NULL)
		say("there is no room for RACE_STATE");
	if (race_state == NULL || !race_take())
		return;
	before = former_self(getpid());
	i = new_process(before);
	if (i != -1)
		become(i);
	race_give_back();
	if (i == -1) {
		race_stop("there are too many processes");
		return;
	}
	if (pthread_atfork(before_fork, NULL, in_child) != 0)
		race_stop("there is no memory");
	if (before == NULL) {
		race_join_outside();
		race_wait_for_others();
	}
}

void
race_finish(void)
{
	/* A child of vfork is not this process, though it is in its memory. */
	if (race_self != NULL && race_self->pid == getpid())
		race_self->finished = true;
}

/* Runs on exit, but not on _exit. */
__attribute__((destructor)) static void
finish(void)
{
	if (race_on())
		race_release_streams();
	race_finish();
}
