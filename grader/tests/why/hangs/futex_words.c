/*
 * Two children sleep, each at a word that the other would change. What they print
 * is read by a third, who waits for them.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

int
main(void)
{
	int fd[2];
	char byte;
	uint32_t *words = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			       MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (words == MAP_FAILED || pipe(fd) == -1)
		return 1;
	for (int i = 0; i < 2; i++)
		if (fork() == 0) {
			dup2(fd[1], STDOUT_FILENO);
			close(fd[0]);
			close(fd[1]);
			syscall(SYS_futex, &words[i], FUTEX_WAIT, 0, NULL, NULL,
				0);
			_exit(0);
		}
	if (fork() == 0) {
		close(fd[1]);
		read(fd[0], &byte, 1);
		_exit(0);
	}
	dup2(fd[1], STDOUT_FILENO);
	close(fd[0]);
	close(fd[1]);
	while (wait(NULL) > 0)
		;
	return 0;
}
