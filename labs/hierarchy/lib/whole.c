/*
 * Whole messages, out of the parts that a mechanism takes.
 */
#define _GNU_SOURCE
#include "link.h"

#include <errno.h>

static int
send_whole(struct link *link, const void *message, size_t bytes)
{
	struct end *end = (struct end *)link;

	for (size_t done = 0; done < bytes;) {
		ssize_t n = end->mechanism->put(
		    end, (const char *)message + done, bytes - done);

		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

static int
receive_whole(struct link *link, void *message, size_t bytes)
{
	struct end *end = (struct end *)link;

	for (size_t done = 0; done < bytes;) {
		ssize_t n = end->mechanism->take(end, (char *)message + done,
						 bytes - done);

		if (n == 0)
			errno = EPIPE;
		if (n == 0 || (n == -1 && errno != EINTR))
			return -1;
		if (n > 0)
			done += (size_t)n;
	}
	return 0;
}

void
end_init(struct end *end, const struct mechanism *mechanism,
	 struct channel *channel, int side)
{
	*end = (struct end){
		.link = { send_whole, receive_whole },
		.mechanism = mechanism,
		.channel = channel,
		.side = side,
	};
}
