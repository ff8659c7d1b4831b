#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 1
	builds_without_a_warning "The programs"
}

# Gap 1: frames

@test "frames: first the length, in network byte order" {
	gap 1; points 5
	scenario './calls put'
	expect_output '5: 0, 9 more: 00 00 00 05 and the text
0: 0, 4 more: 00 00 00 00 and the text
1: 0, 5 more: 00 00 00 01 and the text
258: 0, 262 more: 00 00 01 02 and the text
65536: 0, 65540 more: 00 01 00 00 and the text'
	[[ $output != *"00 05 and the text"*"01 02 and other bytes"* ]] ||
		explain "A stream has no messages" "a text of 5 bytes is right, one of 258 is not, and there is a null byte in it: a text may have any bytes, and strncpy and its like stop there; memcpy copies what it is told" WRONG CRASH
	explain "A stream has no messages" "put_frame is called alone here: four bytes, the most significant one first (htonl), then the text, which may be empty, all behind what is queued already" WRONG CRASH
}

@test "frames: a queue takes the whole frame, or nothing of it" {
	gap 1; points 4
	scenario './calls limits'
	expect_output '65537 bytes: -1: Message too long, 0 are queued
65536 bytes: 0, 65540 are queued
2^32 + 5 bytes: -1: Message too long, 0 are queued
room for 3, a frame of 3 bytes: -1: No buffer space available, 262141 are queued, and what was there
room for 6, a frame of 3 bytes: -1: No buffer space available, 262138 are queued, and what was there
room for 7, a frame of 3 bytes: 0, 262144 are queued, and what was there
room for 8, a frame of 3 bytes: 0, 262143 are queued, and what was there
room for 9, a frame of 3 bytes: 0, 262142 are queued, and what was there
room for 10, a frame of 3 bytes: 0, 262141 are queued, and what was there
room for 11, a frame of 3 bytes: 0, 262140 are queued, and what was there
no room, the longest: -1: No buffer space available
no room, one byte more: -1: Message too long
no room, a frame of no text: -1: No buffer space available, 262144 are queued
room for 4, a frame of no text: 0, 262144 are queued
room for the longest: 0, 262144 are queued'
	if [[ $output == *"byte more: -1: No buffer"* ]]; then
		explain "The gaps" "put_frame is called alone here, with a text of more than TEXT_MAX bytes, for which there is no room, either: that is EMSGSIZE, whatever room there is" WRONG
	elif [[ $output == *"65540 are queued"* && $output != *"2^32 + 5 bytes: -1"* ]]; then
		explain "A stream has no messages" "put_frame is called alone here, with a length that 32 bits do not hold, of which they keep 5: look at the length as it came, a size_t, before it becomes an uint32_t" WRONG CRASH
	fi
	explain "A stream has no messages" "put_frame is called alone here: TEXT_MAX bytes of text are allowed, and QUEUE_MAX bytes in the queue, length and text of each frame together; where a frame does not fit the queue stays as it was" WRONG CRASH
}

@test "frames: parts of them, and many at once" {
	gap 1; points 6
	scenario './calls take'
	expect_output 'every frame is right'
	[[ ! $output =~ [89a-f][0-9a-f]\ and\ [0-9]+\ bytes\).*Message\ too\ long ]] ||
		explain "A stream has no messages" "take_frame is called alone here, and takes a length that is right (its bytes are shown) for one that is too long. A byte of the length may be 80 or more, which is negative as a char: make it unsigned before you shift or add it" WRONG
	explain "A stream has no messages" "take_frame is called alone here, when so many bytes have come: a part of the length, a part of the text, or many frames. It takes one that is whole, and moves p->begin behind it; of any other it takes nothing" WRONG CRASH HANG TIMEOUT
}

@test "frames: a length that lies is refused at once" {
	gap 1; points 5
	scenario './calls lengths'
	expect_output 'a frame says 65536: 0
a frame says 65537: -1: Message too long
a frame says 65792: -1: Message too long
a frame says 131072: -1: Message too long
a frame says 16777216: -1: Message too long
a frame says 2147483647: -1: Message too long
a frame says 2147483648: -1: Message too long
a frame says 4294967291: -1: Message too long
a frame says 4294967295: -1: Message too long
the longest is there: 1, 65536 bytes'
	if [[ $output == *"16777216: 1"* ]]; then
		explain "Whoever sends may lie" "take_frame is called alone here, when only the length has come: all four bytes count, also the first; 01 00 00 00 is 16777216, more than TEXT_MAX, and that is EMSGSIZE" WRONG
	fi
	explain "Whoever sends may lie" "take_frame is called alone here, when only the length has come: up to TEXT_MAX it waits for the text, above that it fails with EMSGSIZE, also where the number is negative as an int, or wraps around when 4 is added" WRONG CRASH HANG
}

# Gap 2: addresses

