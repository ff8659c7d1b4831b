#!/usr/bin/env bats
# shellcheck disable=SC2016 # what stands in single quotes is for the box
load ../../lib/lab

# path_of LENGTH: prints a path of that many bytes
path_of() { printf "%0$1d" 0; }

# interrupted WHO CALL...: the first thirty of these calls fail with EINTR, and of those that
# follow the fourth and the sixth; any other, such as one that is made again, succeeds
interrupted() {
	local who=$1 call n
	shift
	will_fail=()
	for call; do
		for n in 1-30 4 6; do will_fail+=("$who/$call:$n:EINTR"); done
	done
}

spins="waitpid returned 0: children run, and none has ended yet. Then reap(WNOHANG) is done, and main goes back to its clients; reap(0) passes no WNOHANG, and sleeps instead"
gave_up="the client was silent for half an hour, and recv gave up with EAGAIN: its socket has a time limit (SO_RCVTIMEO). No wait has one: the next line may take a day"
not_waited="echod has ended, and not waited for a child: reap(0), at the end, goes on until waitpid says that there is none left, and waits for those that still run (without WNOHANG)"

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: an address

@test "echo, post: nobody is there" {
	gap 1; points 3
	scenario ': >file
		for path in none file; do
			./echo $path </dev/null; echo $?
			./post $path hello; echo $?
		done 2>&1'
	expect_output "echo: path 'none': No such file or directory
1
post: path 'none': No such file or directory
1
echo: path 'file': Connection refused
1
post: path 'file': Connection refused
1"
	explain "The name is a file" "the path must reach connect and sendto as it is: then they say why nobody answers"
}

@test "echo, post: a path of 107 bytes fits" {
	gap 1; points 2
	local path
	path=$(path_of 107)
	scenario ": >$path
		./echo $path </dev/null; echo \$?
		./post $path hello; echo \$?"
	expect_output $'1\n1'
	expect_that "the file is found, and the connection refused" "$error" \
		is "$error" "echo: path '$path': Connection refused
post: path '$path': Connection refused"
	explain "The name is a file" "sun_path has 108 bytes: a path of 107 and its final NUL fit"
}

@test "echo, post: a path of 108 bytes or more is refused" {
	gap 1; points 3
	local path other expected=""
	path=$(path_of 108) other=$(path_of "$(random 109 240)")
	scenario ": >$path; : >$other
		for path in $path $other $(path_of 3000); do
			./echo \$path </dev/null; echo \$?
			./post \$path hello; echo \$?
		done 2>&1"
	for path in "$path" "$other" "$(path_of 3000)"; do
		expected+="echo: path '$path': File name too long"$'\n1\n'
		expected+="post: path '$path': File name too long"$'\n1\n'
	done
	expect_output "${expected%$'\n'}"
	explain "The name is a file" "sun_path has 108 bytes, and one is for the NUL: measure the path before you copy it"
}

@test "echo, post: an empty path is refused" {
	gap 1; points 3
	scenario './echo "" </dev/null; echo $?; ./post "" hello; echo $?'
	expect_output $'1\n1'
	expect_that "No such file or directory, from both" "$error" is "$error" \
		"echo: path '': No such file or directory
post: path '': No such file or directory"
	explain "The name is a file" "an address with an empty path has a meaning of its own on Linux: refuse it, with ENOENT"
}

@test "echo, post: every byte of an address is set" {
	gap 1; points 1
	scenario './calls address'
	expect_output 'every address is right'
	explain "The name is a file" "set_address is called alone here: the bytes behind the path and its NUL belong to the address, too, so set them all, whatever was there before"
}

# Gap 2: a message

@test "twins: every word goes to the child and comes back" {
	gap 2; points 4
	local word
	word=w$(random 1000 9999)
	scenario "./twins hello world; ./twins a $word"
	expect_status 0
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/twins.out")
child: a
parent: A
child: $word
parent: ${word^^}
child: end
parent: end"
	explain "Messages keep their boundaries" "one recv is one message, its length is what recv returns, and a NUL must follow it"
}

@test "twins: a word of 255 bytes comes whole" {
	gap 2; points 3
	local word
	word=$(random 1000 9999)$(printf '%0251d' 7)
	scenario "./twins $word x"
	expect_output "child: $word
parent: $word
child: x
parent: X
child: end
parent: end"
	explain "Messages keep their boundaries" "255 bytes and a NUL are 256: all of the buffer is used, and not one byte more"
}

@test "twins: a signal while it waits is not an error" {
	gap 2; points 1
	interrupted twins recv recvmsg read
	scenario './twins hello world'
	expect_output_of twins
	expect_failed
	expect_quiet
	explain "The programs" "recv returned -1 with EINTR: a signal came before a message, and two may come in a row; call it again after each, and only then: errno may still be EINTR when recv has returned a message" HANG
}

