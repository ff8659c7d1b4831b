/*
 * samples: a heap, of which the largest are taken away until the percentile is on top.
 */
#define _GNU_SOURCE
#include "measure.h"

static void
sink(long long *heap, size_t n, size_t i)
{
	long long value = heap[i];

	while (2 * i + 1 < n) {
		size_t child = 2 * i + 1;

		if (child + 1 < n && heap[child + 1] > heap[child])
			child++;
		if (heap[child] <= value)
			break;
		heap[i] = heap[child];
		i = child;
	}
	heap[i] = value;
}

long long
percentile(long long *samples, size_t n, int rank)
{
	/* How many may be larger: so many percent that the rest is enough. */
	size_t larger = n * (size_t)(100 - rank) / 100;

	for (size_t i = n / 2; i-- > 0;)
		sink(samples, n, i);
	while (larger-- > 0) {
		long long top = samples[0];

		samples[0] = samples[--n];
		samples[n] = top;
		sink(samples, n, 0);
	}
	return samples[0];
}
