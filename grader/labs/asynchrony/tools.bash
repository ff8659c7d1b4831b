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
