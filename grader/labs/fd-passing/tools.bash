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
# command runs
meanwhile() {
	./carry open box "$1" &
	local pid=$!
	until_holds "it was not stopped" is_suspended $pid
	"${@:2}"
	wait $pid
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
