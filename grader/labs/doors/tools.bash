# Functions for the scenarios of the lab `doors`, which read them with `. ./tools`.
# Most use ./probe, a server and a client that report what they see of each
# other: see linked/probe.c. It also looks for what is left open or mapped, since
# valgrind would complain of connections that stay open for the next call, as
# they should.

# start PROGRAM ARG...: starts a server, and waits until it is ready. Its output
# goes to log, and it reads what is written to descriptor 3. Sets server.
start() {
	[[ -e /dev/fd/3 ]] || { mkfifo go; exec 3<>go; rm go; }
	rm -f log
	"$@" <&3 >log & server=$!
	until_holds "$1 was never ready" ready_or_gone log $server
	has_line log ready || give_up "$1 ended before it was ready"
}
ready_or_gone() { has_line "$1" ready || is_gone "$2"; }

# stop: ends the server with SIGTERM
stop() {
	kill "$server" 2>/dev/null # it may have ended by itself
	wait "$server"
}

# kill_it: ends the server with SIGKILL, and waits until the file is back
kill_it() {
	kill -KILL "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	until_holds "the file never came back" test -f door
}

# await_inside N PID...: waits until N calls are in their procedure. Their
# callers, PID..., must not end meanwhile.
await_inside() {
	until_holds "there were never $1 calls in their procedures" is_inside "$@"
}
is_inside() {
	local n=$1 pid
	shift
	has_lines log $((1 + n)) && return
	for pid; do
		! is_gone "$pid" || give_up "a call ended that was to wait in its procedure"
	done
	return 1
}

# await_ended N LINES: waits until N threads of the server have ended; then log has so many lines
await_ended() {
	until_holds "calls are over, but not $1 threads have ended" have_ended "$@"
}
have_ended() {
	local resting=""
	! all_rest "$server" || resting=1 # first: who rests now writes no more
	has_lines log "$2" && return
	[[ -z $resting ]] ||
		give_up "calls are over, but not $1 threads have ended: each one that is left waits for the next call"
	return 1
}

# await_unmapped: waits until no arguments are mapped in the server
await_unmapped() {
	until_holds "the call is over, but its arguments stay mapped" has_unmapped
}
has_unmapped() {
	local resting="" maps=() line mapped=""
	! all_rest "$server" || resting=1
	{ mapfile -t maps <"/proc/$server/maps"; } 2>/dev/null
	for line in "${maps[@]}"; do
		# As count_mapped of probe.c sees it.
		[[ $line != *" r"*"door data"* ]] || mapped=1
	done
	[[ -n $mapped ]] || return 0
	[[ -z $resting ]] ||
		give_up "the call is over, and the server waits for the next one, but the arguments are still mapped"
	return 1
}

# all_rest PID: each thread of the server sleeps where it waits for a call, or for the
# end: none of them is still busy with the end of a call
all_rest() {
	local thread
	for thread in "/proc/$1/task"/*; do
		is_in "${thread##*/}" recvmsg epoll_wait epoll_pwait rt_sigtimedwait || return
	done
}

# pages_of BYTES: for the programs that follow a page has so many bytes, as it may
# elsewhere
pages_of() { export PROBE_PAGE=$1; }

# call WORD...: calls the door
call() { ./probe call door "$@"; }
