/*
 * Queued signals. A signal has room for a number, not for a message: that is in
 * shared memory, and the signal says that it is there.
 */
#define _GNU_SOURCE
#include "area.h"
#include "link.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>

/* The signal that this side waits for. */
static int
signal_of(int side)
{
	return SIGRTMIN + side;
}

/* Blocked before the fork, they wait, and none is lost. */
static int
open_signals(struct channel *channel)
{
	sigset_t both;

	sigemptyset(&both);
	for (int side = 0; side < SIDES; side++)
		sigaddset(&both, signal_of(side));
	if (sigprocmask(SIG_BLOCK, &both, NULL) == -1)
		return -1;
	return area_open(channel);
}

static ssize_t
put_signal(struct end *end, const void *bytes, size_t n)
{
	area_store(end, bytes, n);
	if (sigqueue(end->peer, signal_of(!end->side), (union sigval){ 0 }) ==
	    -1)
		return -1;
	return (ssize_t)n;
}

static ssize_t
take_signal(struct end *end, void *bytes, size_t n)
{
	siginfo_t info;
	sigset_t mine;

	sigemptyset(&mine);
	sigaddset(&mine, signal_of(end->side));
	if (sigwaitinfo(&mine, &info) == -1)
		return -1;
	if (end->peer == 0)
		end->peer = info.si_pid;
	area_load(end, bytes, n);
	return (ssize_t)n;
}

const struct mechanism signals = {
	.name = "signals",
	.open = open_signals,
	.put = put_signal,
	.take = take_signal,
	.close = area_close,
};
