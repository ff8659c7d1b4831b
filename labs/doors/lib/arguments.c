/*
 * Large arguments. To make memory, fill it and give it back costs many times as
 * much as to copy the data. So two pieces of memory are kept for the next call:
 *
 *	the caller's	one for each connection, which the server has mapped too
 *	the server's	one for each call under way: the copy for the procedure
 *
 * The caller could change its memory while the procedure runs, so a copy must
 * be made. The procedure has the server's memory mapped as long as it runs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "library.h"

// Larger arguments than this travel in memory of their own: see memory.c.
#define KEPT_MAX ((size_t)4 << 20)

// What a process keeps on each side. Beyond it, memory is given back after the
// call.
#define TOTAL_MAX ((size_t)64 << 20)

// Pages that are looked at in one system call; any number up to IOV_MAX is right.
#define BYTES_MAX 256

// What the CALL says that goes with arguments in kept memory.
struct kept {
	uint64_t size;
};

// ---- The caller's memory.

static atomic_size_t callers_total;

void
arguments_forget(struct connection *connection)
{
	if (connection->memory == NULL)
		return;
	munmap(connection->memory, connection->room);
	atomic_fetch_sub(&callers_total, connection->room);
	connection->memory = NULL;
}

// Does this connection keep memory, and all together too much of it?
bool
arguments_too_many(const struct connection *connection)
{
	return connection->memory != NULL &&
	       atomic_load(&callers_total) > TOTAL_MAX;
}

// Not smaller than `size`; of few different sizes, so that it is seldom made
// anew.
static size_t
room_for(size_t size)
{
	size_t room = (size_t)64 << 10;

	while (room < size)
		room *= 2;
	return room;
}

// A descriptor of new memory; only its size cannot change. -1 with errno.
static int
make(const char *name, size_t room)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd == -1)
		return -1;
	if (ftruncate(fd, (off_t)room) == 0 &&
	    fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW) == 0)
		return fd;
	own_close(own(fd));
	return -1;
}

// New memory for a connection, which the server is sent. Returns 0, or -1 with
// errno.
static int
renew(struct connection *connection, size_t size)
{
	size_t room = room_for(size);
	struct message m = { .head = { .kind = MEMORY },
			     .n_got = 1,
			     .memory = -1 };
	int result = -1, problem;
	int fd = make("door arguments", room);
	char *at;

	if (fd == -1)
		return -1;
	at = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (at != MAP_FAILED) {
		arguments_forget(connection);
		connection->memory = at;
		connection->room = room;
		atomic_fetch_add(&callers_total, room);
		m.fds = &fd;
		result = message_send(connection->sock, &m, MSG_DONTWAIT);
		if (result == 0)
			result = connection_announce(connection);
	}
	problem = errno;
	close(fd);
	errno = problem;
	return result;
}

/*
 * Can all of it be read? Otherwise errno is EFAULT; or another error if that
 * cannot be found out. It is the kernel that looks at a byte in each page: we
 * would die of SIGSEGV. (To copy all of it by the kernel, or to have it walk the
 * page tables as madvise does, costs several times as much.)
 */
static bool
is_readable(const char *data, size_t size)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
	uintptr_t at = (uintptr_t)data, end = at + size;
	int fd = memfd_create("door bytes", MFD_CLOEXEC);
	struct iovec bytes[BYTES_MAX];
	ssize_t n = 0, read = 0;
	int problem;

	if (fd == -1)
		return false;
	while (at < end && read == n) {
		for (n = 0; at < end && n < BYTES_MAX; n++) {
			bytes[n] = (struct iovec){ (void *)at, 1 };
			at += page - at % page;
		}
		read = pwritev(fd, bytes, (int)n, 0);
	}
	problem = read == -1 ? errno : EFAULT;
	close(fd);
	errno = problem;
	return read == n;
}

/*
 * Sends a CALL whose arguments are too large for a message, in the memory of
 * the connection. Returns 0, or -1 with errno: EFAULT; E2BIG if the memory
 * cannot be used, and nothing has been sent; others as message_send.
 */
