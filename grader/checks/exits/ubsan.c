/*
 * What UBSan finds, as a note. It writes to standard error, whatever its options
 * say, where AddressSanitizer's library is loaded too (gcc); a program may have
 * sent that anywhere.
 */
#include "../note/note.h"

/* Called by UBSan for each report; asks it what the report is about. */
EXPORT void __ubsan_on_report(void);
extern void __ubsan_get_current_report_data(const char **kind,
					    const char **message,
					    const char **file, unsigned *line,
					    unsigned *column, char **address)
    __attribute__((weak));

void
__ubsan_on_report(void)
{
	const char *kind = "", *message = "", *file = "";
	unsigned line = 0, column = 0;
	char *address = NULL;
	struct note n;

	if (!note_here() || __ubsan_get_current_report_data == NULL)
		return;
	__ubsan_get_current_report_data(&kind, &message, &file, &line, &column,
					&address);
	note_begin(&n, "exits");
	note_text(&n, "undefined behaviour: ");
	note_text(&n, message);
	note_text(&n, " at ");
	note_text(&n, file);
	note_text(&n, ":");
	note_unsigned(&n, line, 10);
	note_send(&n);
}
