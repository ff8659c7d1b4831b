/* A POSIX queue that nobody sends to. */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	struct mq_attr attr = { .mq_maxmsg = 2, .mq_msgsize = 8 };
	char name[64], text[8] = "";
	snprintf(name, sizeof name, "/why-test-%d", getpid());
	mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, &attr);
	if (queue == -1)
		err(1, "mq_open");
	mq_unlink(name);
	if (mq_receive(queue, text, sizeof text, NULL) == -1)
		err(1, "mq_receive");
	return 0;
}
