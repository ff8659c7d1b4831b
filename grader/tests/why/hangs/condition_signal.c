/*
 * A condition variable in shared memory, made for one process: who wakes the second
 * child waits until the first, who cannot hear it, has left.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static struct shared {
	pthread_mutex_t lock;
	pthread_cond_t more;
	int waiting;
} * shared;

/* Does it sleep? Who does not yet may see the signal all the same. */
static int
sleeps(pid_t pid)
{
	char path[40], state = '?';
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (f == NULL)
		return 0;
	(void)!fscanf(f, "%*d (condition_signa) %c", &state);
	fclose(f);
	return state == 'S';
}

static void
start_waiter(int n)
{
	pid_t pid = fork();

	if (pid == 0) {
		pthread_mutex_lock(&shared->lock);
		shared->waiting = n;
		while (n != 0)
			pthread_cond_wait(&shared->more, &shared->lock);
	}
	for (int there = 0; there != n; sched_yield()) {
		if (pthread_mutex_trylock(&shared->lock) != 0)
			continue;
		there = shared->waiting;
		pthread_mutex_unlock(&shared->lock);
	}
	while (!sleeps(pid))
		sched_yield();
	pthread_cond_signal(&shared->more);
}

int
main(void)
{
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		return 1;
	pthread_mutex_init(&shared->lock, NULL);
	pthread_cond_init(&shared->more, NULL);
	start_waiter(1);
	start_waiter(2);
	pause();
	return 0;
}
