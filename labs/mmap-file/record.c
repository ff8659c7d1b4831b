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
	// TODO 3
	(void)field, (void)size, (void)text;
	errno = ENOSYS;
	return -1;
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
	// TODO 3
	(void)car;
	errno = ENOSYS;
	return -1;
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
	// TODO 4
	(void)record, (void)car;
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
	// TODO 4
	(void)record, (void)car;
	errno = ENOSYS;
	return -1;
}
