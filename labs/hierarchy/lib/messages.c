/*
 * The messages. Each is a piece of a long pattern that does not repeat itself, so
 * that nothing need be written, and nothing allocated, while the clock runs.
 */
#include "measure.h"

#define STEP	64 /* bytes between two messages: a cache line */
#define PLACES	64
#define PATTERN (MESSAGE_MAX + STEP * PLACES)

static unsigned char requests[PATTERN], answers[PATTERN];

static void
make_patterns(void)
{
	for (unsigned i = 0; i < PATTERN; i++) {
		requests[i] = (unsigned char)(i * 5 + (i >> 8) + (i >> 16) * 7);
		answers[i] = (unsigned char)~requests[i];
	}
}

static const void *
piece(const unsigned char *pattern, long trip)
{
	if (answers[0] == 0) /* not made yet */
		make_patterns();
	return pattern + trip % PLACES * STEP;
}

const void *
request(long trip)
{
	return piece(requests, trip);
}

const void *
answer(long trip)
{
	return piece(answers, trip);
}
