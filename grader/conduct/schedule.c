/*
 * Who goes next. The usual schedule: the one that went last goes on until it
 * sleeps or ends, then the one that has stood longest. Who is not let go on by
 * a choice is held back until no other can: so one choice is enough for most of
 * what can happen at one moment. A run is the usual
 * schedule and a list of choices that differ from it; each says where (whose
 * n-th stop, so that a list still means the same when other choices go), and
 * what:
 *
 *	0.1@17>0.2	at the 17th stop of 0.1, 0.2 goes on
 *	0.1@17~0.2	... the time limit of 0.2 ends, and 0.2 goes on
 *	0.1@17!12>0.2	... signal 12 comes to 0.2
 *	0.1#9=pipe:EMFILE	the 9th call of 0.1, if it is pipe, fails
 *	0.1#9/1		the 9th call of 0.1 does 1 byte
 *
 * A random schedule gives each process a priority, and lowers that of the one
 * that goes at a few random steps (PCT: Burckhardt and others, "A randomized
 * scheduler with probabilistic guarantees of finding bugs", 2010): few changes
 * find more than many.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <stdlib.h>
#include <string.h>

enum { CHANGES = 3, PEEKS = 3, HELD_BACK = 1000000 };

static uint64_t random_state = 1;
static long change_at[CHANGES]; /* steps */
static long peek_at[PEEKS];	/* steps at which the scenario looks again */
static long signal_at;		/* step */
static long usual_steps = 100;

uint64_t
rnd(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state >> 11;
}

void
rnd_seed(uint64_t seed)
{
	random_state = seed * 2654435761u + 88172645463325252u;
	if (random_state == 0)
		random_state = 1;
	for (int i = 0; i < 4; i++)
		rnd();
}

/* ---- lists */

void
list_add(struct list *list, const struct choice *choice)
{
	if (list->n == list->room) {
		list->room = list->room * 2 + 16;
		list->choice =
		    realloc(list->choice, (size_t)list->room * sizeof(*choice));
		if (list->choice == NULL)
			abort();
	}
	list->choice[list->n++] = *choice;
}

void
list_copy(struct list *to, const struct list *from)
{
	to->n = 0;
	for (int i = 0; i < from->n; i++)
		list_add(to, &from->choice[i]);
}

void
list_free(struct list *list)
{
	free(list->choice);
	memset(list, 0, sizeof(*list));
}

void
list_print(FILE *out, const struct list *list)
{
	if (list->n == 0)
		fputs("-", out);
	for (int i = 0; i < list->n; i++) {
		const struct choice *c = &list->choice[i];

		fprintf(out, "%s%s%c%lu", i == 0 ? "" : ",", c->at,
			c->kind == FAULT || c->kind == HALF ? '#' : '@',
			c->point);
		switch (c->kind) {
		case SWITCH:
			fprintf(out, ">%s", c->who);
			break;
		case TIMER:
			fprintf(out, "~%s", c->who);
			break;
		case SIGNAL:
			fprintf(out, "!%ld>%s", c->value, c->who);
			break;
		case FAULT:
			fprintf(out, "=%s:%s", c->who,
				error_name((int)c->value));
			break;
		case HALF:
			fprintf(out, "/%ld", c->value);
			break;
		}
	}
}

static bool
choice_read(const char *text, struct choice *c)
{
	char mark, what[ROLE_BYTES];
	int n = 0;

	memset(c, 0, sizeof(*c));
	if (sscanf(text, "%59[0-9.t]%c%lu%n", c->at, &mark, &c->point, &n) != 3)
		return false;
	text += n;
	if (mark == '#' && sscanf(text, "=%59[^:]:%59s", c->who, what) == 2) {
		c->kind = FAULT;
		c->value = error_number(what);
		return c->value != 0;
	}
	if (mark == '#' && sscanf(text, "/%ld", &c->value) == 1) {
		c->kind = HALF;
		return c->value > 0;
	}
	if (mark != '@')
		return false;
	if (sscanf(text, "!%ld>%59[0-9.t]", &c->value, c->who) == 2) {
		c->kind = SIGNAL;
		return true;
	}
	c->kind = *text == '~' ? TIMER : SWITCH;
	return (*text == '~' || *text == '>') &&
	       sscanf(text + 1, "%59[0-9.t]", c->who) == 1;
}

