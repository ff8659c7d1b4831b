/* With an argument, sends to one key and ends; without, reads another. */
#include <err.h>
#include <sys/msg.h>

int
main(int argc, char **argv)
{
	struct {
		long type;
		char text[4];
	} m = { .type = 1 };
	int id = msgget(argc > 1 ? 0x1234 : 0x1235, IPC_CREAT | 0600);

	(void)argv;
	if (argc > 1)
		return msgsnd(id, &m, sizeof m.text, 0);
	return msgrcv(id, &m, sizeof m.text, 0, 0) == -1;
}
