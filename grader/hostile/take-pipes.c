/*
 * Makes pipes, as many as it can: their pages are counted for the user, who may
 * have other boxes, and once they are used up new pipes hold next to nothing.
 *
 * Lab: hello
 * Expect: LIMIT
 * Marks: 10
 * Seconds: 120
 */
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

int
main(void)
{
	atomic_int *all = mmap(NULL, sizeof(*all), PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	time_t start = time(NULL);
	int ends[2];

	for (int i = 0; i < 5; i++)
		fork();
	while (pipe(ends) == 0)
		atomic_fetch_add(all, 1);
	while (time(NULL) < start + 2)
		sleep(1);
	if (atomic_load(all) > 1000)
		printf("breach: %d pipes at one time\n", atomic_load(all));
	return 3;
}
