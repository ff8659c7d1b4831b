#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for the box
load ../../lib/lab
explain_also=HANG # the picture shows the emulation, not the mistake

# tools: gives the scenarios the functions of tools.bash
tools() { give tools <"$BATS_TEST_DIRNAME/tools.bash"; }

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs, precisely"
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

@test "client: a plain file is not a door" {
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
	tools
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

# expect_closed_once: no descriptor was closed that was not open (any more), as
# probe tells
expect_closed_once() {
	expect_that "that only descriptors that are open are closed" "${error:-}" \
		all_open "${error:-}"
}
all_open() { [[ $1 != *"but it is not open"* ]]; }

# Gap 1: a message

@test "a message is a header and its data" {
	gap 1; points 4
	local size
	size=$(random 2 16383)
	scenario "for size in 0 1 $size 16384; do ./loopback \$size 0; done"
	expect_output "$(for size in 0 1 "$size" 16384; do
		printf 'the header, data of length %s\n0 descriptors\n' "$size"
	done)"
	expect_quiet
	explain "A message and its descriptors" "the header and data go as one message, up to INLINE_MAX bytes of them. All members of msg must be set, msg_name and msg_flags, too: one that is not set may have any value. What iov points to is read by sendmsg, after pack has returned: variables of pack are gone by then. Without descriptors msg_control is NULL and msg_controllen 0; otherwise sendmsg looks for control data where there are none (Invalid argument, Bad address)"
}

@test "descriptors go with a message, in their order" {
	gap 1; points 4
	local n
	n=$(random 20 199)
	scenario "for n in 1 2 3 $n; do ./loopback 0 \$n; done; ./loopback 9 $n"
	expect_output "$(for n in '1 descriptor' '2 descriptors' '3 descriptors' "$n descriptors"; do
		printf 'the header, data of length 0\n%s\n' "$n"
	done)
the header, data of length 9
$n descriptors"
	expect_quiet
	explain "A message and its descriptors" "a descriptor is not a number to be copied: it goes as control data, SCM_RIGHTS. cmsg_len is CMSG_LEN of as many as there are, msg_controllen CMSG_SPACE of them: if they do not agree, it is Invalid argument"
	scenario "./loopback 9 $n threads"
	expect_output "two threads, and each message has what is its own"
	explain "A message and its descriptors" "several threads send at the same time: if something of a message is static, or global, one of them writes it while another has it sent"
	expect_quiet
	explain "A message and its descriptors" "what is allocated for a message must be freed, but sendmsg needs it after pack has returned: a struct packed has room for all that pack adds"
}

@test "data in shared memory are not sent as well" {
	gap 1; points 3
	local size n
	size=$(random 16385 60000) n=$(random 2 9)
	scenario "./loopback $size 0 memory; ./loopback $size $n memory"
	expect_output "the header, data of length 0
1 descriptor, the last is memory
the header, data of length 0
$((n + 1)) descriptors, the last is memory"
	explain "A message and its descriptors" "IN_MEMORY: the header, which is complete already (its n_fds is without the memory), says how many bytes there are, and the last descriptor is where they are (descriptor 0 is one like any other): CMSG_LEN and CMSG_SPACE (msg_controllen) count it, too. m->head.flags may have other flags besides IN_MEMORY"
	scenario "./loopback $size $n memory-threads"
	expect_output "two threads, and each message has what is its own"
	explain "A message and its descriptors" "several threads send at the same time, and one was interrupted in pack while another sent: if something of a message is static, or global (an array for descriptors and memory, for example), the other has written over it"
}

@test "253 descriptors go with a message, and no more" {
	gap 1; points 3
	local n
	n=$(random 300 3000)
	scenario "./loopback 0 253 unread; ./loopback 20000 252 memory-unread"
	expect_output $'sent\nsent'
	explain "A message and its descriptors" "as many as FDS_MAX are allowed, the memory included: 253, or 252 and the memory. The buffer has room for them in one control message, not in two. If they are refused: is it FDS_MAX itself that is refused, or is msg_controllen not CMSG_SPACE of as many as there are?"
	scenario "./loopback 0 254 unread; ./loopback 0 $n unread; ./loopback 0 65536 unread
		./loopback 20000 253 memory-unread"
	expect_that "Invalid argument, four times" "${error:-no error}" is "$error" \
		"$(printf 'loopback: message_send: Invalid argument\n%.0s' 1 2 3 4)"
	expect_output ''
	explain "A message and its descriptors" "FDS_MAX is how many the kernel takes and the buffer holds; the memory is one of them. With more, pack returns -1 and sets errno to EINVAL; how many there are is m->n_got, also if n_fds, of 16 bits, cannot hold it"
}

