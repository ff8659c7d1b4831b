#!/usr/bin/env bats
#
# why: what each kind of hang is called, and that nothing else is called a
# deadlock. Runs in new namespaces, so that no System V object is left behind.
#
# WHY_ROUNDS=200 repeats every program that must not be called a deadlock.


setup_file() {
	export here=$BATS_TEST_DIRNAME bin=$BATS_FILE_TMPDIR/bin
	local flags="-std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Wvla"
	flags+=" -Wmissing-prototypes -Werror"
	mkdir "$bin"
	# shellcheck disable=SC2086
	gcc $flags -fsanitize=address,undefined \
		-fno-sanitize-recover=all -o "$bin/driver" \
		"$here/driver.c" "$here"/../../why/*.c
	local source
	for source in "$here"/hangs/*.c "$here"/awake/*.c; do
		# shellcheck disable=SC2086
		gcc $flags -o "$bin/$(basename "$source" .c)" "$source" -pthread
	done
	cat >"$bin/inside" <<'END'
#!/bin/sh
# Own /dev/shm, own working directory, loopback up; then the command.
set -e
mount -t tmpfs none /dev/shm
ip link set lo up
exec "$@"
END
	chmod +x "$bin/inside"
	# As an ordinary user, or as root where user namespaces are refused.
	export namespaces="unshare --user --map-root-user --ipc --net --mount"
	$namespaces true 2>/dev/null || namespaces="unshare --ipc --net --mount"
	$namespaces true 2>/dev/null || namespaces=""
}

setup() {
	[ -n "$namespaces" ] || skip "no namespaces here"
	cd "$(mktemp -d "$bin/test.XXXXXX")" || return
}

# hang [OPTION...] COMMAND: its verdict and hang report, in $output.
hang() {
	# shellcheck disable=SC2086 # the words of a command
	run $namespaces "$bin/inside" "$bin/driver" "$@" </dev/null
	[ "$status" -eq 0 ]
}

# deadlock NAME: the same, of one of the programs, and early.
deadlock() {
	hang -t 10000 "$bin/$1"
	[ "${lines[0]}" = "verdict: deadlock" ] || { echo "$output"; return 1; }
}

# says PATTERN...: each is found in a line of its own.
says() {
	local pattern
	for pattern; do
		grep -Eq -- "$pattern" <<<"$output" || {
			echo "not found: $pattern"
			echo "$output"
			return 1
		}
	done
}

@test "a reader that holds its own write end" {
	deadlock pipe_own
	says '^pipe_own \(pid [0-9]+\) is blocked in read\(fd 3 = pipe A\)$' \
		'^  the waiting process itself holds the write end open: fd 4$' \
		'^means: .*keeps its own copy of the write end'
}

@test "a parent that keeps the write end and waits" {
	deadlock pipe_parent
	says '\(parent, pid [0-9]+\) is blocked in wait, for any child: pid' \
		'\(child, pid [0-9]+\) +is blocked in read\(fd 3 = pipe A\)$' \
		'the write end of pipe A is still open in: pipe_parent \(parent\) fd 4$' \
		'^means: .*every copy of the write end is closed; the parent still holds one$'
}

@test "a parent and a second child that keep the write end are both named" {
	hang -t 500 "$bin/pipe_holders"
	says '^means: .*copy of the write end is closed; these are open: pipe_holders \(parent\) fd 4, pipe_holders \(child 2\) fd 4$'
	hang -t 500 "$bin/pipe_holders" inherited
	says '^means: .*these are open: its own fd 4, pipe_holders \(parent\) fd 4, pipe_holders \(child 2\) fd 4 \(a child inherits'
}

@test "who signals a condition variable waits at it, and not at a lock" {
	[ "$(printf '%s\n' "$(getconf GNU_LIBC_VERSION)" "glibc 2.41" | sort -V | head -n 1)" != "glibc 2.41" ] ||
		skip "in this C library it does not wait"
	deadlock condition_signal
	says 'is blocked in pthread_cond_signal or _broadcast$' '^means: .*condition variable was made for one process'
}

@test "a reader of those who sleep for something else: that is told, not the pipe" {
	deadlock futex_words
	says "^futex_words .child 1, pid [0-9]+. is blocked in futex: word 0\$" "^means: who sleeps at a word is woken only by FUTEX_WAKE"
}

@test "a sibling's copy of the write end: who has it, and as which descriptor" {
	deadlock pipe_sibling
	says 'pipe_sibling \(child 2\) fd 4$' \
		'^means: pipe_sibling \(child 1\) sees the end of its input only .*; pipe_sibling \(child 2\) inherited one by fork, fd 4, and must close it$'
	deadlock pipe_sibling_exec
	says '^means: cat \(child 1\) .*; cat \(child 2\) inherited one by fork, fd [0-9]+, and must close it$'
	deadlock pipe_siblings
	says '^means: pipe_siblings \(child 1\) .*: pipe_siblings \(child 2\) fd 4, pipe_siblings \(child 3\) fd 4$'
}

@test "a copy of the write end in a process that goes on in the background" {
	deadlock pipe_daemon
	says '^means: pipe_daemon, pid [0-9]+, whose parent has ended, inherited the write end as fd 1'
}

@test "a forgotten copy of the read end, after the reader has gone" {
	deadlock pipe_gone
	says '^means: .*pipe_gone \(parent\), which waits, has the only read end \(fd 3\): .*that copy must be closed'
	deadlock pipe_gone_own
	says '^means: nobody reads the pipe any more, but the writer itself has a copy of the read end, fd 3'
	deadlock pipe_gone_parent
	says '^means: nobody reads the pipe any more, but the writer itself has a copy of the read end, fd 3'
}

@test "a reader that wants more than came, or the end" {
	deadlock pipe_filter
	says '^means: sort reads until the end of its input .*\(parent\) must close the write end \(fd 4\) before it reads'
	deadlock pipe_short
	says '^means: .*\(parent\) has written 5 bytes, and .*\(child\) waits for up to 3 more, or for the end'
	deadlock recv_all
	says '^  MSG_WAITALL: 7 of 100 bytes have come$' \
		'^means: with MSG_WAITALL recv returns only when all 100 bytes'
}

@test "a full pipe, and its reader waits for the writer" {
	deadlock pipe_full
	says 'is blocked in write\(fd 4 = pipe A\)$' \
		'read end of pipe A is open in: pipe_full \(parent\) fd 3 \(65536 bytes' \
		'^means: the pipe is full, and .* it must read first and only then wait'
}

@test "a pipe filled by the only one who could read it" {
	deadlock pipe_self_full
	says 'itself holds the read end open: fd 3$' \
		'^means: the pipe is full, and only the writer itself'
}

@test "two pipes, both sides read" {
	deadlock pipe_both_read
	says 'read\(fd 5 = pipe A\)' 'read\(fd 3 = pipe B\)' \
		'^means: each side waits for the other to speak first'
}

@test "two pipes, both sides write" {
	deadlock pipe_both_write
	says '^means: both sides write and nobody reads'
}

@test "a FIFO that nobody opens at the other end" {
	deadlock fifo_open
	says 'is blocked in open\("req", O_RDONLY\)$' \
		'no process has it open for writing$' \
		'^means: opening a FIFO waits until another process opens it'
}

@test "a FIFO opened by openat2, whose flags are in memory" {
	deadlock fifo_openat2
	says 'is blocked in open\("req", O_RDONLY\)$' \
		'^means: opening a FIFO waits until another process opens it'
}

@test "two FIFOs opened crosswise" {
	deadlock fifo_cross
	says '^means: .* must open "(req|rep)" and "(req|rep)" in the same order$'
}

@test "a FIFO held open for both by its reader" {
	deadlock fifo_read
	says 'read\(fd 3 = FIFO "req"\)$' 'holds the write end open: fd 3$' \
		'^means: fd 3 is open for reading and for writing .O_RDWR., so the reader is a writer itself'
}

@test "a socket pair whose other socket the parent keeps" {
	deadlock socket_parent
	says 'read\(fd 3 = socket A\)$' \
		'other end of socket A is still open in: socket_parent \(parent\) fd 4$'
}

@test "a socket pair, both sides receive" {
	deadlock socket_both
	says 'recv\(fd 3 = socket A\)' '^means: each side waits for the other'
}

@test "a TCP connection, both sides read" {
	deadlock tcp
	says 'TCP socket 127.0.0.1:[0-9]+ is still open in: tcp \(child\) fd 4$' \
		'^means: each side waits for the other'
}

@test "datagrams: none comes, or the queue is full" {
	deadlock datagram
	says 'recv\(fd 3 = socket "./echo.sock"\)$' 'no datagram has come$'
	rm echo.sock
	deadlock datagram_full
	says 'queue of socket "./echo.sock" is full; it is read by: datagram_full$'
}

@test "accept without a client, connect without accept" {
	deadlock accept
	says 'accept\(fd 3 = socket "./echo.sock"\)$' 'no client connects'
	rm echo.sock
	deadlock backlog
	says 'connect\(fd [0-9]+, "./echo.sock"\)$' 'backlog .* is full \(1 wait'
	rm echo.sock
	deadlock unaccepted
	says 'the connection is not accepted yet by: unaccepted$'
}

@test "semaphores: value, private memory, pshared, name" {
	deadlock sem_value
	says 'sem_wait: value 0, 1 waiting$' '^means: nobody is left to call sem_post'
	deadlock sem_private
	says '^means: the object is in private memory: after fork'
	deadlock sem_pshared
	says '^means: .*made for one process: pass 1 as pshared to sem_init$'
	deadlock sem_named
	says 'sem_wait\(sem "/why-test"\): value 0, 1 waiting$'
}

@test "a server that reads to the end, and a client that waits for its answer" {
	deadlock tcp_to_end
	says '^means: tcp_to_end \(child\) has received 8 bytes and waits for more, .*SHUT_WR'
}

@test "two semaphores are told apart: by place, by name, by variable" {
	deadlock sem_cross
	says 'the semaphore is at byte 32 of anonymous shared memory$' \
		'the semaphore is at byte 0 of anonymous shared memory$' \
		'^means: two semaphores are at 0: .* \(parent\) waits for the one at byte 32, .* \(child\) for the one at byte 0\.'
	LABBOX_FIELDS="0 lock 32 items" deadlock sem_cross
	says 'the semaphore is items, at byte 32 of' \
		'^means: .* \(parent\) waits for items, .* \(child\) for lock\.'
	deadlock sem_names
	says '^means: .* \(parent\) waits for sem "/items", .* \(child\) for sem "/lock"'
	deadlock sem_variable
	says 'sem_wait\(ready\): value 0'
}

@test "what an earlier run left: a named semaphore, a lock file, and their age" {
	hang -s bash -c "$bin/sem_stale crash; sleep 0.3; $bin/sem_stale; true"
	says 'made [0-9.]+ s ago, before this program began$' \
		'^means: the semaphore "/stale" is left from an earlier run'
	hang -s -t 500 bash -c "$bin/file_stale crash; sleep 0.3; $bin/file_stale; true"
	says 'open\("job.lock", O_CREAT \| O_EXCL\) failed with EEXIST, [0-9]+ times' \
		'^  "job.lock" was made [0-9.]+ s ago, before this program began$' \
		'^means: the lock file "job.lock" is left from an earlier run'
}

@test "a barrier and its count" {
	deadlock barrier
	says 'pthread_barrier_wait: 2 of 3 have come$' 'at byte 0 of anonymous' \
		'^means: the barrier opens when all 3 have come, and only 2 do'
}

@test "a handler takes a lock that the interrupted code holds" {
	deadlock mutex_handler
	says 'pthread_mutex_lock\(guard\)$' 'it is in the handler of SIGUSR2$' \
		'^means: a handler locks the mutex that the code which it interrupted holds'
	deadlock library_handler
	says 'in a lock of the C library, in the handler of SIGUSR1$' \
		'^means: the handler calls a function such as printf or malloc'
}

@test "a mutex that was locked at the time of fork" {
	deadlock mutex_fork
	says 'locked before fork, by a thread that is not in this process$' \
		'^means: fork copies a locked mutex'
}

@test "mutexes: locked twice, owner dead, owner busy elsewhere" {
	deadlock mutex_twice
	says 'the waiting thread itself holds the mutex$' '^means: .*locked twice'
	deadlock mutex_again
	says 'the waiting thread itself holds the mutex$' '^means: .*locked twice'
	deadlock mutex_dead
	says 'its owner, process [0-9]+, has ended without unlocking it$' '^means: .*ROBUST'
	deadlock mutex_held
	says 'it is held by: mutex_held \(child\)$'
}

@test "a read-write lock and its writer" {
	deadlock rwlock
	says 'is blocked in pthread_rwlock_rdlock or' \
		'held for writing by: rwlock \(parent\)$' 'at byte 0 of anonymous'
}

@test "condition variables and pthread_join" {
	deadlock condition
	says 'is blocked in pthread_cond_wait$'
	deadlock join
	says 'thread 1, pid [0-9]+\) is blocked in pthread_join, for thread 2$'
}

@test "System V semaphores: wanted, value, who changed it" {
	deadlock semop
	says 'wants -1 of semaphore 1, whose value is 0; 1 waiting; never changed'
	deadlock semop_cross
	says '^means: each process holds a semaphore that the other wants'
	LABBOX_SEMAPHORES="0 fork0 1 fork1" deadlock semop_circle
	says 'wants -1 of semaphore 1 \(fork1\), whose value is 0; 1 waiting; last changed by .*child 2' \
		'^means: each process holds a semaphore that the next one wants'
	deadlock semop_zero
	says '^means: semop with 0 waits until the value is 0'
	deadlock semop_dead
	says 'last changed by a process that has ended$' '^means: .*SEM_UNDO'
}

@test "System V queues: wrong type, empty, full" {
	deadlock msg_type
	says 'type 7\)$' 'holds 1 message,' '^means: the queue has messages, but none'
	deadlock msg_empty
	says 'holds 0 messages' '^means: the queue is empty'
	deadlock msg_full
	says '16384 of at most 16384 bytes$' '^means: the queue is full'
}

@test "POSIX queues: empty, full" {
	deadlock mq_empty
	says 'mq_receive\(queue "/why-test-[0-9]+"\)$' 'holds 0 of at most 2'
	deadlock mq_full
	says 'is blocked in mq_send' 'holds 2 of at most 2 messages$'
}

@test "a message in the other queue, which nobody reads" {
	deadlock msg_other
	says 'key 0x1234\) holds 1 message that nobody waits for, the last sent by: msg_other$' \
		'^means: a message is in another queue .*ftok'
	hang -s bash -c "$bin/msg_sent and end; $bin/msg_sent; true"
	says 'key 0x1234\) holds 1 message .* the last sent by: a process that has ended$' \
		'^means: a message is in another queue'
	deadlock mq_other
	says 'queue "/why-to" holds 1 message that nobody waits for' \
		'^means: a message is in another queue .*mq_open'
}

@test "a datagram at another address" {
	deadlock datagram_other
	says 'a datagram lies unread at socket "two"' \
		'^means: a datagram was sent to another address'
}

@test "a lock that a forked copy of the open file holds" {
	deadlock flock_fork
	says 'the lock is held by: flock_fork \(child\)$' \
		'the waiting process itself, and reached it by fork$' \
		'^means: .* while flock_fork \(child\) has it open \(fd 3\)'
}

@test "file locks name their holder" {
	deadlock flock_self
	says 'flock\(fd 4 = "lock"\)$' 'held by: the waiting process itself$'
	deadlock fcntl_held
	says 'fcntl F_SETLKW' 'bytes 1 to 1 is held by: fcntl_held \(child\)$'
}

@test "poll, select and epoll name their descriptors" {
	local name
	for name in poll poll_holes select epoll; do
		deadlock "$name"
		says 'without time limit$' '^  fd 3 = pipe A, for reading$' \
			'holds the write end open: fd 4$'
	done
}

@test "select: too small a first argument, or sets that are empty" {
	deadlock select_low
	says 'its first argument is 3, and fd 3 is in a set$' \
		'^means: .*the highest one plus 1, here 4$'
	deadlock select_again
	says 'its sets are empty$' '^means: select leaves only the ready'
}

@test "an edge-triggered or one-shot descriptor with unread bytes" {
	deadlock epoll_edge
	says 'for reading, edge-triggered$' 'have come and are not read: 4$' \
		'^means: an edge-triggered descriptor'
	deadlock epoll_listener
	says '1 connection is not accepted yet$' '^means: .*call accept until EAGAIN'
	deadlock epoll_once
	says 'have come and are not read: 4$' '^means: with EPOLLONESHOT'
}

@test "an eventfd by its counter, a signalfd by its signals" {
	deadlock eventfd
	says 'its counter is 0$' '^means: read of an eventfd waits'
	hang -t 500 "$bin/timer_off"
	says 'the timer is not running$' '^means: a timerfd whose it_value is 0'
	deadlock signalfd
	says 'it is for SIGUSR1$' 'not blocked: SIGUSR1$' \
		'^means: a signalfd gets only signals that are blocked; SIGUSR1 is not'
}

@test "an epoll in another, and a descriptor of which only the end counts" {
	deadlock epoll_set
	says '^  fd 3 = pipe A, for reading$' \
		'^  fd 5 = socket.* for hang-up only$'
}

@test "a call of a door that is never answered" {
	deadlock door_call
	says 'is blocked in recv\(fd 4 = socket "@door/1/2"\)' \
		'^means: door_call waits for its result'
}

@test "inotify: changes in the working directory that nobody can make" {
	deadlock inotify
	says '^inotify .* is blocked in poll, without time limit$' \
		'^  fd 3 = inotify, changes in a folder, for reading$'
}

@test "signals: lost before pause, pending but blocked, never sent" {
	deadlock pause_lost
	says 'signals with a handler: SIGUSR1$' '^means: .*just before pause'
	deadlock pause_blocked
	says 'pending: SIGUSR1$' '^means: SIGUSR1 has come, but .* blocked'
	deadlock sigsuspend
	says '^means: SIGUSR1 has come, .*out of the mask that sigsuspend'
	deadlock sigwait
	says 'is blocked in sigwait, for SIGUSR1$' '^means: no signal of the set is pending, '
}

@test "one SIGCHLD for several children" {
	deadlock chld_once
	says '^means: 2 of its children ended and were never waited for: .*WNOHANG in a loop'
}

@test "signals: sent but blocked in any call, ignored and awaited" {
	deadlock term_blocked
	says '^  sent to it, but blocked: SIGTERM$' \
		'^means: SIGTERM was sent to term_blocked \(child\), which has it blocked'
	deadlock chld_ignored
	says '^  SIGCHLD is ignored' '^means: SIGCHLD is ignored, so it never comes'
	# The kernel shows as unblocked what sigwait waits for.
	deadlock sigwait
	[ -z "$(grep 'blocked:' <<<"$output")" ]
}

@test "a stopped child" {
	deadlock stopped
	says '\(child, pid [0-9]+\) +is stopped$' '^means: .*SIGCONT'
	# One that goes on is where it was.
	deadlock poll_resumed
	says '\(child, pid [0-9]+\) +is blocked in poll, without time limit$' \
		'^  fd 3 = pipe A, for reading$'
}

@test "a busy loop and a long sleep run into the time limit" {
	hang -t 500 "$bin/busy"
	says '^verdict: time limit$' 'is running, and has used [0-9]+ ms of CPU'
	hang -t 500 "$bin/sleeper"
	says '^verdict: time limit$' 'sleeps for a given time$'
	hang -t 500 "$bin/splice"
	says '^verdict: time limit$' 'is blocked in splice$'
}

@test "a loop that never sleeps: the call, what it returns, how often" {
	hang -t 500 "$bin/loop_read"
	says 'read\(fd 3 = pipe A\) returned 0 \(end of input\), [0-9]+ times? .* [0-9]{3,} calls of read so far$' \
		'^means: read returned 0: that is the end of the input'
	hang -t 500 "$bin/loop_wait"
	says 'wait failed with ECHILD, [0-9]+ times?' '^means: wait fails with ECHILD'
	hang -t 500 "$bin/loop_poll"
	says 'poll returned 1 \(POLLHUP on fd 3\), [0-9]+ times?' \
		'^means: poll reports POLLHUP for fd 3'
	hang -t 500 "$bin/loop_again"
	says 'recv\(fd 3 = socket A\) failed with EAGAIN, [0-9]+ times' \
		'^means: the descriptor is non-blocking'
	hang -t 500 "$bin/loop_timed"
	says 'futex failed with ETIMEDOUT, [0-9]+ times' \
		'^means: each wait ends by its time limit .*-1 then, with ETIMEDOUT in errno'
	hang -t 500 "$bin/loop_variable"
	says '^  it makes no system calls$' '^means: .*waits for a variable to change .*getchar'
}

@test "a loop that calls for each byte, and one of the grader's, which says nothing" {
	hang -t 500 "$bin/loop_bytes"
	says 'write\(fd 3 = .*\) returned 1, [0-9]+ times' \
		'^means: write is called for each byte'
	export LABBOX_HELPERS="other loop_bytes"
	hang -t 500 "$bin/loop_bytes"
	says 'is running, and has used [0-9]+ ms of CPU'
	[[ $output != *" times in "* && $output != *"means: "* ]]
}

@test "a loop on what can never succeed: an ignored SIGCHLD, a socket shut down, the end of stdio" {
	hang -t 500 "$bin/loop_ignored"
	says '^means: wait fails with ECHILD because SIGCHLD is ignored'
	hang -t 500 "$bin/loop_accept"
	says 'accept\(fd 3 = .*\) failed with EINVAL' '^means: .*shutdown was, in a child'
	rm sock
	hang -t 500 "$bin/loop_poll_listener"
	says 'POLLHUP on fd 3' '^means: .*a socket that is not connected: shutdown'
	hang -t 500 "$bin/loop_stdio"
	says 'its input, fd 0, is at the end$' '^means: .*getchar'
}

@test "a loop that cannot be watched: what /proc shows" {
	hang -t 500 "$bin/loop_traced"
	says '[0-9]+ calls of read in 50 ms brought nothing$' \
		'^means: read is called again and again, and brings nothing'
}

@test "the scenario's shell is left out" {
	hang -s bash -c "$bin/pipe_parent & wait; true"
	says '^verdict: deadlock$' '^pipe_parent \(parent'
	[ -z "$(grep bash <<<"$output")" ]
}

@test "a program under valgrind has its own name" {
	command -v valgrind >/dev/null || skip "no valgrind"
	hang -t 20000 valgrind -q "$bin/pipe_parent"
	says '^verdict: deadlock$' '^pipe_parent \(child.*read\(fd 3 = pipe A\)$'
}

@test "a name with escape sequences is harmless" {
	cp "$bin/pipe_own" $'e\033[2J) R\n1'
	hang $'./e\033[2J) R\n1'
	says '^verdict: deadlock$' '^e\?\[2J\)\?R\?1 \(pid'
	[ -z "$(grep $'\033' <<<"$output")" ]
}

@test "what may still go on is never called a deadlock" {
	local round source name
	for ((round = 0; round < ${WHY_ROUNDS:-1}; round++)); do
		for source in "$here"/awake/*.c; do
			name=$(basename "$source" .c)
			# Its input stays open for longer than the verdict takes.
			run unshare --user --map-root-user --ipc --net --mount \
				"$bin/inside" "$bin/driver" -t 1500 \
				"$bin/$name" < <(sleep 2)
			[[ $output != *deadlock* ]] || {
				echo "$name: $output"
				return 1
			}
		done
	done
}
