/*
 * Lines for calls that send a signal, or wait for one; and for those that wait for a
 * child.
 */
#define _GNU_SOURCE
#include "events.h"

#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { TEXT_BYTES = 600 };

void
event_sent(const struct tracee *t, long result)
{
	const uint64_t *a = t->args;
	const bool thread =
	    t->number == SYS_tgkill || t->number == SYS_rt_tgsigqueueinfo;
	pid_t pid = (pid_t)a[thread ? 1 : 0];
	int signal = (int)a[thread ? 2 : 1], value = 0;
	char to[TEXT_BYTES] = "";
	siginfo_t info;

	if (signal == 0 || signal > 64)
		return;
	if (t->number == SYS_pidfd_send_signal)
		pid = 0; /* of which process, the descriptor knows */
	if (call_is(t->call, "sigqueue") &&
	    memory_read(t->tid, a[thread ? 3 : 2], &info, sizeof(info)))
		value = info.si_value.sival_int;
	if (pid > 0) {
		snprintf(to, sizeof(to), "%d", process_index(pid));
	} else if (t->number != SYS_pidfd_send_signal) {
		pid_t group = pid < -1 ? -pid : pid == 0 ? getpgid(t->tgid) : 0;
		size_t used = 0;

		for (int i = 0; i < ntracees && used < sizeof(to); i++)
			if (tracees[i].state != DEAD &&
			    tracees[i].leader == i &&
			    (group == 0 ? &tracees[i] != t
					: getpgid(tracees[i].tid) == group))
				used += (size_t)snprintf(
				    to + used, sizeof(to) - used, "%s%d",
				    used > 0 ? "," : "", i);
	}
	event(t, "kill", "sig=%s\tto=%s\tresult=%ld\tvalue=%d",
	      signal_name(signal), to, result, value);
}

/* A signal that was waited for, rather than handled. */
void
event_taken(const struct tracee *t, long result)
{
	siginfo_t info;

	if (result <= 0)
		return;
	memset(&info, 0, sizeof(info));
	memory_read(t->tid, t->args[1], &info, sizeof(info));
	event(t, "signal", "sig=%s\tfrom=%d\tdoes=taken\tvalue=%d",
	      signal_name((int)result),
	      info.si_code <= 0 ? process_index(info.si_pid) : NOBODY,
	      info.si_code == SI_QUEUE ? info.si_value.sival_int : 0);
}

void
event_taken_by_file(const struct tracee *t, long result)
{
	struct signalfd_siginfo info;

	for (long at = 0; at + (long)sizeof(info) <= result;
	     at += (long)sizeof(info))
		if (memory_read(t->tid, t->args[1] + (uint64_t)at, &info,
				sizeof(info)))
			event(t, "signal",
			      "sig=%s\tfrom=%d\tdoes=taken\tvalue=%d",
			      signal_name((int)info.ssi_signo),
			      process_index((pid_t)info.ssi_pid), info.ssi_int);
}

void
event_waited(const struct tracee *t, long result)
{
	siginfo_t info;
	int child = NOBODY;

	if (t->number == SYS_waitid && result == 0 && t->args[2] != 0) {
		memset(&info, 0, sizeof(info));
		memory_read(t->tid, t->args[2], &info, sizeof(info));
		result = info.si_pid;
	}
	if (result > 0)
		child = process_index((pid_t)result);
	if (child != NOBODY || t->slept)
		event(t, "wait", "child=%d", child);
}
