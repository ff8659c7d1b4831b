#include <err.h>
#include <stdio.h>
#include <string.h>
#include <sys/msg.h>

struct letter {
	long type;
	char text[8];
};

int
main(void)
{
	struct letter letters[] = {
		{ 3, "c" }, { 2, "bb" }, { 0, "?" }, { 1, "a" }, { 2, "b" }
	};
	long wanted[] = { -2, 3, 0, 0 };
	int id = msgget(IPC_PRIVATE, 0600);

	if (id == -1)
		err(1, "msgget");
	for (int i = 0; i < 5; i++)
		if (msgsnd(id, &letters[i], sizeof(letters[i].text), 0) == -1)
			printf("%s: not sent\n", letters[i].text);
	for (int i = 0; i < 4; i++) {
		struct letter got;

		if (msgrcv(id, &got, sizeof(got.text), wanted[i], IPC_NOWAIT) ==
		    -1)
			err(1, "msgrcv");
		printf("%ld: %s\n", wanted[i], got.text);
	}
	return msgctl(id, IPC_RMID, NULL);
}
