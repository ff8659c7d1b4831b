/* What a name is easily taken for. */
#include "mutate.h"
#include <ctype.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *others;
} table[] = {
	{ "READ_END", "WRITE_END" },
	{ "WRITE_END", "READ_END" },
	{ "STDIN_FILENO", "STDOUT_FILENO" },
	{ "STDOUT_FILENO", "STDIN_FILENO STDERR_FILENO" },
	{ "STDERR_FILENO", "STDOUT_FILENO" },
	{ "true", "false" },
	{ "false", "true" },
	/* errors */
	{ "EINTR", "EAGAIN" },
	{ "EAGAIN", "EINTR" },
	{ "ENOENT", "EACCES" },
	{ "EACCES", "ENOENT" },
	{ "EEXIST", "ENOENT" },
	{ "ETIMEDOUT", "EAGAIN" },
	{ "EINVAL", "ENOSYS" },
	{ "EBADF", "EINVAL" },
	{ "EMSGSIZE", "EINVAL" },
	{ "ECONNREFUSED", "ENOENT" },
	{ "EADDRINUSE", "EEXIST" },
	/* statuses of children */
	{ "WIFEXITED", "WIFSIGNALED" },
	{ "WIFSIGNALED", "WIFEXITED" },
	{ "WEXITSTATUS", "WTERMSIG" },
	{ "WTERMSIG", "WEXITSTATUS" },
	{ "_exit", "exit" },
	{ "exit", "_exit" },
	{ "execvp", "execv" },
	{ "WNOHANG", "0" },
	/* signals */
	{ "SIGINT", "SIGTERM" },
	{ "SIGTERM", "SIGINT" },
	{ "SIGUSR1", "SIGUSR2" },
	{ "SIGUSR2", "SIGUSR1" },
	{ "SIGHUP", "SIGTERM" },
	{ "SIG_BLOCK", "SIG_UNBLOCK SIG_SETMASK" },
	{ "SIG_UNBLOCK", "SIG_BLOCK SIG_SETMASK" },
	{ "SIG_SETMASK", "SIG_BLOCK SIG_UNBLOCK" },
	{ "sigemptyset", "sigfillset" },
	{ "sigfillset", "sigemptyset" },
	{ "sigaddset", "sigdelset" },
	/* files and memory */
	{ "O_RDONLY", "O_RDWR O_WRONLY" },
	{ "O_WRONLY", "O_RDWR O_RDONLY" },
	{ "O_RDWR", "O_RDONLY O_WRONLY" },
	{ "SEEK_SET", "SEEK_CUR SEEK_END" },
	{ "MAP_SHARED", "MAP_PRIVATE" },
	{ "MAP_PRIVATE", "MAP_SHARED" },
	{ "LOCK_EX", "LOCK_SH" },
	{ "LOCK_SH", "LOCK_EX" },
	{ "memcpy", "memmove" },
	{ "CLOCK_REALTIME", "CLOCK_MONOTONIC" },
	{ "CLOCK_MONOTONIC", "CLOCK_REALTIME" },
	/* synchronization */
	{ "sem_wait", "sem_trywait" },
	{ "sem_timedwait", "sem_clockwait" },
	{ "pthread_cond_signal", "pthread_cond_broadcast" },
	{ "pthread_cond_broadcast", "pthread_cond_signal" },
	/* sockets */
	{ "AF_UNIX", "AF_INET" },
	{ "SOCK_STREAM", "SOCK_DGRAM SOCK_SEQPACKET" },
	{ "SOCK_SEQPACKET", "SOCK_STREAM" },
	{ "SHUT_WR", "SHUT_RD SHUT_RDWR" },
	{ "SHUT_RD", "SHUT_WR SHUT_RDWR" },
	{ "SHUT_RDWR", "SHUT_WR SHUT_RD" },
	{ "POLLIN", "POLLOUT" },
	{ "POLLOUT", "POLLIN" },
};

static struct variable {
	char *type;
	int at, end;
} variables[200];
static int n_variables;

bool
is_constant(int i)
{
	bool letter = false;

	if (i < 0 || tokens[i].kind != NAME || is(i + 1, "("))
		return false;
	for (size_t at = tokens[i].start; at < tokens[i].end; at++) {
		if (islower((unsigned char)text[at]))
			return false;
		letter |= isupper((unsigned char)text[at]) != 0;
	}
	return letter && tokens[i].end - tokens[i].start > 1;
}

const char *
neighbours(int i)
{
	for (size_t n = 0; n < sizeof(table) / sizeof(*table); n++)
		if (is(i, table[n].name))
			return table[n].others;
	return NULL;
}

void
variable_add(const char *type, int at, int end)
{
	if (n_variables == sizeof(variables) / sizeof(*variables))
		return;
	variables[n_variables].type = strdup(type);
	if (variables[n_variables].type == NULL)
		err(2, "variables");
	variables[n_variables].at = at;
	variables[n_variables++].end = end;
}

void
variables_forget(void)
{
	while (n_variables > 0)
		free(variables[--n_variables].type);
}

static bool
same_name(int a, int b)
{
	size_t n = tokens[a].end - tokens[a].start;

	return n == tokens[b].end - tokens[b].start &&
	       memcmp(text + tokens[a].start, text + tokens[b].start, n) == 0;
}

static bool
is_known(const struct variable *v, int i)
{
	return v->at < i && i < v->end;
}

static const struct variable *
variable(int i)
{
	/* The last declared hides the others. */
	for (int n = n_variables - 1; n >= 0; n--)
		if (is_known(&variables[n], i) && same_name(variables[n].at, i))
			return &variables[n];
	return NULL;
}

const char *
variable_type(int i)
{
	const struct variable *v = variable(i);

	return v != NULL ? v->type : NULL;
}

int
variable_neighbour(int i)
{
	const struct variable *v = variable(i);

	for (int n = n_variables - 1; v != NULL && n >= 0; n--)
		if (is_known(&variables[n], i) &&
		    !same_name(variables[n].at, i) &&
		    strcmp(variables[n].type, v->type) == 0)
			return variables[n].at;
	return -1;
}