/* Reads what list_print has printed. */
bool
list_read(struct list *list, const char *text)
{
	char one[200];
	int n;

	if (strcmp(text, "-") == 0)
		return true;
	while (sscanf(text, "%199[^,]%n", one, &n) == 1) {
		struct choice c;

		if (!choice_read(one, &c))
			return false;
		list_add(list, &c);
		text += n;
		text += *text == ',';
	}
	return *text == '\0';
}

/* ---- choices */

void
schedule_reset(void)
{
	rnd_seed(run.chance);
	for (int i = 0; i < CHANGES; i++)
		change_at[i] = (long)(rnd() % (uint64_t)usual_steps);
	for (int i = 0; i < PEEKS; i++)
		peek_at[i] = (long)(rnd() % (uint64_t)usual_steps);
	signal_at = (long)(rnd() % (uint64_t)usual_steps);
}

static struct tracee *
oldest(bool polite)
{
	struct tracee *first = NULL;

	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		if (t->state == READY && (polite || !t->yields) &&
		    (first == NULL || t->last < first->last))
			first = t;
	return first;
}

/* Who would go on in the usual schedule. */
static struct tracee *
usual(void)
{
	struct tracee *current =
	    run.current >= 0 ? &tracees[run.current] : NULL;
	struct tracee *t;

	if (current != NULL && current->state == READY && !current->yields)
		return current;
	t = oldest(false);
	return t != NULL ? t : oldest(true);
}

static struct tracee *
highest(bool polite)
{
	struct tracee *first = NULL;

	for (struct tracee *t = tracees; t < tracees + ntracees; t++) {
		if (t->state != READY || (t->yields && !polite))
			continue;
		if (t->priority == 0)
			t->priority = 1000 + (int)(rnd() % 1000);
		if (first == NULL || t->priority > first->priority)
			first = t;
	}
	return first;
}

static bool
takes_signals(const struct tracee *t)
{
	return t->tested && t->state != DEAD && !t->starting &&
	       t->leader == t - tracees;
}

/* Where all sleep. */
static bool
may_be_woken(const struct tracee *t)
{
	return options.signal != 0 && run.signals_sent == 0 &&
	       takes_signals(t) && tracee_answers_to(t, options.signal_role) &&
	       (options.signal_after[0] == '\0' || t->ripe);
}

/* The thread of the process t, itself among them, that is about to make that
 * call, or NULL. */
static const struct tracee *
thread_about_to(const struct tracee *t, const char *call)
{
	for (const struct tracee *one = t; one < tracees + ntracees; one++)
		if (one->leader == t->leader && one->state != DEAD &&
		    one->at == AT_ENTRY && call_is(one->call, call))
			return one;
	return NULL;
}

static bool
may_be_signalled(const struct tracee *t)
{
	return may_be_woken(t) &&
	       (options.signal_before[0] == '\0' ||
		thread_about_to(t, options.signal_before) != NULL);
}

/* The one whose sleep the scenario's own look would end. */
static struct tracee *
looker(void)
{
	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		if (t->state == ASLEEP && t->timed && t->scenario)
			return t;
	return NULL;
}

/* What else could be done here: kept for the explorer. */
static void
offer(const struct tracee *at, const struct tracee *next)
{
	struct choice c = { .point = at->points };

	snprintf(c.at, sizeof(c.at), "%s", at->role);
	for (struct tracee *t = tracees; t < tracees + ntracees; t++) {
		snprintf(c.who, sizeof(c.who), "%s", t->role);
		if (t != next && t->state == READY) {
			c.kind = SWITCH;
			list_add(&run.possible, &c);
		}
		if (t == looker()) {
			c.kind = TIMER;
			list_add(&run.possible, &c);
		}
		/* Of a thousand numbers closed in turn one place is enough. */
		if (may_be_signalled(t) && !t->unchanged) {
			c.kind = SIGNAL;
			c.value = options.signal;
			list_add(&run.possible, &c);
		}
	}
}

static struct tracee *
by_chance(struct tracee *current)
{
	struct tracee *first, *t;

	for (int i = 0; i < CHANGES; i++)
		if (change_at[i] == run.steps && current != NULL)
			current->priority = CHANGES - i;
	for (int i = 0; i < PEEKS; i++)
		if (peek_at[i] == run.steps && (t = looker()) != NULL)
			return t;
	first = highest(false);
	return first != NULL ? first : highest(true);
}

