/*
 * What is a finding in a run.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <signal.h>
#include <stdarg.h>
#include <string.h>
#include <sys/wait.h>

enum {
	LOOKS_OF_SHELL = 250, /* that bring nothing: it waits for ever */
	FIRES_MAX = 3000,     /* time limits without anything else */
};

const char *const verdict_names[] = {
	"exit", "deadlock", "alone", "left",   "crash",	 "died",
	"loop", "timer",    "limit", "output", "status", "silent",
};

/* The verdict; the first one counts. */
void
found(enum verdict verdict, const char *format, ...)
{
	va_list values;

	if (run.verdict != ENDED)
		return;
	run.verdict = verdict;
	va_start(values, format);
	vsnprintf(run.reason, sizeof(run.reason), format, values);
	va_end(values);
	for (char *c = run.reason; *c != '\0'; c++)
		if (*c == '\n')
			*c = ' ';
}

/* Nobody sleeps but the scenario, and what it started itself for a time. */
static bool
tested_left(void)
{
	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		if (t->state != DEAD && !t->scenario)
			return true;
	return false;
}

/* Says of a signal that has come to t, and has a handler, but is blocked. */
static void
add_held_back(const struct tracee *t, char *text, size_t size)
{
	uint64_t held =
	    (tracee_signals(t, "SigPnd") | tracee_signals(t, "ShdPnd")) &
	    tracee_signals(t, "SigBlk") & tracee_signals(t, "SigCgt");
	size_t used = strlen(text);

	if (held != 0)
		snprintf(text + used, size - used,
			 ", and has %s blocked, which has come",
			 signal_name(__builtin_ctzll(held) + 1));
}

/* All sleep for ever. */
void
deadlock(void)
{
	char text[REASON_BYTES] = "", what[400];
	size_t used = 0;
	bool left = tested_left();

	for (struct tracee *t = tracees; t < tracees + ntracees; t++) {
		if (t->state == DEAD || (left && t->scenario))
			continue;
		if (t->state == HALTED)
			snprintf(what, sizeof(what), "stopped by a signal");
		else
			describe_asleep(t, what, sizeof(what));
		add_held_back(t, what, sizeof(what));
		if (used < sizeof(text))
			used += (size_t)snprintf(
			    text + used, sizeof(text) - used,
			    "%s%s sleeps in %s", used == 0 ? "" : "; ", t->name,
			    what);
	}
	found(left ? DEADLOCK : ALONE, "%s", text);
}

/*
 * All sleep, and `who` is the first whose time limit ends (NULL: a timer
 * rings). Is that a finding, or has it been so too often?
 */
bool
time_is_a_finding(struct tracee *who)
{
	char what[200];

	if (run.news)
		run.looks = run.fires = 0;
	run.news = false;
	run.last_fired = who != NULL ? (int)(who - tracees) : -1;
	if (who != NULL && who->scenario) {
		if (++run.looks <= LOOKS_OF_SHELL)
			return false;
		run.in_vain = true;
		deadlock();
		return true;
	}
	if (who != NULL && who->tested && options.judge_timer) {
		describe_call(who, what, sizeof(what));
		found(ONLY_TIMER, "only a time limit goes on: %s in %s",
		      who->name, what);
		return true;
	}
	if (++run.fires <= FIRES_MAX)
		return false;
	found(LOOP,
	      "%s sleeps and wakes again and again, and nothing comes "
	      "of it",
	      who != NULL ? who->name : "a timer");
	return true;
}

/* Has a program ended before those that it started? */
static void
judge_left(const struct tracee *dead)
{
	int program = (int)(dead - tracees);

	if (!options.judge_left || !dead->tested || !dead->program ||
	    dead->leader != program)
		return;
	for (struct tracee *t = tracees; t < tracees + ntracees; t++) {
		int p = t->parent;

		if (t->state == DEAD || t->leader != t - tracees)
			continue;
		while (p >= 0 && tracees[p].leader != program)
			p = tracees[p].parent;
		if (p >= 0)
			found(LEFT, "%s has ended before %s, which it started",
			      dead->name, t->name);
	}
}

/* Has a program ended as if all were well, and its output is lost? */
static void
judge_lost(const struct tracee *dead)
{
	if ((options.each_usual || options.each_fault) && dead->write_failed &&
	    WIFEXITED(dead->status) && WEXITSTATUS(dead->status) == 0)
		found(SILENT, "%s could not write, and ended with status 0",
		      dead->name);
}

/* Has a tested program died of a signal that it brought upon itself? */
static void
judge_death(struct tracee *dead)
{
	int s = dead->died_of;

	if (s == 0 || !dead->tested || dead->leader != dead - tracees)
		return;
	if (dead->fault_signal == s)
		found(CRASH, "%s died of %s", dead->name, signal_name(s));
	else if (options.judge_pipe && s == SIGPIPE)
		found(DIED, "%s died of %s", dead->name, signal_name(s));
}

void
look_for_dead(void)
{
	static bool seen[TRACEES_MAX];

	for (int i = 0; i < ntracees; i++) {
		if (tracees[i].state != DEAD) {
			seen[i] = false;
		} else if (!seen[i]) {
			seen[i] = true;
			judge_left(&tracees[i]);
			judge_death(&tracees[i]);
			judge_lost(&tracees[i]);
		}
	}
}

/* Those who are alive when all is over. */
void
note_left(FILE *to)
{
	for (struct tracee *t = tracees; t < tracees + ntracees; t++) {
		if (t->state == DEAD || t->leader != t - tracees)
			continue;
		if (run.verdict == ENDED && run.root_dead && t != tracees) {
			char what[200];

			describe_asleep(t, what, sizeof(what));
			fprintf(to, "left process %s (in %s)\n", t->name, what);
			found(LEFT, "%s is left behind, in %s", t->name, what);
		}
	}
}
