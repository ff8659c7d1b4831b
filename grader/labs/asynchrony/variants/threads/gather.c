/*
 * gather, with a thread for each command, which prints its lines under a lock and
 * waits for its end; the commands are started by posix_spawn.
 */
#define _GNU_SOURCE
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct task {
	int number, fd, bad;
	pid_t pid;
	pthread_t thread;
};

static pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;
static int lost;

static void
say(const struct task *t, const char *text, size_t n)
{
	char out[5000];
	size_t used = (size_t)snprintf(out, sizeof(out), "%d: ", t->number);

	memcpy(out + used, text, n);
	used += n;
	out[used++] = '\n';
	pthread_mutex_lock(&printing);
	for (size_t done = 0; done < used;) {
		ssize_t w = write(STDOUT_FILENO, out + done, used - done);
		if (w == -1 && errno == EINTR)
			continue;
		if (w == -1) {
			lost = errno;
			break;
		}
		done += (size_t)w;
	}
	pthread_mutex_unlock(&printing);
}

static void *
listen_to(void *arg)
{
	struct task *t = arg;
	char line[4097];
	size_t have = 0;
	ssize_t n;
	siginfo_t how = { 0 };

	while ((n = read(t->fd, line + have, sizeof(line) - have)) != 0) {
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			warn("command %d", t->number);
			t->bad = 1;
			break;
		}
		have += (size_t)n;
		char *end;
		while ((end = memchr(line, '\n', have)) != NULL) {
			say(t, line, (size_t)(end - line));
			have -= (size_t)(end + 1 - line);
			memmove(line, end + 1, have);
		}
		if (have == sizeof(line)) {
			say(t, line, 4096);
			line[0] = line[4096];
			have = 1;
		}
	}
	if (have > 0)
		say(t, line, have);
	close(t->fd);

	while (waitid(P_PID, (id_t)t->pid, &how, WEXITED) == -1)
		if (errno != EINTR) {
			warn("command %d", t->number);
			t->bad = 1;
			return NULL;
		}
	int m = snprintf(line, sizeof(line), "%s %d",
			 how.si_code == CLD_EXITED ? "exit status" : "signal",
			 how.si_status);
	say(t, line, (size_t)m);
	if (how.si_code != CLD_EXITED || how.si_status != 0)
		t->bad = 1;
	return NULL;
}

static int
launch(struct task *t, char *text)
{
	char sh[] = "sh", c[] = "-c", *args[] = { sh, c, text, NULL };
	posix_spawn_file_actions_t moves;
	int fd[2], error;

	if (pipe2(fd, O_CLOEXEC) == -1) {
		warn("starting command %d", t->number);
		return -1;
	}
	posix_spawn_file_actions_init(&moves);
	posix_spawn_file_actions_adddup2(&moves, fd[1], STDOUT_FILENO);
	error = posix_spawn(&t->pid, "/bin/sh", &moves, NULL, args, environ);
	posix_spawn_file_actions_destroy(&moves);
	close(fd[1]);
	if (error != 0) {
		close(fd[0]);
		errno = error;
		warn("starting command %d", t->number);
		return -1;
	}
	t->fd = fd[0];
	return 0;
}

int
main(int argc, char **argv)
{
	int together, started, result = 0;

	if (argc < 3 ||
	    (strcmp(argv[1], "sync") != 0 && strcmp(argv[1], "async") != 0)) {
		fprintf(stderr,
			"gather: usage: gather sync|async COMMAND...\n");
		exit(2);
	}
	together = argv[1][0] == 'a';
	struct task *tasks = calloc((size_t)argc, sizeof(*tasks));
	if (tasks == NULL)
		err(1, "calloc");
	for (started = 0; started < argc - 2; started++) {
		tasks[started].number = started + 1;
		if (launch(&tasks[started], argv[started + 2]) == -1) {
			result = 1;
			break;
		}
		if (!together)
			listen_to(&tasks[started]);
	}
	if (together)
		for (int i = 0; i < started; i++)
			if ((errno = pthread_create(&tasks[i].thread, NULL,
						    listen_to, &tasks[i])) != 0)
				err(1, "pthread_create");
	for (int i = 0; i < started; i++) {
		if (together)
			pthread_join(tasks[i].thread, NULL);
		result |= tasks[i].bad;
	}
	free(tasks);
	if (lost != 0)
		errx(1, "standard output: %s", strerror(lost));
	return result;
}
