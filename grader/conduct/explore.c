/*
 * Many runs of the same scenario, each from the same start. First the usual
 * schedule, which offers what could be done otherwise; then, in turn, each single
 * deviation from it and a random schedule; then pairs of deviations instead of
 * single ones. With a finding, the list that led to it is repeated, made as
 * short as it can be, and told in words.
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { PAIRS_MAX = 40000, SHRINK_RUNS = 80, REPEATS = 3 };
enum { CALLS_MAX = 400000 }; /* of all runs: some seconds of processor time */

static long runs, calls_made, bad, noise;
static bool endless; /* a run had to be ended */
static double began;
static char *first_out; /* of the usual run, to compare with */
static size_t first_out_size, first_err_size;
static char *expected;
static size_t expected_size;

static double
seconds(void)
{
	return (double)clock_ns() / 1e9;
}

/* May the program's result be another one, because of what was done to it? */
static bool
excused(void)
{
	for (int i = 0; i < run.made.n; i++)
		if (run.made.choice[i].kind == FAULT &&
		    error_number("EINTR") != (int)run.made.choice[i].value)
			return true;
	return false;
}

static bool
same_out(const char *text, size_t size)
{
	return run.out_size == size && memcmp(run.out, text, size) == 0;
}

/* Does each failure, or short count, have a run of its own? */
static bool
each_in_turn(void)
{
	return options.each_usual || options.each_half || options.each_fault ||
	       options.each_half_of;
}

/* What the test expects of each run. */
static void
judge(void)
{
	int status = WIFSIGNALED(run.status) ? 128 + WTERMSIG(run.status)
					     : WEXITSTATUS(run.status);

	/* What the scenario waited for does not come, because of the fault. */
	if ((run.verdict == ALONE || run.in_vain) && excused()) {
		run.verdict = ENDED;
		run.reason[0] = '\0';
		return;
	}
	if (run.verdict != ENDED)
		return;
	if (options.signal != 0 && run.signals_sent == 0)
		return;
	if (excused()) {
		if (first_out != NULL && status == 0 &&
		    !same_out(first_out, first_out_size) &&
		    run.err_size == first_err_size)
			found(SILENT,
			      "a call failed, the output is another, and "
			      "nothing says so: no complaint, exit status 0");
		return;
	}
	/* What EINTR or a short count does, a program can make good. */
	if (run.fault_used && each_in_turn() && run.list != NULL &&
	    run.list->n == 1 && !same_out(first_out, first_out_size))
		found(OUTPUT, "the output is another");
	if (options.expect_out != NULL && !same_out(expected, expected_size))
		found(OUTPUT, "the output is not what it should be");
	if (options.expect_status >= 0 && status != options.expect_status)
		found(STATUS, "the exit status is %d, not %d", status,
		      options.expect_status);
}

static enum verdict
one(enum mode mode, const struct list *list, uint64_t chance, bool collect)
{
	run.mode = mode;
	run.list = list;
	run.chance = chance;
	run.collect = collect;
	folder_restore();
	run_once();
	judge();
	return run.verdict;
}

/* The same list again; whether it leads to the same verdict. */
static bool
again(const struct list *list, enum verdict verdict)
{
	return one(BY_LIST, list, options.seed, false) == verdict;
}

/* Leaves out of the list what is not needed for the verdict. */
static void
shrink(struct list *list, enum verdict verdict)
{
	int left = SHRINK_RUNS;

	for (int size = list->n / 2; size > 0; size = size / 2)
		for (int at = 0; at + size <= list->n && left > 0;) {
			struct list shorter = { 0 };

			for (int i = 0; i < list->n; i++)
				if (i < at || i >= at + size)
					list_add(&shorter, &list->choice[i]);
			left--;
			if (again(&shorter, verdict))
				list_copy(list, &shorter);
			else
				at += size;
			list_free(&shorter);
		}
	if (list->n == 1 && left > 0) {
		struct list none = { 0 };

		if (again(&none, verdict))
			list->n = 0;
	}
}

static void
show(long number, double when, int repeated)
{
	printf("run %ld, after %.2f s: %s: %s\n", number, when,
	       verdict_names[run.verdict], run.reason);
	if (run.words_size > 0)
		fputs(run.words, stdout);
	printf("again: -l ");
	list_print(stdout, &run.made);
	printf(" (%d of %d repeats)\n", repeated, REPEATS);
}

/*
 * Does the list lead to the verdict again? What cannot be repeated is no
 * finding: the machine may have had a part in it. It is noted.
 */
static bool
can_be_repeated(const struct list *list, enum verdict verdict)
{
	char reason[REASON_BYTES];

	snprintf(reason, sizeof(reason), "%s", run.reason);
	for (int i = 0; i < REPEATS; i++)
		if (again(list, verdict))
			return true;
	noise++;
	printf("run %ld: seen once, and not again: %s: %s\n", runs,
	       verdict_names[verdict], reason);
	record_note("noise", "run %ld %s: %s", runs, verdict_names[verdict],
		    reason);
	return false;
}

/* A finding: `run` holds it. */
static void
finding(void)
{
	struct list list = { 0 };
	enum verdict verdict = run.verdict;
	double when = seconds() - began;
	int repeated = 0;

	/* What takes all of its time is not worth another run. */
	if (verdict == LIMIT) {
		bad++;
		endless = true;
		printf("run %ld, after %.2f s: limit: %s\n", runs, when,
		       run.reason);
		record_run(runs);
		return;
	}
	list_copy(&list, &run.made);
	if (can_be_repeated(&list, verdict) && ++bad == 1) {
		shrink(&list, verdict);
		run.tell = true;
		for (int i = 0; i < REPEATS; i++)
			repeated += again(&list, verdict);
		run.tell = false;
		if (run.verdict != verdict)
			again(&list, verdict);
		show(runs, when, repeated);
		record_note("repeats", "%d of %d", repeated, REPEATS);
	}
	record_run(runs);
	list_free(&list);
}

