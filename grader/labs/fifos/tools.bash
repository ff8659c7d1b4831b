# Functions for the scenarios of this lab. A server reads the FIFO fifo: logd, which
# prints into the file log (server is its process id), or the scenario itself, as
# descriptor 3.

# record TEXT...: sends each line as a record, one client after the other
record() {
	local text
	for text; do
		settle
		! is_gone "$server" || give_up "logd has ended, though the next client may come at any moment"
		printf '%s\n' "$text" >fifo
	done
}

# settle: logd has done what there was to do
settle() { await_rest "$server" "logd never slept"; }

# serve: reads the FIFO as logd would, as descriptor 3
serve() {
	mkfifo fifo
	exec 3<>fifo
}

# await_open PID: until logit has fifo open, and is done with its beginning, in which it
# may wake often
await_open() { until_holds "logit never opened fifo" has_open "$1"; }

has_open() {
	is_gone "$1" || [[ /proc/$1/exe -ef logit && -n $(find "/proc/$1/fd" -lname '*/fifo') ]]
}

# one_page: from now on the FIFO holds 4096 bytes
one_page() {
	# 1031 is F_SETPIPE_SZ.
	perl -e 'fcntl(STDIN, 1031, 4096) or die "F_SETPIPE_SZ: $!\n"' <&3
}

# make_socket NAME: a socket that nobody has open any more
make_socket() { perl -e 'socket(S, 1, 1, 0) && bind(S, pack("Sa*", 1, $ARGV[0])) or die "$!\n"' "$1"; }

# line BYTES: a line of so many bytes, its newline among them
line() { printf '%*s\n' $(($1 - 1)) "" | tr ' ' x; }

# asked PROGRAM [ARG...]: starts it, and takes its request; sets client, to its process
# id, and name, to what its reply FIFO is called
asked() {
	local request
	"$@" 3<&- 4<&- & client=$!
	IFS= read -r request <&3
	name=fifo.${request:1}
	name=${name%% *}
	[[ $request == "?$client records" ]] || echo "the request is: $request"
}

# reply TEXT: as logd does, without waiting, to the client that has asked
reply() {
	printf '%s' "$1" >text
	dd if=text of="$name" oflag=nonblock conv=notrunc,nocreat 2>said || {
		read -r _ <said
		echo "the server cannot open the reply FIFO: $(<said)"
	}
}

# finish: waits for the client, and tells its status and whether its FIFO is gone
finish() {
	wait "$client"
	echo "status $?"
	[[ ! -e $name ]] || echo "the reply FIFO is still there"
}
