/* A barrier for three, and two come. */
#include <err.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

int
main(void)
{
	pthread_barrierattr_t shared;
	pthread_barrier_t *b = mmap(NULL, sizeof *b, PROT_READ | PROT_WRITE,
				    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (b == MAP_FAILED)
		err(1, "mmap");
	pthread_barrierattr_init(&shared);
	pthread_barrierattr_setpshared(&shared, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(b, &shared, 3);
	fork();
	pthread_barrier_wait(b);
	return 0;
}
