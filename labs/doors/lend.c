/*
 * Passes an open file through a door.
 *
 *	./lend FILE
 *
 * The owner, the parent, opens FILE. The borrower, its child, does not know the
 * name and opens nothing: it calls the owner's door, gets a descriptor, and
 * copies what it can read there to standard output. Look at DOOR_RELEASE: the
 * owner gives its own descriptor away.
 */
#define _GNU_SOURCE
#include <door.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK 65536 // bytes copied at a time: any number is right

static const char *path;

// REGION owner
// Opens the file anew for each caller, and gives it away.
static void
owner(void *cookie, char *argp, size_t arg_size, door_desc_t *dp, uint_t n_desc)
{
	door_desc_t desc = { .d_attributes = DOOR_DESCRIPTOR | DOOR_RELEASE };
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int problem = fd == -1 ? errno : 0;

	(void)cookie;
	(void)argp;
	(void)arg_size;
	(void)dp;
	(void)n_desc;
	desc.d_data.d_desc.d_descriptor = fd;
	door_return((char *)&problem, sizeof(problem), &desc, fd != -1);
	// It has returned: the borrower could not receive the descriptor.
	if (fd != -1)
		close(fd);
	problem = EMFILE;
	door_return((char *)&problem, sizeof(problem), NULL, 0);
}
// END REGION owner

static void
copy(int from)
{
	static char chunk[CHUNK];
	ssize_t n;

	while ((n = read(from, chunk, sizeof(chunk))) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1)
			err(1, "read");
		if (fwrite(chunk, 1, (size_t)n, stdout) != (size_t)n)
			err(1, "standard output");
	}
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
}

// REGION borrower
static void
borrower(int door)
{
	struct {
		int problem;
		door_desc_t desc[2]; // room for one, at a multiple of its size
	} result;
	door_arg_t arg = { .rbuf = (char *)&result, .rsize = sizeof(result) };

	if (door_call(door, &arg) == -1)
		err(1, "borrower: door_call");
	memcpy(&result.problem, arg.data_ptr, sizeof(result.problem));
	if (result.problem != 0) {
		errno = result.problem;
		err(1, "borrower: the owner says: %s", path);
	}
	copy(arg.desc_ptr[0].d_data.d_desc.d_descriptor);
}
// END REGION borrower

int
main(int argc, char *argv[])
{
	int door, status;
	pid_t child;

	if (argc != 2) {
		fprintf(stderr, "usage: lend FILE\n");
		return 2;
	}
	path = argv[1];
	door = door_create(owner, NULL, DOOR_REFUSE_DESC);
	if (door == -1)
		err(1, "door_create");
	child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		borrower(door); // it has inherited the door
		_exit(0);
	}
	while (waitpid(child, &status, 0) == -1) {
		if (errno != EINTR)
			err(1, "waitpid");
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