# Gap 2: a call

@test "client: it gets the square of its number" {
	gap 2; needs 1; points 3
	local number
	number=$(random 1000 999999999)
	tools
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
	explain "One call, step by step" "the procedure of the door is called with the arguments, and its results go back"
}

@test "the procedure gets its cookie, and NULL without arguments" {
	gap 2; needs 1; points 3
	tools
	scenario '. ./tools
		start ./probe serve door take
		call 0+0 null 3+0 0+0
		stop'
	expect_output '0+0: NULL, 0 bytes, 0 descriptors
null: done
3+0: 3 bytes, 0 descriptors
0+0: NULL, 0 bytes, 0 descriptors'
	explain "A thread for each call" "argp is NULL when there are no arguments, dp when there are no descriptors, and the cookie is the one that door_create got"
	scenario '. ./tools
		start ./probe serve door take
		call few 0+0 few 0+2 3+0
		stop'
	expect_output '0+0: NULL, 0 bytes, 0 descriptors
0+2: NULL, 0 bytes, 2 descriptors
3+0: 3 bytes, 0 descriptors'
	explain "A thread for each call" "whether there are data is what m->head.size says, whatever the flags: a caller can send IN_MEMORY, and memory, with a size of 0 (few). Then there is nothing to map (mmap of 0 bytes fails), and argp is NULL as in any call without arguments"
}

@test "arguments of any size arrive whole, as a copy" {
	gap 2; needs 1; points 3
	local size large few wanted died
	size=$(random 2 16382) large=$(random 16386 99999) few=$(random 20 9999)
	tools
	scenario ". ./tools
		start ./probe serve door take
		call 1+0 $size+0 16383+0 16384+0 16385+0 $large+0 3000000+0
		call few $few+0 few 1+0 flagged 7+0 unsealed 9+0 5+0 >&2
		stop"
	expect_output "$(for size in 1 "$size" 16383 16384 16385 "$large" 3000000; do
		printf '%s+0: %s bytes, 0 descriptors\n' "$size" "$size"
	done)"
	expect_closed_once
	explain "A thread for each call" "up to INLINE_MAX bytes (16384 are not too many) come in the message, more in memory that is mapped (IN_MEMORY, maybe with other flags, says so); the procedure may use either until door_return, which does not come back to you. m->memory is closed once, by message_drop"
	died="the server has died: in a call, if its data are not where serve takes them from; or after one that it had answered, if leave (gap 3) does not unmap just what serve has mapped, self->mapped bytes at self->mapping: then something else is gone, too"
	[[ $output != *"3000000 bytes, 0"* ]] || explain "Returning without coming back" "$died" CRASH
	wanted="$few+0: $few bytes, 0 descriptors
1+0: 1 bytes, 0 descriptors
7+0: 7 bytes, 0 descriptors
9+0: Resource temporarily unavailable
5+0: 5 bytes, 0 descriptors"
	check "$wanted" "$error" is "$error" "$wanted"
	[[ $error != *"Interrupted system call"* ]] || explain "Returning without coming back" "$died"
	explain "A thread for each call" "a caller can send anything. Where the data are is what IN_MEMORY in m->head.flags says, not their size (few: in memory all the same); a notice is what self->flags says (flagged: m->head.flags has NOTICE, too); memory that is not sealed (unsealed) could be cut off while it is read, so memory_map refuses it."
	size=$(random 5300000 8000000)
	scenario ". ./tools
		start ./probe serve door take
		call small $size+0 5+0
		stop"
	expect_output "$size+0: Resource temporarily unavailable
5+0: 5 bytes, 0 descriptors"
	explain "A thread for each call" "the memory of this call (small) is sealed, but smaller than its header says, and who reads behind its end dies of SIGBUS. mmap does not look at that; memory_map does, and returns NULL" CRASH
}