@test "twins: a failed receive is reported, and no byte is stored" {
	gap 2; points 1
	failing twins.1/recv:1:EIO twins.1/recvmsg:1:EIO twins.1/read:1:EIO
	scenario -b checked './twins hello world'
	expect_failed
	expect_status 1
	expect_said 'child: receive: Input/output error'
	explain "Messages keep their boundaries" "when recv returns -1 there is no message, and buf[-1] is before the buffer"
}

@test "collect: an empty message is a message" {
	gap 2; needs 1 3; points 2
	local word
	word=w$(random 1000 9999)
	scenario "./collect box 4 >got & await_line got ready
		./post box '' $word '' x
		wait \$!; echo \$?; cat got"
	expect_output "0
ready
length 0: \"\"
length 5: \"$word\"
length 0: \"\"
length 1: \"x\""
	explain "Messages keep their boundaries" "a datagram of 0 bytes is neither the end nor an error: there is nobody who could hang up" HANG
}

@test "collect: a longer message gives 255 bytes and its length" {
	gap 2; needs 1 3; points 3
	local length
	length=$(random 66000 100000)
	scenario './collect box 4 & await_file box
		./post box hello "" "two words" "$(printf "%0260d" 7)"
		wait $!'
	expect_output_of collect
	scenario "./collect box 3 & await_file box
		./post box $(path_of 256) $(path_of "$length") after
		wait \$!"
	expect_output "ready
length 256, first 255: \"$(path_of 255)\"
length $length, first 255: \"$(path_of 255)\"
length 5: \"after\""
	explain "Messages keep their boundaries" "the rest of a message that does not fit is thrown away; MSG_TRUNC says how long it was, and the NUL still belongs inside the buffer"
}

@test "collect: a message and a buffer of any size" {
	gap 2; points 1
	scenario './calls message'
	expect_output 'every message is right'
	[[ $output != *"length 0: returned"* ]] ||
		explain "Messages keep their boundaries" "receive_message is called alone here, and errno is EINTR from an earlier call: recv returned 0, an empty message, and errno says something only after -1"
	explain "Messages keep their boundaries" "receive_message is called alone here: buf has as many bytes as \`size\` says, and the NUL comes right behind what was kept, at buf[0] when the message is empty"
	explain "Messages keep their boundaries" "receive_message is called alone here: nothing may be written past the \`size\` bytes of buf, which need not be 256" CRASH
}

# Gap 5, the function alone: what depends on it comes after

@test "echod: a line is answered when its newline is there" {
	gap 5; points 1
	scenario './calls prompt'
	expect_output $'1: one\n2: \n3: two\n4: at once\n5: then'
	if [[ $output == $'1: one\n2: '* ]]; then
		explain "The programs" "echo_lines is called alone here: the client has sent \"two\\nat once\\nth\", and waits. Both lines have their newline, so both are answered now, though a third has begun" HANG
	fi
	explain "The programs" "echo_lines is called alone here: the client waits for the answer to its line, all of it, before it sends the next" HANG
}

# Gap 3: the name

@test "a name is made at the start, and removed at the end" {
	gap 3; needs 1; points 2
	scenario 'start ./echod sock; stat -c %F sock; stop
		attempt ./collect box 1
		ls -d sock box 2>/dev/null'
	expect_output 'socket
status 0
ready
status 0'
	explain "Whose name it is" "nothing is at PATH: then the name is free"
}

@test "a stale socket is replaced, of either type" {
	gap 3; needs 1; points 4
	local path
	path=$(path_of 107)
	scenario "leave_stale ./echod sock
		leave_stale ./collect box 1
		attempt ./collect sock 1
		attempt ./echod box
		leave_stale ./echod $path
		attempt ./echod $path
		rm -f sock box $path"
	expect_that "that echod ends without a complaint about children" "$output" without "$output" "o child"
	explain "When children end" "there is no child left: waitpid says so by -1 and ECHILD, which ends reap's loop and is no error"
	expect_output 'ready
status 0
ready
status 0
ready
status 0'
	expect_quiet
	explain "Whose name it is" "connect says \"connection refused\" when nobody has the socket open: then the file may go"
}

@test "a socket that somebody has open is left alone" {
	gap 3; needs 1; points 4
	scenario './collect box 1 >live & live=$!
		await_line live ready
		./peer hold sock & await_file sock.ready
		before=$(stat -c %i box sock.*)
		attempt ./echod box
		attempt ./collect box 1
		attempt ./collect sock.listens 1
		for path in sock.bound sock.packets sock.connected; do attempt ./echod $path; done
		[[ $(stat -c %i box sock.*) == "$before" ]] && echo all are there
		kill $live %2; wait $live; echo $?
		rm -f sock.*'
	expect_output "echod: path 'box': Address already in use
status 1
collect: path 'box': Address already in use
status 1
collect: path 'sock.listens': Address already in use
status 1
echod: path 'sock.bound': Address already in use
status 1
echod: path 'sock.packets': Address already in use
status 1
echod: path 'sock.connected': Address already in use
status 1
all are there
0"
	if [[ $output == *"'sock.listens': Address already in use"*"'sock.bound'"* || $output == *"'sock.listens': Address already in use"*$'\nready'* ]]; then
		explain "Whose name it is" "sock.bound is a stream socket that does not listen (yet): a stream connect is refused there, too, so the knock must be of another type; sock.packets is SOCK_SEQPACKET; sock.connected is a datagram socket that takes from one other only"
	fi
	explain "Whose name it is" "a server that is alive must keep its name, whatever its type: without it nobody finds the server again"
}