int
arguments_send(struct connection *connection, struct message *m)
{
	struct kept kept = { .size = m->head.size };
	const char *data = m->data;
	uint32_t flags = KEPT;

	if (kept.size > KEPT_MAX || connection->no_memory) {
		errno = E2BIG;
		return -1;
	}
	if (!is_readable(data, kept.size)) {
		if (errno != EFAULT)
			errno = E2BIG;
		return -1;
	}
	if (connection->memory == NULL || connection->room < kept.size) {
		if (renew(connection, kept.size) == -1) {
			if (connection->memory != NULL)
				return -1; // it could not be sent
			connection->no_memory = true;
			errno = E2BIG;
			return -1;
		}
		flags |= NEW_MEMORY;
	}
	memcpy(connection->memory, data, kept.size);
	m->head.flags |= flags;
	m->head.size = sizeof(kept);
	m->data = (char *)&kept;
	return message_send(connection->door->mailbox, m, 0);
}

// ---- The server's memory.

struct copy {
	struct copy *next;
	int fd;
	struct file_id file;
	char *at; // where it is mapped, to be written to
	size_t room;
	bool inherited; // a child of fork has it mapped, too
};

static pthread_mutex_t copies_lock = PTHREAD_MUTEX_INITIALIZER;
static struct copy *unused;  // copies_lock
static unsigned n_unused;    // copies_lock
static unsigned n_used;	     // copies_lock
static size_t servers_total; // of all; copies_lock

static __thread struct copy *mine; // of the call that this thread serves

// Called with copies_lock.
static void
destroy(struct copy *copy)
{
	munmap(copy->at, copy->room);
	own_close(copy->fd);
	servers_total -= copy->room;
	free(copy);
}

// Called with copies_lock. NULL with errno on failure.
static struct copy *
make_copy(size_t size)
{
	struct copy *copy = calloc(1, sizeof(*copy));

	if (copy == NULL)
		return NULL;
	copy->room = room_for(size);
	copy->fd = own(make("door data", copy->room));
	copy->file = own_file(copy->fd);
	copy->at = MAP_FAILED;
	if (copy->fd != -1)
		copy->at =
		    mmap(NULL, copy->room, PROT_WRITE, MAP_SHARED, copy->fd, 0);
	if (copy->at == MAP_FAILED) {
		own_close(copy->fd);
		free(copy);
		return NULL;
	}
	servers_total += copy->room;
	return copy;
}

// A copy with so much room, for this thread. NULL with errno on failure.
static struct copy *
get_copy(size_t size)
{
	struct copy **link = &unused;
	struct copy *copy;

	pthread_mutex_lock(&copies_lock);
	while (*link != NULL && (*link)->room < size)
		link = &(*link)->next;
	copy = *link;
	if (copy != NULL) {
		*link = copy->next;
		n_unused--;
	} else {
		if (unused != NULL) { // a larger one takes its place
			copy = unused;
			unused = copy->next;
			n_unused--;
			destroy(copy);
		}
		copy = make_copy(size);
	}
	n_used += copy != NULL;
	pthread_mutex_unlock(&copies_lock);
	return copy;
}

// The call that this thread serves is over, or about to be. Of the copies as
// many are kept as are in use just now, but one at least.
void
arguments_done(void)
{
	if (mine == NULL)
		return;
	pthread_mutex_lock(&copies_lock);
	n_used--;
	if (mine->inherited || servers_total > TOTAL_MAX ||
	    (n_unused > 0 && n_unused >= n_used)) {
		destroy(mine);
	} else {
		n_unused++;
		mine->next = unused;
		unused = mine;
	}
	mine = NULL;
	pthread_mutex_unlock(&copies_lock);
}

void
arguments_before_fork(void)
{
	pthread_mutex_lock(&copies_lock);
	if (mine != NULL)
		mine->inherited = true;
}

