/*
 * What logd, logit and ask agree on.
 *
 * A record is a line of at most PIPE_BUF bytes, newline included: so much goes
 * into a FIFO in one piece. One that begins with '?' is a request, "?PID
 * QUESTION"; the reply, a line too, goes to the FIFO of that client, FIFO.PID.
 */
#include <limits.h>
#include <stddef.h>

enum {
	LOG_MODE = 0620,   /* the group may write, and nobody else reads */
	REPLY_MODE = 0600, /* replies are nobody else's business */
	REPLY_MAX = 64,	   /* bytes, newline included */
	NAME = PATH_MAX + 16,
};

int open_server(const char *path);
int send_record(int fd, const char *record, size_t len);
