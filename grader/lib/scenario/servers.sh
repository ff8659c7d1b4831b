# Servers: programs that print a line "ready" (or "ready" and more) when others
# may use them.

# launch PROGRAM [ARG...]: starts it in the background with our standard input,
# and waits until it is ready or has ended. What it prints is in the file log.
# Sets server.
launch() {
	rm -f log
	"$@" <&0 >log & server=$!
	await_ready "$server" log "${1##*/}"
}

# await_ready PID FILE NAME: until the process, which prints into FILE, is ready
# or has ended
await_ready() {
	until_holds "$3 was never ready" is_ready_or_gone "$1" "$2"
}

is_ready_or_gone() { has_line "$2" 'ready*' || is_gone "$1"; }

# start PROGRAM [ARG...]: launches it; one that has ended instead ends the scenario
start() {
	launch "$@"
	has_line log 'ready*' || give_up "${1##*/} ended before it was ready"
}

# stop: ends the server with SIGTERM, and prints its exit status
stop() {
	kill "$server" 2>/dev/null # it may have ended by itself
	wait "$server"
	echo "status $?"
}

# crash: ends the server with SIGKILL: it can clean up nothing
crash() {
	kill -KILL "$server" 2>/dev/null
	wait "$server" 2>/dev/null
}

# leave_stale PROGRAM [ARG...]: leaves behind what a server leaves that crashes
# when it is ready
leave_stale() {
	launch "$@"
	crash
}

# attempt PROGRAM [ARG...]: prints what it says, ends it if it is ready, and
# prints its exit status
attempt() {
	local pid status
	rm -f attempt
	"$@" >attempt 2>&1 & pid=$!
	until_holds "$1 was neither ready nor refused" is_ready_or_gone "$pid" attempt
	kill "$pid" 2>/dev/null
	wait "$pid"
	status=$?
	cat attempt
	echo "status $status"
}
