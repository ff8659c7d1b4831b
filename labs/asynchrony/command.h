/* command.h: one command of gather's, and what can be done with it */
#include <stddef.h>
#include <sys/types.h>

enum {
	PART = 4096, /* bytes of a line that are kept; a longer one is cut */
	NOT_STARTED = 127,
};

struct command {
	int number;	  /* 1, 2, 3 ... */
	const char *line; /* for sh -c */
	pid_t pid;
	int fd;		 /* waited for: the read end of its pipe, or -1 */
	int output_over; /* its output has ended, so fd is something else */
	int ended;	 /* it was waited for */
	int failed;
	size_t length;	 /* how much of a line of output is there */
	char part[PART]; /* that line, as far as it has come */
};

/* The gaps 1, 2, 3 and 5. */
int start_command(struct command *c);
int take_output(struct command *c);
int end_command(struct command *c);
int watch_end(const struct command *c);
