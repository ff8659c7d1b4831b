/* Conformance: door_info, door_revoke, door_bind, and how calls, threads,
 * clients and servers end. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stropts.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static struct sign inside, go_on, done;
static int flag;

static void
signs(void)
{
	sign_make(&inside);
	sign_make(&go_on);
	sign_make(&done);
}

static void
wait_inside(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	sign_give(&inside);
	sign_await(&go_on);
	door_return("done", 5, NULL, 0);
	sign_give(&done); // not reached, unless the caller passed NULL
	door_return(NULL, 0, NULL, 0);
}

static void
info_here(void)
{
	int door = door_create(wait_inside, &flag, DOOR_REFUSE_DESC);
	door_info_t info;

	CHECK(door_info(door, &info) == 0);
	CHECK(info.di_target == getpid());
	CHECK(info.di_proc == (door_ptr_t)(uintptr_t)wait_inside);
	CHECK(info.di_data == (door_ptr_t)(uintptr_t)&flag);
	CHECK(info.di_attributes == (DOOR_LOCAL | DOOR_REFUSE_DESC));
}

static void
info_elsewhere(void)
{
	pid_t server = start_server(wait_inside, DOOR_NO_CANCEL, "path");
	int door = open("path", O_RDONLY);
	door_info_t info;

	CHECK(door_info(door, &info) == 0);
	CHECK(info.di_target == server);
	CHECK(info.di_proc == (door_ptr_t)(uintptr_t)wait_inside);
	CHECK(info.di_attributes == DOOR_NO_CANCEL);
	end_child(server);
}

static void
info_dead(void)
{
	pid_t server = start_server(answer_nothing, DOOR_NO_CANCEL, "path");
	int called = open("path", O_RDONLY), never = open("path", O_RDONLY);
	door_info_t before, info;

	CHECK(door_call(called, NULL) == 0);
	CHECK(door_info(called, &before) == 0);
	end_child(server);
	CHECK(door_info(called, &info) == 0 && info.di_target == -1);
	CHECK(door_info(never, &info) == 0 && info.di_target == -1);
	CHECK(info.di_uniquifier == before.di_uniquifier);
	CHECK(info.di_attributes == (DOOR_NO_CANCEL | DOOR_REVOKED));
}

static void
info_not_a_door(void)
{
	door_info_t info;
	int ends[2];

	CHECK(pipe(ends) == 0);
	CHECK_FAILS(door_info(-1, &info), EBADF);
	CHECK_FAILS(door_info(ends[0], &info), EBADF);
	CHECK_FAILS(door_info(open("/dev/null", O_RDONLY), &info), EBADF);
	CHECK_FAILS(door_info(DOOR_QUERY, &info), EBADF);
}

static void
uniquifiers(void)
{
	int one = door_create(answer_nothing, NULL, 0), copy = dup(one);
	int two = door_create(answer_nothing, NULL, 0);
	door_info_t a, b, c;

	CHECK(door_info(one, &a) == 0 && door_info(copy, &b) == 0);
	CHECK(door_info(two, &c) == 0);
	CHECK(a.di_uniquifier == b.di_uniquifier);
	CHECK(a.di_uniquifier != c.di_uniquifier);
}

static void
params(void)
{
	int door = door_create(answer_nothing, NULL, 0);
	int refuse = door_create(answer_nothing, NULL, DOOR_REFUSE_DESC);
	size_t value;

	CHECK(door_getparam(door, DOOR_PARAM_DATA_MIN, &value) == 0);
	CHECK(value == 0);
	CHECK(door_getparam(door, DOOR_PARAM_DATA_MAX, &value) == 0);
	CHECK(value == SIZE_MAX);
	CHECK(door_getparam(refuse, DOOR_PARAM_DESC_MAX, &value) == 0);
	CHECK(value == 0);
	CHECK_FAILS(door_setparam(refuse, DOOR_PARAM_DESC_MAX, 1), ENOTSUP);
	CHECK_FAILS(door_setparam(door, 77, 1), EINVAL);
	CHECK_FAILS(door_getparam(door, 77, &value), EINVAL);
	CHECK(door_setparam(door, DOOR_PARAM_DATA_MAX, 100) == 0);
	CHECK_FAILS(door_setparam(door, DOOR_PARAM_DATA_MIN, 101), EINVAL);
	CHECK_FAILS(door_setparam(door, DOOR_PARAM_DESC_MAX, SIZE_MAX), ERANGE);
}

static void
params_elsewhere(void)
{
	pid_t server = start_server(answer_nothing, 0, "path");
	int door = open("path", O_RDONLY);
	size_t value;

	CHECK(door_getparam(door, DOOR_PARAM_DATA_MIN, &value) == 0);
	CHECK(value == 0);
	CHECK_FAILS(door_setparam(door, DOOR_PARAM_DATA_MIN, 1), EPERM);
	end_child(server);
}

static void
revoke_closes(void)
{
	int door = door_create(answer_nothing, NULL, 0), copy = dup(door);
	door_info_t info;

	CHECK(door_revoke(door) == 0);
	CHECK_FAILS(fcntl(door, F_GETFD), EBADF);
	CHECK_FAILS(door_revoke(door), EBADF);
	CHECK(door_info(copy, &info) == 0);
	CHECK(info.di_attributes & DOOR_REVOKED);
}

static void
revoke_elsewhere(void)
{
	pid_t server = start_server(answer_nothing, 0, "path");
	int door = open("path", O_RDONLY);

	CHECK_FAILS(door_revoke(door), EPERM);
	CHECK(door_call(door, NULL) == 0);
	end_child(server);
}

static void *
call_to_the_end(void *door)
{
	char rbuf[5];
	door_arg_t arg = { .rbuf = rbuf, .rsize = sizeof(rbuf) };

	CHECK(door_call(*(int *)door, &arg) == 0);
	CHECK(strcmp(rbuf, "done") == 0);
	return NULL;
}

static void
revoke_under_way(void)
{
	pthread_t thread;
	int door, copy;

	signs();
	door = door_create(wait_inside, NULL, 0);
	copy = dup(door);
	CHECK(pthread_create(&thread, NULL, call_to_the_end, &copy) == 0);
	sign_await(&inside);
	CHECK(door_revoke(door) == 0);
	CHECK_FAILS(door_call(copy, NULL), EBADF);
	sign_give(&go_on);
	CHECK(pthread_join(thread, NULL) == 0);
}

static struct sign turn;
static atomic_int waiting; // the thread id of a caller that is to wait

static void *
call_in_vain(void *door)
{
	// A first call, so that the second needs no connection.
	CHECK(door_call(*(int *)door, NULL) == 0);
	sign_give(&done);
	sign_await(&turn);
	waiting = gettid();
	CHECK_FAILS(door_call(*(int *)door, NULL), EBADF);
	return NULL;
}

// Its one thread answers the first call, and revokes the door in the second.
static void
revoke_inside(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	if (flag++ > 0) {
		sign_give(&inside);
		sign_await(&go_on);
		CHECK(door_revoke(*(int *)cookie) == 0);
	}
	door_return(NULL, 0, NULL, 0);
}

static void *
call_once(void *door)
{
	CHECK(door_call(*(int *)door, NULL) == 0);
	return NULL;
}

static void
revoke_before(void)
{
	pthread_t first, second;
	static int door, copy;

	signs();
	sign_make(&turn);
	door = door_create(revoke_inside, &door, 0);
	copy = dup(door);
	door_server_create(NULL); // no more threads than the one
	CHECK(pthread_create(&second, NULL, call_in_vain, &copy) == 0);
	sign_await(&done);
	CHECK(pthread_create(&first, NULL, call_once, &copy) == 0);
	sign_await(&inside);
	sign_give(&turn);
	while (waiting == 0)
		sched_yield();
	await_asleep(waiting);
	sign_give(&go_on);
	CHECK(pthread_join(first, NULL) == 0);
	CHECK(pthread_join(second, NULL) == 0);
}

static int private_door;
static pthread_t bound_thread;
static atomic_int served_elsewhere;

static void
is_bound(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	if (!pthread_equal(pthread_self(), bound_thread))
		served_elsewhere++;
	door_return(NULL, 0, NULL, 0);
}

static void *
bind_and_serve(void *unused)
{
	door_info_t info;

	(void)unused;
	bound_thread = pthread_self();
	sign_await(&go_on);
	CHECK(door_bind(private_door) == 0);
	CHECK(door_info(DOOR_QUERY, &info) == 0);
	CHECK(info.di_attributes & DOOR_PRIVATE);
	CHECK(door_return(NULL, 0, NULL, 0) == -1 && errno == EINVAL);
	sign_give(&done);
	return NULL;
}

static void
one_bound(door_info_t *info)
{
	static atomic_int calls;
	pthread_t thread;

	if (info != NULL && calls++ == 0)
		CHECK(pthread_create(&thread, NULL, bind_and_serve, NULL) == 0);
}

// Also: when the door is revoked, the thread is told so.
static void
bound(void)
{
	signs();
	door_server_create(one_bound);
	private_door = door_create(is_bound, NULL, DOOR_PRIVATE);
	sign_give(&go_on);
	for (int i = 0; i < 100; i++)
		CHECK(door_call(private_door, NULL) == 0);
	CHECK(served_elsewhere == 0);
	CHECK(door_revoke(private_door) == 0);
	sign_await(&done);
}

static void
bind_errors(void)
{
	int door = door_create(answer_nothing, NULL, 0);
	pid_t server = start_server(answer_nothing, DOOR_PRIVATE, "path");

	CHECK_FAILS(door_bind(-1), EBADF);
	CHECK_FAILS(door_bind(door), EINVAL);
	CHECK_FAILS(door_bind(open("path", O_RDONLY)), EBADF);
	CHECK_FAILS(door_unbind(), EBADF);
	end_child(server);
}

static void
unbound(void)
{
	int door;

	door_server_create(NULL);
	door = door_create(answer_nothing, NULL, DOOR_PRIVATE);
	CHECK(door != -1);
	CHECK(door_bind(door) == 0);
	CHECK(door_unbind() == 0);
	CHECK_FAILS(door_unbind(), EBADF);
}

static void
end_thread(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)dp;
	(void)n;
	if (size == 0)
		door_return(NULL, 0, NULL, 0);
	else if (argp[0] == 'e')
		pthread_exit(NULL);
	// else it returns, which ends the thread, too
}

static void
thread_ends(void)
{
	int door = door_create(end_thread, NULL, 0);
	door_arg_t arg;

	for (int i = 0; i < 50; i++) {
		arg = (door_arg_t){ .data_ptr = i % 2 ? "e" : "r",
				    .data_size = 1 };
		CHECK_FAILS(door_call(door, &arg), EINTR);
		CHECK(door_call(door, NULL) == 0);
	}
}

static struct sign *shared; // in the server as well

static void
dies_inside(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	sign_give(shared);
	for (;;)
		pause();
}

static void
server_dies(void)
{
	pid_t server, killer;
	int door;

	signs();
	shared = &inside;
	server = start_server(dies_inside, 0, "path");
	door = open("path", O_RDONLY);
	killer = fork();
	if (killer == 0) {
		sign_await(&inside);
		kill(server, SIGKILL);
		_exit(0);
	}
	CHECK_FAILS(door_call(door, NULL), EINTR);
	CHECK(waitpid(server, NULL, 0) == server);
	CHECK_FAILS(door_call(door, NULL), EBADF);
	CHECK_FAILS(door_call(door, NULL), EBADF);
	reap(killer);
}

// The door of this process, whose descriptor we have not been told.
static int
own_door(void)
{
	door_info_t info;
	int fd = 0;

	while (door_info(fd, &info) == -1 || !(info.di_attributes & DOOR_LOCAL))
		fd++;
	return fd;
}

static void
revokes_and_dies(void *cookie, char *argp, size_t size, door_desc_t *dp,
		 uint_t n)
{
	CHECK(door_revoke(own_door()) == 0);
	dies_inside(cookie, argp, size, dp, n);
}

static void
revoked_server_dies(void)
{
	pid_t server, killer;
	int door;

	signs();
	shared = &inside;
	server = start_server(revokes_and_dies, 0, "path");
	door = open("path", O_RDONLY);
	killer = fork();
	if (killer == 0) {
		sign_await(&inside);
		kill(server, SIGKILL);
		_exit(0);
	}
	CHECK_FAILS(door_call(door, NULL), EINTR);
	CHECK(waitpid(server, NULL, 0) == server);
	reap(killer);
}

static void
server_died_before(void)
{
	pid_t server = start_server(answer_nothing, 0, "path");
	int called = open("path", O_RDONLY), never = open("path", O_RDWR);

	CHECK(door_call(called, NULL) == 0);
	end_child(server);
	CHECK_FAILS(door_call(called, NULL), EBADF);
	CHECK_FAILS(door_call(never, NULL), EBADF);
}

// A process that has a copy of the mailbox, and of nothing else that is the
// server's: as a child has before it executes another program, or whoever looks
// at /proc, for a moment. Gives the sign `inside`.
static void
hold_mailbox(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	// Not fork(3): that would close it.
	pid_t holder = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);

	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	for (int fd = 0; holder == 0 && fd < 4096; fd++) {
		int type = 0;
		socklen_t length = sizeof(type);

		(void)getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &length);
		if (type != SOCK_DGRAM && fd != inside.ends[1])
			close(fd);
	}
	if (holder == 0) {
		alarm(CASE_SECONDS);
		sign_give(&inside);
		for (;;)
			pause();
	}
	door_return((char *)&holder, sizeof(holder), NULL, 0);
}

static void
server_died_mailbox_held(void)
{
	pid_t server, holder;
	door_arg_t arg = { .rbuf = (char *)&holder, .rsize = sizeof(holder) };
	int door;

	signs();
	server = start_server(hold_mailbox, 0, "path");
	door = open("path", O_RDONLY);
	CHECK(door_call(door, &arg) == 0);
	sign_await(&inside);
	end_child(server);
	CHECK_FAILS(door_call(door, NULL), EBADF);
	CHECK(kill(holder, SIGKILL) == 0);
}

static void
say_cancelled(void *unused)
{
	(void)unused;
	sign_give(&done);
}

static void
cancellable(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	int old;

	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &old);
	pthread_cleanup_push(say_cancelled, NULL);
	sign_give(&inside);
	sign_await(&go_on);
	pthread_cleanup_pop(0);
	pthread_setcancelstate(old, NULL);
	door_return(NULL, 0, NULL, 0);
}

static pid_t
client_of(int door)
{
	pid_t child = fork();

	if (child == 0) {
		door_call(door, NULL);
		_exit(0);
	}
	return child;
}

static void
client_dies(void)
{
	int door;
	pid_t child;

	signs();
	door = door_create(cancellable, NULL, 0);
	child = client_of(door);
	sign_await(&inside);
	end_child(child);
	sign_await(&done);
	// And there is still a thread to serve.
	sign_give(&go_on);
	CHECK(door_call(door, NULL) == 0);
}

static void
no_cancel(void)
{
	int door;
	pid_t child;

	signs();
	door = door_create(cancellable, NULL, DOOR_NO_CANCEL);
	child = client_of(door);
	sign_await(&inside);
	end_child(child);
	CHECK(!sign_comes(&done, 300));
	sign_give(&go_on);
	sign_give(&go_on);
	CHECK(door_call(door, NULL) == 0);
}

// Procedures that do not enable cancellation do not notice; and the thread is
// as good as new for the next call.
static void
unnoticed(void)
{
	pthread_t thread;
	int door, cancel;
	pid_t child;

	signs();
	door = door_create(wait_inside, NULL, 0);
	cancel = door_create(cancellable, NULL, 0);
	child = client_of(door);
	sign_await(&inside);
	end_child(child);
	sign_give(&go_on);
	for (int i = 0; i < 20; i++) {
		CHECK(pthread_create(&thread, NULL, call_to_the_end, &door) ==
		      0);
		sign_await(&inside);
		sign_give(&go_on);
		CHECK(pthread_join(thread, NULL) == 0);
		sign_give(&go_on);
		CHECK(door_call(cancel, NULL) == 0);
		sign_await(&inside);
	}
}

static void
after_fork(void)
{
	int door = door_create(answer_nothing, NULL, 0);
	pid_t parent = getpid(), child;

	CHECK(door_call(door, NULL) == 0);
	child = fork();
	if (child == 0) {
		door_info_t info;
		int own;

		CHECK(door_call(door, NULL) == 0);
		CHECK(door_info(door, &info) == 0);
		CHECK(info.di_target == parent);
		CHECK(!(info.di_attributes & DOOR_LOCAL));
		CHECK_FAILS(door_revoke(door), EPERM);
		CHECK_FAILS(door_bind(door), EBADF);
		// It may have doors of its own, with threads of their own.
		own = door_create(answer_nothing, NULL, 0);
		CHECK(own != -1 && door_call(own, NULL) == 0);
		CHECK(door_revoke(own) == 0);
		CHECK(door_call(door, NULL) == 0);
		_exit(0);
	}
	reap(child);
	CHECK(door_call(door, NULL) == 0);
}

static void
own_number(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	door_cred_t cred;

	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	CHECK(door_cred(&cred) == 0);
	door_return((char *)&cred.dc_pid, sizeof(cred.dc_pid), NULL, 0);
}

static void
check_own_number(int door)
{
	pid_t seen = 0;
	door_arg_t arg = { .rbuf = (char *)&seen, .rsize = sizeof(seen) };

	CHECK(door_call(door, &arg) == 0);
	CHECK(seen == getpid());
}

// A process that only calls shares no connection with its children.
static void
caller_forks(void)
{
	pid_t server = start_server(own_number, 0, "path"), child;
	int door = open("path", O_RDONLY);

	check_own_number(door);
	child = fork();
	if (child == 0) {
		pid_t grandchild;

		check_own_number(door);
		grandchild = fork();
		check_own_number(door);
		if (grandchild != 0)
			reap(grandchild);
		_exit(0);
	}
	check_own_number(door);
	reap(child);
	check_own_number(door);
	end_child(server);
}

static pid_t forked;

static void
fork_now(int sig)
{
	(void)sig;
	forked = fork();
}

static void
slowly(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	if (size > 0) {
		await_asleep(*(pid_t *)(void *)argp);
		kill(*(pid_t *)(void *)argp, SIGUSR1);
		usleep(100000);
	}
	door_return(NULL, 0, NULL, 0);
}

// A signal handler forks in the middle of a call: the call fails in both.
static void
handler_forks(void)
{
	pid_t server = start_server(slowly, 0, "path"), self = getpid();
	int door = open("path", O_RDONLY);
	struct sigaction action = { .sa_handler = fork_now };
	door_arg_t arg = { .data_ptr = (char *)&self,
			   .data_size = sizeof(self) };

	CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
	CHECK(door_call(door, NULL) == 0);
	CHECK_FAILS(door_call(door, &arg), EINTR);
	CHECK(door_call(door, NULL) == 0);
	if (getpid() != self)
		_exit(0);
	reap(forked);
	end_child(server);
}

static void
serve_with_child(const struct sign *ready, const struct sign *end)
{
	int door = door_create(answer_nothing, NULL, 0);
	pid_t child = fork();

	CHECK(door != -1);
	if (child == 0) {
		sign_await(end);
		_exit(0);
	}
	CHECK(fattach(door, "path") == 0);
	sign_give(ready);
	for (;;)
		pause();
}

// A child that lives on does not make a dead server look alive.
static void
child_outlives_server(void)
{
	struct sign ready, end;
	int door, file = open("path", O_WRONLY | O_CREAT, 0600);
	pid_t server;

	CHECK(file != -1);
	sign_make(&ready);
	sign_make(&end);
	server = fork();
	if (server == 0)
		serve_with_child(&ready, &end);
	sign_await(&ready);
	door = open("path", O_RDONLY);
	CHECK(door_call(door, NULL) == 0);
	end_child(server);
	CHECK_FAILS(door_call(door, NULL), EBADF);
	CHECK_FAILS(door_call(door, NULL), EBADF);
	sign_give(&end);
}

static void
fork_inside(void *cookie, char *argp, size_t size, door_desc_t *dp, uint_t n)
{
	pid_t child = fork();

	(void)cookie;
	(void)argp;
	(void)size;
	(void)dp;
	(void)n;
	if (child == 0)
		_exit(0);
	reap(child);
	door_return("done", 5, NULL, 0);
}

static void
procedure_forks(void)
{
	int door = door_create(fork_inside, NULL, 0);

	for (int i = 0; i < 20; i++)
		call_to_the_end(&door);
}

const struct test tests[] = {
	{ "info_here", info_here },
	{ "info_elsewhere", info_elsewhere },
	{ "info_dead", info_dead },
	{ "info_not_a_door", info_not_a_door },
	{ "uniquifiers", uniquifiers },
	{ "params", params },
	{ "params_elsewhere", params_elsewhere },
	{ "revoke_closes", revoke_closes },
	{ "revoke_elsewhere", revoke_elsewhere },
	{ "revoke_under_way", revoke_under_way },
	{ "revoke_before", revoke_before },
	{ "bound", bound },
	{ "bind_errors", bind_errors },
	{ "unbound", unbound },
	{ "thread_ends", thread_ends },
	{ "server_dies", server_dies },
	{ "revoked_server_dies", revoked_server_dies },
	{ "server_died_before", server_died_before },
	{ "server_died_mailbox_held", server_died_mailbox_held },
	{ "client_dies", client_dies },
	{ "no_cancel", no_cancel },
	{ "unnoticed", unnoticed },
	{ "after_fork", after_fork },
	{ "caller_forks", caller_forks },
	{ "handler_forks", handler_forks },
	{ "child_outlives_server", child_outlives_server },
	{ "procedure_forks", procedure_forks },
	{ NULL, NULL }
};
