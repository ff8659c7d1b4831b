/*
 * What others do meanwhile, for the tests of the lab `fd-passing`.
 *
 *	partner exchange A B	exchanges two names in one step
 *	partner hold		has 8192 bytes of memory, descriptor 3; prints "ready";
 *				after a line on standard input cuts them to 10, seals
 *				them and prints "sealed"; then waits for the end
 *	partner ask SOCKET BYTES	sends one message, and prints the int that comes
 *	partner silent SOCKET	connects, prints "connected", and waits for the end of
 *				its input
 *	partner without ENOSYS COMMAND...	runs it; openat2 fails so, or with EPERM
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static void
hold(void)
{
	static char bytes[8192];
	int fd = memfd_create("held", MFD_ALLOW_SEALING);

	memset(bytes, 'a', sizeof(bytes));
	if (fd == -1 || dup2(fd, 3) == -1 ||
	    write(3, bytes, sizeof(bytes)) != sizeof(bytes))
		err(1, "memfd");
	printf("ready\n");
	fflush(stdout);
	if (fgets(bytes, sizeof(bytes), stdin) == NULL)
		return;
	if (ftruncate(3, 10) == -1 ||
	    fcntl(3, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_WRITE) == -1)
		err(1, "seal");
	printf("sealed\n");
	fflush(stdout);
	while (fgets(bytes, sizeof(bytes), stdin) != NULL)
		;
}

static int
connect_to(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int sock = socket(AF_UNIX, SOCK_SEQPACKET, 0);

	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s", path);
	if (sock == -1 ||
	    connect(sock, (struct sockaddr *)&addr, sizeof(addr)) == -1)
		err(1, "%s", path);
	return sock;
}

/* As a container does it. A kernel that has no filters runs the command as it is. */
static void
run_without_openat2(unsigned error, char *command[])
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { sizeof(code) / sizeof(code[0]), code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
	execv(command[0], command);
	err(1, "%s", command[0]);
}

int
main(int argc, char *argv[])
{
	int error = -1;

	if (argc == 4 && strcmp(argv[1], "exchange") == 0) {
		if (renameat2(AT_FDCWD, argv[2], AT_FDCWD, argv[3],
			      RENAME_EXCHANGE) == -1)
			err(1, "exchange");
	} else if (argc == 2 && strcmp(argv[1], "hold") == 0) {
		hold();
	} else if (argc == 4 && strcmp(argv[1], "ask") == 0) {
		int sock = connect_to(argv[2]);

		if (send(sock, argv[3], strlen(argv[3]), 0) == -1 ||
		    recv(sock, &error, sizeof(error), 0) == -1)
			err(1, "%s", argv[2]);
		printf("%s\n", error == 0 ? "0" : strerrorname_np(error));
	} else if (argc == 3 && strcmp(argv[1], "silent") == 0) {
		connect_to(argv[2]);
		printf("connected\n");
		fflush(stdout);
		while (getchar() != EOF)
			;
	} else if (argc > 3 && strcmp(argv[1], "without") == 0) {
		run_without_openat2(
		    strcmp(argv[2], "EPERM") == 0 ? EPERM : ENOSYS, argv + 3);
	} else {
		errx(2, "usage: see the head of partner.c");
	}
	return 0;
}