@test "descriptors are open when the procedure gets them" {
	gap 2; needs 1; points 3
	local n size
	n=$(random 4 99) size=$(random 20000 99999)
	tools
	scenario ". ./tools
		start ./probe serve door take
		call 0+1 1+$n $size+2 0+200
		stop"
	expect_output "0+1: NULL, 0 bytes, 1 descriptors
1+$n: 1 bytes, $n descriptors
$size+2: $size bytes, 2 descriptors
0+200: NULL, 0 bytes, 200 descriptors"
	explain "A thread for each call" "the descriptors belong to the procedure now, to use and to close; message_drop closes those that the message still has"
	scenario ". ./tools
		start ./probe serve door take
		call door
		stop"
	expect_output "door: a door"
	explain "A thread for each call" "describe fills in the whole door_desc_t: if the descriptor is a door, its attributes and its number, too"
	n=$(random 4200 6000)
	scenario "./many 254; ./many $n"
	expect_output "254 descriptors
$n descriptors"
	explain "A thread for each call" "a call may have more descriptors than a message takes (FDS_MAX), thousands of them: m->n_got says how many there are" CRASH
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
	failing lend/thread:1:EAGAIN lend/thread:2:EAGAIN # each in a run
	scenario './lend file'
	expect_failed
	expect_status 1
	expect_complaint '^lend: door_create: Resource temporarily unavailable$'
	failing
	explain "Doors that travel" "results may carry descriptors as arguments do: the receiver gets a duplicate"
}

@test "callers are served at once, each on a thread of its own" {
	gap 2; needs 1; points 3
	local n
	n=$(random 3 6)
	tools
	scenario '. ./tools; n='"$n"'
		start ./probe serve door wait
		for ((i = 1; i <= n; i++)); do
			./probe call door $((i * 9000))+$i & callers+=" $!"
			await_inside $i $callers
		done
		call 0+0
		for ((i = 1; i <= n; i++)); do echo >&3; done
		wait $callers
		stop'
	expect_lines "0+0: at once
$(for ((i = 1; i <= n; i++)); do echo "$((i * 9000))+$i: waited"; done)"
	explain "A thread for each call" "a procedure that waits delays only its own caller: hold no lock while it runs. Its arguments and its array of door_desc_t are its own until door_return: other threads run other calls meanwhile, so nothing of them can be static"
}

@test "a procedure that ends its thread fails its own caller alone" {
	gap 2; needs 1; points 3
	tools
	scenario '. ./tools
		for kind in exit return; do
			start ./probe serve door $kind
			call 0+0 5+0 20000+1
			await_ended 3 7
			stop; sort log
		done'
	expect_output "$(for kind in exit return; do
		printf '%s: Interrupted system call\n' 0+0 5+0 20000+1
		printf '%s\n' called called called ended ended ended ready
	done)"
	explain "A thread for each call" "a procedure that returns instead of calling door_return has ended its thread: pthread_exit, which also tells its caller, EINTR, once. The end of a thread unmaps its arguments where self->mapping says, so many bytes as self->mapped"
}

@test "server: it goes on whatever a caller sends" {
	gap 2; needs 1; points 2
	local size
	size=$(random 5 9999)
	tools
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
	explain "A door" "any process that may open the door may send anything: the procedure checks the size first"
}

@test "results that just fit stay in the caller's buffer" {
	gap 2; needs 1; points 1
	local size
	size=$(random 2 9999)
	tools
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
	explain "Results that do not fit" "where these results go is given: descriptors follow the data at a multiple of 24 bytes, and each takes 24 bytes. If the call has failed: look at what was sent, and served"
}

@test "a notice that a door is unreferenced has no arguments" {
	gap 2; needs 1; points 3
	tools
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
	explain "Nobody has it any more" "self->flags (not m->head.flags) has NOTICE, and the procedure runs as for a call: its argp is DOOR_UNREF_DATA, its size 0, dp NULL"
}

