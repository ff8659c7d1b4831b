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

# disturb PID: whether it sleeps, and goes on sleeping after a signal, and another
disturb() {
	idle "$1"
	kill -USR1 "$1" 2>/dev/null
	idle "$1"
	kill -USR1 "$1" 2>/dev/null
	idle "$1"
}
