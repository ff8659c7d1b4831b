#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	pthread_mutex_t *lock =
	    mmap(NULL, sizeof(*lock), PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pthread_mutexattr_t attr;

	pthread_mutexattr_init(&attr);
	pthread_mutexattr_setpshared(&attr, PTHREAD_PROCESS_SHARED);
	pthread_mutexattr_setrobust(&attr, PTHREAD_MUTEX_ROBUST);
	pthread_mutex_init(lock, &attr);
	if (fork() == 0) {
		pthread_mutex_lock(lock);
		_exit(0);
	}
	wait(NULL);
	for (int i = 0; i < 3; i++) {
		puts(strerror(pthread_mutex_lock(lock)));
		pthread_mutex_unlock(lock);
	}
	return 0;
}
