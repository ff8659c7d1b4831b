# Functions for the scenarios of this lab. What a command is to wait for is a FIFO
# that is read: gate, gate1, gate2 ...

# gather MODE COMMAND...: starts it in the background, its output into the file log;
# sets gather, to its process id
gather() {
	./gather "$@" >log 3<&- &
	gather=$!
}

# await_output PATTERN: until gather has printed a line that matches; says so if it ends instead
await_output() {
	until_holds "gather never printed a line '$1'" printed_or_ended "$1"
	has_line log "$1" || give_up "gather has ended, and printed no line '$1'"
}
printed_or_ended() { has_line log "$1" || is_gone "$gather"; }

# ended_or_unwatched N: the third command ended, and gather said so; or two outputs are over,
# and gather sleeps with two descriptors fewer than N: it does not watch for their ends
ended_or_unwatched() {
	local fds=("/proc/$gather/fd/"*)
	has_line log "3: exit status 3" && return
	((${#fds[@]} == $1 - 2)) && ! one_is_in "$gather" wait4 waitid || return
	unwatched="no descriptor tells gather that a command has ended"
}

# settle: gather has done what there was to do, and sleeps, or has ended
settle() { until_holds "gather never slept" asleep_or_ended; }
asleep_or_ended() { is_gone "$gather" || [[ $state == S ]]; }

# open_gate NAME: who waits for it goes on
open_gate() { echo open >"$1"; }

# finish: waits for gather, prints its exit status, and removes the gates
finish() {
	wait "$gather"
	echo "status $?"
	rm -f gate*
}
