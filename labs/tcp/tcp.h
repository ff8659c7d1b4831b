/* tcp.h: frames on a TCP connection, and addresses of both families */
#include <netdb.h>
#include <stddef.h>

enum {
	TEXT_MAX = 64 << 10, /* bytes of text that a frame may have */
	HEADER = 4,	     /* before them: how many, in network byte order */
	FRAME_MAX = HEADER + TEXT_MAX,
	QUEUE_MAX = 256 << 10, /* bytes that may wait to be sent */
	FAMILIES = 2,	       /* IPv4 and IPv6 */
};

/* A connection, as one side sees it. Each direction has its own end. */
struct peer {
	int fd;		   /* -1: closed */
	int number;	   /* of a client: 1, 2, 3 ... */
	int input_over;	   /* the other side has ended its direction */
	int last_queued;   /* we shall queue no more ... */
	int output_over;   /* ... and all is sent: we have ended ours */
	size_t begin, end; /* what has come is in[begin] to in[end - 1] */
	size_t queued;	   /* bytes of `out` that wait to be sent */
	char in[FRAME_MAX];
	char out[QUEUE_MAX];
};

/* frame.c: the gaps 1 and 3 */
int put_frame(struct peer *p, const char *text, size_t length);
int take_frame(struct peer *p, const char **text, size_t *length);
int receive(struct peer *p);
int send_queued(struct peer *p);

/* address.c: gap 2 */
int listen_at(const struct addrinfo *a);
int connect_to(const struct addrinfo *list);

/* "0" to "65535", five digits at most and nothing else; or -1. */
int port_number(const char *text);
/* The addresses of a host, for freeaddrinfo; or says why not, and exits. */
struct addrinfo *addresses_of(const char *host, const char *port);
/* Listens at the loopback addresses; sets *port if it is 0. How many; or exits. */
int listen_on(int *port, int fds[FAMILIES]);
