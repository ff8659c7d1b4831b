/* One byte after the other. */
#include <errno.h>
#include <string.h>

#include "record.h"

int
text_put(char *field, size_t size, const char *text)
{
	size_t length = strnlen(text, size);

	if (length == size)
		return errno = EMSGSIZE, -1;
	for (size_t i = 0; i < size; i++)
		field[i] = i < length ? text[i] : '\0';
	return 0;
}

static int
endless(const char *field, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (field[i] == '\0')
			return 0;
	return 1;
}

int
car_check(const struct car *car)
{
	const struct wheel *w = car->wheels;

	if (endless(car->make, sizeof(car->make)) ||
	    endless(car->model, sizeof(car->model)))
		goto bad;
	for (; w != car->wheels + WHEELS; w++)
		if (endless(w->brand, sizeof(w->brand)) ||
		    endless(w->traction, sizeof(w->traction)) ||
		    endless(w->speed, sizeof(w->speed)))
			goto bad;
	return 0;
bad:
	errno = EBADMSG;
	return -1;
}

void
record_write(struct record *record, const struct car *car)
{
	const char *bytes = (const char *)car;

	if (record->changes % 2 == 0)
		record->changes++;
	for (int i = WORDS - 1; i >= 0; i--) {
		uint32_t word;

		memcpy(&word, bytes + 4 * i, 4);
		record->words[i] = word;
	}
	record->changes++;
}

int
record_read(const struct record *record, struct car *car)
{
	uint32_t before = record->changes;

	if (before & 1) {
		errno = EAGAIN;
		return -1;
	}
	for (int i = WORDS - 1; i >= 0; i--) {
		uint32_t word = record->words[i];

		memcpy((char *)car + 4 * i, &word, 4);
	}
	if (record->changes == before)
		return 0;
	errno = EAGAIN;
	return -1;
}