@test "hubd: it listens by IPv4 and IPv6, at one free port" {
	gap 2; points 4
	scenario 'start_hub; cat log; listening; has_ipv6 && echo IPv6 || echo "no IPv6"
		steps <<<"open 1 4"; has_ipv6 && steps <<<"open 2 6"
		stop'
	if [[ $output == *"no IPv6"* ]]; then
		expect_match $'^ready [1-9][0-9]*\n0100007F\nno IPv6\nstatus 143$'
	else
		expect_match $'^ready [1-9][0-9]*\n00000000000000000000000001000000\n0100007F\nIPv6\nstatus 143$'
	fi
	expect_quiet
	explain "Addresses of two families" "listen_at is called for 127.0.0.1 and for ::1: family, address and its length are in struct addrinfo, so nothing in it is for IPv4 only; and it listens there, not everywhere"
	scenario './calls listen'
	expect_output "it listens, is closed by exec, descriptors left open: 1
accept without a client: -1: Resource temporarily unavailable
the same port again: -1: Address already in use, descriptors left open: 0
another machine's address: -1: Cannot assign requested address, descriptors left open: 0
listen fails: -1: No buffer space available, descriptors left open: 0
descriptor 0 is free: it listens"
	if [[ $output == *"the same port again: "[0-9]* ]]; then
		explain "The port of one that has ended" "two servers listen at one port, and share its clients: that is SO_REUSEPORT; SO_REUSEADDR refuses it while one of them listens" WRONG
	fi
	explain "Addresses of two families" "listen_at is called alone here: socket (SOCK_NONBLOCK, SOCK_CLOEXEC), bind, listen; when one of them fails, whichever it is, the descriptor is closed, and errno is that of the call that failed; 0 is a descriptor like any other" WRONG HANG
}

@test "hubd: a port in use is refused, one left behind is not" {
	gap 2; points 5
	scenario 'start_hub; attempt ./hubd $port | sed "s/ $port/ PORT/"
		clients; echo "open 1" >&3; (($(listening | wc -l) < 2)) || echo "open 2 6" >&3; done_steps; settle $server
		kill $server; wait $server # it is the first to close those connections
		attempt ./hubd $port | sed "s/ $port/ PORT/"
		exec 3>&-; wait $wire; cat "$said"'
	expect_output 'hubd: port PORT: Address already in use
status 1
ready PORT
status 143'
	if [[ $output == *"in use"*"in use"* ]]; then
		explain "The port of one that has ended" "nobody listens at the port any more, but connections of the first hubd still have it, one of each family: SO_REUSEADDR, set before bind for every socket, allows that (if setsockopt returns 0: its value is an int, and anything shorter is refused)" WRONG
	elif [[ $output == *"ready PORT"*"ready PORT"* ]]; then
		explain "The port of one that has ended" "two servers listen at one port, and share its clients: that is SO_REUSEPORT; SO_REUSEADDR refuses it while one of them listens" WRONG
	fi
	explain "The port of one that has ended" "listen_at fails while somebody listens at that port, and only then: is the result of bind looked at?" WRONG HANG LEAK
}

@test "hubd: a hundred clients can wait to be accepted" {
	gap 2; points 2
	scenario './calls crowd'
	expect_output '100 clients wait to be accepted'
	explain "Addresses of two families" "listen_at is called alone here, and nobody accepts: the second argument of listen says how many clients may wait; the next ones cannot connect yet" HANG TIMEOUT
}

@test "say: one of the addresses is enough" {
	gap 2; points 4
	scenario './calls second'
	expect_match '^::1: (connected, by IPv6, descriptors more: 1|there is none here)
127\.0\.0\.1: connected, by IPv4, descriptors more: 1
somebody listens at both addresses: connected, by IPv4, descriptors more: 1
at the second: nobody came
connect is interrupted: connected, by IPv4, descriptors more: 1
this machine has no socket for the first: connected, by IPv4, descriptors more: 1$'
	if [[ $output == *": not connected"* ]]; then
		explain "Addresses of two families" "connect_to is called alone here, and returns a socket that is not connected: it is connected only once connect has returned 0, not when connect has failed, or has only begun (EINPROGRESS)"
	elif [[ $output != *$'\n127.0.0.1: connected, by IPv4, descriptors more: 1'* ]]; then
		: # the sentence below says it
	elif [[ $output == *"somebody listens at both addresses: connected, by IPv4, descriptors more: "[2-9]* || $output == *"somebody came"* ]]; then
		explain "Addresses of two families" "connect_to is called alone here, and somebody listens at both addresses: the first that answers is taken, and the others are not tried any more"
	elif [[ $output == *"interrupted: -1"* ]]; then
		explain "The programs" "connect_to is called alone here, and a signal interrupts connect (EINTR): the call is made again"
	elif [[ $output == *"no socket for the first: -1"* ]]; then
		explain "Addresses of two families" "connect_to is called alone here, and socket fails for the family of the first address, as on a machine without IPv6: then the next address is tried"
	fi
	explain "Addresses of two families" "connect_to is called alone here, with addresses of both families, and somebody listens at the last only: each is tried, by a socket of its own family, and the socket of one that failed is closed"
	scenario './calls refused'
	expect_output 'nobody listens at three addresses: -1: Connection refused, descriptors more: 0
there is no way to the first of two: -1: Connection refused, descriptors more: 0
there is no way to the second: -1: Network is unreachable, descriptors more: 0
connect is interrupted, then refused: -1: Connection refused, descriptors more: 0'
	if [[ $output == *"first of two: -1: Network is"*"the second: -1: Network is"* ]]; then
		explain "Addresses of two families" "connect_to is called alone here, and there is no way to the first address (ENETUNREACH): whatever the reason is for which one fails, the next is tried" WRONG
	elif [[ $output == *"the second: -1: Network"* && $output == *"then refused: -1: Interrupted"* ]]; then
		explain "The programs" "connect_to is called alone here, and a signal interrupts connect (EINTR), which goes on, and then is refused: errno is ECONNREFUSED, which another connect returns, or which SO_ERROR has stored in your variable, not in errno" WRONG
	elif [[ $output == *"then refused: "[0-9]* ]]; then
		explain "The programs" "connect_to is called alone here, and a signal interrupts connect (EINTR), which goes on, and then is refused: it is connected only if another connect returns 0, or if SO_ERROR is 0" WRONG
	elif [[ $output != *"addresses: -1"* ]]; then
		explain "Addresses of two families" "connect_to is called alone here, and nobody listens, but it returns a socket: it is connected only when connect returns 0, not when it has only begun (EINPROGRESS)"
	fi
	explain "Addresses of two families" "connect_to is called alone here, and nobody can be reached: it returns -1, with the errno of the last address, and the socket of each that failed is closed"
	scenario 'serve 4; exec 3>&-; wait $wire
		./say 127.0.0.1 $port </dev/null 2>"$said"; echo "status $?"; sed "s/ $port:/ PORT:/" "$said"'
	expect_output 'status 1
say: 127.0.0.1 PORT: Connection refused'
	failing say/socket:1+:EMFILE
	scenario './say 127.0.0.1 1'
	expect_complaint '^say: 127\.0\.0\.1 1: Too many open files$'
	expect_status 1
	explain "Addresses of two families" "connect_to returns -1, with errno as the last call that failed left it, socket or connect"
}

