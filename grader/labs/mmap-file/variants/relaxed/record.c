/* Explicit memory orders and fences, and a reader that tries once more. */
#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "record.h"

int
text_put(char *field, size_t size, const char *text)
{
	if (strlen(text) + 1 > size) {
		errno = EMSGSIZE;
		return -1;
	}
	memset(field, 0, size);
	memcpy(field, text, strlen(text));
	return 0;
}

int
car_check(const struct car *car)
{
	const struct wheel *w = car->wheels;
	bool good = strnlen(car->make, NAME) < NAME;

	good &= strnlen(car->model, NAME) < NAME;
	for (int i = 0; i < WHEELS; i++, w++) {
		good &= strnlen(w->brand, NAME) < NAME;
		good &= strnlen(w->traction, RATING) < RATING;
		good &= strnlen(w->speed, RATING) < RATING;
	}
	if (!good)
		errno = EBADMSG;
	return good ? 0 : -1;
}

void
record_write(struct record *record, const struct car *car)
{
	uint32_t words[WORDS], now;

	memcpy(words, car, sizeof(words));
	now = atomic_load_explicit(&record->changes, memory_order_relaxed);
	now += now % 2 == 0 ? 1 : 2; /* another odd one, if a writer died */
	atomic_store_explicit(&record->changes, now, memory_order_relaxed);
	atomic_thread_fence(memory_order_release);
	for (int i = 0; i < WORDS; i++)
		atomic_store_explicit(&record->words[i], words[i],
				      memory_order_relaxed);
	atomic_store_explicit(&record->changes, now + 1, memory_order_release);
}

static bool
try_once(const struct record *record, struct car *car)
{
	uint32_t words[WORDS], before, after;

	before = atomic_load_explicit(&record->changes, memory_order_acquire);
	for (int i = 0; i < WORDS; i++)
		words[i] = atomic_load_explicit(&record->words[i],
						memory_order_relaxed);
	atomic_thread_fence(memory_order_acquire);
	after = atomic_load_explicit(&record->changes, memory_order_relaxed);
	memcpy(car, words, sizeof(words));
	return before == after && before % 2 == 0;
}

int
record_read(const struct record *record, struct car *car)
{
	if (try_once(record, car) || try_once(record, car))
		return 0;
	errno = EAGAIN;
	return -1;
}