@test "arguments for which there is no memory are EAGAIN" {
	gap 2; needs 1; points 2
	local size
	size=$(random 16385 99999)
	tools
	scenario ". ./tools
		start ./probe serve door take-without-memory
		call $size+1 $size+100 $size+100 $size+100 5+0
		stop"
	expect_output "$size+1: Resource temporarily unavailable
$size+100: Resource temporarily unavailable
$size+100: Resource temporarily unavailable
$size+100: Resource temporarily unavailable
5+0: 5 bytes, 0 descriptors"
	expect_closed_once
	explain "A thread for each call" "if the memory cannot be mapped, refuse the call, close its descriptors (otherwise the server has too many open before long), and return: the thread serves the next call. If the procedure had its data all the same, they were not mapped, but copied: on the stack there is no room for data of any size"
}

# Gap 3: the end of a call

@test "door_return: one thread serves any number of calls" {
	gap 3; needs 1 2; points 6
	local count
	count=$(random 1000 2000)
	tools
	scenario ". ./tools
		start ./probe serve door where
		call '0*$count' '9*3'
		stop"
	expect_output "0*$count: one thread, one place on its stack
9*3: one thread, one place on its stack"
	expect_quiet
	explain "Returning without coming back" "the thread must go back to where it waits for calls: if it ends here, or waits elsewhere, nobody serves the next one. And its stack must be as it was then: longjmp drops all that was added since; a call of serve_calls would only add to it"
}

@test "calls with descriptors leave no memory behind" {
	gap 2; needs 1 3; points 2
	local n count
	n=$(random 1 9) count=$(random 1000 1200)
	tools
	scenario -b plain ". ./tools
		start ./probe serve door where
		call '0+$n*$count'
		stop"
	expect_output "0+$n*$count: one thread, one place on its stack"
	explain "A thread for each call" "what was allocated for a call can only be freed before its procedure runs: m->fds by message_drop; the array of door_desc_t must go by itself, with the stack"
}

@test "calls with large arguments leave nothing behind" {
	gap 2; needs 1 3; points 1
	local count size
	count=$(random 100 150) size=$(random 16385 99999)
	tools
	scenario ". ./tools
		start ./probe serve door where
		call '$size*$count'
		stop"
	expect_output "$size*$count: one thread, one place on its stack"
	explain "A thread for each call" "once the data are mapped, m->memory is of no use: close it before the procedure runs, as message_drop does. A copy from malloc would never be freed"
}

@test "door_return: it does not come back" {
	gap 3; needs 1 2; points 3
	local word
	word=w$(random 1000 9999)
	tools
	scenario ". ./tools
		start ./probe serve door keep
		call $(random 2 999)+0 $(random 2 999)+0
		stop"
	expect_match ': seen.*: seen$'
	expect_quiet
	explain "Returning without coming back" "the code after door_return in the procedure must not run if the call has ended"
}

@test "large arguments are unmapped when their call is over" {
	gap 3; needs 1 2; points 4
	local size
	size=$(random 16385 99999)
	tools
	scenario ". ./tools
		start ./probe serve door keep
		call $size+0 0+0
		call $size+0; await_unmapped
		stop"
	expect_output "$size+0: seen
0+0: mapped
$size+0: seen"
	explain "Returning without coming back" "self->mapping is where they are, and self->mapped (which serve sets, too) how many bytes, all of which must go in leave, before the thread waits for its next call, which may never come: nothing else refers to them then. What stands behind longjmp is never executed"
	scenario ". ./tools
		start ./probe serve door again
		call $size+0 5+0
		stop"
	expect_output "$size+0: there
5+0: there"
	explain "Returning without coming back" "door_return comes back if it has failed, and then the call is still open: its procedure may look at its arguments, and return them. So they are unmapped only where the call is over, in leave" CRASH
}

@test "large arguments are unmapped once" {
	gap 3; needs 1 2; points 3
	local size
	size=$(random 16385 99999)
	tools
	scenario ". ./tools
		start ./probe serve door keep
		call $size+0 0+0 0+0 0+0
		stop"
	expect_output "$size+0: seen
0+0: mapped
0+0: there
0+0: there"
	explain "Returning without coming back" "after the call, something else may be mapped at that address: forget the address when you unmap it"
}

@test "a caller that is killed takes no thread with it" {
	gap 3; needs 1 2; points 2
	tools
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
	tools
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
	explain "Returning without coming back" "one thread serves both: it answers the call under way, goes back to the mailbox, and refuses the call that waited there"
}

# Gap 4: results that do not fit