@test "a server that is too busy to accept is alive" {
	gap 3; needs 1; points 2
	scenario './peer busy sock & await_file sock.ready
		attempt ./echod sock
		attempt ./collect sock 1
		kill %1; rm -f sock'
	expect_output "echod: path 'sock': Address already in use
status 1
collect: path 'sock': Address already in use
status 1"
	explain "Whose name it is" "a stream connect waits while the backlog is full; and a server with a full backlog is alive" HANG
}

@test "a socket stays if a call fails for another reason" {
	gap 3; needs 1; points 2
	failing echod/socket:1:EMFILE echod/connect:1:EACCES echod/unlink:1:EACCES
	scenario './peer hold sock & await_file sock.ready
		kill $!; wait $!
		for call in socket connect unlink; do attempt ./echod sock.listens; done
		[[ -S sock.listens ]] && echo it is there
		attempt ./echod sock.listens
		rm -f sock.*'
	local refused="echod: path 'sock\\.listens': [^:]*"$'\n'"status 1"$'\n'
	expect_match "^($refused){3}it is there"$'\n'"ready"$'\n'"status 0\$"
	expect_failed
	explain "Whose name it is" "only \"connection refused\" means that nobody is there: after any other error, of socket, connect or unlink, clear_stale returns -1, and the file stays"
	expect_match "^($refused){2}echod: path 'sock\\.listens': Permission denied"$'\n'
	explain "Whose name it is" "unlink failed with \"permission denied\", so the name is not free: clear_stale returns -1 with the errno of unlink. Nobody has that socket open"
}

@test "a file that is not a socket is never removed" {
	gap 3; needs 1; points 3
	local word
	word=w$(random 1000 9999)
	scenario "word=$word"'
		leave_stale ./echod stale
		echo $word >file; mkdir folder; mkfifo fifo
		ln -s file to-file; ln -s none to-none; ln -s stale to-stale
		all="file folder fifo to-file to-none to-stale"
		for path in $all; do attempt ./echod $path; done
		attempt ./collect file 1
		ls -d $all; cat file
		rm -f fifo stale'
	expect_output "$(for path in file folder fifo to-file to-none to-stale; do
		printf "echod: path '%s': File exists\nstatus 1\n" $path
	done)
collect: path 'file': File exists
status 1
fifo
file
folder
to-file
to-none
to-stale
$word"
	explain "Whose name it is" "it may be somebody's only copy: look at the type of the file itself (lstat, S_ISSOCK) before anything else"
}

# Gap 4: processes

@test "echod: the client sees the end of its connection" {
	gap 4; needs 1 3; points 2
	scenario 'start ./echod sock
		./peer connect sock </dev/null; echo "client $?"
		stop'
	expect_output 'client 0
status 0'
	if [[ $error == *"turned away: Invalid argument"* ]]; then
		explain "Who closes what" "the parent can accept no more: shutdown acts on the listener itself, which parent and child share; close gives up one copy"
	fi
	explain "Who closes what" "a client that comes and goes changes nothing: echod goes on until SIGTERM, and then ends with status 0"
	explain "When children end" "$not_waited" ZOMBIE
	explain "Who closes what" "the end comes when the last copy is closed, and the parent has a copy, too" HANG
}

@test "echod: clients are served at the same time" {
	gap 4; needs 1 3 5; points 3
	local word
	word=w$(random 1000 9999)
	scenario "start ./echod sock; hold_client
		echo $word | ./peer connect sock 3>&-
		exec 3>&-; wait \$client; cat got; stop"
	expect_output "1: $word
1: one
status 0"
	explain "Who closes what" "every client has a child of its own, and the parent goes back to its next client at once" HANG
	explain "When children end" "$not_waited" ZOMBIE
}

@test "echod: children that end together are all collected" {
	gap 4; needs 1 3 5; points 3
	scenario 'start ./echod sock
		mkfifo in
		for i in {1..6}; do ./peer connect sock <in & clients+=" $!"; done
		exec 3>in
		await_children $server 6
		rm in
		ended=("${children[@]}")
		suspend $server
		exec 3>&-
		for pid in "${ended[@]}"; do await_gone $pid; done
		resume $server
		wait $clients
		./peer connect sock </dev/null
		./peer connect sock </dev/null
		left=0
		for pid in "${ended[@]}"; do [[ -e /proc/$pid ]] && ((++left)); done
		echo "$left of 6 are zombies"
		stop'
	expect_output '0 of 6 are zombies
status 0'
	if [[ ${first_came-} == *running* ]]; then
		explain "When children end" "$not_waited" ZOMBIE
	fi
	explain "When children end" "signals do not queue: one SIGCHLD may stand for many children, so collect until there are no more" ZOMBIE
}

