#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for the box
load ../../lib/lab
explain_also=HANG # the picture shows the emulation, not the mistake

# What the scenarios share, as ./tools. Most use ./probe, a server and a client
# that say what they see of each other: see doors/probe.c. It looks for what is
# left open or mapped, too: valgrind would complain of the lines and the mailbox,
# which stay open for the next call as they should.
give_tools() {
	give tools <<'END'
# start PROGRAM ARG...: starts a server, and waits until it is ready. Its output
# is in log, and it reads what is written to descriptor 3. Sets server.
start() {
	[[ -e /dev/fd/3 ]] || { mkfifo go; exec 3<>go; rm go; }
	rm -f log
	"$@" <&3 >log & server=$!
	until_holds "$1 was never ready" ready_or_gone log $server
	has_line log ready || give_up "$1 ended before it was ready"
}
ready_or_gone() { has_line "$1" ready || is_gone "$2"; }

# stop: ends it with SIGTERM.
stop() {
	kill $server 2>/dev/null # it may have ended by itself
	wait $server
}

# kill_it: ends it with SIGKILL, and waits until the file is back.
kill_it() {
	kill -KILL $server 2>/dev/null
	wait $server 2>/dev/null
	until_holds "the file never came back" test -f door
}

# await_inside N PID...: until N calls are in their procedure. The callers are
# not to end meanwhile.
await_inside() {
	until_holds "there were never $1 calls in their procedures" is_inside "$@"
}
is_inside() {
	local n=$1 pid
	shift
	has_lines log $((1 + n)) && return
	for pid; do
		! is_gone $pid || give_up "a call ended that was to wait in its procedure"
	done
	return 1
}

# call WORD...: calls the door.
call() { ./probe call door "$@"; }
END
}

@test "it builds without a warning" {
	gap 0; points 2
	expect_no_warning
	explain "The programs, precisely" "the compiler saw something that is probably a mistake"
}

@test "bad input: one clear line, and status 2" {
	gap 0; points 0
	scenario './server; echo $?; ./server a b; echo $?; ./client door; echo $?
		./client door seven; echo $?; ./client door 2147483648; echo $?
		./lend; echo $?; ./broker upper; echo $?'
	expect_output $'2\n2\n2\n2\n2\n2\n2'
	expect_that "seven lines on standard error" "$error" lines_are "$error" 7
	scenario './client none 1; echo $?; ./server none/door; echo $?'
	expect_output $'1\n1'
	expect_that "No such file or directory, from both" "$error" is "$error" \
		$'client: none: No such file or directory\nserver: none/door: No such file or directory'
	explain "The programs, precisely" "this part is given: it should work as it came"
}

@test "client: a plain file is no door" {
	gap 0; points 0
	scenario ': >door; ./client door 1'
	expect_status 1
	expect_complaint '^client: door_call: Bad file descriptor$'
	explain "The calls" "this part is given: it should work as it came"
}

@test "server: when it ends, the file at the path is back" {
	gap 0; points 0
	local word
	word=w$(random 1000 9999)
	give_tools
	scenario '. ./tools
		echo '"$word"' >door
		for way in stop kill_it; do
			start ./server door
			stat -c %F door
			$way; cat door
		done'
	expect_output "fifo
$word
fifo
$word"
	explain "A door" "this part is given: it should work as it came"
}

# Gap 1: a message

@test "a message is a header and its data" {
	gap 1; points 4
	local size
	size=$(random 2 16383)
	scenario "for size in 0 1 $size 16384; do ./letter \$size 0; done"
	expect_output "$(for size in 0 1 "$size" 16384; do
		printf 'the header, %s bytes of data\n0 descriptors\n' "$size"
	done)"
	explain "A message and its descriptors" "two pieces, header and data, go as one message; without descriptors msg_control is NULL and msg_controllen 0, else sendmsg looks for control data where there are none (Invalid argument, Bad address)"
}