static void
signal_to(const struct tracee *at, struct tracee *t, int signal)
{
	struct choice c = { .kind = SIGNAL,
			    .point = at->points,
			    .value = signal };
	const struct tracee *thread = NULL;

	snprintf(c.at, sizeof(c.at), "%s", at->role);
	snprintf(c.who, sizeof(c.who), "%s", t->role);
	if (options.signal_before[0] != '\0')
		thread = thread_about_to(t, options.signal_before);
	tell_choice(&c, thread != NULL ? thread : t);
	say("%s comes to %s", signal_name(signal), t->name);
	run.signals_sent++;
	run.signalled_at = time_now();
	run.held_up = at->tid;
	t->seen_by_others = true;
	send_signal(t, signal);
	list_add(&run.made, &c);
}

/*
 * `signal` has come while `pick` was about to go on. If that blocks it, and a
 * thread of the same process has slept in wait for it, that thread goes first, as
 * a handler would.
 */
static struct tracee *
taker_of(int signal, struct tracee *pick)
{
	if ((tracee_signals(pick, "SigBlk") >> (signal - 1) & 1) == 0)
		return pick;
	for (struct tracee *t = tracees; t < tracees + ntracees; t++)
		if (t != pick && t->tgid == pick->tgid && t->state == READY &&
		    t->at == AT_EXIT && t->slept)
			return t;
	return pick;
}

/* All sleep: is it time for the signal? */
bool
signal_when_asleep(void)
{
	static struct tracee nobody = { .role = "0" };

	for (struct tracee *t = tracees; t < tracees + ntracees; t++) {
		if (!may_be_woken(t))
			continue;
		signal_to(run.current >= 0 ? &tracees[run.current] : &nobody, t,
			  options.signal);
		run.made
		    .n--; /* it happens by itself when the list is repeated */
		return true;
	}
	return false;
}

/*
 * Chooses who goes next; one at least is READY. May end a sleep, and send a
 * signal. Returns NULL if the choice is to be made again.
 */
struct tracee *
choose(void)
{
	static struct tracee nobody = { .role = "0" };
	struct tracee *current =
	    run.current >= 0 ? &tracees[run.current] : &nobody;
	struct tracee *pick = usual(), *before = pick;
	int signalled = 0; /* which */

	current->points++;
	if (run.collect)
		offer(current, pick);
	if (run.mode == BY_CHANCE) {
		pick = by_chance(run.current >= 0 ? current : NULL);
		if (run.steps >= signal_at)
			for (struct tracee *t = tracees;
			     t < tracees + ntracees && signalled == 0; t++)
				if (may_be_signalled(t)) {
					signal_to(current, t, options.signal);
					signalled = options.signal;
				}
	}
	for (int i = 0; run.list != NULL && i < run.list->n; i++) {
		const struct choice *c = &run.list->choice[i];
		struct tracee *t;

		if (c->kind == FAULT || c->kind == HALF ||
		    c->point != current->points ||
		    strcmp(c->at, current->role) != 0)
			continue;
		t = tracee_by_role(c->who);
		if (t == NULL || t->state == DEAD)
			continue;
		if (c->kind == SIGNAL &&
		    (options.signal != 0 ? may_be_signalled(t)
					 : takes_signals(t))) {
			signal_to(current, t, (int)c->value);
			signalled = (int)c->value;
		} else if ((c->kind == SWITCH && t->state == READY) ||
			   (c->kind == TIMER && t->state == ASLEEP &&
			    t->timed)) {
			pick = t;
		}
	}
	run.steps++;
	if (pick != before) {
		struct choice c = { .point = current->points,
				    .kind = pick->state == ASLEEP ? TIMER
								  : SWITCH };

		snprintf(c.at, sizeof(c.at), "%s", current->role);
		snprintf(c.who, sizeof(c.who), "%s", pick->role);
		list_add(&run.made, &c);
		tell_choice(&c, before);
		before->last += HELD_BACK;
	}
	if (pick->state == ASLEEP && !time_fire(pick, -1))
		return NULL;
	if (signalled != 0) {
		settle();
		if (pick->state != READY)
			return NULL;
		pick = taker_of(signalled, pick);
	}
	usual_steps = usual_steps < run.steps ? run.steps : usual_steps;
	return pick;
}