@test "echod: it says which signal killed a child, and goes on" {
	gap 4; needs 1 3 5; points 2
	local signals signal
	signals=(4 6 8 11) signal=${signals[$(random 0 3)]}
	failing echod.2/recv:1:ENOBUFS echod.2/recvmsg:1:ENOBUFS echod.2/read:1:ENOBUFS
	leaving_core
	under_schedules 1 # in which half an hour passes at once
	scenario "start ./echod sock; hold_client
		await_children \$server 1
		kill -$signal \${children[0]}
		exec 3>&-; wait \$client
		./peer connect sock </dev/null 2>/dev/null
		until_holds 'a child never ended' children_ended \$server
		[[ -S sock ]] || { echo the socket is gone; stop; exit; }
		rm got; hold_client
		kill \$server; sleep 2000
		echo two >&3; await_line got '2: two'
		exec 3>&-; wait \$client; wait \$server; echo \"status \$?\""
	local other="echod: a client: No buffer space available" killed="echod: a child was killed by signal $signal"
	if [[ $output == *"the socket is gone"* ]]; then
		expect_that "a socket for the third client, too" "$output" false
		explain "Whose name it is" "the socket was gone when a child had failed: only the server removes it, at its end. Look at what a child does when it ends: what atexit has registered runs in it, too, if it leaves by exit, err or return from main"
	fi
	if [[ $error == *"a client: Resource temporarily unavailable"* ]]; then
		expect_that "that no wait has a time limit" "$error" false
		explain "The programs" "$gave_up" TIMEOUT HANG LEAK ZOMBIE
	fi
	expect_said "^($other"$'\n'")?$killed("$'\n'"$other)?\$"
	expect_output 'status 0'
	[[ ${first_came-} != *"wait for any child returns 0"* ]] || explain "When children end" "$spins" TIMEOUT
	if [[ $error == *"$killed"* && $error == *"by signal"*"by signal"* ]]; then
		explain "When children end" "a child that ends with exit status 1 was not killed by any signal: WIFSIGNALED tells whether it was one"
	fi
	if [[ $error == *"by signal"* && $error != *"$killed"* ]]; then
		explain "When children end" "this child left a core file, which is one more bit of the status: WTERMSIG leaves it out, arithmetic does not"
	fi
	explain "When children end" "WIFSIGNALED tells whether it was a signal, WTERMSIG which one; with waitid CLD_KILLED does, and CLD_DUMPED, as here, when the child left a core file"
	explain "When children end" "a client may take half an hour to finish, and reap(0) waits for its child all the same: for an event, not for a time" HANG ZOMBIE LEAK
}

@test "echod: a client that gets no child is turned away" {
	gap 4; needs 1 3 5; points 2
	failing echod/fork:1:EAGAIN
	scenario 'start ./echod sock
		./peer connect sock </dev/null; echo "client $?"
		echo next | ./peer connect sock; stop'
	expect_output 'client 0
1: next
status 0'
	expect_failed
	expect_complaint '^echod: a client was turned away: Resource temporarily unavailable$'
	explain "The programs" "when fork fails the connection must be closed all the same, and take_client returns -1 with the errno of fork" HANG
	failing echod/accept:1:EMFILE
	scenario 'start ./echod sock
		./peer connect sock </dev/null 2>/dev/null
		wait $server; echo "status $?"'
	expect_output 'status 1'
	expect_failed
	expect_complaint '^echod: a client was turned away: Too many open files$'
	explain "The programs" "the first accept fails here (EMFILE): there is no client, so nothing to fork for. take_client returns -1 with the errno of accept, and main ends" HANG
}

@test "echod: the name is free when echod is gone" {
	gap 4; needs 1 3 5; points 3
	scenario 'start ./echod sock; hold_client
		crash
		attempt ./echod sock
		echo two >&3; await_line got "2: two"
		exec 3>&-; wait $client; rm -f sock'
	expect_output 'ready
status 0'
	explain "Who closes what" "the child still has the listener that it got from fork: nobody accepts there, and nobody else can take the name"
}

