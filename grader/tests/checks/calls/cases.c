/*
 * Makes calls of many kinds, and checks that their arguments and results pass
 * a checker unchanged. Prints "fine".
 */
#define _GNU_SOURCE
#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sem.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void
check(int condition, const char *what)
{
	if (!condition)
		err(1, "%s", what);
}

static int
status_of(pid_t child)
{
	int status;

	check(child != -1, "fork");
	check(waitpid(child, &status, 0) == child, "waitpid");
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
check_files(void)
{
	struct flock lock = { .l_type = F_WRLCK };
	struct stat status;
	char *shared, *private;
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0640);

	check(fd != -1 && fstat(fd, &status) == 0, "open");
	check((status.st_mode & 0777) == 0640, "mode");
	check(ftruncate(fd, 4096) == 0, "ftruncate");
	shared = mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, fd, 0);
	check(shared != MAP_FAILED, "mmap");
	private =
	    mmap(NULL, 4096, PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(private != MAP_FAILED, "mmap");
	shared[0] = private[0] = 1;
	check(fcntl(fd, F_SETLK, &lock) == 0, "fcntl");
	check(munmap(shared, 4096) == 0, "munmap");
	check(close(fd) == 0 && unlink("file") == 0, "unlink");
	check(mkfifo("fifo", 0600) == 0, "mkfifo");
	fd = open("fifo", O_RDWR);
	check(fd != -1 && close(fd) == 0 && unlink("fifo") == 0, "fifo");
}

static void
check_semaphores(void)
{
	union semun {
		int val;
	} seven = { .val = 7 };
	int id = semget(IPC_PRIVATE, 1, 0600);

	check(id != -1, "semget");
	check(semctl(id, 0, SETVAL, seven) == 0, "SETVAL");
	check(semctl(id, 0, GETVAL) == 7, "GETVAL");
	check(semctl(id, 0, IPC_RMID) == 0, "IPC_RMID");
}

static void
check_programs(void)
{
	char *environment[] = { "X=5", NULL };
	pid_t child;

	child = vfork();
	if (child == 0) {
		execlp("sh", "sh", "-c", "exit 3", (char *)NULL);
		_exit(1);
	}
	check(status_of(child) == 3, "execlp");
	child = fork();
	if (child == 0) {
		execl("/bin/sh", "sh", "-c", "exit $#", "a", "1", "2", "3", "4",
		      "5", "6", "7", "8", "9", (char *)NULL);
		_exit(1);
	}
	check(status_of(child) == 9, "execl");
	child = fork();
	if (child == 0) {
		execle("/bin/sh", "sh", "-c", "exit $X", (char *)NULL,
		       environment);
		_exit(1);
	}
	check(status_of(child) == 5, "execle");
}

int
main(void)
{
	long page;

	check_files();
	check_semaphores();
	check_programs();
	page = syscall(SYS_mmap, NULL, 4096, PROT_READ,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
	check(page != -1, "syscall");
	printf("fine\n");
	return 0;
}
