/*
 * All mechanisms, in the order in which they are measured.
 */
#include "link.h"

const struct mechanism *const mechanisms[] = {
	&shm_spin,   &shm_futex,   &mapped_file,   &eventfd_mechanism,
	&signals,    &pipes,	   &fifos,	   &posix_queue,
	&sysv_queue, &unix_stream, &unix_datagram, &unix_seqpacket,
	&tcp,	     &door,	   &spool_file,	   NULL,
};
