/*
 * A door that hands out other doors.
 *
 *	./broker SERVICE TEXT		SERVICE is upper or reverse
 *
 * The parent is the broker. Its child, the client, asks it for a service by
 * name, gets a door for itself, and calls that with TEXT. When the client has
 * closed it, no descriptor refers to that door any more, and the broker is told
 * (DOOR_UNREF), so that it can revoke it.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <door.h>
#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

typedef void work_t(char *text, size_t size);

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
static int handed_out; // doors that are still referred to; with `lock`

static void
upper(char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		text[i] = (char)toupper((unsigned char)text[i]);
}

static void
reverse(char *text, size_t size)
{
	for (size_t i = 0; i < size / 2; i++) {
		char c = text[i];

		text[i] = text[size - 1 - i];
		text[size - 1 - i] = c;
	}
}

struct service {
	const char *name;
	work_t *work;
	int door; // as handed out
};

static struct service services[] = {
	{ .name = "upper", .work = upper },
	{ .name = "reverse", .work = reverse },
};
#define N_SERVICES (sizeof(services) / sizeof(services[0]))

// REGION serve
// Behind a door that was handed out: one service, the cookie.
static void
serve(void *cookie, char *argp, size_t arg_size, door_desc_t *dp, uint_t n_desc)
{
	struct service *service = cookie;

	(void)dp;
	(void)n_desc;
	if (argp == DOOR_UNREF_DATA) {
		if (door_revoke(service->door) == -1)
			err(1, "broker: door_revoke");
		pthread_mutex_lock(&lock);
		handed_out--;
		pthread_cond_signal(&ended);
		pthread_mutex_unlock(&lock);
		door_return(NULL, 0, NULL, 0);
	}
	// The arguments are a copy, which is ours to change.
	service->work(argp, arg_size);
	door_return(argp, arg_size, NULL, 0);
}
// END REGION serve

// Behind the broker's own door: the argument is a name, the result a door.
static void
broker(void *cookie, char *argp, size_t arg_size, door_desc_t *dp,
       uint_t n_desc)
{
	door_desc_t desc = { .d_attributes = DOOR_DESCRIPTOR };

	(void)cookie;
	(void)dp;
	(void)n_desc;
	for (size_t i = 0; i < N_SERVICES; i++) {
		struct service *service = &services[i];

		if (strlen(service->name) != arg_size ||
		    memcmp(service->name, argp, arg_size) != 0)
			continue;
		service->door = door_create(serve, service, DOOR_UNREF);
		if (service->door == -1)
			err(1, "broker: door_create");
		pthread_mutex_lock(&lock);
		handed_out++;
		pthread_mutex_unlock(&lock);
		desc.d_data.d_desc.d_descriptor = service->door;
		door_return(NULL, 0, &desc, 1);
		err(1, "broker: door_return");
	}
	door_return(NULL, 0, NULL, 0); // no such service
}

static int
client(int broker_door, char *name, char *text)
{
	door_desc_t desc;
	door_arg_t arg = { .data_ptr = name,
			   .data_size = strlen(name),
			   .rbuf = (char *)&desc,
			   .rsize = sizeof(desc) };
	int door;

	if (door_call(broker_door, &arg) == -1)
		err(1, "client: door_call");
	if (arg.desc_num != 1) {
		fprintf(stderr, "broker: no such service: %s\n", name);
		return 2;
	}
	door = desc.d_data.d_desc.d_descriptor;
	// No buffer for the answer: it comes in new memory.
	arg = (door_arg_t){ .data_ptr = text, .data_size = strlen(text) };
	if (door_call(door, &arg) == -1)
		err(1, "client: door_call");
	printf("client: %.*s\n", (int)arg.data_size, arg.data_ptr);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	if (arg.data_size > 0 && munmap(arg.rbuf, arg.rsize) == -1)
		err(1, "munmap");
	if (close(door) == -1)
		err(1, "close");
	return 0;
}

int
main(int argc, char *argv[])
{
	int door, status;
	pid_t child;

	if (argc != 3) {
		fprintf(stderr, "usage: broker SERVICE TEXT\n");
		return 2;
	}
	door = door_create(broker, NULL, DOOR_REFUSE_DESC);
	if (door == -1)
		err(1, "door_create");
	child = fork();
	if (child == -1)
		err(1, "fork");
	if (child == 0)
		_exit(client(door, argv[1], argv[2]));
	while (waitpid(child, &status, 0) == -1) {
		if (errno != EINTR)
			err(1, "waitpid");
	}
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	pthread_mutex_lock(&lock);
	while (handed_out > 0)
		pthread_cond_wait(&ended, &lock);
	pthread_mutex_unlock(&lock);
	printf("broker: nobody has the door of %s any more\n", argv[1]);
	if (fflush(stdout) == EOF || ferror(stdout))
		err(1, "standard output");
	return 0;
}
