#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: the FIFO that logd reads

@test "logd: the records of one client after another are logged" {
	gap 1; points 6
	local word
	word=w$(random 1000 9999)
	scenario "start ./logd fifo
		record '$word 1' '$word 2' ' $word  %d  '
		await_lines log 4; stop; cat log; ls"
	expect_match "^status 0
ready
$word 1
$word 2
 $word  %d  
ask
"
	expect_that "that fifo is gone when logd has ended" "$output" without "$output" $'\nfifo'
	explain "End of file" "when the last client has left, a read brings end-of-file, and here logd took that for the end; it does not come while anybody has the FIFO open for writing"
	scenario 'mkfifo -m 644 fifo; exec 4<>fifo; echo "a 0" >&4; start ./logd fifo 4<&-
		record "a 1"; await_lines log 3; exec 4<&-; stat -c "mode %a" fifo; stop; cat log'
	expect_output 'mode 644
status 0
ready
a 0
a 1'
	explain "The programs" "a FIFO that is there already is used, as it is, mode and all (mkfifo fails with EEXIST then), not removed and made anew: clients may have it open, and records may be in it" WRONG HANG TIMEOUT
	interrupting 'logd:TERM<sigaction'
	scenario -n './logd fifo >log & wait $!; echo "status $?"; cat log; [[ ! -s log || ! -e fifo ]] || echo "fifo is still there"'
	expect_failed
	expect_match '^(status 0
ready|status 143)$'
	explain "The programs" "whoever has read \"ready\" may send SIGTERM: the handlers, which remove FIFO, are there before it is printed" WRONG HANG
}

@test "logd: it outlives its clients, and sleeps meanwhile" {
	gap 1; points 6
	scenario 'start ./logd fifo; idle $server
		record "a 1"; await_lines log 2; idle $server
		exec 4>fifo; idle $server; printf "a 2\n" >&4; await_lines log 3; idle $server
		exec 4>&-; idle $server; record "a 3"; await_lines log 4; idle $server
		stop'
	expect_output 'asleep
asleep
asleep
asleep
asleep
asleep
status 0'
	explain "End of file" "logd waits inside read (or poll): before its first client, between two, and while one has the FIFO open and is silent; a read that comes back at once, with 0 or EAGAIN, again and again, keeps a processor busy"
}

@test "logd: its FIFO has the mode 620, whatever the umask" {
	gap 1; points 5
	scenario 'for mask in 000 077 777; do
			start sh -c "umask $mask; exec ./logd fifo"
			stat -c "%F, mode %a" fifo; stop
		done'
	expect_output 'fifo, mode 620
status 0
fifo, mode 620
status 0
fifo, mode 620
status 0'
	[[ $why$error != *"fifo: Permission denied"* ]] ||
		explain "Permissions" "with the umask 777 mkfifo makes a FIFO that not even its owner may open: give it its mode before it is opened, not after"
	explain "Permissions" "the mode that mkfifo is given loses the bits of the umask; and more than 620 lets others write into the log, or read from it"
}

@test "logd: what is not a FIFO is refused, and left as it is" {
	gap 1; points 5
	scenario 'echo precious >file; chmod 640 file; mkdir folder; make_socket socket; ln -s /dev/null null
		for path in file null folder socket none/fifo; do attempt ./logd $path; done
		cat file; stat -c "mode %a" file; ls; rm attempt socket'
	expect_match '^logd: file: not a FIFO
status 1
logd: null: not a FIFO
status 1
logd: folder: (not a FIFO|Is a directory)
status 1
logd: socket: (not a FIFO|No such device or address)
status 1
logd: none/fifo: No such file or directory
status 1
precious
mode 640
ask
attempt
file
folder
logd
logit
null
socket$'
	explain "The programs" "mkfifo fails with EEXIST whatever is there, a file or a device: ask with fstat what was opened, whether it is a FIFO and nothing else; before that, change nothing about it, not even its mode"
	failing logd/mknod:each:EACCES logd/open:each:EMFILE logd/fcntl:each:EINVAL
	scenario -n './logd fifo >/dev/full' # so that it ends where nothing fails, too
	expect_complaint '^logd: (fifo|fdopen): (Permission denied|Too many open files|Invalid argument)$'
	expect_status 1
	explain "The programs" "any call may fail, and logd then says why, and ends with 1"
	failing logd/mknod:1:EEXIST
	scenario -n './logd fifo >/dev/full' # one that tries again can make it
	expect_complaint '^logd: .*: No (such file|space left)'
	explain "The programs" "another logd may make the FIFO just after this one has looked, and then mkfifo fails with EEXIST, which is no error. Do not look first: make it, and if it is there, open it"
}

