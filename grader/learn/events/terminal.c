/* Keys, from the terminal or whatever else standard input is. */
#include "events.h"

#include <errno.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

static int is_terminal; /* standard input is one */
static int is_raw;	/* and has our settings, not `saved` */
static int has_echo;	/* it had one before the caller turned that off */
static struct termios saved;

void
terminal_begin(int echo)
{
	has_echo = echo;
	is_terminal = isatty(STDIN_FILENO);
	atexit(terminal_give_back);
	terminal_take();
}

int
terminal_is_there(void)
{
	return is_terminal;
}

int
terminal_in_foreground(void)
{
	return is_terminal && tcgetpgrp(STDIN_FILENO) == getpgrp();
}

void
terminal_take(void)
{
	if (is_raw || !terminal_in_foreground() ||
	    tcgetattr(STDIN_FILENO, &saved) == -1)
		return;
	struct termios raw = saved;
	if (has_echo)
		saved.c_lflag |= ECHO;
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	is_raw = tcsetattr(STDIN_FILENO, TCSADRAIN, &raw) == 0;
}

void
terminal_give_back(void)
{
	if (is_raw)
		tcsetattr(STDIN_FILENO, TCSADRAIN, &saved);
	is_raw = 0;
}

/* What begins with ESC is an arrow, or the like, and no key of ours. */
int
read_keys(void)
{
	char keys[64], word[] = "key ?";
	ssize_t n = read(STDIN_FILENO, keys, sizeof(keys));

	for (ssize_t i = 0; i < n && keys[i] != '\033'; i++) {
		word[4] = keys[i] == '\004' ? 'q' : keys[i]; /* Ctrl-D */
		if (word[4] == '\n' || word[4] == ' ')
			word[4] = '.'; /* none in particular */
		if (word[4] > ' ' && word[4] < 127)
			say(word);
	}
	return n > 0 || (n == -1 && (errno == EINTR || errno == EAGAIN));
}