// A child has the arguments that its parent's thread was serving, but not the
// same pages: what one writes the other must not see.
static void
make_private(void)
{
	struct server_thread *self = server_thread_self();
	char *at = self->mapping;
	char *copy;

	if (at == NULL)
		return;
	copy = mmap(NULL, self->mapped, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (copy == MAP_FAILED)
		return;
	memcpy(copy, at, self->mapped);
	(void)mremap(copy, self->mapped, self->mapped,
		     MREMAP_MAYMOVE | MREMAP_FIXED, at);
}

void
arguments_after_fork(bool child)
{
	struct copy *copy;

	if (child && mine != NULL)
		make_private();
	while (child && (copy = unused) != NULL) {
		unused = copy->next;
		destroy(copy);
	}
	if (child) {
		mine = NULL;
		servers_total = 0;
		n_unused = n_used = 0;
	}
	pthread_mutex_unlock(&copies_lock);
}

// Is `fd` the copy of this thread?
bool
arguments_are_copy(int fd)
{
	return mine != NULL && own_is(fd, mine->file);
}

void
arguments_unmap(struct caller *caller)
{
	if (caller->memory != NULL)
		munmap(caller->memory, caller->room);
	caller->memory = NULL;
}

// Takes the memory that the caller has sent. Returns 0 or an errno value.
static __attribute__((noinline)) int
accept_memory(struct caller *caller)
{
	char data[INLINE_MAX];
	struct message m = { .data = data, .memory = -1 };
	void *at = MAP_FAILED;
	struct stat st;
	int seals, problem = EINVAL;

	arguments_unmap(caller);
	if (message_receive(caller->sock, &m,
			    MSG_DONTWAIT | MSG_CMSG_CLOEXEC) == 1 &&
	    m.head.kind == MEMORY && m.n_got == 1) {
		// It cannot shrink under our eyes, which would be SIGBUS.
		seals = fcntl(m.fds[0], F_GET_SEALS);
		if (seals != -1 && (seals & F_SEAL_SHRINK) &&
		    fstat(m.fds[0], &st) == 0 && st.st_size > 0 &&
		    (size_t)st.st_size <= KEPT_MAX) {
			at = mmap(NULL, (size_t)st.st_size, PROT_READ,
				  MAP_SHARED, m.fds[0], 0);
			problem = EAGAIN;
		}
	} else if (m.lost) {
		problem = EMFILE;
	}
	message_drop(&m);
	if (at == MAP_FAILED)
		return problem;
	caller->memory = at;
	caller->room = (size_t)st.st_size;
	return 0;
}

/*
 * The size of the arguments of a CALL in kept memory, in m->head.size as if it
 * had come with it. Returns 0 or an errno value.
 */
int
arguments_receive(struct caller *caller, struct message *m)
{
	struct kept kept;
	int problem = 0;

	if (m->head.flags & NEW_MEMORY)
		problem = accept_memory(caller);
	if (!(m->head.flags & KEPT) || problem != 0)
		return problem;
	if (m->head.size != sizeof(kept) || (m->head.flags & IN_MEMORY))
		return EINVAL;
	memcpy(&kept, m->data, sizeof(kept));
	if (caller->memory == NULL || kept.size > caller->room ||
	    kept.size <= INLINE_MAX)
		return EINVAL;
	m->head.size = kept.size;
	return 0;
}

// Then a copy, which the caller cannot change any more, as if the memory had
// come with the CALL. Returns 0 or an errno value.
int
arguments_copy(const struct caller *caller, struct message *m)
{
	if (!(m->head.flags & KEPT))
		return 0;
	mine = get_copy(m->head.size);
	if (mine == NULL)
		return errno == EMFILE ? EMFILE : EAGAIN;
	memcpy(mine->at, caller->memory, m->head.size);
	m->memory = fcntl(mine->fd, F_DUPFD_CLOEXEC, 0);
	if (m->memory == -1)
		return errno;
	m->head.flags |= IN_MEMORY;
	return 0;
}