@test "echod: after SIGTERM the clients that it has may finish" {
	gap 4; needs 1 3 5; points 2
	local signals=(9 10 12 15 34 64) signal
	signal=${signals[$(random 0 5)]}
	scenario "start ./echod sock; hold_client
		mkfifo in; ./peer connect sock <in 3>&- & other=\$!
		exec 4>in; rm in
		await_children \$server 2
		kill \$server
		until_holds 'echod did not remove its socket' test ! -e sock
		kill -INT \$server 2>/dev/null
		kill -$signal \${children[1]}; await_gone \${children[1]}
		exec 4>&-; wait \$other
		echo two >&3; await_line got '2: two'
		exec 3>&-; wait \$client
		wait \$server; echo \"status \$?\""
	expect_output 'status 0'
	expect_complaint "^echod: a child was killed by signal $signal\$"
	[[ ${first_why-} != *"WNOHANG returned 0"* ]] || explain "When children end" "$spins" WRONG TIMEOUT
	explain "When children end" "no new client, the name removed, and then wait for every child: reap(0) goes on until waitpid says that there is none left (EINTR does not say that)" HANG ZOMBIE
	# Just before it listens, when the file is there; and when it waits.
	interrupting 'echod:TERM<listen'
	scenario './echod sock >log; echo "status $?"'
	expect_failed
	expect_output 'status 0'
	explain "The programs" "SIGTERM came before ready, when bind had made the file, and nobody has removed it: whenever the signal comes, the socket is removed and the status is 0. So block it (or catch it) before claim, not after" LEAK WRONG HANG TIMEOUT
}

# Gap 5: lines

@test "echod: every line comes back with its number" {
	gap 5; needs 1 3 4; points 2
	local count
	count=$(random 100001 100099)
	scenario 'start ./echod sock
		printf "hello\n\ntwo words\n" | ./peer connect sock
		yes "" | head -n '"$count"' | ./peer connect sock >got
		seq -f "%.0f: " '"$count"' | cmp - got && echo same
		stop'
	expect_that "a socket for the second client, too" "$error" without "$error" "sock: No such file"
	explain "Whose name it is" "the socket was gone after the first client, whose child has ended: the name is the server's, and what atexit has registered runs in a child, too, if that leaves by exit or return from main"
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/echo.out")
same
status 0"
	explain "A stream has no lines" "many lines may come in one read: each has a number of its own, which may grow long"
}

@test "echod: a line that comes in pieces has one number" {
	gap 5; needs 1 3 4; points 3
	local word
	word=w$(random 1000 9999)
	scenario "start ./echod sock
		./peer pieces sock hel 'lo
the $word' ' is' ' here
and' ' there
'
		stop"
	expect_output "1: hello
2: the $word is here
3: and there
status 0"
	explain "A stream has no lines" "one read is not one line: a line ends at its newline, however many reads that takes"
}

@test "echod: a line may be longer than any buffer" {
	gap 5; needs 1 3 4; points 2
	local digit
	digit=$(random 1 9)
	scenario './calls lines'
	expect_output 'every line is right'
	[[ $output != *"up to byte 0"* ]] ||
		explain "A stream has no lines" "echo_lines is called alone here, and has served another client before, in the same process: each begins with line 1, so nothing may be left over, in a static variable, say"
	explain "A stream has no lines" "echo_lines is called alone here: a line may end with the buffer, just before its end or just behind it, and the end of the input is no line; then it returns 0" HANG
	# Where a buffer grows piece by piece, AddressSanitizer keeps all the old ones.
	scenario -b plain "start ./echod sock
		head -c 5000000 /dev/zero | tr '\\0' $digit >long
		{ cat long; printf '\\nshort\\n'; } | ./peer connect sock >got
		{ printf '1: '; cat long; printf '\\n2: short\\n'; } | cmp - got && echo same
		stop"
	expect_output 'same
status 0'
	explain "A stream has no lines" "a line ends at its newline, however long it is, and no buffer holds every line: what has come can be sent back at once, or the buffer must grow"
}

@test "echod: a call that fails is an error" {
	gap 5; points 1
	local call
	for call in recv recvmsg read; do
		will_fail+=("calls.1/$call:1:ENOBUFS" "calls.5/$call:1:ECONNRESET")
	done
	for call in send sendmsg write writev; do
		will_fail+=("calls.2/$call:1:ENOBUFS" "calls.4/$call:2:ENOBUFS")
	done
	will_fail+=(calls.3/send:2:EPIPE calls.3/sendmsg:2:EPIPE calls.3/write:1:EPIPE calls.3/writev:1:EPIPE)
	scenario './calls ending'
	expect_failed
	# In one that sends all its answers at once no second send can fail.
	expect_match $'^(returned -1: No buffer space available\n){2}returned (-1: Broken pipe|0, after all of the answer)\nreturned (-1: No buffer space available|0, after all of the answer)\nreturned -1: Connection reset by peer$'
	if [[ $output == *"killed by signal 13"* ]]; then
		explain "When the other side has gone" "the second send raised SIGPIPE, which kills: with MSG_NOSIGNAL it fails with EPIPE instead"
	fi
	explain "The programs" "echo_lines is called alone here: when recv or a send, the first or the second, fails (and no signal is the reason) it sends no more, and returns -1 with that errno, ECONNRESET, too"
}

@test "echod: a client that has gone away is not an error" {
	gap 5; needs 1 3 4; points 3
	scenario 'start ./echod sock
		suspend $server
		./peer vanish sock "one
two
three
"
		./peer vanish sock half
		resume $server
		echo next | ./peer connect sock
		stop'
	expect_output '1: next
status 0'
	expect_quiet
	explain "When the other side has gone" "writing to a connection that nobody reads raises SIGPIPE, which kills; send with MSG_NOSIGNAL fails with EPIPE instead"
}

