/*
 * What the caller reads: a file of lines, KEY and the rest. First what holds
 * for all runs; then, for each outcome that was seen, a part that begins with
 * "run N" (the first run that had it) and ends with "end".
 *
 *	conduct 1 WORD	the version of this format; WORD is what the caller gave
 *			in CONDUCT_WORD, if it did
 *	run 12
 *	times 3		how many runs had the same outcome
 *	choices LIST	repeats it: conduct -l LIST
 *	verdict WORD	exit, deadlock, alone, left, crash, died, loop, timer,
 *			limit, output, status, silent
 *	reason TEXT
 *	status N	as a shell has it
 *	fault TEXT	a call that was made to fail
 *	signalled	the signal of -k came
 *	left TEXT	what was left behind
 *	awaiting TEXT	what the scenario was waiting for (lib/run.sh)
 *	call WHO CALL ENDED TIMES OBJECT	in the order of the last of each
 *	word TEXT	the schedule in words
 *	out TEXT	a line of standard output ("out- " without a newline)
 *	err TEXT	a line of standard error
 *	end
 *	noise TEXT	what was seen once and could not be repeated: no finding
 *	repeats N of M	how often the first finding came again
 *	runs N / found N / seconds X
 */
#define _GNU_SOURCE
#include "conduct.h"

#include <err.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OUTCOMES_MAX = 200, LINES_MAX = 4000 };

static FILE *record;
static char *record_text;
static size_t record_size;
static struct outcome {
	long run, times;
	uint64_t hash;
	char *text;
	size_t size;
} outcomes[OUTCOMES_MAX];
static int noutcomes;

/*
 * " WORD", or "": by it the caller knows the file for ours. The programs do not know
 * it, and cannot leave another that stands if we are ended before we write.
 */
const char *
record_word(void)
{
	static char word[64];
	const char *given = getenv("CONDUCT_WORD");

	if (given != NULL) {
		snprintf(word, sizeof(word), " %.60s", given);
		unsetenv("CONDUCT_WORD");
	}
	return word;
}

void
record_open(void)
{
	record = options.record == NULL
		     ? NULL
		     : open_memstream(&record_text, &record_size);
	if (record != NULL)
		fprintf(record, "conduct 1%s\n", record_word());
}

/* When nothing that we ran is alive any more: it could have forged a record. */
static void
write_record(void)
{
	FILE *file;

	fclose(record);
	record = NULL;
	unlink(options.record);
	file = fopen(options.record, "wxe");
	if (file == NULL)
		err(TROUBLE, "%s", options.record);
	fwrite(record_text, 1, record_size, file);
	fclose(file);
}

void
record_note(const char *key, const char *format, ...)
{
	va_list values;

	if (record == NULL)
		return;
	fprintf(record, "%s ", key);
	va_start(values, format);
	vfprintf(record, format, values);
	va_end(values);
	fputc('\n', record);
}

static uint64_t
mix(uint64_t hash, const void *bytes, size_t size)
{
	const unsigned char *b = bytes;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ b[i]) * 0x100000001b3u;
	return hash;
}

static int
shell_status(int status)
{
	if (WIFSIGNALED(status))
		return 128 + WTERMSIG(status);
	return WEXITSTATUS(status);
}

static void
lines(FILE *out, const char *key, const char *text, size_t size)
{
	int n = 0;

	while (size > 0 && n++ < LINES_MAX) {
		const char *newline = memchr(text, '\n', size);
		size_t length =
		    newline != NULL ? (size_t)(newline - text) : size;

		fprintf(out, "%s%s ", key, newline != NULL ? "" : "-");
		for (size_t i = 0; i < length; i++) {
			unsigned char c = (unsigned char)text[i];

			if (c == '\\')
				fputs("\\\\", out);
			else if (c == '\0')
				/* A shell drops it: \0 is shown instead. */
				fputs("\\\\0", out);
			else if (c < ' ' && c != '\t')
				fprintf(out, "\\x%02x", c);
			else
				fputc(c, out);
		}
		fputc('\n', out);
		length += newline != NULL;
		text += length;
		size -= length;
	}
}

/* Keeps the run that has just been made, if it is not like an earlier one. */
void
record_run(long number)
{
	uint64_t hash = 0xcbf29ce484222325u;
	const bool signalled = run.signals_sent > 0;
	struct outcome *o;
	FILE *out;

	hash = mix(hash, run.out, run.out_size);
	hash = mix(hash, "|", 1);
	hash = mix(hash, run.err, run.err_size);
	hash = mix(hash, &run.verdict, sizeof(run.verdict));
	hash = mix(hash, &run.status, sizeof(run.status));
	hash = mix(hash, run.faults_text, run.faults_size);
	hash = mix(hash, signalled ? "!" : "-", 1);
	for (o = outcomes; o < outcomes + noutcomes; o++)
		if (o->hash == hash) {
			o->times++;
			return;
		}
	if (noutcomes == OUTCOMES_MAX)
		return;
	noutcomes++;
	o->run = number;
	o->times = 1;
	o->hash = hash;
	out = open_memstream(&o->text, &o->size);
	fputs("choices ", out);
	list_print(out, &run.made);
	fprintf(out, "\nverdict %s\n", verdict_names[run.verdict]);
	if (run.reason[0] != '\0')
		fprintf(out, "reason %s\n", run.reason);
	if (run.root_dead)
		fprintf(out, "status %d\n", shell_status(run.status));
	if (run.faults_text != NULL)
		fputs(run.faults_text, out);
	if (signalled)
		fputs("signalled\n", out);
	if (run.evidence_text != NULL)
		fputs(run.evidence_text, out);
	if (run.words != NULL)
		lines(out, "word", run.words, run.words_size);
	lines(out, "out", run.out, run.out_size);
	lines(out, "err", run.err, run.err_size);
	fclose(out);
}

void
record_close(long runs, long bad, double seconds)
{
	if (record == NULL)
		return;
	for (struct outcome *o = outcomes; o < outcomes + noutcomes; o++)
		fprintf(record, "run %ld\ntimes %ld\n%send\n", o->run, o->times,
			o->text);
	fprintf(record, "runs %ld\nfound %ld\nseconds %.3f\n", runs, bad,
		seconds);
	write_record();
}
