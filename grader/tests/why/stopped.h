/* A child that sleeps, and is stopped and continued meanwhile. */
#include <err.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* Does the process sleep? */
static int
is_asleep(pid_t pid)
{
	char path[32], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	f = fopen(path, "r");
	if (f == NULL || fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
		err(1, "%s", path);
	fclose(f);
	return state == 'S';
}

/* Waits until the child sleeps, stops it, lets it go on, and waits for its end. */
static void
stop_asleep(pid_t child)
{
	while (!is_asleep(child))
		usleep(1000);
	kill(child, SIGSTOP);
	waitpid(child, NULL, WUNTRACED);
	kill(child, SIGCONT);
	waitpid(child, NULL, 0);
}
