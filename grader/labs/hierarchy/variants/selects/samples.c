/*
 * samples: a percentile without putting anything in order: Hoare's selection, on a
 * copy of the samples.
 */
#define _GNU_SOURCE
#include "measure.h"

#include <err.h>
#include <stdlib.h>
#include <string.h>

static void
exchange(long long *a, long long *b)
{
	long long saved = *a;

	*a = *b;
	*b = saved;
}

/* The k-th smallest, from 0 on. */
static long long
select_one(long long *v, size_t n, size_t k)
{
	size_t low = 0, high = n - 1;

	while (low < high) {
		long long pivot = v[low + (high - low) / 2];
		size_t i = low, j = high;

		for (;;) {
			while (v[i] < pivot)
				i++;
			while (v[j] > pivot)
				j--;
			if (i >= j)
				break;
			exchange(&v[i++], &v[j--]);
		}
		/* v[low..j] are not above the pivot, v[j + 1..high] not below. */
		if (v[j] > pivot)
			j--;
		if (k <= j)
			high = j;
		else
			low = j + 1;
	}
	return v[k];
}

long long
percentile(long long *samples, size_t n, int rank)
{
	size_t below = 0;
	long long *copy = malloc(n * sizeof(*copy)), value;

	if (copy == NULL)
		err(1, "memory");
	memcpy(copy, samples, n * sizeof(*copy));
	/* As many as are needed: by counting, not by dividing. */
	while (below * 100 < n * (size_t)rank)
		below++;
	value = select_one(copy, n, below - 1);
	free(copy);
	return value;
}