@test "descriptors go with a message, in their order" {
	gap 1; points 4
	local n
	n=$(random 20 199)
	scenario "for n in 1 2 3 $n; do ./letter 0 \$n; done; ./letter 9 $n"
	expect_output "$(for n in '1 descriptor' '2 descriptors' '3 descriptors' "$n descriptors"; do
		printf 'the header, 0 bytes of data\n%s\n' "$n"
	done)
the header, 9 bytes of data
$n descriptors"
	explain "A message and its descriptors" "a descriptor is not a number to be copied: it goes as control data, SCM_RIGHTS. cmsg_len is CMSG_LEN of as many as there are, msg_controllen CMSG_SPACE of them: if they do not agree, it is Invalid argument"
}

@test "data in shared memory are not sent as well" {
	gap 1; points 3
	local size n
	size=$(random 16385 60000) n=$(random 2 9)
	scenario "./letter $size 0 memory; ./letter $size $n memory"
	expect_output "the header, 0 bytes of data
1 descriptor, the last is memory
the header, 0 bytes of data
$((n + 1)) descriptors, the last is memory"
	explain "A message and its descriptors" "IN_MEMORY: the header says how many bytes there are, and the last descriptor is where: CMSG_LEN and CMSG_SPACE (msg_controllen) count it, too"
}

@test "253 descriptors go with a message, and no more" {
	gap 1; points 3
	local n
	n=$(random 300 3000)
	scenario "./letter 0 253 unread; ./letter 0 254 unread
		./letter 0 $n unread; ./letter 5 253 memory"
	expect_output 'sent'
	expect_that "Invalid argument, three times" "$error" is "$error" \
		"$(printf 'letter: message_send: Invalid argument\n%.0s' 1 2 3)"
	explain "A message and its descriptors" "FDS_MAX is how many the kernel takes and the buffer holds; the memory is one of them. If not even 253 are sent: msg_controllen is CMSG_SPACE of as many as there are"
}

# Gap 2: a call

@test "client: it gets the square of its number" {
	gap 2; needs 1; points 3
	local number
	number=$(random 1000 999999999)
	give_tools
	scenario ". ./tools
		start ./server door
		./client door 12; ./client door -$number
		./client door -2147483648; ./client door 0
		stop"
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/client.out")
-$number squared is $((number * number))
-2147483648 squared is 4611686018427387904
0 squared is 0"
	expect_quiet
	explain "One call, step by step" "the procedure of the door is called with what came, and its results go back"
}

@test "the procedure gets its cookie, and NULL without arguments" {
	gap 2; needs 1; points 3
	give_tools
	scenario '. ./tools
		start ./probe serve door take
		call 0+0 null 3+0 0+0
		stop'
	expect_output '0+0: NULL, 0 bytes, 0 descriptors
null: done
3+0: 3 bytes, 0 descriptors
0+0: NULL, 0 bytes, 0 descriptors'
	explain "A thread for each call" "argp is NULL when there are no arguments, and the cookie is the one that door_create got"
}

@test "arguments of any size arrive whole, as a copy" {
	gap 2; needs 1; points 3
	local size large
	size=$(random 2 16382) large=$(random 16386 99999)
	give_tools
	scenario ". ./tools
		start ./probe serve door take
		call 1+0 $size+0 16383+0 16384+0 16385+0 $large+0 3000000+0
		stop"
	expect_output "$(for size in 1 "$size" 16383 16384 16385 "$large" 3000000; do
		printf '%s+0: %s bytes, 0 descriptors\n' "$size" "$size"
	done)"
	explain "A thread for each call" "up to INLINE_MAX bytes come in the message, more in memory that is mapped; either is the procedure's until door_return, which does not come back to you"
}

