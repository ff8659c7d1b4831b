# Functions for the scenarios of this lab.

# serve: starts the server of requests; sets server
serve() {
	touch key
	rm -f log
	./requests key serve >log &
	server=$!
	await_line log ready
}

# ended: stops the server, and prints its status
ended() {
	./requests key stop
	wait "$server"
	echo "status $?"
}

# disturb PID: whether it sleeps, still does after 30 signals, one at a time, and after
# the 31st (an even number, and an odd one)
disturb() {
	local i
	idle "$1"
	for ((i = 0; i < 30; i++)); do
		kill -USR1 "$1" 2>/dev/null
		await_rest "$1" "process $1 never sleeps after a signal"
		is_state "$1" S || break
	done
	idle "$1"
	kill -USR1 "$1" 2>/dev/null
	idle "$1"
}