@test "hubd: any call may fail on the way to its port" {
	gap 2; points 2
	# The first sockets may be those of getaddrinfo.
	local rule
	for rule in socket:1+:EMFILE bind:1+:EMFILE listen:1:EMFILE; do
		failing "hubd/$rule"
		scenario -n './hubd 0 >/dev/full'
		expect_complaint '^hubd: port 0: Too many open files$'
		expect_failed
		expect_status 1
	done
	explain "The programs" "a call failed, socket, bind or listen: listen_at returns -1 with its errno, and hubd says so" HANG TIMEOUT LEAK
}

# Gap 3: our direction

@test "say: a line is a frame, a frame is a line" {
	gap 3; needs 1 2; points 5
	local word
	word=w$(random 1000 9999)
	scenario "serve 4
		printf '$word\\n\\n two  words \\nlast' | ./say 127.0.0.1 \$port >heard 3>&- & say=\$!
		printf 'accept 1\\nget 1\\nget 1\\nget 1\\nget 1\\nsend 1 one\\nsend 1 \\nsend 1 $word\\nover 1\\nclose 1\\n' >&3
		wait \$say; echo \"status \$?\"; finish; cat heard; rm heard"
	expect_output "status 0
1: $word
1: 
1:  two  words 
1: last
1: end
one

$word"
	expect_quiet
	explain "Each direction has an end of its own" "send_queued sends what is queued, frame after frame, and when nothing more will be, ends our direction: the other side then receives the end" HANG WRONG
}

@test "say: the end of its input ends one direction only" {
	gap 3; needs 1 2; points 6
	scenario 'serve 4
		echo question | ./say 127.0.0.1 $port >heard 3>&- & say=$!
		printf "accept 1\nget 1\nover 1\n" >&3; done_steps
		settle $say; idle $say
		printf "send 1 an answer\nlong 1 65536 8\nsend 1 late\nclose 1\n" >&3
		wait $say; echo "status $?"; finish; awk "{ print length(\$0) }" heard | uniq -c | xargs; rm heard'
	expect_output 'asleep
status 0
1: question
1: end
1 9 8 65536 1 4'
	expect_quiet
	explain "Each direction has an end of its own" "the input has ended, and the answers are still to come: shutdown(fd, SHUT_WR), also when nothing was left to send, ends our direction and leaves the other, close ends both" HANG WRONG
	scenario './calls end'
	expect_output 'nothing is queued, more may come: 0, output_over is 0
nothing more will come: 0, output_over is 1
once more: 0, output_over is 1
the other side receives: 0
and sends: 1
descriptors closed: 0
both have ended, and once more: 0
shutdown fails: -1: Socket operation on non-socket
shutdown fails: -1: Transport endpoint is not connected'
	if [[ $output == *"shutdown fails: 0"* ]]; then
		explain "Each direction has an end of its own" "send_queued is called alone here, and shutdown fails: then send_queued returns -1, with that errno, whichever it is; with ENOTCONN, too: the other side has broken the connection off, and what was sent may be lost" WRONG
	fi
	explain "Each direction has an end of its own" "send_queued is called alone here: the end is told when nothing is queued and last_queued is set, and not before; it ends our direction, once, and closes nothing" HANG WRONG
}

@test "say: the other direction may end first" {
	gap 3; needs 1 2; points 4
	local word
	word=w$(random 1000 9999)
	scenario "mkfifo input; serve 4
		exec 4<>input; ./say 127.0.0.1 \$port <input >heard 3>&- 4>&- & say=\$!; exec 5>input; exec 4>&-
		printf 'accept 1\\nsend 1 the last word\\nend 1\\n' >&3; await_line heard 'the last word'
		settle \$say; idle \$say; echo $word >&5; echo 'get 1' >&3; done_steps
		exec 5>&-; echo 'over 1' >&3; wait \$say; echo \"status \$?\"; finish; rm heard input"
	expect_output "asleep
status 0
1: $word
1: end"
	expect_quiet
	explain "Each direction has an end of its own" "the hub has ended its direction, and still listens: what is typed is sent on, until the input ends" HANG WRONG TIMEOUT
}