@test "descriptors are open when the procedure gets them" {
	gap 2; needs 1; points 3
	local n size
	n=$(random 4 99) size=$(random 20000 99999)
	give_tools
	scenario ". ./tools
		start ./probe serve door take
		call 0+1 1+$n $size+2 0+200
		stop"
	expect_output "0+1: NULL, 0 bytes, 1 descriptors
1+$n: 1 bytes, $n descriptors
$size+2: $size bytes, 2 descriptors
0+200: NULL, 0 bytes, 200 descriptors"
	explain "A thread for each call" "the descriptors are the procedure's now, to use and to close; message_drop closes those that the message still has"
}

@test "lend: a file comes through a door" {
	gap 2; needs 1; points 2
	local word
	word=w$(random 1000 9999)
	scenario "printf 'pear\\napple\\n' >file; ./lend file
		seq -f $word-%g 20000 >file; ./lend file | cmp - file && echo same"
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/lend.out")
same"
	scenario './lend none'
	expect_status 1
	expect_complaint '^lend: borrower: the owner says: none: No such file or directory$'
	explain "Doors that travel" "a result may bring descriptors as arguments do: the receiver gets one of its own"
}

@test "callers are served at once, each on a thread of its own" {
	gap 2; needs 1; points 3
	local n
	n=$(random 3 6)
	give_tools
	scenario '. ./tools; n='"$n"'
		start ./probe serve door wait
		for ((i = 0; i < n; i++)); do ./probe call door 1+0 & callers+=" $!"; done
		await_inside $n $callers
		call 0+0
		for ((i = 0; i < n; i++)); do echo >&3; done
		wait $callers
		stop'
	expect_output "0+0: at once
$(for ((i = 0; i < n; i++)); do echo '1+0: waited'; done)"
	explain "A thread for each call" "who waits in a procedure keeps only its own caller waiting; hold no lock while it runs"
}

@test "a procedure that ends its thread fails its own caller alone" {
	gap 2; needs 1; points 3
	give_tools
	scenario '. ./tools
		for kind in exit return; do
			start ./probe serve door $kind
			call 0+0 5+0 20000+1
			stop; cat log
		done'
	expect_output "$(for kind in exit return; do
		printf '%s: Interrupted system call\n' 0+0 5+0 20000+1
		printf '%s\n' ready called called called
	done)"
	explain "A thread for each call" "a procedure that returns instead of calling door_return has ended its thread: pthread_exit, and its caller sees EINTR, once"
}

@test "server: whatever anybody sends, it goes on" {
	gap 2; needs 1; points 2
	local size
	size=$(random 5 9999)
	give_tools
	scenario ". ./tools
		start ./server door
		call 0+0 3+0 $size+0 100000+0 4+1 null
		./client door 5; stop"
	expect_output "0+0: no answer
3+0: no answer
$size+0: no answer
100000+0: no answer
4+1: Operation not supported
null: done
5 squared is 25"
	explain "A door" "anybody who may open the door may send anything: the procedure looks at the size first"
}

@test "results that just fit stay in the caller's buffer" {
	gap 2; needs 1; points 1
	local size
	size=$(random 2 9999)
	give_tools
	scenario ". ./tools
		start ./probe serve door give
		call 0+0/0 $size+0/$size 0+1/24 24+1/48 25+2/96 100000+3/100080
		stop"
	expect_output "0+0/0: in the buffer
$size+0/$size: in the buffer
0+1/24: in the buffer
24+1/48: in the buffer
25+2/96: in the buffer
100000+3/100080: in the buffer"
	explain "Results that do not fit" "this part is given: descriptors follow the data at a multiple of 24, and each takes 24 bytes"
}

@test "a notice that a door is unreferenced has no arguments" {
	gap 2; needs 1; points 3
	give_tools
	scenario '. ./tools
		# visit LINES: a caller comes and goes; then log has so many lines.
		visit() {
			call 0+0 7+0 >got; cat got
			has_line got "7+0: here" && await_lines log $1
		}
		start ./probe serve door unref
		visit 2; visit 2
		stop; cat log
		start ./probe serve door unref-multi
		visit 2; visit 3
		stop; cat log'
	expect_output '0+0: here
7+0: here
0+0: here
7+0: here
ready
unreferenced
0+0: here
7+0: here
0+0: here
7+0: here
ready
unreferenced
unreferenced'
	explain "Nobody has it any more" "a NOTICE is served like a call: its argp is DOOR_UNREF_DATA, its size 0"
}

