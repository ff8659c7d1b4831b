# Functions for the scenarios of this lab.

# hold_client: a client whose first line has been answered. It sends what is
# written to descriptor 3. Sets client; what comes back is in got.
hold_client() {
	feed ./peer connect sock >got
	client=$!
	echo one >&3
	await_line got "1: one"
}

# drained: nothing waits any more in what descriptor 3 writes into
drained() { [[ $(bytes_in 3) == 0 ]]; }

# children_ended PID: none of its children runs any more; one that nobody has waited for
# has ended, too
children_ended() {
	local child children
	has_children "$1" 0
	for child in "${children[@]}"; do is_gone "$child" || return; done
}
