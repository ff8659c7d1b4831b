/*
 * One round after the other: of each size of message, on each number of cores, of
 * each mechanism.
 */
#define _GNU_SOURCE
#include "link.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

static int size, cores, chosen,
    done; /* the next one, as indexes; done: rounds */

int
next_round(struct round *round)
{
	if (done == options.rounds) {
		done = 0;
		chosen++;
	}
	if (options.chosen[chosen] == NULL) {
		chosen = 0;
		cores++;
	}
	if (options.cores[cores] == 0) {
		cores = 0;
		size++;
	}
	if (options.bytes[size] == 0)
		return 0;
	*round = (struct round){
		.mechanism = options.chosen[chosen],
		.cores = options.cores[cores],
		.number = ++done,
		.plan = options.plan,
	};
	round->plan.bytes = options.bytes[size];
	return 1;
}

int
play(struct round *round)
{
	const struct mechanism *mechanism = round->mechanism;
	struct channel channel;
	char text[160];
	int result = -1;

	request(0); /* so that the fork finds all messages made */
	make_shared(round);
	channel_init(&channel);
	if (mechanism->spins && round->cores == 1 && !options.named) {
		skip(mechanism,
		     "on one core each side spins until its turn is over");
	} else if (mechanism->open(&channel) == -1) {
		skip(mechanism, strerror(errno));
	} else {
		result = play_round(round, &channel, options.limit, text,
				    sizeof(text));
		if (result == -1)
			complain(round, text);
	}
	if (mechanism->close != NULL)
		mechanism->close(&channel);
	channel_remove(&channel);
	if (result > 0) {
		raise(result);
		exit(1);
	}
	if (result == -1)
		done = options.rounds; /* the next one would be no better */
	return result == 0;
}