@test "echod: reads and writes of any size" {
	gap 5; needs 1 3 4; points 2
	local word
	word=w$(random 1000 9999)
	cutting echod.1/recv:1+:24 echod.1/read:1+:24 echod.1/{send,sendmsg,write,writev}:1+:5
	interrupted echod.1 recv recvmsg send sendmsg
	under_schedules 1 # in which half an hour passes at once
	scenario "start ./echod sock
		{ printf '%s is a line of some length\n' $word and; sleep 2000
		echo again is a line of some length; } | ./peer connect sock
		stop"
	expect_output "1: $word is a line of some length
2: and is a line of some length
3: again is a line of some length
status 0"
	expect_quiet
	if [[ $error == *Interrupted* ]]; then
		explain "The programs" "a call returned -1 with EINTR: a signal came first, and nothing was received or sent; call it again, and once more if another signal comes. A send may also take less than it was given: send_all goes on after both"
	fi
	if [[ $error == *"a client: Resource temporarily unavailable"* ]]; then
		explain "The programs" "$gave_up"
	fi
	explain "A stream has no lines" "a client may be silent for half an hour, recv may return less than was sent, and send take less than it was given: what comes next is still the same line" HANG
}

@test "echod: any byte is text, and the last newline may be missing" {
	gap 5; needs 1 3 4; points 2
	scenario 'start ./echod sock
		printf "a\0b\n\0\n\377\nend" | ./peer connect sock >got
		printf "1: a\0b\n2: \0\n3: \377\n4: end" | cmp - got && echo same
		./peer connect sock </dev/null
		stop'
	expect_output 'same
status 0'
	explain "A stream has no lines" "a NUL byte does not end a line, and except for the numbers nothing is sent that the client did not send"
}

# Gap 6: both directions

@test "echo: it sends its input and prints the answers" {
	gap 6; needs 1; points 2
	local word held closed="the whole input was sent, and the server has closed: that is 0, even if the process or thread that sent it has not ended yet, and has done nothing since its shutdown. It can say that all is sent before its shutdown"
	word=w$(random 1000 9999)
	scenario "./peer mirror sock & await_file sock.ready
		printf '$word\\n\\nlast' | ./echo sock; echo; echo \$?"
	expect_output "$word

last
0"
	expect_quiet
	if [[ $error == *"Connection reset"* ]]; then
		explain "Both directions at once" "$closed"
	fi
	explain "Both directions at once" "the server does not know that your input has ended: shutdown(server, SHUT_WR) tells it" HANG
	# Who sends is held up when shutdown returns: a thread, or a process of its own.
	for held in 'echo:STOP<shutdown' echo.1:STOP@shutdown; do
		interrupting "$held"
		scenario "./peer mirror sock & await_file sock.ready
			echo $word | ./echo sock; echo \$?"
		expect_output "$word"$'\n0'
	done
	explain "Both directions at once" "$closed" HANG
}

@test "echo: each answer is printed as it comes" {
	gap 6; needs 1; points 2
	local word
	word=w$(random 1000 9999)
	scenario "./peer mirror sock & await_file sock.ready
		feed ./echo sock >got; client=\$!
		echo $word >&3; await_line got $word
		seq 3000 >&3; await_line got 3000
		exec 3>&-; wait \$client; echo \$?"
	expect_output 0
	if [[ $output == 1 && $error == *"Connection reset"* ]]; then
		explain "Both directions at once" "the server closed after the end of input, when all was sent and answered: then exchange returns 0"
	fi
	explain "Both directions at once" "the user waits for these answers before typing the next line. So send all that you have read, and print what came, before you wait again: poll does not count what is in a buffer already (yours, or that of stdio)" HANG
}

@test "echo: answers that come after the end of input are printed" {
	gap 6; needs 1; points 3
	local word
	word=w$(random 1000 9999)
	scenario "feed ./peer serve sock >asked; partner=\$!
		await_file sock.ready
		echo question | ./echo sock >got 3>&- & client=\$!
		await_line asked question
		await_asleep \$client 'echo ended, and the server had more to say'
		echo $word >&3; await_line got $word
		suspend \$client
		yes $word | head -n 3000 >&3
		exec 3>&-; wait \$partner
		resume \$client; wait \$client; echo \$?
		yes $word | head -n 3001 | cmp - got && echo same"
	expect_output $'0\nsame'
	explain "Both directions at once" "shutdown ends one direction only: go on receiving until the server closes, which is when recv returns 0 (and not when poll says so: much may still be unread)" HANG
}

@test "echo: server and input may be silent for long" {
	gap 6; needs 1; points 1
	local word
	word=w$(random 1000 9999)
	under_schedules 1 # in which half an hour passes at once
	scenario "./peer late sock $word 2>/dev/null & await_file sock.ready
		{ echo one; sleep 2000; echo two; } | ./echo sock; echo \$?; wait"
	expect_output $'one\ntwo\n'"$word"$'\n0'
	expect_quiet
	explain "Both directions at once" "half an hour may pass before the next answer or the next line: the end is when recv or read returns 0, not when nothing has come for some time" HANG
}