@test "say: a send may take a part, or nothing" {
	gap 3; needs 1 2; points 5
	scenario './calls send'
	expect_output 'nobody reads: 0, a part was sent, our end is not told yet
still nobody reads: it does not wait
all was read, 0 are queued, our end is told
then comes: 0
nobody reads, large buffers: 0, the kernel takes no more, or nothing is left'
	if [[ $output == *"send is interrupted: -1"* ]]; then
		explain "The programs" "send_queued is called alone here, and a signal interrupts send (EINTR), as POSIX allows: that is no failure, the call is made again" WRONG
	elif [[ $output == *"each call waits"* ]]; then
		explain "A queue, because nobody waits" "send_queued is called alone here, when the kernel takes no more: it does not wait until more fits, not even for a moment (a poll with a time limit, usleep), in which nobody else would be heard; poll in main does that" WRONG
	elif [[ $output == *"the kernel takes more at once"* ]]; then
		explain "A queue, because nobody waits" "send_queued is called alone here: it sends as much as the kernel takes without waiting, not a part of that" WRONG
	fi
	explain "A queue, because nobody waits" "send_queued is called alone here, with more than the kernel takes: without waiting (MSG_DONTWAIT) it sends a part; what was not taken stays queued, from its first byte on, and is sent next time; the end is told only behind the last byte" HANG WRONG TIMEOUT
	# Of the first frame 20 bytes are left, of the last one byte. (A rule does not
	# count the calls on which one before it acts.)
	cutting say/send:1:5 say/send:2:27 say/write:1:5 say/recv:1+:1 say/read:1+:3
	failing say/send:2:EAGAIN say/send:4:EAGAIN
	scenario "serve 4
		printf 'a line of some length\\nand another line of text' | ./say 127.0.0.1 \$port >heard 3>&- & say=\$!
		printf 'accept 1\\nget 1\\nget 1\\nover 1\\nsend 1 an answer\\nclose 1\\n' >&3
		wait \$say; echo \"status \$?\"; finish; cat heard; rm heard"
	expect_output 'status 0
1: a line of some length
1: and another line of text
1: end
an answer'
	expect_quiet
	explain "A queue, because nobody waits" "send took a part, and then nothing (EAGAIN): what is left stays queued, in its order, until poll says that more fits" HANG WRONG TIMEOUT
}

@test "say: both directions at once, more than all buffers hold" {
	gap 3; needs 1 2; points 3
	scenario 'serve 4; head -c 3000000 /dev/zero | tr "\0" x | fold -w 60000 >input; echo >>input
		./say 127.0.0.1 $port <input >heard 3>&- & say=$!
		echo "accept 1" >&3; done_steps
		settle $say; idle $say
		printf "long 1 60000 50\ngets 1 60000 50\nover 1\nclose 1\n" >&3
		wait $say; echo "status $?"; finish; awk "{ print length(\$0) }" heard | uniq -c | xargs; rm heard'
	expect_output 'asleep
status 0
1: 50 times 60000 x
1: end
50 60000'
	explain "A queue, because nobody waits" "the other side sends 3 MB and reads nothing meanwhile: a send that waits until it reads waits for ever; and while it takes nothing, say sleeps" HANG TIMEOUT WRONG
}

@test "say: a hub that has gone is an error, but does not kill it" {
	gap 3; needs 1 2; points 3
	scenario './calls gone'
	expect_match '^the other side has gone: -1: (Broken pipe|Connection reset by peer)$'
	if [[ $error == *SIGPIPE* || $status == 141 ]]; then
		explain "A queue, because nobody waits" "a send to somebody who has gone raises SIGPIPE, which kills; with MSG_NOSIGNAL it fails with EPIPE"
	elif [[ $output == *"have not left yet"* ]]; then
		explain "A queue, because nobody waits" "send_queued is called alone here: the kernel has taken what was queued, but keeps it back, as it does after MSG_MORE, or with TCP_CORK, in case more comes; what is queued is sent at once" WRONG
	fi
	explain "A queue, because nobody waits" "send_queued is called alone here: where send fails, and not with EAGAIN or EINTR, it returns -1 with that errno" HANG TIMEOUT CRASH
	scenario 'mkfifo input; serve 4
		exec 4<>input; ./say 127.0.0.1 $port <input 2>"$said" >heard 3>&- 4>&- & say=$!; exec 5>input; exec 4>&-
		printf "accept 1\nsend 1 half\nraw 1 000000 \nend 1\n" >&3
		wait $say; echo "status $?"; exec 5>&-; finish; cat heard; sed "s/ $port:/ PORT:/" "$said"; rm heard input'
	expect_output 'status 1
half
say: 127.0.0.1 PORT: Protocol error'
	explain_given "The programs"
}

# Gap 4: many clients

