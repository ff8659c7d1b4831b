/* Sends to one name, and reads the other. */
#include <err.h>
#include <fcntl.h>
#include <mqueue.h>
#include <stdlib.h>

int
main(void)
{
	struct mq_attr a = { .mq_maxmsg = 2, .mq_msgsize = 8 };
	char text[8];
	mqd_t to = mq_open("/why-to", O_CREAT | O_RDWR, 0600, &a);
	mqd_t from = mq_open("/why-from", O_CREAT | O_RDWR, 0600, &a);

	mq_unlink("/why-to");
	mq_unlink("/why-from");
	if (mq_send(to, "x", 1, 0) == -1)
		err(1, "mq_send");
	return mq_receive(from, text, sizeof text, NULL) == -1;
}