@test "arguments for which there is no memory are EAGAIN" {
	gap 2; needs 1; points 2
	local size
	size=$(random 16385 99999)
	give_tools
	failing mmap:2+:ENOMEM
	scenario -c fail ". ./tools
		start ./probe serve door take
		call 5+0 $size+1 5+0
		stop"
	expect_output "5+0: 5 bytes, 0 descriptors
$size+1: Resource temporarily unavailable
5+0: 5 bytes, 0 descriptors"
	explain "A thread for each call" "memory that cannot be mapped is no reason to crash: refuse the call, and its descriptors are closed"
}

@test "calls with descriptors leave no memory behind" {
	gap 2; needs 1 3; points 2
	local n count
	n=$(random 1 9) count=$(random 1000 1200)
	give_tools
	scenario -b plain ". ./tools
		start ./probe serve door where
		call '0+$n*$count'
		stop"
	expect_output "0+$n*$count: one thread, one place on its stack"
	explain "A thread for each call" "what was allocated for a call can only be freed before its procedure runs: m->fds by message_drop; the array of door_desc_t must go by itself"
}

@test "calls with large arguments leave nothing behind" {
	gap 2; needs 1 3; points 1
	local count size
	count=$(random 100 150) size=$(random 16385 99999)
	give_tools
	scenario ". ./tools
		start ./probe serve door where
		call '$size*$count'
		stop"
	expect_output "$size*$count: one thread, one place on its stack"
	explain "A thread for each call" "once the data are mapped, m->memory is of no use: close it before the procedure runs, as message_drop does. A copy from malloc nobody would free"
}

# Gap 3: the end of a call

@test "door_return: one thread serves any number of calls" {
	gap 3; needs 1 2; points 6
	local count
	count=$(random 1000 2000)
	give_tools
	scenario ". ./tools
		start ./probe serve door where
		call '0*$count' '9*3'
		stop"
	expect_output "0*$count: one thread, one place on its stack
9*3: one thread, one place on its stack"
	expect_quiet
	explain "Returning without coming back" "the stack is to be as it was when the thread waited: longjmp forgets what is above; a call of serve_calls would only add to it"
}

@test "door_return: it does not come back" {
	gap 3; needs 1 2; points 3
	local word
	word=w$(random 1000 9999)
	give_tools
	scenario ". ./tools
		start ./probe serve door keep
		call $(random 2 999)+0 $(random 2 999)+0
		stop"
	expect_match ': seen.*: seen$'
	expect_quiet
	explain "Returning without coming back" "what stands behind door_return in the procedure is not for a call that went well"
}

@test "large arguments are unmapped when their call is over" {
	gap 3; needs 1 2; points 4
	local size
	size=$(random 16385 99999)
	give_tools
	scenario ". ./tools
		start ./probe serve door keep
		call $size+0 0+0
		stop"
	expect_output "$size+0: seen
0+0: mapped"
	explain "Returning without coming back" "self->mapping is where they are: nobody else knows it once the thread waits for its next call"
}

@test "large arguments are unmapped once" {
	gap 3; needs 1 2; points 3
	local size
	size=$(random 16385 99999)
	give_tools
	scenario ". ./tools
		start ./probe serve door keep
		call $size+0 0+0 0+0 0+0
		stop"
	expect_output "$size+0: seen
0+0: mapped
0+0: there
0+0: there"
	explain "Returning without coming back" "what is mapped at that address after the call is somebody else's: forget the address when you unmap it"
}

