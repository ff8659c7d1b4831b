/*
 * peers: with whom a process is joined, and who holds the other end.
 *
 *	./peers PID
 */
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "procfs.h"

/*
 * Gap 3: find the other end of the TCP connection whose socket here is `ino`.
 *
 * Returns the inode of that socket; 0 if `table`, of `count` lines, has none, and
 * NO_TCP if `ino` is not in it. Trap: many connections have one
 * address in common, that of the server.
 */
static ino_t
tcp_peer(const struct tcp *table, size_t count, ino_t ino)
{
	// BEGIN SOLUTION 3
	const struct tcp *our = table, *end = table + count;

	while (our < end && our->ino != ino)
		our++;
	if (our == end)
		return NO_TCP;
	for (const struct tcp *t = table; t < end; t++)
		if (strcmp(t->local, our->remote) == 0 &&
		    strcmp(t->remote, our->local) == 0)
			return t->ino;
	return 0;
	// STUB (void)table;
	// STUB (void)count;
	// STUB (void)ino;
	// STUB return 0;
	// END SOLUTION 3
}

/*
 * Gap 3, too: whether `b` is another end of what `a` is an end of.
 *
 * An end that reads a pipe is joined with those that write it, and the other way
 * round; a socket with every descriptor of the socket `peer`; a mapping with those
 * of the same object, if one of the two may write. Nothing is joined with itself.
 * Trap: file systems count inodes each for itself.
 */
static int
is_joined(const struct end *a, const struct end *b, ino_t peer)
{
	// BEGIN SOLUTION 3
	if (a->type != b->type || a->dev != b->dev ||
	    (a->pid == b->pid && a->fd == b->fd))
		return 0;
	if (a->type == S_IFSOCK)
		return b->ino == peer;
	if (a->ino != b->ino)
		return 0;
	if (a->type == S_IFIFO)
		return a->access == O_RDWR || a->access != b->access;
	return a->access == O_RDWR || b->access == O_RDWR;
	// STUB (void)a;
	// STUB (void)b;
	// STUB (void)peer;
	// STUB return 0;
	// END SOLUTION 3
}

/* Prints what `e` is an end of, and the other ends among `all`. */
static void
show(const struct end *e, const struct ends *all)
{
	size_t count;
	struct tcp *table = read_tcp(e->pid, &count);
	ino_t peer = tcp_peer(table, count, e->ino);
	int seen = put_head(e, peer != NO_TCP);

	free(table);
	for (size_t i = 0; i < all->count; i++)
		if (is_joined(e, &all->end[i], peer)) {
			put_end(&all->end[i]);
			seen = 1;
		}
	if (!seen)
		puts("    nobody seen");
}

int
main(int argc, char *argv[])
{
	static struct ends mine, all;
	pid_t pid = argc == 2 ? to_pid(argv[1]) : 0;

	if (pid == 0)
		errx(2, "usage: peers PID");
	if (list_ends(pid, &mine) == -1 || list_mappings(pid, &mine) == -1)
		err(1, "%d", (int)pid);
	int refused = list_all(&all);
	put_process(pid);
	for (size_t i = 0; i < mine.count; i++)
		show(&mine.end[i], &all);
	if (refused > 0)
		warnx("processes that we may not look into: %d", refused);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