@test "echo: input and answers may be larger than all buffers" {
	gap 6; needs 1; points 3
	local word
	word=w$(random 1000 9999)
	scenario "./peer mirror sock 1000000 & partner=\$!
		await_file sock.ready; suspend \$partner
		yes $word | head -c 1000000 >big
		./echo sock <big >got & client=\$!
		await_asleep \$client 'echo ended, and had more to send'
		resume \$partner; wait \$client; echo \$?
		{ head -c 1000000 /dev/zero | tr '\\0' .; cat big; } | cmp - got && echo same"
	expect_output $'0\nsame'
	[[ $first_verdict == @(HANG|TIMEOUT) || $output == *"EOF on"* || $output != *"differ"* ]] ||
		explain "Both directions at once" "something is missing in what came back, or in another order. send may take less than it was given, and read may bring less than was asked for: count both, and send next time what is left" WRONG
	explain "Both directions at once" "when both buffers are full, a server that sends and a client that sends wait for each other; the server may have more to say than you, so never wait in send alone" HANG
}

@test "echo: reads and writes of any size, and signals" {
	gap 6; needs 1; points 2
	local text
	text="a text of some length, which ends with $(random 1000 9999)"
	cutting echo/read:1+:24 echo/recv:1+:7 echo/{send,sendmsg,write,writev}:1+:5
	interrupted echo recv read poll select send
	scenario "./peer mirror sock & await_file sock.ready
		echo $text | ./echo sock; echo \$?"
	expect_output "$text"$'\n0'
	expect_quiet
	if [[ $error == *Interrupted* ]]; then
		explain "The programs" "a call returned -1 with EINTR: a signal came first, and nothing was received or sent; call it again, and once more if another signal comes"
	fi
	explain "Both directions at once" "send may take less than it was given: what it did not take must still be sent. With EINTR a call has done nothing: make it again" HANG
}

@test "echo: a call that fails is reported" {
	gap 6; needs 1; points 1
	scenario './peer mirror sock & await_file sock.ready
		mkdir folder; ./echo sock <folder'
	expect_status 1
	expect_complaint "^echo: .*Is a directory\$"
	explain "The programs" "read returned -1: that is not the end of input, and exchange returns -1 with that errno" HANG
	scenario -b plain './peer mirror sock & await_file sock.ready
		echo hello | ./echo sock >/dev/full'
	expect_status 1
	expect_complaint "^echo: .*No space left on device\$"
	explain "The programs" "print_piece returned -1: what the server sent is not printed, and exchange returns -1 with that errno" HANG TIMEOUT
	scenario -b plain './peer mirror sock & await_file sock.ready
		truncate -s 1048570 got; trap "" XFSZ; ulimit -f 1024 # of 1024 bytes: room for 6
		echo a line of text | ./echo sock >>got'
	expect_status 1
	expect_complaint "^echo: .*File too large\$"
	explain "The programs" "the file takes a part of what the server sent, and then no more: write returns how many bytes it took, and may take less than it was given; the rest is written by another write, which says why it fails. What is not all written is not printed" HANG TIMEOUT
	failing echo/recv:1:ENOMEM echo.1/recv:1:ENOMEM
	scenario './peer mirror sock 2>/dev/null & await_file sock.ready
		echo hello | ./echo sock; echo $?; wait $!'
	expect_output 1
	expect_said $'^(echo: exchange with \'sock\': (Cannot allocate memory|Connection reset by peer)\n?)+$'
	explain "The programs" "a call that receives returned -1, and not for a signal: exchange returns -1 with that errno" HANG TIMEOUT
	# Not each echo makes each of them: no poll in one that has threads, or a second process.
	local call
	for call in poll select send; do
		failing "echo/$call:1:ENOBUFS"
		scenario './peer mirror sock 2>/dev/null & await_file sock.ready
			echo hello | ./echo sock >answer; echo "status $?"; wait $!'
		[[ -n "$(calls_of "echo/$call" " ENOBUFS ")" ]] || continue
		expect_output "status 1"
		expect_said $'^echo: exchange with \'sock\': (No buffer space available|Connection reset by peer)$'
		explain "The programs" "$call returned -1, and neither for a signal nor because it would have to wait: what it was to do is not done, so exchange returns -1 with that errno" HANG TIMEOUT LEAK ZOMBIE
	done
}