static bool
time_left(void)
{
	if (bad > 0 && (!options.all_findings || endless))
		return false;
	return runs < options.runs && calls_made < CALLS_MAX;
}

/* After a run: keeps it, or looks into what it has found. */
static void
after(void)
{
	runs++;
	calls_made += run.calls;
	if (run.verdict != ENDED)
		finding();
	else
		record_run(runs);
}

static void
shuffle(struct list *list)
{
	for (int i = list->n - 1; i > 0; i--) {
		int j = (int)(rnd() % (uint64_t)(i + 1));
		struct choice c = list->choice[i];

		list->choice[i] = list->choice[j];
		list->choice[j] = c;
	}
}

/* Is `c` worth a run by itself? With a signal to send, only the signal is. */
static bool
single(const struct choice *c)
{
	return options.signal == 0 || c->kind == SIGNAL;
}

static void
keep_possible(struct list *singles)
{
	for (int i = 0; i < run.possible.n; i++)
		if (single(&run.possible.choice[i]))
			list_add(singles, &run.possible.choice[i]);
}

/* Faults first: they are few, and certain. */
static void
faults_first(struct list *list)
{
	int at = 0;

	for (int i = 0; i < list->n; i++) {
		struct choice c = list->choice[i];

		if (c.kind != FAULT && c.kind != HALF)
			continue;
		list->choice[i] = list->choice[at];
		list->choice[at++] = c;
	}
}

/* Pairs: a deviation that was run, and one that its run offered. */
static struct list *pairs;
static int npairs;

static void
keep_pairs(const struct list *first)
{
	const struct choice *last = &first->choice[first->n - 1];
	bool at_it = false, after_it = false;

	if (pairs == NULL)
		pairs = calloc(PAIRS_MAX, sizeof(*pairs));
	for (int i = 0; i < run.possible.n && npairs < PAIRS_MAX; i++) {
		const struct choice *c = &run.possible.choice[i];
		bool same =
		    strcmp(c->at, last->at) == 0 && c->point == last->point;

		after_it = after_it || (at_it && !same);
		at_it = at_it || same;
		/* Two failures are too much to ask for. */
		if (last->kind == FAULT &&
		    (c->kind == FAULT || c->kind == HALF))
			continue;
		if (!after_it && last->kind != FAULT && last->kind != HALF)
			continue;
		list_add(&pairs[npairs], last);
		list_add(&pairs[npairs++], c);
	}
}

static bool
next_pair(struct list *list)
{
	int i;

	if (npairs == 0)
		return false;
	i = (int)(rnd() % (uint64_t)npairs);
	list_copy(list, &pairs[i]);
	list_free(&pairs[i]);
	pairs[i] = pairs[--npairs];
	return true;
}

static void
read_expected(void)
{
	FILE *file;

	if (options.expect_out == NULL)
		return;
	file = fopen(options.expect_out, "re");
	if (file == NULL) {
		perror(options.expect_out);
		exit(TROUBLE);
	}
	expected = calloc(1, 1 << 20);
	expected_size = fread(expected, 1, (1 << 20) - 1, file);
	fclose(file);
}

static void
set_apart(void)
{
	first_out = malloc(run.out_size + 1);
	first_out_size = run.out_size;
	first_err_size = run.err_size;
	memcpy(first_out, run.out, run.out_size);
}

/* Runs it as often as it is asked to. Returns the exit status. */
int
explore(void)
{
	struct list singles = { 0 }, list = { 0 };
	bool systematic = true;
	int at = 0;
	uint64_t chance = options.seed, order;

	began = seconds();
	read_expected();
	record_open();
	one(BY_LIST, NULL, chance, true);
	set_apart();
	keep_possible(&singles);
	after();
	/* Where nothing else can be done, the next run would be the same. */
	if (singles.n == 0 && run.verdict == ENDED)
		options.runs = runs;
	rnd_seed(options.seed);
	shuffle(&singles);
	faults_first(&singles);
	order = rnd();
	while (time_left()) {
		bool fault =
		    at < singles.n && (singles.choice[at].kind == FAULT ||
				       singles.choice[at].kind == HALF);

		if (options.only_each && !fault &&
		    !(at < singles.n && singles.choice[at].kind == SIGNAL))
			break;
		if (systematic || fault || options.only_each) {
			systematic = false;
			list.n = 0;
			if (at < singles.n) {
				list_add(&list, &singles.choice[at++]);
				one(BY_LIST, &list, chance, true);
				keep_pairs(&list);
			} else {
				rnd_seed(order++);
				if (!next_pair(&list))
					continue;
				one(BY_LIST, &list, chance, false);
			}
		} else {
			systematic = true;
			one(BY_CHANCE, NULL, ++chance, false);
		}
		after();
	}
	folder_restore();
	printf("%ld runs, %ld found, %.2f s, %.2f of the processor; "
	       "%d single deviations\n",
	       runs, bad, seconds() - began, (double)processor_ns() / 1e9,
	       singles.n);
	record_close(runs, bad, seconds() - began);
	return bad > 0 ? FOUND : 0;
}
