/*
 * What is in a mapped record: texts that stay in their fields, and changes that
 * nobody sees half.
 */
#include <errno.h>
#include <string.h>

#include "record.h"

/*
 * Gap 3: put `text` into a field of `size` bytes.
 *
 * A '\0' ends it, inside the field, and the bytes after that are '\0', too.
 * Returns 0; or -1 with EMSGSIZE if it does not fit: then nothing is changed.
 * Trap: what was in the field before may have been longer.
 */
int
text_put(char *field, size_t size, const char *text)
{
	// BEGIN SOLUTION 3
	if (strlen(text) >= size) {
		errno = EMSGSIZE;
		return -1;
	}
	strncpy(field, text, size); /* fills up with '\0' */
	return 0;
	// STUB (void)field, (void)size, (void)text;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 3
}

/*
 * Gap 3, too: does each text of this car, which anybody may have stored, end
 * inside its field?
 *
 * Returns 0 if all 14 do, else -1 with EBADMSG.
 * Trap: strlen(3) does not know where a field ends.
 */
int
car_check(const struct car *car)
{
	// BEGIN SOLUTION 3
	int good = memchr(car->make, '\0', NAME) != NULL &&
		   memchr(car->model, '\0', NAME) != NULL;

	for (int i = 0; i < WHEELS; i++)
		good = good &&
		       memchr(car->wheels[i].brand, '\0', NAME) != NULL &&
		       memchr(car->wheels[i].traction, '\0', RATING) != NULL &&
		       memchr(car->wheels[i].speed, '\0', RATING) != NULL;
	errno = EBADMSG;
	return good ? 0 : -1;
	// STUB (void)car;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 3
}

/*
 * Gap 4: change the record to `car`. The caller sees to it that no other writer
 * is at it.
 *
 * `changes` is odd from before the first word is stored until after the last;
 * then it is even, and a number that it has not had before.
 * Trap: it may be odd to begin with, when a writer was killed.
 */
void
record_write(struct record *record, const struct car *car)
{
	// BEGIN SOLUTION 4
	uint32_t words[WORDS], odd = record->changes | 1;

	memcpy(words, car, sizeof(words));
	record->changes = odd;
	for (int i = 0; i < WORDS; i++)
		record->words[i] = words[i];
	record->changes = odd + 1;
	// STUB (void)record, (void)car;
	// END SOLUTION 4
}

/*
 * Gap 4, too: copy the record to `car`, while others may change it.
 *
 * Returns 0 if `car` is what one writer stored, whole; -1 with EAGAIN if the
 * record was being changed. Never waits, and stores nothing in the record.
 * Trap: a change may begin, or even begin and end, in the middle of the copying.
 */
int
record_read(const struct record *record, struct car *car)
{
	// BEGIN SOLUTION 4
	uint32_t words[WORDS], before = record->changes;

	for (int i = 0; i < WORDS; i++)
		words[i] = record->words[i];
	if (before % 2 != 0 || record->changes != before) {
		errno = EAGAIN;
		return -1;
	}
	memcpy(car, words, sizeof(words));
	return 0;
	// STUB (void)record, (void)car;
	// STUB errno = ENOSYS;
	// STUB return -1;
	// END SOLUTION 4
}