@test "hubd: what one says, all hear" {
	gap 4; needs 1 2 3; points 4
	local word
	word=w$(random 1000 9999)
	scenario "start_hub; before=\$(sockets_of \$server)
		printf 'hello\\n\\ntwo words\\n' | ./say 127.0.0.1 \$port; echo \$?
		steps <<-END
			join 1
			join 2
			join 3
			send 2 $word
			get 1-3
			send 1 
			get 1-3
			long 3 65536
			gets 1-3 65536 1
			nothing 1-3
			end 1
			over 1
			send 3 still here
			get 2-3
			end 2-3
			over 2-3
		END
		idle \$server; echo \$((\$(sockets_of \$server) - before)) more sockets; end_hub"
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/say.out")
0
1-3: $word
1-3: 
1-3: 1 times 65536 x
1-3: nothing
1: end
2-3: still here
2-3: end
asleep
0 more sockets
status 143"
	if [[ $output == *'instead of "join" by '*"(end)"* ]]; then
		explain "One thread for all" "a client has come, and takes the place of one that has left: what struct peer still knows of that one must not matter any more" WRONG
	elif [[ $output == *"it woke up"* || $output == *"it never sleeps"* ]]; then
		explain "One thread for all" "nothing comes and nothing is queued, and hubd does not sleep: poll waits without a time limit, for what wanted asks for" WRONG
	fi
	explain "One thread for all" "each frame goes to every client, to the one that sent it, too, and to those behind the place of one that has left; and a client that ends its direction is sent what is queued, then the end (hubd ends its direction), and is forgotten without a word" HANG WRONG TIMEOUT
	scenario 'start_hub; clients; printf "join 1\njoin 2\nend 2\nover 2\nopen 3 tiny\n" >&3; done_steps; settle $server
		printf "long 1 65532 4\ngets 1 65532 4\n" >&3; done_steps; settle $server
		printf "gets 3 65532 4\nsend 1 more\nget 1\nget 3\n" >&3; finish; end_hub'
	expect_output '2: end
1: 4 times 65532 x
3: 4 times 65532 x
1: more
3: more
status 143'
	if [[ $output == *"3: "*"(end"* ]]; then
		explain "One thread for all" "client 3 has never ended its direction, and its connection is closed when some of what was queued for it is sent: it has the place of client 2, which had ended its own (input_over), and nothing that struct peer still knows of that one may matter" WRONG
	fi
	explain "One thread for all" "client 3 has the place of one that has left, says nothing, and reads late: what is queued for it, and all that is said afterwards, still goes to it" HANG WRONG TIMEOUT
}

@test "hubd: many frames in one packet, one in many" {
	gap 4; needs 1 2 3; points 4
	scenario 'start_hub
		steps <<-END
			join 1
			join 2 small
			raw 1 00000001 61 00000000 00000002 6263
			get 1-2
			get 1-2
			get 1-2
			drip 1 2 00000003 616263 00000000 00000001 64
			get 1-2
		END
		end_hub'
	# In the drip all but the last frame come between the ticks.
	expect_match '^1-2: a
1-2: 
1-2: bc
(.*
)?status 143$'
	explain "One thread for all" "one receive brought three frames: deliver each (take_frame until it returns 0) before going back to poll" HANG WRONG
}

@test "hubd: a client that is silent, or stops halfway, delays nobody" {
	gap 4; needs 1 2 3; points 4
	scenario 'start_hub; clients
		printf "join 1-3\nraw 1 0000\nraw 2 00010000 61\nsend 3 hello\nget 1-3\n" >&3; done_steps
		settle $server; idle $server
		printf "drip 1 3 0003 616263\nget 1-3\nnothing 1-3\n" >&3
		finish; stop'
	expect_output 'asleep
1-3: hello
1-3: abc
1-3: nothing
status 143'
	if [[ $output == it* ]]; then
		explain "One thread for all" "nothing comes, nothing is queued, and hubd does not sleep: POLLOUT is true as long as something fits, and half a frame is not worth another look before more has come" WRONG
	fi
	explain "One thread for all" "one client has sent half a length, another half a text, and both are silent now: what has come is kept, and everybody else is heard" HANG TIMEOUT WRONG
	# 65 frames of 1,000 bytes are all that is received at once.
	scenario 'start_hub; clients; echo "join 1-3" >&3; done_steps; suspend $server
		echo "behind 1 1000 300" >&3; await_children $wire 1; settle $children
		echo "send 2 me too" >&3; done_steps; resume $server
		echo "until 3 65 me too" >&3; done_steps; end_hub; finish'
	expect_output 'status 143
3: me too'
	explain "One thread for all" "one client sends 300 frames, another a single one, and both are there when hubd goes on: receive once from each that has sent something, so that nobody waits until another has nothing more to say" HANG TIMEOUT WRONG
}