@test "a caller that is killed takes no thread with it" {
	gap 3; needs 1 2; points 2
	give_tools
	scenario -b plain '. ./tools
		start ./probe serve door wait
		./probe call door 1+0 & await_inside 1 $!
		kill -KILL $!; wait $! 2>/dev/null
		echo >&3
		call 0+0 0+0
		./probe call door 1+0 & await_inside 2 $!
		echo >&3; wait $!
		stop'
	expect_output '0+0: at once
0+0: at once
1+0: waited'
	explain "When the server dies" "a result for a caller that is gone is dropped, and its thread waits for the next call as ever"
}

@test "a revoked door: calls under way end, others are EBADF" {
	gap 3; needs 1 2; points 1
	give_tools
	scenario '. ./tools
		start ./probe serve door revoke
		mkfifo turn; exec 4<>turn; rm turn
		./probe call door 0+0 - 5+0 <&4 >late & late=$!
		await_lines late 1
		./probe call door 1+0 0+0 >first & first=$!
		await_inside 1 $first
		echo >&4; await_blocked $late recvmsg
		echo >&3
		wait $first $late
		cat first late
		stop'
	expect_output '1+0: waited
0+0: Bad file descriptor
0+0: at once
5+0: Bad file descriptor'
	explain "Returning without coming back" "one thread serves all of it: it answers the call under way, comes back to the mailbox, and refuses the call that waited there"
}

# Gap 4: results that do not fit

@test "results that do not fit come in new memory, whole pages" {
	gap 4; needs 1 2; points 5
	local size
	size=$(random 4097 8191)
	give_tools
	scenario ". ./tools
		start ./probe serve door give
		call 1+0/0 6+0/5 4096+0/0 $size+0/4096 16384+0/16383
		stop"
	expect_output "1+0/0: in new memory, 1 pages
6+0/5: in new memory, 1 pages
4096+0/0: in new memory, 1 pages
$size+0/4096: in new memory, 2 pages
16384+0/16383: in new memory, 4 pages"
	explain "Results that do not fit" "the caller unmaps rsize bytes at rbuf: they are whole pages, and begin with the data"
}

@test "large results stay in the memory in which they came" {
	gap 4; needs 1 2; points 4
	local size
	size=$(random 16385 999999)
	give_tools
	scenario ". ./tools
		start ./probe serve door give
		call 16385+0/0 $size+0/16384 3000000+0/0
		stop"
	expect_output "16385+0/0: in new memory, 5 pages, as it came
$size+0/16384: in new memory, $(((size + 4095) / 4096)) pages, as it came
3000000+0/0: in new memory, 733 pages, as it came"
	explain "Results that do not fit" "the data are in shared memory already: map it, for reading and writing, and nobody copies them"
}

@test "new memory has room for descriptors, too" {
	gap 4; needs 1 2; points 4
	local n
	n=$(random 4 99)
	give_tools
	scenario ". ./tools
		start ./probe serve door give
		call 0+1/23 25+1/71 4096+1/0 4080+$n/0 16384+3/0 20480+2/0
		stop"
	expect_output "0+1/23: in new memory, 1 pages
25+1/71: in new memory, 1 pages
4096+1/0: in new memory, 2 pages
4080+$n/0: in new memory, 2 pages
16384+3/0: in new memory, 5 pages
20480+2/0: in new memory, 6 pages, as it came"
	explain "Results that do not fit" "\`size\` is for data and descriptors, m->head.size for the data alone"
}

@test "results for which there is no memory are EOVERFLOW" {
	gap 4; needs 1 2; points 2
	local size
	size=$(random 16385 99999)
	give_tools
	failing mmap:2+:ENOMEM
	scenario -c fail ". ./tools
		start ./probe serve door give
		call 7+0/0 $size+0/0 7+0/7
		stop"
	expect_output "7+0/0: Value too large for defined data type
$size+0/0: Value too large for defined data type
7+0/7: in the buffer"
	explain "Results that do not fit" "mmap says MAP_FAILED when there is no memory, and that is not NULL"
}