@test "logd: a client may come just when another one leaves" {
	gap 1; needs 2; points 4
	# It is stopped at each place after "ready", and goes on when all others wait.
	interrupting logd:STOP@write
	scenario -n 'mkfifo log; exec 5<>log; ./logd fifo >log 5<&- & server=$!
		read -r line <&5; echo "a 1" >fifo; ./logit fifo b 1; echo $?
		read -r line <&5; echo "$line"; read -r line <&5; echo "$line"
		kill $server; wait $server; echo "status $?"'
	expect_failed
	expect_output '0
a 1
b 1
status 0'
	explain "End of file" "a server that closes its FIFO and opens it again has no FIFO open in between: a client that comes then finds no server, and one that writes then gets SIGPIPE or EPIPE, and what was in the FIFO is lost" HANG TIMEOUT
}

# Gap 2: the client's side

@test "logit: without a server it says so, and does not wait" {
	gap 2; points 5
	scenario 'mkfifo fifo; echo precious >file; mkdir folder; ln -s /dev/null null
		tell "./logit fifo a 1" "./logit file a 1" "./logit null a 1" "./logit none a 1" "./logit folder a 1"
		rm fifo; ls; cat file'
	expect_told './logit fifo a 1' 1 '' '^logit: fifo: no server reads it$'
	explain "Nobody there" "opening a FIFO for writing waits until somebody reads it; with O_NONBLOCK it fails instead, with ENXIO" HANG
	expect_told './logit file a 1' 1 '' '^logit: file: not a FIFO$'
	expect_told './logit null a 1' 1 '' '^logit: null: not a FIFO$'
	explain "The programs" "what could be opened may still not be a FIFO: ask fstat, before the first byte"
	local rest=${output##*= 1$'\n'}
	expect_that "the file as it was, and nothing new" "ls; cat file: $rest" is "$rest" 'ask
file
folder
logd
logit
null
precious'
	explain "The programs" "opening is to change nothing: O_CREAT makes a file where there is no FIFO, O_TRUNC empties one that is there, and nothing is written before fstat says that it is a FIFO"
	expect_told './logit none a 1' 1 '' '^logit: none: No such file or directory$'
	expect_told './logit folder a 1' 1 '' '^logit: folder: (Is a directory|not a FIFO)$'
	explain "The programs" "only ENXIO means that there is no server; for any other error say what errno says"
	# It is stopped at each place after the first open, and goes on when the server has gone.
	interrupting logit:STOP@open
	scenario -n 'mkfifo fifo; exec 3<>fifo; ./logit fifo a 1 3<&- & writer=$!
		read -rt 1 line <&3; exec 3<&-; wait $writer; echo "it ended"'
	expect_output 'it ended'
	explain "Nobody there" "the server may go at any moment, and then no open may wait for the next one: open once, with O_NONBLOCK, and turn that off for the descriptor that you have (fcntl), rather than look whether somebody reads and then open again" HANG TIMEOUT
	interrupting
	scenario -w 'mkfifo fifo; ./logit fifo a 1; rm fifo'
	expect_complaint '^logit: fifo: no server reads it$'
	expect_not_called logit/nanosleep logit/{poll,select,epoll_wait}:"with a time limit"
	explain "Nobody there" "logit says at once that nobody reads the FIFO: it does not sleep and try again"
	failing logit/open:each:EMFILE logit/fcntl:each:EINVAL
	scenario 'serve; ./logit fifo a 1; echo $?; bytes_in 3; rm fifo'
	expect_output '1
0'
	expect_complaint '^logit: fifo: (Too many open files|Invalid argument)$'
	explain "The programs" "any call may fail, and logit then says why, and ends with 1"
}

@test "logit: each record is one write" {
	gap 2; points 5
	local n word
	n=$(random 20 60)
	word=w$(random 1000 9999)
	scenario -w "serve; ./logit fifo '$word  %d' $n; echo \$?
		head -n $n <&3; bytes_in 3; rm fifo"
	expect_output "0
$(for ((i = 1; i <= n; i++)); do echo "$word  %d $i"; done)
0"
	expect_made 'logit/writev?:fifo fifo' "$n"
	explain "In one piece" "only what comes in one call of write stays together: not two calls a record, and not a buffer of stdio, which is written whenever it is full"
}

@test "logit: a record that does not fit yet waits, whole" {
	gap 2; points 5
	# The FIFO has room for all but the last byte of the record, which is a long one.
	scenario 'serve; one_page; line 2 >&3
		./logit fifo "$(printf "%4092s" "" | tr " " t)" 1 3<&- & writer=$!
		await_open $writer; idle $writer; n=$(bytes_in 3); echo "$n bytes in the FIFO"
		head -c $n <&3 >first; wait $writer; echo $?
		head -c "$(bytes_in 3)" <&3 | cut -c 1-2,4092-; rm fifo'
	expect_output 'asleep
2 bytes in the FIFO
0
ttt 1'
	local means="the record was one byte too long for the room that was left, and a part of it went in: others may now write between this part and the rest; one call of write for the whole record, however long"
	[[ $output != *"has ended"* ]] ||
		means="the FIFO was full, and logit did not wait for room: O_NONBLOCK, which open needs, makes write fail with EAGAIN; turn it off again"
	[[ $output != *@("never sleeps"|"woke up")* ]] ||
		means="while the FIFO is full logit asks again and again: let write wait (turn O_NONBLOCK off again), or poll"
	explain "In one piece" "$means" WRONG HANG TIMEOUT
}

@test "logit: 8 writers, 300 records each, none of them torn" {
	gap 2; points 5
	cutting logit/write:1-4:1000
	scenario 'serve; one_page
		for i in {1..8}; do
			./logit fifo "$i$(printf "%*s" $((i * i)) "" | tr " " $i)" 300 & writers+=($!)
		done
		head -n 2400 <&3 >all
		for writer in "${writers[@]}"; do wait $writer || echo "status $?"; done
		awk "{ i = substr(\$1, 1, 1); tag = i; for (j = 0; j < i * i; j++) tag = tag i
			if (NF != 2 || \$1 != tag || \$2 != ++n[i]) { print \"line \" NR \": \" \$0; bad++ } }
			END { print NR - bad \" whole records\" }" all | tail -n 3
		rm fifo'
	expect_output '2400 whole records'
	local means="a record is torn, lost or out of order: each must be one write of at most PIPE_BUF bytes; of a longer one the kernel may write a part"
	[[ $first_error$error != *"Resource temporarily unavailable"* ]] ||
		means="the FIFO was full, and logit did not wait for room (EAGAIN), so records are lost: turn O_NONBLOCK off again, once the FIFO is open"
	explain "In one piece" "$means" WRONG HANG TIMEOUT
}

@test "logit: 4,096 bytes go in one piece, 4,097 are refused" {
	gap 2; points 4
	scenario 'serve; tag=$(printf "%4093s" "" | tr " " t)
		./logit fifo "$tag" 1; echo $?; bytes_in 3; head -c "$(bytes_in 3)" <&3 | cut -c 1-2,4094-
		./logit fifo "t$tag" 1; echo $?; bytes_in 3
		./logit fifo "$tag" 10; echo $?; bytes_in 3
		rm fifo'
	expect_output "0
4096
tt 1
1
0
1
$((9 * 4096))"
	expect_said '^logit: fifo: record 1 of 1: Message too long
logit: fifo: record 10 of 10: Message too long$'
	explain "In one piece" "PIPE_BUF bytes, newline included, are the most that goes in one piece; of a longer record not one byte is written (EMSGSIZE); a shorter one is sent"
}

@test "logit: a failing write is an error; an interrupted one is not" {
	gap 2; points 4
	failing logit#1/write:2-40:EINTR logit#2/write:2:EPIPE
	scenario 'serve; for client in 1 2; do
			./logit fifo a 3; echo $?; head -c "$(bytes_in 3)" <&3
		done; rm fifo'
	expect_output '0
a 1
a 2
a 3
1
a 1'
	local means="EINTR: a signal came before a byte was written; write the same record again, as often as that happens"
	[[ $output != $'0\na 1\na 2\na 3\n'* && -n $output ]] ||
		means="the server has gone: write fails with EPIPE, and send_record returns -1 with errno as write left it"
	explain "In one piece" "$means" WRONG HANG TIMEOUT
	expect_complaint '^logit: fifo: record 2 of 3: Broken pipe$'
	explain "Nobody there" "the server has gone: write fails with EPIPE, and send_record returns -1 with errno as write left it"
}

# Gap 3: replies

@test "logd: a request is answered in the client's own FIFO" {
	gap 3; needs 1; points 5
	local n
	n=$(random 20 90)
	scenario "mkfifo fifo.77 fifo.2147483647; exec 4<>fifo.77 5<>fifo.2147483647
		start ./logd fifo; record '?77 records'; read -r reply <&4; echo \"\$reply\"
		seq $n >fifo; record '?2147483647 records' '?77 weather'
		read -r reply <&5; echo \"\$reply\"; read -r reply <&4; echo \"\$reply\"
		echo \"after the newlines: \$(bytes_in 4), \$(bytes_in 5) bytes\"; idle \$server; rm fifo.*; stop; wc -l <log"
	expect_output "0
$n
unknown question
after the newlines: 0, 0 bytes
asleep
status 0
$((n + 1))"
	expect_quiet
	explain "Two FIFOs" "the reply, all its bytes once, goes into the FIFO that the request names, and nothing follows its newline (no null byte)" HANG
	scenario 'mkfifo fifo.77; exec 3<>fifo.77; one_page; line 4094 >&3
		start ./logd fifo 3<&-; record "?77 records"; settle
		head -c 4094 <&3 >first; bytes_in 3; rm fifo.77; stop'
	expect_output '2
status 0'
	explain "The programs" "2 bytes fit into the reply FIFO, and the reply has 2: it can be given without waiting. poll says that there is no room when less than a page is free; a write that does not wait is the one to ask" HANG
}

@test "logd: a client that has left does not keep it waiting" {
	gap 3; needs 1; points 5
	scenario -w 'mkfifo fifo.71 fifo.72; exec 4<>fifo.72; fill 4; start ./logd fifo
		record "?70 records"; idle $server; record "?71 records"; idle $server
		record "?72 records" "a 1"; await_lines log 2; idle $server
		ls fifo.7? 2>&1; rm -f fifo.7?; stop; cat log'
	expect_output 'asleep
asleep
asleep
fifo.71
fifo.72
status 0
ready
a 1'
	local means="a client that cannot be given its reply is no reason for logd to end, or to wait; answer returns -1, with errno as open or write left it"
	[[ $why != *"blocked in open"* ]] ||
		means="the client was killed, and its FIFO is still there, but nobody reads it: open for writing waits for a reader that never comes, and with it all other clients wait; O_NONBLOCK"
	[[ $why$first_came != *"write("* ]] ||
		means="the client does not read, and its FIFO is full: a write that waits for room waits for ever, and a loop that tries again never ends; give up on that client"
	[[ $output != *"woke up"* ]] ||
		means="logd gives up at once on a client that is not there: while logd sleeps and tries again, all other clients wait"
	[[ $output != *"fifo.70"* ]] ||
		means="logd has made a file where no FIFO was: open it without O_CREAT, so that it fails with ENOENT"
	[[ $output != *"status 0"* || $output == *"fifo.71"$'\n'"fifo.72"$'\n'* ]] ||
		means="logd has removed the FIFO of a client: whatever has that name, logd only opens it, writes and closes it"
	explain "Clients that die" "$means" WRONG HANG TIMEOUT
	expect_said '^logd: no reply to fifo[.]70: No such file or directory
logd: no reply to fifo[.]71: No such device or address
logd: no reply to fifo[.]72: Resource temporarily unavailable$'
	explain "Clients that die" "none of the three got a reply, which logd has to say, with the reason: answer returns -1, with errno as it was left by open (no FIFO; a FIFO that nobody reads, and logd itself must not become its reader) or by write (a full FIFO)"
	expect_not_called logd/nanosleep logd/{poll,select,epoll_wait}:"with a time limit"
	explain "Clients that die" "logd gives up at once on a client that is not there: while logd sleeps, all other clients wait"
	# It is stopped at each place after "ready", until the reply FIFO is full.
	interrupting logd:STOP@write
	scenario -n 'mkfifo fifo.77 log; exec 4<>fifo.77 5<>log
		./logd fifo >log 4<&- 5<&- & server=$!
		read -r line <&5; echo "?77 records" >fifo
		read -rt 1 reply <&4; fill 4; echo "a 1" >fifo
		read -r line <&5; echo "$line"; kill $server; wait $server; echo "status $?"'
	expect_failed
	expect_output 'a 1
status 0'
	explain "Clients that die" "between a look whether there is room and the write others may fill the FIFO, and then the write waits: O_NONBLOCK must be on for the write itself" HANG TIMEOUT
}

@test "logd: a client that leaves before its reply does not end it" {
	gap 3; needs 1; points 4
	# It is stopped at each place after "ready", until the client has given up.
	interrupting logd:STOP@write
	scenario -n 'mkfifo fifo.77 log; exec 4<>fifo.77 5<>log; echo precious >file
		./logd fifo >log 4<&- 5<&- & server=$!
		read -r line <&5; echo "$line"; echo "?77 records" >fifo
		read -rt 1 reply <&4; exec 4<&-; mv -f file fifo.77; echo "a 1" >fifo
		read -r line <&5; echo "$line"; kill $server; wait $server; echo "status $?"
		read -r line <fifo.77; echo "fifo.77: $line"'
	expect_failed
	expect_output 'ready
a 1
status 0
fifo.77: precious'
	[[ $first_came$output != *"fifo.77: "[!p]* ]] ||
		explain "Clients that die" "between a look at the name (stat, access) and open the client may put a file there, and logd has changed it: open is to leave it as it is (no O_TRUNC), and fstat says what was opened, before the first byte"
	explain "Clients that die" "the client left after logd had opened its FIFO, and before the write: that brings SIGPIPE, which ends logd unless it is ignored; then write fails with EPIPE"
}

@test "logd: it writes into nothing that is not a FIFO" {
	gap 3; needs 1; points 3
	scenario 'echo precious >fifo.77; echo precious >kept; ln -s kept fifo.78; mkdir fifo.79; ln -s made fifo.80
		ln -s /dev/null fifo.75
		start ./logd fifo
		record "?77 records" "?78 records" "?79 records" "?80 records" "?76 records" "?75 records" "a 1"; await_lines log 2
		cat fifo.77 kept; ls -d fifo.7? made 2>none; stop'
	expect_output 'precious
precious
fifo.75
fifo.77
fifo.78
fifo.79
status 0'
	explain "Clients that die" "a client may have put anything there: a file, or a link to one that only logd may write. Never create it or cut it short (no O_CREAT, no O_TRUNC) or remove it, and ask fstat what was opened, before the first byte"
	# O_NOFOLLOW is one way to refuse a link.
	local link="(Invalid argument|Too many levels of symbolic links)"
	expect_said "^logd: no reply to fifo.77: Invalid argument
logd: no reply to fifo.78: $link
logd: no reply to fifo.79: [^
]+
logd: no reply to fifo.80: [^
]+
logd: no reply to fifo.76: No such file or directory
logd: no reply to fifo.75: $link$"
	explain "Clients that die" "what is not a FIFO, a file, a device or anything else, gets no reply, and logd says why: answer returns -1, with errno as open left it, or EINVAL if open took it and fstat says that it is not a FIFO"
	# It is stopped at each place after "ready", until a FIFO has the name of the file.
	failing logd/fstat:99:EIO # so that each fstat and stat is a place, too
	interrupting logd:STOP@write
	scenario -n 'mkfifo new log; exec 4<>new 5<>log; echo precious >kept; ln kept fifo.77
		./logd fifo >log 4<&- 5<&- & server=$!
		read -r line <&5; echo "?77 records" >fifo
		read -rt 1 reply <&4; mv -f new fifo.77; echo "a 1" >fifo
		read -r line <&5; echo "$line"; kill $server; wait $server; echo "status $?"; cat kept'
	expect_failed
	expect_output 'a 1
status 0
precious'
	explain "Find the bug" "logd had opened a file when a FIFO took its name, and has written into the file: ask the descriptor what was opened (fstat), not the name (stat), which may be something else by then"
}

@test "logd: it closes each reply FIFO, whatever comes of it" {
	gap 3; needs 1; points 2
	scenario 'mkfifo fifo.77 fifo.71 fifo.72; exec 4<>fifo.77 5<>fifo.72; fill 5; echo precious >fifo.78
		start sh -c "ulimit -n 12; exec ./logd fifo"
		for i in {1..9}; do record "?77 records" "?72 records" "?78 records" "?71 records"; done
		for i in {1..9}; do read -r reply <&4; echo "$reply"; done
		rm fifo.*; stop'
	expect_output '0
0
0
0
0
0
0
0
0
status 0'
	local means="each request opens a FIFO, and this logd may have no more than 12 descriptors: close it on every way out, those for errors, too"
	[[ $why != *"blocked in write"* ]] ||
		means="logd waits for a client whose FIFO is full, and all others wait with it: O_NONBLOCK must stay on for the write, too"
	explain "Clients that die" "$means" WRONG HANG
}

@test "logd: a client killed at any point does not hang it" {
	gap 3; needs 1 2 4; points 2
	interrupting ask:KILL@mknod
	scenario -n 'mkfifo log; exec 5<>log; ./logd fifo >log 5<&- & server=$!
		read -r line <&5; ./ask fifo records >/dev/null; echo "a 1" >fifo
		read -r line <&5; echo "$line"; kill $server; wait $server; echo "status $?"'
	expect_failed
	expect_output 'a 1
status 0'
	explain "Clients that die" "ask was killed by SIGKILL, so nothing was cleaned up; whatever it has left, logd goes on with the next client" HANG TIMEOUT
}

# Gap 4: ask

# explain_own_writer: if it was seen that ask could write the FIFO that it waits for
explain_own_writer() {
	[[ $first_why != *"ask (pid "*'FIFO "fifo.'*"the waiting process itself holds the write end"* ]] ||
		explain "Two FIFOs" "ask has its reply FIFO open for writing, too (O_RDWR): a read brings end-of-file only when there is no writer, and one is ask itself; open it for reading only" WRONG HANG
}

@test "ask: it sends a request, and prints the reply" {
	gap 4; needs 2; points 5
	local n
	n=$(random 1000 9999)
	scenario -w "umask 0; serve; asked ./ask fifo records
		stat -c '%F, mode %a' \$name; idle \$client
		reply '$n
'; finish; rm fifo"
	expect_output "fifo, mode 600
asleep
$n
status 0"
	[[ $output != "fifo, mode "* || $output == "fifo, mode 600"* ]] ||
		explain "The programs" "the mode of the reply FIFO is REPLY_MODE: anyone else who may read it can take the reply, and anyone else who may write into it can reply in place of the server"
	[[ $why != *"blocked in open"* ]] ||
		explain "Two FIFOs" "opening a FIFO for reading waits for a writer, and no server writes before it was asked: open it with O_NONBLOCK" WRONG HANG
	explain "Two FIFOs" "until the server has opened the reply FIFO, a read from it brings end-of-file at once, which is not the reply: await_reply waits for it, asleep, however long that takes" HANG TIMEOUT
	expect_called 'ask/read:fifo fifo\.[0-9]+'
	expect_made 'ask/writev?:fifo fifo' 1
	explain "In one piece" "a request is a record, one write (send_record), and the reply is read from the FIFO FIFO.PID"
}

@test "ask: its FIFO is open before the request is sent" {
	gap 4; needs 2; points 4
	# It is stopped at each place after that, and goes on when the server has replied.
	interrupting ask:STOP@write
	scenario 'serve; ./ask fifo records & client=$!
		read -r request <&3; name=fifo.$client
		reply "42
"; finish; rm fifo'
	expect_output '42
status 0'
	explain "Two FIFOs" "the server does not wait: when it has the request and opens the reply FIFO, nobody had that open for reading (or it was not there), so the reply is lost; make and open it first, with O_NONBLOCK, as otherwise open waits for a server that has not been asked" HANG TIMEOUT
}

@test "ask: a reply may come in pieces, or not to its end" {
	gap 4; needs 2; points 3
	scenario 'serve; asked ./ask fifo records; exec 4>$name; printf 1 >&4; idle $client
		(printf 234 >&4); idle $client; (echo >&4); exec 4>&-; finish
		asked ./ask fifo records; exec 4>$name; printf 12 >&4; exec 4>&-; finish
		asked ./ask fifo records; exec 4>$name; rm $name; exec 4>&-; finish
		asked ./ask fifo records; reply "$(line 64)
"; finish
		asked ./ask fifo records; reply "$(line 65)
"; finish
		rm fifo'
	expect_output "asleep
asleep
1234
status 0
status 1
status 1
$(printf '%063d' 0 | tr 0 x)
status 0
status 1"
	expect_said '^ask: fifo: no reply
ask: fifo: no reply
ask: fifo: no reply$'
	[[ $output != *"woke up"* && $output != *"never sleeps"* ]] ||
		explain "Two FIFOs" "a part of the reply has come, and ask looks for the rest again and again: wait for that, too, asleep, by await_reply, however long it takes"
	explain_own_writer
	[[ $error != *"No such file"* ]] ||
		explain "The programs" "the reply FIFO was removed while ask waited, so its own unlink failed, and that is what it says: keep errno, or set it, after the clean-up"
	[[ $first_why != *"returned 0 (end of input)"* ]] ||
		explain "Two FIFOs" "a read that returns 0 is not one to be tried again: the server had the reply FIFO open, and has left, so each further read returns 0 at once; without its newline that is no reply (ENODATA)" HANG TIMEOUT
	explain "Two FIFOs" "a reply is a line of at most 64 bytes, its newline included: read until the newline is there; what ends without one, or is longer, is not a reply (ENODATA)" HANG TIMEOUT
}

@test "ask: its FIFO is gone, whatever happens" {
	gap 4; needs 2; points 4
	# The read may come before there is a reply. The first write of who sends by writev
	# is that of "ask: ".
	failing ask#3/{write,writev}:1:EPIPE ask#4/open:2:EMFILE ask#5/mknod:1:EACCES ask#6/read:1:EIO
	scenario 'serve; asked ./ask fifo records; kill -TERM $client; finish
		./ask fifo "$(line 4096)"; echo $?
		for call in write open mkfifo; do ./ask fifo records; echo $?; done; bytes_in 3
		asked ./ask fifo records; reply "42
" >/dev/null; finish
		fill 3; ./ask fifo records 3<&- & client=$!
		await_asleep $client "ask did not wait for room in fifo"; rm fifo.*; exec 3<&-; finish; rm fifo'
	expect_output 'status 143
1
1
1
1
0
status 1
status 1'
	expect_said '^ask: fifo: Message too long
(ask: )?fifo: (Broken pipe|no server reads it)
ask: fifo: Too many open files
ask: fifo: Permission denied
ask: fifo: Input/output error
(ask: )?fifo: (Broken pipe|no server reads it)$'
	[[ $error != *"No such file"* ]] ||
		explain "The programs" "the server left, and somebody had removed the reply FIFO, so that the unlink of ask failed, and that is what it says: keep errno over the clean-up"
	[[ $why != *"blocked in poll"* || $output == *143*1* ]] ||
		explain "In one piece" "the question is too long for a record, and ask waits for a reply: send_record refuses such a request (EMSGSIZE), and then ask ends" HANG TIMEOUT
	explain "Two FIFOs" "every way out of ask removes the FIFO (unlink), and keeps errno for the message; without a FIFO that is open nothing is sent" HANG LEAK
}

@test "ask: a FIFO that a killed client has left is not used" {
	gap 4; needs 2; points 3
	# Somebody has it open, and it is not empty.
	under_schedules 1 # in which half an hour passes at once
	scenario 'serve; asked sh -c "mkfifo -m 666 fifo.\$\$; exec 4<>fifo.\$\$; echo old >&4; exec ./ask fifo records"
		stat -c "mode %a" $name; sleep 2000; reply "new
"; finish; rm fifo'
	expect_output 'mode 600
new
status 0'
	[[ $output != "mode 600"*"cannot open the reply FIFO"* ]] ||
		explain "Two FIFOs" "the server opens the reply FIFO half an hour later, and ask has ended: it waits until the server comes, and await_reply has no time limit"
	explain "Clients that die" "process ids are used again: what has our name was left by a client that was killed; others may have it open, and its mode may be anything, so remove it and make a new one" HANG
	under_schedules 0
	failing ask/{unlink,rename}:1:EPERM
	scenario 'serve; sh -c "mkfifo fifo.\$\$; exec ./ask fifo records"; echo $?; bytes_in 3; rm fifo*'
	expect_output '1
0'
	expect_complaint '^ask: fifo: (Operation not permitted|File exists)$'
	explain "Clients that die" "the old FIFO cannot be removed (in a folder like /tmp, where it belongs to another user): then a new one cannot be made, and nothing is sent; look at what unlink or mkfifo returns" HANG TIMEOUT
}

# Gap 5 (optional)

@test "ask: it notices that the server has ended (optional)" {
	gap 5; needs 2 4; points 0
	scenario 'serve; asked ./ask fifo records; idle $client
		exec 3>&-; finish; rm fifo'
	expect_output 'asleep
status 1'
	expect_complaint '^ask: fifo: no reply$'
	explain_own_writer
	explain "If you want more" "the server was killed, and nobody will ever open the reply FIFO: poll the write end of its FIFO, too, which brings POLLERR when nobody reads that any more" HANG TIMEOUT
	failing ask#{1/{poll,select,epoll_wait}:1:EINTR,2/{poll,select,epoll_wait}:1:EINVAL}
	scenario 'serve; asked ./ask fifo records; idle $client; reply "42
"; finish; ./ask fifo records; echo $?; rm fifo'
	expect_output 'asleep
42
status 0
1'
	expect_complaint '^ask: fifo: Invalid argument$'
	explain "If you want more" "a wait that a signal interrupts (EINTR) is begun again; any other error goes to the caller" HANG
	failing
	scenario 'serve; asked ./ask fifo records; suspend $client
		reply "42
"; exec 3>&-; resume $client; finish; rm fifo'
	expect_output '42
status 0'
	explain "If you want more" "the server replied, and then ended: the reply counts"
	scenario 'serve; asked ./ask fifo records; exec 4>$name 3>&-; idle $client
		(printf 4 >&4); idle $client; (echo 2 >&4); finish
		rm fifo; serve; asked ./ask fifo records; exec 4>$name 3>&-; idle $client; exec 4>&-; finish; rm fifo'
	expect_output 'asleep
asleep
42
status 0
asleep
status 1'
	expect_complaint '^ask: fifo: no reply$'
	explain "If you want more" "nobody reads the FIFO of the server any more (POLLERR), but a process has the reply FIFO open, and its reply may still come: read brings EAGAIN then, and only a 0 is the end. Wait for that writer, asleep" WRONG HANG TIMEOUT
}

# All

@test "bad input: one clear line, and status 2" {
	gap 0; points 2
	scenario 'tell ./logd "./logd a b" ./logit "./logit fifo a 1 1" "./logit fifo a 0" "./logit fifo a 1000001" \
			"./logit fifo a 9223372036854775808" "./logit fifo a 1x" "./logit fifo a \"\"" "./logit fifo \"\" 1" "./logit fifo ?1 1" \
			"./ask fifo" "./ask fifo \"\""'
	local words
	for words in ./logd './logd a b'; do
		expect_told "$words" 2 '' '^logd: usage: logd FIFO$'
	done
	for words in 0 1000001 9223372036854775808 1x '""'; do
		expect_told "./logit fifo a $words" 2 '' '^logit: COUNT is a number from 1 to 1000000, not '
	done
	expect_told ./logit 2 '' 'usage: logit FIFO TAG COUNT'
	expect_told './logit fifo "" 1' 2 '' '^logit: TAG is empty, begins with [?], or has a newline$'
	expect_told './logit fifo ?1 1' 2 '' '^logit: TAG is empty, begins with [?], or has a newline$'
	expect_told './ask fifo' 2 '' 'usage: ask FIFO QUESTION'
	expect_told './ask fifo ""' 2 '' '^ask: QUESTION is empty, or has a newline$'
	explain_given "The programs"
}

@test "memcheck: together, without bad memory or a leak" {
	gap 0; needs 1 2 3 4; points 2
	memcheck_of -d 'start memcheck ./logd fifo; ./logit fifo pear 2; ./logit fifo apple 1
		./ask fifo records; head -c 5000 /dev/zero >fifo; printf "\n?x records\n" >fifo
		await_children $server 1; kill ${children[0]}; wait $server; cat log'
	expect_output_of together
	explain "The programs" "free what you allocate, and stay inside your arrays"
}