@test "hubd: a lie, half a frame, a reset: that client only" {
	gap 4; needs 1 2 3; points 5
	scenario 'start_hub
		steps <<-END
			join 1
			join 2
			join 3
			join 4
			join 5
			join 6
			raw 2 00000006 6265666f7265 ffffffff 616161
			get 1-5
			over 2
			raw 3 00000005 6162
			end 3
			over 3
			reset 4
			send 1 after
			get 1
			get 5
			raw 5 00010001
			over 5
			send 1 alone
			get 1
			end 1
			over 1
			reset 6
		END
		settle $server; sort "$said"; stop'
	expect_match '^1-5: before
2: (end|reset)
3: (end|reset)
1: after
5: after
5: (end|reset)
1: alone
1: end
hubd: client 2 is dropped: Message too long
hubd: client 3 is dropped: Protocol error
hubd: client 4 is dropped: (Connection reset by peer|Broken pipe)
hubd: client 5 is dropped: Message too long
hubd: client 6 is dropped: (Connection reset by peer|Broken pipe)
status 143$'
	if [[ $output == *"2: (end)"* ]]; then
		explain "Whoever sends may lie" "the frames before the bad one are delivered, to the one that sent it, too: deliver sends at once what can be sent" WRONG
	elif [[ $output == *"client 5 is"* && $output != *"client 6 is"* ]]; then
		explain "Whoever sends may lie" "client 6 broke its connection off while nobody else spoke: receive returned -1 (ECONNRESET), which is not the end, but a failure like any other: say \"client N is dropped: REASON\"" WRONG
	fi
	explain "Whoever sends may lie" "take_frame, receive or send_queued returned -1: the frames before that are delivered; then say \"client N is dropped: REASON\", close that connection, and go on with the others" HANG TIMEOUT WRONG
	scenario 'start_hub; clients; printf "join 1 tiny\njoin 2\njoin 3 tiny\n" >&3; done_steps; suspend $server
		printf "long 1 60000\narrived 1\nreset 2\n" >&3; done_steps; resume $server
		printf "get 1\nget 3\nsend 3 after\nget 1\nget 3\nend 3\nover 3\n" >&3; done_steps; suspend $server
		printf "raw 1 00000001 61 ffffffff\nreset 1\n" >&3; finish; resume $server; settle $server; sort "$said"; stop'
	expect_match '^1: 60000 x
3: 60000 x
1: after
3: after
3: end
hubd: client 1 is dropped: (Broken pipe|Connection reset by peer|Message too long)
hubd: client 2 is dropped: (Broken pipe|Connection reset by peer)
status 143$'
	if [[ $output == *"2 is dropped: Resource"* ]]; then
		explain "One thread for all" "nothing could be sent to client 2, which has gone: the reason is errno as send_queued left it; look at it before another call is made, as each sets its own" WRONG
	elif [[ $output == *"too slow"* ]]; then
		explain "A queue, because nobody waits" "nothing could be sent to a client that has gone: the reason is strerror(errno); \"too slow\" is one whose queue has no room" WRONG
	elif [[ ${first_came-} == *'step "get '[13]'"'* ]]; then
		explain "One thread for all" "client 2 has broken its connection off, so that nothing could be sent to it: it is dropped, and what client 1 said goes to all others, those behind it, too" HANG
	fi
	explain "One thread for all" "nothing could be sent to a client, while its own frame was delivered: it is dropped once, and is not looked at again (c->fd is -1)" HANG TIMEOUT WRONG CRASH
	scenario 'start_hub; clients; printf "join 1\njoin 2 tiny\n" >&3; done_steps; suspend $server
		printf "long 2 60000\nraw 2 ffffffff\narrived 2\n" >&3; done_steps; resume $server
		printf "get 1\nsend 1 after\nget 1\n" >&3; done_steps; settle $server
		printf "close 2\njoin 3\nsend 3 new\nget 1\nget 3\n" >&3; finish; end_hub'
	expect_output '1: 60000 x
1: after
1: new
3: new
hubd: client 2 is dropped: Message too long
status 143'
	if [[ $output == *"client 2 is dropped: "[!BCM]* ]]; then
		explain "Whoever sends may lie" "take_frame failed, with EMSGSIZE, when not all of the frame before had been sent to client 2: the reason is errno as take_frame left it; a call that comes in between sets its own, send_queued even where it returns 0 (EAGAIN)" WRONG
	elif [[ $output == *"Message too long"* ]]; then
		explain "One thread for all" "client 2 was dropped within a frame, with something queued for it, and client 3 has its place: nothing that struct peer still knows of the other may matter" HANG WRONG TIMEOUT
	fi
	explain "Whoever sends may lie" "client 2 reads nothing, and sends a frame and a lie, which come at once: the frame is delivered, as far as the kernel takes it, and then its connection is closed at once, whatever is still queued" HANG TIMEOUT WRONG
	# The first send is that of getaddrinfo.
	local rules
	for rules in "hubd/send:2:ENOBUFS hubd/sendmsg:1:ENOBUFS hubd/writev:1:ENOBUFS" "hubd/send:2:EAGAIN hubd/send:2:ENOBUFS"; do
		# shellcheck disable=SC2086 # more rules than one
		failing $rules
		scenario 'start_hub; clients; printf "open 1 4\nsend 1 hello\nover 1\n" >&3; finish; end_hub'
		expect_match '^1: (end|reset)
hubd: client 1 is dropped: No buffer space available
status 143$'
	done
	explain "The programs" "send failed, with ENOBUFS, when the frame had long had room in the queue: the reason is strerror(errno) then, as for any other call; \"too slow\" is one for whom put_frame has no room" WRONG
}