@test "results that do not fit come in new memory, whole pages" {
	gap 4; needs 1 2; points 5
	local size
	size=$(random 4097 8191)
	tools
	scenario ". ./tools
		start ./probe serve door give
		call 1+0/0 6+0/5 4096+0/0 $size+0/4096 16384+0/16383
		stop"
	expect_output "1+0/0: in new memory, 1 pages
6+0/5: in new memory, 1 pages
4096+0/0: in new memory, 1 pages
$size+0/4096: in new memory, 2 pages
16384+0/16383: in new memory, 4 pages"
	explain "Results that do not fit" "the caller unmaps rsize bytes at rbuf, and may write to all of them: they are whole pages, all mapped (memory from malloc is not for munmap), and begin with the data"
}

@test "large results stay in the memory in which they came" {
	gap 4; needs 1 2; points 4
	local size wanted
	size=$(random 16385 999999)
	tools
	scenario ". ./tools
		start ./probe serve door give
		call 16385+0/0 $size+0/16384 3000000+0/0
		call few 9+0/0 flagged 20000+0/0 >&2
		stop"
	expect_output "16385+0/0: in new memory, 5 pages, as it came
$size+0/16384: in new memory, $(((size + 4095) / 4096)) pages, as it came
3000000+0/0: in new memory, 733 pages, as it came"
	expect_closed_once
	explain "Results that do not fit" "the data are in shared memory already: map it, for reading and writing, without copying them. It is sealed: the kernel refuses a mapping for writing that is not private. m->memory is closed later, not by place"
	wanted="9+0/0: in new memory, 1 pages
20000+0/0: in new memory, 5 pages, as it came"
	check "$wanted" "$error" is "$error" "$wanted"
	explain "Results that do not fit" "a server can send anything. Where the data are is what IN_MEMORY in m->head.flags says, not a size (few: in memory all the same), and there may be other flags (flagged)."
}

@test "new memory has room for descriptors, too" {
	gap 4; needs 1 2; points 4
	local n
	n=$(random 4 99)
	tools
	scenario ". ./tools
		start ./probe serve door give
		call 0+1/23 25+1/71 4072+1/0 4096+1/0 4080+$n/0 16384+3/0 20480+2/0
		stop"
	expect_output "0+1/23: in new memory, 1 pages
25+1/71: in new memory, 1 pages
4072+1/0: in new memory, 2 pages
4096+1/0: in new memory, 2 pages
4080+$n/0: in new memory, 2 pages
16384+3/0: in new memory, 5 pages
20480+2/0: in new memory, 6 pages, as it came"
	explain "Results that do not fit" "\`size\` is for data and descriptors, m->head.size for the data alone: map *mapped bytes (\`size\`, in whole pages), of new or shared memory, for reading and writing, but copy no more than m->head.size"
	scenario '. ./tools
		pages_of 16384
		start ./probe serve door give
		call 1+0/0 16384+1/0 16385+0/0
		stop'
	expect_output "1+0/0: in new memory, 1 pages
16384+1/0: in new memory, 2 pages
16385+0/0: in new memory, 2 pages, as it came"
	explain "Results that do not fit" "not every machine has pages of 4096 bytes (here one is 16384): ask sysconf(_SC_PAGESIZE)"
}

@test "results for which there is no memory are EOVERFLOW" {
	gap 4; needs 1 2; points 2
	local size
	size=$(random 16385 99999)
	tools
	scenario ". ./tools
		start ./probe serve door give
		call without-memory 7+0/0 $size+0/0 7+0/7
		stop"
	expect_output "7+0/0: Value too large for defined data type
$size+0/0: Value too large for defined data type
7+0/7: in the buffer"
	explain "Results that do not fit" "mmap returns MAP_FAILED when there is no memory, and that is not NULL"
	size=$(random 5300000 8000000)
	scenario ". ./tools
		start ./probe serve door give
		call unsealed 9+0/0 small $size+0/0 7+0/0
		stop"
	expect_output "9+0/0: Value too large for defined data type
$size+0/0: Value too large for defined data type
7+0/0: in new memory, 1 pages"
	explain "Results that do not fit" "a server can send any memory: one that is not sealed (unsealed), so that it can change or cut off what the caller reads, or one that is smaller than its header says (small), and who reads behind its end dies of SIGBUS. mmap takes both; memory_map looks first, and its NULL is what place returns" CRASH
}

