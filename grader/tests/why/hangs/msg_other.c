/* Sends to the queue of one key, and reads that of another. */
#include <err.h>
#include <sys/msg.h>

struct message {
	long type;
	char text[4];
};

int
main(void)
{
	struct message m = { .type = 1 };
	int to = msgget(0x1234, IPC_CREAT | 0600);
	int from = msgget(0x1235, IPC_CREAT | 0600);

	if (msgsnd(to, &m, sizeof m.text, 0) == -1)
		err(1, "msgsnd");
	return msgrcv(from, &m, sizeof m.text, 0, 0) == -1;
}