@test "hubd: at its end a client still gets what is queued" {
	gap 4; needs 1 2 3; points 5
	scenario 'start_hub; clients
		printf "join 1\njoin 2 tiny\nlong 1 65532 4\ngets 1 65532 4\nraw 2 00000001 62\nend 2\n" >&3; done_steps
		settle $server; idle $server
		printf "gets 2 65532 4\nget 1-2\nover 2\nsend 1 after\nget 1\n" >&3; done_steps
		finish; end_hub'
	expect_output 'asleep
1: 4 times 65532 x
2: 4 times 65532 x
1-2: b
2: end
1: after
status 143'
	if [[ $output == it* ]]; then
		explain "One thread for all" "something is queued for a client that does not read, and hubd does not sleep: what wanted asks for while something is queued must not be there all the time, and send_queued leaves the waiting to poll" WRONG
	fi
	explain "Each direction has an end of its own" "the client has ended its direction, and does not read yet: what is queued waits until it does, then comes our end" HANG WRONG
	# The first is that of getaddrinfo, which cannot be cut. One byte is left.
	cutting hubd/{send,sendmsg,writev}:1:26
	failing hubd/send:3-8:EAGAIN hubd/{sendmsg,writev}:2-7:EAGAIN
	scenario 'start_hub; echo a line of some length.. | ./say 127.0.0.1 $port; echo $?; end_hub'
	expect_output 'a line of some length..
0
status 143'
	if [[ $error == *"Protocol error"* ]]; then
		explain "Each direction has an end of its own" "hubd closed the connection when it had sent a part of the frame only, and the rest was queued. While something is queued for a client nothing is received from it, not even its end: send first, and receive only once all is sent" WRONG
	fi
	explain "Each direction has an end of its own" "what the client said comes back to it, but at first nothing can be sent, and then it has ended its direction: what is queued is still sent, and then comes our end" HANG TIMEOUT WRONG
}

@test "hubd: a slow reader stalls nobody, and is dropped" {
	gap 4; needs 1 2 3; points 5
	scenario 'start_hub
		steps <<-END
			join 1
			join 2 tiny
			join 3
			long 1 65532 4
			gets 1 65532 4
			gets 3 65532 4
			gets 2 65532 4
			end 2
			over 2
			join 4 tiny
			join 5
			long 1 65532 6
			gets 1 65532 6
			gets 3 65532 6
			gets 5 65532 6
			send 1 after
			get 1
			get 3
			get 5
		END
		idle $server; end_hub'
	expect_output '1: 4 times 65532 x
3: 4 times 65532 x
2: 4 times 65532 x
2: end
1: 6 times 65532 x
3: 6 times 65532 x
5: 6 times 65532 x
1: after
3: after
5: after
asleep
hubd: client 4 is dropped: too slow
status 143'
	if [[ ${first_why-} == *"is blocked in poll"* && ${first_came-} == *'at the step "gets 2 '* ]]; then
		explain "One thread for all" "something is queued for a client that reads again, and hubd waits for input only: while something is queued, POLLOUT is what to wait for" HANG
	fi
	if [[ $output == *" others"* ]]; then
		explain "A queue, because nobody waits" "a frame has come with its length, but not with its bytes: of what the kernel took in part, the rest is kept, from the first byte on that it did not take" WRONG
	fi
	explain "A queue, because nobody waits" "one client reads nothing: QUEUE_MAX bytes wait for it, and everybody else goes on; the next frame that finds no room drops it, with a message, and goes to all others" HANG TIMEOUT WRONG
	# Frame x is for the one whose queue would overflow by the frames behind it.
	scenario 'start_hub; clients; printf "join %s\n" 1 2 3 4 "5 tiny" >&3
		printf "long %s 60000\ngets 1-4 60000 1\n" 1 2 3 4 >&3; done_steps; settle $server; suspend $server
		printf "drain 5\nsend 1 x\nbrim 2 5\nbrim 3 5\narrived 1-3\n" >&3; done_steps; resume $server
		echo "rest 1-5" >&3; finish; end_hub'
	expect_output '1-4: 1 times 60000 x
1-4: 1 times 60000 x
1-4: 1 times 60000 x
1-4: 1 times 60000 x
1-5: the rest
status 143'
	explain "A queue, because nobody waits" "something is queued for client 5, which reads all that is on its way; before poll tells that, others speak: what was queued is sent, too, whenever a frame is delivered, as far as the kernel takes it, and so client 5 is not too slow" HANG TIMEOUT WRONG
}

@test "hubd: a client that does not read is not heard meanwhile" {
	gap 4; needs 1 2 3; points 3
	scenario 'start_hub; clients
		printf "join 1 small\njoin 2\nclose 2\n" >&3; done_steps; settle $server
		printf "behind 1 65532 60\n" >&3; done_steps
		await_children $wire 1; settle $children; settle $server; idle $server
		printf "gets 1 65532 60\nend 1\nover 1\n" >&3; finish; end_hub'
	expect_output 'asleep
1: 60 times 65532 x
1: end
status 143'
	explain "A queue, because nobody waits" "this client sends 4 MB, and reads nothing of what it hears: while something is queued for it hubd receives no more from it, so that it waits, and is not dropped" HANG TIMEOUT WRONG
	# More than the kernel takes for 2, in the same round of poll as what 2 says.
	scenario 'start_hub; clients; printf "join 1\njoin 2 tiny\n" >&3; done_steps; suspend $server
		printf "long 1 60000\nsend 2 me too\narrived 1-2\n" >&3; done_steps; resume $server
		echo "until 1 1 60000 x" >&3; done_steps; settle $server
		printf "nothing 1\nuntil 2 1 60000 x\n" >&3; done_steps; settle $server; end_hub; finish'
	expect_output 'status 143
1: 60000 x
1: nothing
2: 60000 x'
	explain "A queue, because nobody waits" "one client speaks, and what it says is queued for another, which has spoken, too, but does not read: nothing is received from that one before it does" HANG TIMEOUT WRONG
	scenario 'start_hub; clients; printf "join 1 tiny\njoin 3\n" >&3; done_steps; suspend $server
		printf "long 1 10000 6\narrived 1\n" >&3; done_steps; resume $server
		printf "gets 3 10000 6\ngets 1 10000 6\nend 1\nover 1\nend 3\nover 3\njoin 2 tiny\nlong 2 60000\n" >&3; done_steps; settle $server
		echo "reset 2" >&3; finish; settle $server; idle $server; end_hub'
	expect_match '^3: 6 times 10000 x
1: 6 times 10000 x
1: end
3: end
asleep
hubd: client 3 is dropped: (Connection reset by peer|Broken pipe)
status 143$'
	if [[ $output == *"1: 6 times 10000 x"* ]]; then
		explain "One thread for all" "something is queued for a client, and it breaks its connection off while nobody speaks: poll reports that, send_queued returns -1, and the client is dropped" HANG TIMEOUT WRONG
	fi
	explain "One thread for all" "client 1 sends 6 frames, which are received at once, and does not read what comes back: all that have been received are delivered to the others, also when something is queued for client 1 meanwhile" HANG TIMEOUT WRONG
}

