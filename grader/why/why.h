/*
 * Why the processes of a scenario hang: whether it is a deadlock, and the hang
 * report, which says who waits for whom.
 *
 * For the supervisor: an ancestor of every process that it asks about, pid 1
 * of the box or a subreaper. Both read /proc and memory (process_vm_readv).
 * Until the verdict, nothing is attached, stopped or changed; why_explain(), at
 * the verdict, attaches to a loop that never sleeps (see trace.c) and to a recv
 * that waits for more: after it, all processes must be ended.
 *
 * The order of use:
 *
 *	why_outside();                  before the scenario is forked
 *	why_alarm_install(channel);     in the child, before exec
 *	why_alarm_receive(channel);     in the supervisor
 *	loop: poll the listener too; why_alarm_serve() when it is readable;
 *	      why_asleep() now and then
 *	why_explain();                  at the verdict
 */
#ifndef WHY_H
#define WHY_H

#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

/*
 * The name of the conductor's process (grader/conduct), which is no part of a
 * scenario that it runs: as a child of `root` it is left out everywhere.
 */
#define WHY_CONDUCTOR "conduct"

/*
 * Remembers what the caller has open now: pipes and sockets that lead out of
 * the box. A wait for one of them is never called a deadlock. May be called
 * again; what was remembered stays so. why_asleep() calls it too: what the
 * supervisor has open then is outside as well.
 */
void why_outside(void);

/*
 * What one look at the processes of a scenario shows.
 *
 * WHY_DEADLOCK: every thread of every process below `root`, the shell included,
 * sleeps in a call without time limit that only another of them can end, and
 * no timer is armed. WHY_AWAKE: not so, or not certain. With `awaiting` the
 * shell does not count: it is in an await_... call, polling for what the others
 * are to do; and WHY_ALONE says that there are no others any more.
 *
 * One answer is not a proof yet, because the processes are looked at one
 * after the other. The same answer twice with the same `*fingerprint` is: no
 * thread ran in between, so all slept at the same time, and the objects were
 * looked at while they did. Ask again after 300 ms; it costs about 1 ms.
 *
 * Always WHY_AWAKE while no alarm filter is in place: an alarm(2) can be seen
 * only when it is set.
 */
enum why_answer { WHY_AWAKE, WHY_DEADLOCK, WHY_ALONE };
enum why_answer why_asleep(pid_t root, pid_t shell, int awaiting,
			   uint64_t *fingerprint);

/*
 * Writes the hang report: a line for each process below `root`, with what it
 * is blocked in and who holds the other end, then a line `means: ` with advice.
 * `shell` is the process that runs the scenario, 0 for none; it is shown only
 * when it is blocked in anything but wait, and not `awaiting`. Returns the
 * number of processes shown, -1 when /proc cannot be read. Takes milliseconds;
 * where something loops or sleeps, 3 seconds at most. Processes may be left
 * stopped: end them.
 */
int why_explain(FILE *out, pid_t root, pid_t shell, int awaiting);

/*
 * The alarm filter. The kernel shows nobody whether alarm(2) or setitimer(2)
 * is pending in another process, so a seccomp filter tells the supervisor of
 * these calls as they are made; they go through unchanged.
 *
 * why_alarm_install: in the child, on a connected UNIX socket. Sets
 * no_new_privs. Returns -1 with errno when the kernel refuses; the program
 * may be run all the same, there is only no early verdict.
 * why_alarm_receive: in the supervisor, once per scenario; waits for the child.
 * Returns the listener, to be polled for POLLIN, or -1.
 * why_alarm_serve: answers one call; 0, or -1 when nothing was there. The
 * caller of alarm(2) waits until this is done, so be quick. At POLLHUP
 * no process is left that has the filter.
 */
int why_alarm_install(int channel);
int why_alarm_receive(int channel);
int why_alarm_serve(int listener);

#endif
