/*
 * measure: how long a message takes from one process to another, and back.
 *
 *	./measure [OPTION...] [MECHANISM...]
 *
 * The handout has the options. Look at: the difference between one core and two;
 * and the processor time of those that spin.
 */
#include "measure.h"

int
main(int argc, char *argv[])
{
	struct round round;

	begin(argc, argv);
	while (next_round(&round)) {
		size_t n = (size_t)round.plan.trips;

		if (!play(&round))
			continue;
		round.p50 = percentile(round.samples, n, 50);
		round.p90 = percentile(round.samples, n, 90);
		round.p99 = percentile(round.samples, n, 99);
		print_round(&round);
	}
	return print_end();
}