@test "hubd: 200 clients at once, and the next one waits" {
	gap 4; needs 1 2 3; points 3
	scenario 'start_hub; clients
		printf "join 1-200\nsend 77 hello\nget 1-200\nopen 201 4\nsend 201 me too\nsend 1 without\nget 1-200\n" >&3; done_steps
		settle $server; echo "nothing 201" >&3; done_steps; echo "$(idle $server)"
		printf "end 9\nover 9\nget 1-8\nget 10-201\nend 1-8\nover 1-8\nend 10-201\nover 10-201\n" >&3; finish; end_hub'
	expect_output 'asleep
1-200: hello
1-200: without
201: nothing
9: end
1-8: me too
10-201: me too
1-8: end
10-201: end
status 143'
	explain "One thread for all" "200 clients are connected, and each hears what one of them says; the next one waits until one has gone" HANG TIMEOUT WRONG
	scenario 'start_full_hub; clients; printf "join %s\n" 1 2-$((free - 1)) 9 >&3; done_steps
		printf "open 10 4\nsend 10 ten\n" >&3; done_steps; settle $server
		printf "raw 1 ffffffff\nget 9-10\nopen 11 4\nsend 11 eleven\n" >&3; done_steps; settle $server
		printf "end 10\nget 11\nget 9\n" >&3; finish; end_hub'
	# At the end, those that have not read what came to them break off.
	expect_match '^9-10: ten
11: eleven
9: eleven
hubd: client 1 is dropped: Message too long
(hubd: client [2-8] is dropped: Connection reset by peer
)*status 143$'
	explain "The programs" "hubd may have 24 descriptors, and has most of them when it starts: none was free for client 10 (EMFILE) until client 1 was dropped, and none for client 11 until client 10 left: whichever way one goes, the next is accepted then (leave sees to that, and drop calls it)" HANG TIMEOUT WRONG
}

@test "hubd: interrupted, cut short, one byte left" {
	gap 4; needs 1 2 3; points 2
	# The first send is that of getaddrinfo, which cannot be cut. One byte is left.
	cutting hubd/recv:1+:3 hubd/read:1+:3 hubd/send:1:26
	failing hubd/poll:2:EINTR hubd/poll:5:EINTR hubd/recv:2:EINTR hubd/recv:4:EAGAIN hubd/send:3:EAGAIN
	scenario 'start_hub; feed ./say 127.0.0.1 $port >heard; say=$!
		echo a line of some length.. >&3; await_line heard "a line of some length.."
		exec 3>&-; wait $say; echo $?; end_hub; rm heard'
	expect_output '0
status 143'
	explain "One thread for all" "poll or receive was interrupted (EINTR), or there was nothing (EAGAIN): that is neither an error nor the end; and the last byte of what was to be sent is left: it waits for POLLOUT like any other" HANG TIMEOUT WRONG
	local bytes
	for bytes in 1 2 3 4; do
		cutting hubd/{send,sendmsg,write,writev}:1+:$bytes
		failing hubd/send:3:EAGAIN hubd/sendmsg:2:EAGAIN hubd/writev:2:EAGAIN
		scenario 'start_hub; clients; printf "join 1\njoin 2\n" >&3
			printf "send 1 one that is cut\nget 1-2\nsend 2 another that is cut\nget 1-2\nsend 1 \nget 1-2\n" >&3
			printf "raw 2 00000014 6161616161616161616161616161616161616161 00000001 62\nget 1-2\nget 1-2\n" >&3; finish; end_hub'
		expect_output '1-2: one that is cut
1-2: another that is cut
1-2: 
1-2: aaaaaaaaaaaaaaaaaaaa
1-2: b
status 143'
	done
	explain "A queue, because nobody waits" "of each frame the kernel took a few bytes only, at first not even its whole length: the next byte to be sent is the one behind them, also when nothing was queued before" HANG TIMEOUT WRONG
}

# All

@test "bad input: one clear line, and status 2" {
	gap 0; points 1
	local line lines=(./hubd "./hubd ''" './hubd 65536' './hubd -1' './hubd +1' './hubd 1x' "./hubd ' 1'" './hubd 4294967296' './hubd 1 2' './say ::1' './say ::1 0' './say ::1 99999' './say ::1 1 2')
	scenario -b plain "tell $(printf '%q ' "${lines[@]}")"
	for line in "${lines[@]}"; do
		expect_told "$line" 2 '' '^(hubd|say): usage: (hubd PORT|say HOST PORT)$'
	done
	explain_given "The programs"
}