@test "broker: a door comes through a door, and is called" {
	gap 4; needs 1 2 3; points 3
	local word
	word=w$(random 1000 9999)
	scenario "./broker upper 'a door in a door'; ./broker reverse $word
		./broker upper ''; ./broker upper \"\$(printf '%030000d' 7)\" | wc -c"
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/broker.out")
client: ${word:4:1}${word:3:1}${word:2:1}${word:1:1}${word:0:1}
broker: nobody has the door of reverse any more
client: 
broker: nobody has the door of upper any more
30055"
	scenario "./broker lower $word; echo \$?"
	expect_output 2
	expect_complaint '^broker: no such service: lower$'
	explain "Doors that travel" "the client has no buffer for the answer, so it must come in new memory"
}

# Gap 5: the death of the server

@test "a server that dies in a call: EINTR, and then EBADF" {
	gap 5; needs 1 2; points 5
	tools
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
	if [[ $output == *"1+0: Bad file descriptor"* ]]; then
		# The same call over a new connection.
		scenario '. ./tools
			start ./probe serve door wait
			./probe call door 1+0 & caller=$!
			await_inside 1 $caller
			kill_it
			wait $caller'
		[[ $output != "1+0: Interrupted system call" ]] ||
			explain "When the server dies" "the server had the call, so it may have been done in full, in part or not at all: EINTR. A first call is told so; this one, over the connection that was kept from an earlier call, is not: it is made again, and finds no server. Only a call that was not sent may be tried over a new connection (*again)"
	fi
	explain "When the server dies" "the server had the call, so it may have been done in full, in part or not at all: EINTR. The next calls find no server: EBADF. problem is 0 if the receive found the end of the stream: no error, so errno says nothing then"
}

@test "a server that has died before the call: EBADF" {
	gap 5; needs 1 2; points 4
	tools
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
	scenario './failures unsent closed'
	expect_output "$(printf 'unsent, %s: Bad file descriptor\n' "Broken pipe" \
		"Connection reset by peer" "Connection refused" \
		"Transport endpoint is not connected")"
	explain "When the server dies" "the call was never sent, so it was not done, and the caller may try another server: EBADF"
}

@test "a connection reset after the call was sent: EINTR" {
	gap 5; needs 1 2; points 2
	scenario './failures sent closed'
	expect_output "$(printf 'sent, %s: Interrupted system call\n' "End of the stream" \
		"Broken pipe" "Connection reset by peer" "Connection refused" \
		"Transport endpoint is not connected")"
	explain "When the server dies" "each error that is_closed knows says that the other side is gone, as the end of the stream does (problem is 0): the call had been sent, so it may have been done"
}

@test "an error that says nothing about the server stays as it is" {
	gap 5; needs 1 2; points 3
	tools
	scenario '. ./tools
		start ./probe serve door take
		call 0+0 bad 0+0 bad
		stop'
	expect_output '0+0: NULL, 0 bytes, 0 descriptors
bad: Bad address
0+0: NULL, 0 bytes, 0 descriptors
bad: Bad address'
	scenario './failures unsent other; ./failures sent other'
	expect_output "$(for when in unsent sent; do
		printf '%s\n' "Interrupted system call" "Bad address" \
			"Cannot allocate memory" "No buffer space available" \
			"Resource temporarily unavailable" "Message too long" \
			"Input/output error" | sed "s/.*/$when, &: &/"
	done)"
	explain "When the server dies" "an error of the caller (EFAULT, ENOMEM, ENOBUFS, a signal's EINTR) says nothing about the server, so it is returned unchanged, whether the call had been sent or not"
}

@test "a signal ends a call with EINTR" {
	gap 5; needs 1 2; points 2
	tools
	scenario -b plain '. ./tools
		start ./probe serve door wait
		./probe call door 1+0 0+0 & caller=$!
		await_inside 1 $caller; await_blocked $caller recvmsg
		kill -USR1 $caller; wait $caller
		echo >&3
		stop'
	expect_output '1+0: Interrupted system call
0+0: at once'
	explain "When the server dies" "the procedure may have run, and its result is dropped: the call is not made again"
}
