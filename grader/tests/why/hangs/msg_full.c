/* A queue that nobody empties. */
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
		char text[1024];
	} m = { .type = 1 };
	int queue = msgget(IPC_PRIVATE, 0600);
	if (queue == -1)
		err(1, "msgget");
	while (msgsnd(queue, &m, sizeof m.text, 0) == 0)
		;
	err(1, "msgsnd");
	return 0;
}
