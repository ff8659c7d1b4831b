/*
 * Makes System V objects, as many and as large as it can, and gives them to another
 * user: whoever looks for those of this one finds neither them nor their memory.
 *
 * Lab: hello
 * Expect: LEAK LIMIT
 * Marks: 10
 * Seconds: 120
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <unistd.h>

union semun {
	int val;
	struct semid_ds *buf;
	unsigned short *array;
};

int
main(void)
{
	struct shmid_ds segment;
	struct semid_ds set;
	struct msqid_ds queue;
	int id = shmget(IPC_PRIVATE, 1 << 20, 0600);

	if (id != -1 && shmctl(id, IPC_STAT, &segment) == 0) {
		segment.shm_perm.uid = 65533;
		if (shmctl(id, IPC_SET, &segment) == 0)
			puts("the segment is another's");
	}
	id = semget(IPC_PRIVATE, 4, 0600);
	if (id != -1 &&
	    semctl(id, 0, IPC_STAT, (union semun){ .buf = &set }) == 0) {
		set.sem_perm.uid = 65533;
		semctl(id, 0, IPC_SET, (union semun){ .buf = &set });
	}
	id = msgget(IPC_PRIVATE, 0600);
	if (id != -1 && msgctl(id, IPC_STAT, &queue) == 0) {
		queue.msg_perm.uid = 65533;
		msgctl(id, IPC_SET, &queue);
	}
	return 0;
}
