/* A message of another type than the one that is asked for. */
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
	} m = { .type = 1 };
	int queue = msgget(IPC_PRIVATE, 0600);
	if (queue == -1 || msgsnd(queue, &m, sizeof m.text, 0) == -1)
		err(1, "msgsnd");
	if (msgrcv(queue, &m, sizeof m.text, 7, 0) == -1)
		err(1, "msgrcv");
	return 0;
}
