/* The parent has it for writing, and waits for the child, which wants to read. */
#include <err.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	pthread_rwlockattr_t shared;
	pthread_rwlock_t *lock =
	    mmap(NULL, sizeof *lock, PROT_READ | PROT_WRITE,
		 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (lock == MAP_FAILED)
		err(1, "mmap");
	pthread_rwlockattr_init(&shared);
	pthread_rwlockattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_rwlock_init(lock, &shared);
	pthread_rwlock_wrlock(lock);
	if (fork() == 0)
		_exit(pthread_rwlock_rdlock(lock));
	wait(NULL);
	return 0;
}