@test "broker: a door comes through a door, and is called" {
	gap 4; needs 1 2 3; points 3
	local word
	word=w$(random 1000 9999)
	scenario "./broker upper 'a door in a door'; ./broker reverse $word
		./broker upper ''; ./broker upper \"\$(printf '%030000d' 7)\" | wc -c"
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/broker.out")
client: $(rev <<<"$word")
broker: nobody has the door of reverse any more
client: 
broker: nobody has the door of upper any more
30055"
	scenario "./broker lower $word; echo \$?"
	expect_output 2
	expect_complaint '^broker: no such service: lower$'
	explain "Doors that travel" "the client has no room for the answer, so it must come in memory of its own"
}

# Gap 5: the death of the server

@test "a server that dies in a call: EINTR, and then EBADF" {
	gap 5; needs 1 2; points 5
	give_tools
	scenario '. ./tools
		start ./probe serve door wait
		./probe call door 0+0 1+0 0+0 null & caller=$!
		await_inside 1 $caller
		kill_it
		wait $caller'
	expect_output '0+0: at once
1+0: Interrupted system call
0+0: Bad file descriptor
null: Bad file descriptor'
	explain "When the server dies" "the call was in its hands, so nobody knows how much of it was done: EINTR. The next ones find nobody: EBADF"
}

@test "a server that has died before the call: EBADF" {
	gap 5; needs 1 2; points 4
	give_tools
	scenario '. ./tools
		start ./probe serve door wait
		mkfifo turn; exec 4<>turn; rm turn
		./probe call door 0+0 - 0+0 20000+1 <&4 >old & old=$!
		./probe call door - 0+0 <&4 >new & new=$!
		await_lines old 1
		await_blocked $new read
		kill_it
		echo >&4; echo >&4
		wait $old $new; cat old new'
	expect_output '0+0: at once
0+0: Bad file descriptor
20000+1: Bad file descriptor
0+0: Bad file descriptor'
	explain "When the server dies" "the call was never sent, so it was not done, and the caller may go elsewhere: EBADF"
}

@test "a line that is reset after the call was sent: EINTR" {
	gap 5; needs 1 2; points 2
	give_tools
	scenario -c fail '. ./tools
		start ./probe serve door wait
		FAIL=recvmsg:3:ECONNRESET call 0+0 0+0 0+0
		stop'
	expect_output '0+0: at once
0+0: Interrupted system call
0+0: at once'
	expect_failed
	explain "When the server dies" "ECONNRESET says that the other side has gone, as the end of the stream does (problem is 0): the call had been sent, so it may have been done"
}

@test "what is no news of the server is reported as it is" {
	gap 5; needs 1 2; points 3
	give_tools
	scenario '. ./tools
		start ./probe serve door take
		call 0+0 bad 0+0 bad
		stop'
	expect_output '0+0: NULL, 0 bytes, 0 descriptors
bad: Bad address
0+0: NULL, 0 bytes, 0 descriptors
bad: Bad address'
	scenario -c fail '. ./tools
		start ./probe serve door wait
		FAIL=recvmsg:3:ENOMEM call 0+0 0+0 0+0
		stop'
	expect_output '0+0: at once
0+0: Cannot allocate memory
0+0: at once'
	expect_failed
	explain "When the server dies" "a problem of the caller (EFAULT, ENOMEM) says nothing about the server, so it is returned as it is, whether the call had been sent or not"
}

@test "a signal ends a call with EINTR" {
	gap 5; needs 1 2; points 2
	give_tools
	scenario -b plain '. ./tools
		start ./probe serve door wait
		./probe call door 1+0 0+0 & caller=$!
		await_inside 1 $caller; await_blocked $caller recvmsg
		kill -USR1 $caller; wait $caller
		echo >&3
		stop'
	expect_output '1+0: Interrupted system call
0+0: at once'
	explain "When the server dies" "the procedure may have run, and nobody takes its result: the call is not made again"
}
