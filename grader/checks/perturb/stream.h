/* What the parts of perturb share that cut reads and writes short. */
#ifndef PERTURB_STREAM_H
#define PERTURB_STREAM_H

#include <sys/uio.h>

#include "perturb.h"

enum stream { OTHER, PIPE, SOCKET };

/* What `fd` is; OTHER also if it must be left alone. */
enum stream perturb_stream(int fd);

/* Some number from 1 to `size` - 1, often a small one; `size` is at least 2. */
size_t perturb_piece(size_t size);

/* True if this is one of the transfers to be cut. */
bool perturb_cut_now(void);

/* With INTERRUPT: sets errno to EINTR and returns true if the call is to fail. */
bool perturb_fails(int fd);

/* The sum of the lengths; 0 if there are more than the call will take. */
size_t perturb_total(const struct iovec *v, long count);

/*
 * Several buffers of which only `size` bytes are to be used: the first that is
 * not empty does, and that maybe in part.
 */
struct iovec perturb_first(const struct iovec *v, size_t size);

#endif
