/* A robust mutex whose owner has ended; who is told so locks it again. */
#define _GNU_SOURCE
#include <err.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	pthread_mutex_t *mutex =
	    mmap(NULL, sizeof *mutex, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t robust;
	if (mutex == MAP_FAILED)
		err(1, "mmap");
	pthread_mutexattr_init(&robust);
	pthread_mutexattr_setpshared(&robust, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(mutex, &robust);
	pid_t child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0) {
		pthread_mutex_lock(mutex);
		_exit(0);
	}
	if (wait(NULL) == -1)
		err(1, "wait");
	pthread_mutex_lock(mutex);
	pthread_mutex_lock(mutex);
	return 0;
}
