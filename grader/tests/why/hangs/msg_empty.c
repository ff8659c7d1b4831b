/* A queue that nobody sends to. */
#define _GNU_SOURCE
#include <err.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <unistd.h>

int
main(void)
{
	struct {
		long type;
		char text[8];
	} m;
	int queue = msgget(IPC_PRIVATE, 0600);
	if (queue == -1)
		err(1, "msgget");
	if (msgrcv(queue, &m, sizeof m.text, 0, 0) == -1)
		err(1, "msgrcv");
	return 0;
}
