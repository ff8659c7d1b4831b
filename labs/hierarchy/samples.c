/*
 * samples: what to say of a thousand times. Their mean says little: one trip
 * during which somebody else had the processor takes as long as a thousand others.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <stdlib.h>

/* For gap 2: what a comparison needs, say. */
// TODO 2
/*
 * Gap 2: the percentile of `rank`, a number from 1 to 100: the smallest of the `n`
 * samples for which so many percent of all samples, or more, are not larger.
 *
 * There are 1 or more, in any order (sorted already, say, or all the same), and you
 * may put them in another one. `measure -n 1000000` brings a million: n * n steps
 * would take far too long.
 * Traps: the difference of two samples may not fit into an int, nor even into a
 * long long; an index counts from 0; 7 percent of 100 samples are 7, which
 * 0.07 * 100 is not.
 */
long long
percentile(long long *samples, size_t n, int rank)
{
	// TODO 2
	(void)samples;
	(void)n;
	(void)rank;
	return 0;
}