@test "echo: the server leaves before the end of input" {
	gap 6; needs 1; points 2
	local word
	word=w$(random 1000 9999)
	# AddressSanitizer does not know what pthread_cancel does to a stack.
	scenario -b plain "for more in '' more; do
			mkfifo answer; ./peer leave sock <answer & partner=\$!
			exec 4>answer; rm answer
			await_file sock.ready
			feed ./echo sock >got 4>&-; client=\$!
			until_holds 'echo never connected' test ! -e sock
			await_asleep \$client 'echo ended before its server and its input'
			suspend \$client
			yes $word | head -n 3000 >&4
			exec 4>&-; wait \$partner
			printf \"\$more\" >&3
			resume \$client; wait \$client; echo \$?
			yes $word | head -n 3000 | cmp - got && echo same
			exec 3>&-; rm -f sock.ready
		done
		./peer ignore sock & await_file sock.ready
		echo $word | ./echo sock; echo \$?"
	expect_output $'1\nsame\n1\nsame\n1'
	if [[ $output == *$'same\n0' ]]; then
		explain "When the other side has gone" "recv returned -1 with ECONNRESET: the server closed and left unread what it was sent. That is not the end of its answers, which is 0"
	fi
	if [[ ${first_why-} == *"echo "*"is blocked in read(fd 0"* ]]; then
		explain "When the other side has gone" "the server has left, and echo waits for more of its input (a whole line, or all that a buffer holds?): call read once when poll says so, then poll again. A thread or process that reads must be ended" HANG
	fi
	expect_said $'^(echo: exchange with \'sock\': Connection reset by peer\n?){3}$'
	if [[ $error == *"Broken pipe"* ]]; then
		explain "When the other side has gone" "send failed with EPIPE: the server has closed. What it had sent is still to be received and printed; then exchange returns -1 with ECONNRESET"
	fi
	explain "When the other side has gone" "recv returned 0 and there is more input: print what came, all of it, and return -1 with ECONNRESET" HANG
}

@test "echo: the server leaves while much is to be sent" {
	gap 6; needs 1; points 2
	local word
	word=w$(random 1000 9999)
	scenario -b plain "head -c 1000000 /dev/zero >big
		feed ./peer leave sock; partner=\$!
		await_file sock.ready
		./echo sock <big >got 3>&- & client=\$!
		until_holds 'echo never connected' test ! -e sock
		await_asleep \$client 'echo ended, and had more to send'
		suspend \$client
		yes $word | head -n 3000 >&3
		exec 3>&-; wait \$partner
		resume \$client; wait \$client; echo \$?
		yes $word | head -n 3000 | cmp - got && echo same"
	expect_output $'1\nsame'
	expect_complaint "^echo: exchange with 'sock': Connection reset by peer\$"
	explain "When the other side has gone" "a send to a connection that nobody reads fails with EPIPE, or with ECONNRESET if it was waiting for room; without MSG_NOSIGNAL SIGPIPE kills. What the server had sent is still there to be received"
	scenario -b plain "mkfifo answer; ./peer deaf sock <answer & partner=\$!
		exec 4>answer; rm answer
		await_file sock.ready
		feed ./echo sock >got 4>&-; client=\$!
		until_holds 'echo never connected' test ! -e sock
		await_blocked \$partner read
		echo line >&3
		until_holds 'echo never read its input' drained
		await_asleep \$client 'echo ended when its send failed, before the server had answered'
		echo $word >&4
		exec 4>&-; wait \$partner \$client; echo \$?; cat got"
	expect_output $'1\n'"$word"
	expect_complaint "^echo: exchange with 'sock': Connection reset by peer\$"
	explain "When the other side has gone" "the server reads nothing more (shutdown with SHUT_RD), so send fails with EPIPE; but it still answers, and closes later. Until recv returns 0 its answers are to be received and printed" WRONG HANG TIMEOUT
}

# All of it

@test "echo talks to echod" {
	gap 6; needs 1 3 4 5; points 1
	scenario 'start ./echod sock
		printf "hello\n\ntwo words\n" | ./echo sock; stop'
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/echo.out")
status 0"
	explain "What you will see" "each may pass its tests with the grader's partner: use strace to compare what they send"
}

@test "bad input: one clear line, and status 2" {
	gap 0; points 0
	scenario './echod; echo $?; ./echo a b; echo $?; ./twins; echo $?
		./post box; echo $?; ./collect box; echo $?'
	expect_output $'2\n2\n2\n2\n2'
	expect_that "five lines on standard error" "$error" lines_are "$error" 5
	scenario './collect box 0; echo $?; ./twins ""; echo $?'
	expect_output $'2\n2'
	explain_given "The programs"
}

@test "memcheck: no bad memory, no leak, no descriptor left open" {
	gap 0; needs 1 3 4 5 6; points 2
	# A process of its own that sends may end with its descriptors open.
	memcheck_of 'leave_stale ./echod sock
		memcheck ./echod sock >ready & job=$!
		await_ready $job ready echod
		echo hello | memcheck --child-silent-after-fork=yes ./echo sock
		await_children $job 1
		kill ${children[0]}
		wait $job; echo "status $?"'
	expect_output '1: hello
status 0'
	if [[ ${first_came-} == *ninitialised* ]]; then
		explain "The calls" "set every byte of an address before use, and a length that is input as well as output, too"
	fi
	explain "Who closes what" "close what you open, and free what you allocate, also when a call fails"
}
