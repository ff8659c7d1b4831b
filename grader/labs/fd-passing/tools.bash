# Functions for the scenarios of this lab.

# folder: makes box, the folder of a vault, and out beside it, which is not in it
folder() {
	mkdir -p box/sub/deep out
	echo inside >box/file
	echo inside in sub >box/sub/file
	echo inside in deep >box/sub/deep/file
	echo outside >out/file
}

# meanwhile NAME COMMAND...: carry opens NAME, and when it is stopped somewhere, the
# command runs. $without may hold the words that start carry.
meanwhile() {
	${without-} ./carry open box "$1" &
	local pid=$!
	until_holds "it was not stopped" is_suspended $pid
	"${@:2}"
	wait $pid
}

# interrupted N: carry copies N bytes from a pipe, a signal comes while it waits for more,
# and then one more byte
interrupted() {
	mkfifo pipe
	./carry seal pipe >log &
	local pid=$!
	exec 3>pipe
	head -c "$1" /dev/zero >&3
	until_holds "copy_sealed did not read the whole pipe" is_empty 3
	await_asleep $pid "copy_sealed did not wait for the rest of the pipe"
	kill -USR1 $pid
	await_line log signal
	head -c 1 /dev/zero >&3
	exec 3>&-
	wait $pid
	echo "$1 bytes, a signal, 1 byte: $(tail -n 1 log)"
	rm pipe log
}

# is_empty FD: nothing waits in that pipe
is_empty() {
	[[ $(bytes_in "$1") == 0 ]]
}

# same_number PID FILE: the process has as many descriptors as FILE says
same_number() {
	local fds=(/proc/"$1"/fd/*)
	[[ ${#fds[@]} == "$(<"$2")" ]]
}

# together: what the handout shows
together() {
	mkdir box
	echo "the plan" >box/plan
	echo secret >other
	ln -s ../other box/link
	start ./vault box sock
	./fetch sock plan
	./snapshot sock plan
	./fetch sock ../other 2>/dev/null || echo "exit status $?"
	./fetch sock link 2>/dev/null || echo "exit status $?"
	stop
}
