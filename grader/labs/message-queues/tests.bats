#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

# The same scenarios for both: ./sysv with a file, ./posix with a name. Where the box has
# no names of its own, those of tests that run side by side differ.
name=/graded.$$
sysv='./sysv key' posix="./posix $name"
full=$(printf '%064d' 0 | tr 0 x) # as long as a message can be

# has_posix: this kernel has POSIX queues. If not, the report says what was not tried.
has_posix() {
	local lost="POSIX message queues (this kernel has none)"
	[[ ! -d ${MQUEUE_LIMITS:-/proc/sys/fs/mqueue} ]] || return 0
	grep -qsxF "$lost" "$RESULTS/lost" || echo "$lost" >>"$RESULTS/lost"
	return 1
}

# says_that_there_are_none: what is left to test where the kernel has no POSIX queues
says_that_there_are_none() {
	failing posix/mq_open:1+:ENOSYS
	scenario "$posix create 3"
	expect_complaint "^posix: $name: this kernel has no such queues\$"
	expect_status 1
	explain "The programs" "mq_open may fail: create then returns -1, with errno as the call left it"
}

# explain_limit: if it was seen that receive has a time limit where it should not wait
explain_limit() {
	[[ $error != *": Connection timed out"* ]] ||
		explain "Full and empty" "ETIMEDOUT is what a call with a time limit fails with, even if that is over before it begins; who is not to wait must get EAGAIN, from a descriptor with O_NONBLOCK" WRONG
}

# in_order COMMAND: ten messages of five priorities come out by urgency, then by age.
# Sets order: right, if the priorities came so.
in_order() {
	local i=0 priority word sends="" all=""
	word=w$(random 100 999)
	for priority in 1 0 31 1 31 0 30 "$(random 2 29)" 0 31; do
		sends+="$1 send $priority '$word  $i'"$'\n'
		all+="$priority $word  $i"$'\n'
		((++i))
	done
	scenario "touch key; $1 create 4; $1 send 3 'water the plants'; $1 send 31 'fire!'; $1 send 3 'feed the cat'
		$1 stat; $1 drain; $1 remove"
	expect_output_of order
	order=right
	same_priorities "$(<"$BATS_TEST_DIRNAME/expected/order.out")" || order=wrong
	scenario -b plain "touch key; $1 create 10; $1 stat
		$sends $1 stat; $1 receive; $1 receive -n; $1 drain; $1 stat; $1 drain; $1 remove"
	all="created: room for 10
messages 0, room for 10
messages 10, room for 10
$(sort -s -k 1,1nr <<<"${all%$'\n'}")
messages 0, room for 10
removed"
	expect_output "$all"
	same_priorities "$all" || order=wrong
}

# same_priorities TEXT: the output has the same first words as TEXT
same_priorities() { is "$(cut -d " " -f 1 <<<"$output")" "$(cut -d " " -f 1 <<<"$1")"; }

# any_text COMMAND PUT: texts of all lengths, and of any bytes; PUT is how another program
# sends one of priority 1
any_text() {
	scenario "touch key; $1 create 4; $1 send 3 ''; $1 send 2 $full; $1 send 1 \$'a\\nb\\xff %d'; $2 c 3
		$1 receive; $1 receive; $1 receive | od -A n -c; $1 receive | od -A n -c; $1 remove"
	expect_output "created: room for 4
3 
2 $full
   1       a  \\n   b 377       %   d  \\n
   1       c  \\0  \\0  \\n
removed"
}

# waits_when_full COMMAND TAKE LEFT: the sender waits for room, or does not; TAKE makes
# room, and LEFT is what ./peer lists then
waits_when_full() {
	scenario -b plain "touch key; $1 create 2; $1 send 2 $full; $1 send -n 2 $full
		$1 send -n 31 $full; echo \"status \$?\"
		$1 send 3 late & sender=\$!; disturb \$sender; $2; wait \$sender; echo \"status \$?\"
		$1 stat; ./peer ${1#* } list; $1 remove"
	expect_output "created: room for 2
status 1
asleep
asleep
asleep
status 0
messages 2, room for 2
$3
removed"
	expect_complaint "^(sysv: key|posix: $name): the queue is full\$"
}

# waits_when_empty COMMAND
waits_when_empty() {
	scenario -b plain "touch key; $1 create 2; $1 receive -n; echo \"status \$?\"
		$1 receive & receiver=\$!; disturb \$receiver; $1 send 3 late; wait \$receiver; echo \"status \$?\"; $1 remove"
	expect_output "created: room for 2
status 1
asleep
asleep
asleep
3 late
status 0
removed"
	expect_complaint "^(sysv: key|posix: $name): no such message is there\$"
}

# one_was_made: of two that ask for a queue at the same time, for 1 and 7, one makes it
one_was_made() {
	check "that one of the two makes the queue, with room for as many as it says" "$output" matches "$output" '^created: room for (1
room for 1|7
room for 7) of 64 bytes, mode 600
removed$'
}

# was_taken TEXT MEANING: what it means if the record has the TEXT of a letter that is no
# request
was_taken() {
	[[ $output != *"reply to 77: "+([0-9])": $1"* ]] || explain "Whose message" "$2" WRONG
}

# wrong_wait CALL: what it means if a signal ended the wait, or the program did not sleep
wrong_wait() {
	[[ $first_error$error != *"Interrupted system call"* ]] ||
		explain "The programs" "a signal was caught while $1 waited, and it fails with EINTR: it is to be made again, each time" WRONG HANG
	[[ $output != *"while nothing happened"* ]] ||
		explain "Full and empty" "a program that waits sleeps inside $1 until something comes; it does not look again and again" WRONG
	[[ $why != *"$1"* || $output != *asleep$'\n'asleep$'\n'asleep* ]] ||
		explain "The programs" "31 signals were caught while $1 waited, one after the other. If what it waits for does wake it when no signal comes, then the call was not made again as it was: with the same arguments, each time" HANG TIMEOUT
}

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: send with System V

@test "sysv: a message has its type, and no more than its text" {
	gap 1; points 7
	local word
	word=w$(random 1000 9999)
	scenario "touch key; $sysv create 10
		$sysv send 31 $word; $sysv send 0 ''; $sysv send 17 $full; $sysv send 30 ' %d'
		./peer key list; $sysv remove"
	expect_that "that the text sent with priority 31 is of type 1 (the first that ./peer lists)" "$output" matches "$output" $'^[^\n]*\n1: '
	explain "Types" "the type is not the priority: the most urgent, 31, is type 1, and priority 0 is type 32; 0 is no type, msgsnd refuses it (EINVAL)"
	explain "Types" "msgsnd wants the size of the text alone, not that of the struct, nor one for a null byte; and so many bytes it takes from right behind the type: the text itself must stand there, not an address of it" CRASH
	expect_output "created: room for 10
1: 5 bytes: $word
32: 0 bytes: 
15: 64 bytes: $full
2: 3 bytes:  %d
removed"
	explain "Types" "msgsnd wants the size of the text alone: with sizeof of the struct, or its type or a null byte counted in, it sends bytes that nobody wrote there, and a text is neither cut nor padded"
	failing sysv/msgsnd:each:EACCES
	scenario "touch key; $sysv create 1; $sysv send 3 a; status=\$?; $sysv remove; exit \$status"
	expect_failed
	expect_complaint '^sysv: key: send: Permission denied$'
	expect_status 1
	explain "The programs" "msgsnd may fail: send then returns -1, with errno as the call left it, and prints nothing"
}

@test "sysv: a sender waits for room, or says that there is none" {
	gap 1; points 6
	waits_when_full "$sysv" './peer key take' "30: 64 bytes: $full
29: 4 bytes: late"
	wrong_wait msgsnd
	explain "Full and empty" "with -n (wait is false) a full queue is an error, EAGAIN, at once: IPC_NOWAIT; without -n the sender waits, asleep, inside msgsnd: no IPC_NOWAIT" WRONG HANG TIMEOUT
	scenario "touch key; $sysv create 1; $sysv send -n 1 ${full:1}; $sysv send -n 1 y; $sysv send -n 1 z
		./peer key list; $sysv remove"
	expect_output "created: room for 1
31: 63 bytes: ${full:1}
31: 1 bytes: y
removed"
	expect_complaint '^sysv: key: the queue is full$'
	explain "Full and empty" "the kernel counts the bytes of the texts: there was room for one more"
	# One is stopped where it has looked how full it is, if it looks; another goes first.
	interrupting 'sysv#2:STOP@msgctl'
	scenario -b plain "touch key; $sysv create 1; $sysv send -n 3 $full & $sysv send -n 3 $full; wait; $sysv remove"
	expect_output 'created: room for 1
removed'
	explain "Full and empty" "with -n msgsnd may never wait: a program that looks how full the queue is, and then sends, may find that another was faster; IPC_NOWAIT has the call itself say so" WRONG HANG TIMEOUT
}

@test "sysv: removal wakes a sender" {
	gap 1; points 4
	scenario "touch key; $sysv create 1; $sysv send 3 $full
		$sysv send 3 late & sender=\$!; idle \$sender; $sysv remove; wait \$sender; echo \"status \$?\""
	expect_output 'created: room for 1
asleep
removed
status 1'
	expect_complaint '^sysv: key: the queue was removed$'
	wrong_wait msgsnd
	explain "Removal" "msgsnd fails with EIDRM: that is not EINTR, and not to be tried again; send returns -1 and leaves errno alone" WRONG HANG TIMEOUT
}

# Gap 2: receive with System V

@test "sysv: the most urgent comes first, equals by age" {
	gap 2; needs 1; points 8
	local bytes="the text is as long as the call says, and no null byte comes with it, neither when it is sent nor when it is printed; one in it is a byte like others, and 0 bytes are an empty text, no error" order
	in_order "$sysv"
	[[ $order != right ]] || explain "Types" "$bytes"
	explain "Types" "msgrcv takes the lowest type first if it is given a negative number: up to its absolute value, 32 here; with 0 it takes the oldest, whatever its type. The priority is made from the type that came"
	explain "Full and empty" "drain takes what is there, and does not wait: wait is false, so IPC_NOWAIT" HANG
	any_text "$sysv" "./peer key put 31"
	explain "Types" "$bytes" WRONG HANG
	interrupting 'sysv#2:STOP@msgrcv'
	scenario "touch key; $sysv create 4; $sysv receive & receiver=\$!
		$sysv send 31 fire; $sysv send 5 smoke; wait \$receiver; $sysv remove"
	expect_output 'created: room for 4
31 fire
removed'
	explain "Types" "the receiver was stopped at a msgrcv, while first a message of 31 came and then one of 5. Which of them is the most urgent, only one call can tell that looks at all types at once: while you try one after the other, new ones come" WRONG HANG TIMEOUT
}

@test "sysv: receive takes the priority that it is asked for" {
	gap 2; needs 1; points 5
	scenario -b plain "touch key; $sysv create 10
		for p in 31 5 0 5 6 0 30; do $sysv send \$p \"text \$p \$((++i))\"; done
		$sysv receive 5; $sysv receive 0; $sysv receive -n 5; $sysv receive -n 31
		$sysv receive -n 5; echo \"status \$?\"; $sysv receive 4 & receiver=\$!; disturb \$receiver
		$sysv send 5 other; disturb \$receiver; $sysv send 4 late; wait \$receiver
		$sysv drain; $sysv remove"
	expect_output 'created: room for 10
5 text 5 2
0 text 0 3
5 text 5 4
31 text 31 1
status 1
asleep
asleep
asleep
asleep
asleep
asleep
4 late
30 text 30 7
6 text 6 5
5 other
0 text 0 6
removed'
	expect_complaint '^sysv: key: no such message is there$'
	wrong_wait msgrcv
	explain "Types" "a positive number is the one type that msgrcv takes, the oldest of it: 32 less the priority. Others stay, and while none of that type is there it waits, or fails with ENOMSG" WRONG HANG TIMEOUT
}

@test "sysv: a receiver waits, or says that nothing is there" {
	gap 2; needs 1; points 5
	waits_when_empty "$sysv"
	wrong_wait msgrcv
	explain "Full and empty" "with -n (wait is false) IPC_NOWAIT, and msgrcv fails with ENOMSG; without it msgrcv waits, asleep" WRONG HANG TIMEOUT
	scenario "touch key; ./peer key put 33 other; ./peer key put 99 other
		$sysv receive -n; echo \"status \$?\"; $sysv drain; $sysv stat
		$sysv receive & receiver=\$!; disturb \$receiver; $sysv send 0 late; wait \$receiver; $sysv remove"
	expect_match '^status 1
messages 2, [^
]*
asleep
asleep
asleep
0 late
removed$'
	wrong_wait msgrcv
	explain "Types" "types above 32 are somebody else's: they stay in the queue"
	failing sysv/msgrcv:each:EACCES
	scenario "touch key; $sysv create 1; $sysv receive -n; status=\$?; $sysv remove; exit \$status"
	expect_failed
	expect_complaint '^sysv: key: receive: Permission denied$'
	expect_status 1
	explain "The programs" "msgrcv may fail: receive then returns -1, with errno as the call left it, and prints nothing"
}

@test "sysv: a message that is too long stays whole in the queue" {
	gap 2; points 4
	scenario "touch key; ./peer key put 9 y$full; ./peer key put 9 behind; ./peer key put 8 $full
		$sysv receive; $sysv receive; echo \"status \$?\"; $sysv receive -n 23; echo \"status \$?\"
		./peer key list; $sysv remove"
	expect_output "24 $full
status 1
status 1
9: 65 bytes: y$full
9: 6 bytes: behind
removed"
	expect_said '^sysv: key: a message may be longer than 64 bytes
sysv: key: a message may be longer than 64 bytes$'
	[[ $output != *" behind"*"65 bytes"* ]] ||
		explain "Too long" "a message that is too long keeps its place, the oldest of its type: what is taken and sent again stands behind the others" WRONG
	explain "Too long" "msgrcv is told how much fits (64 bytes, without the type): a longer message stays, E2BIG, unless MSG_NOERROR has it cut, and the rest is lost" WRONG CRASH
}

@test "sysv: removal wakes a receiver" {
	gap 2; points 4
	scenario "touch key; $sysv create 1
		$sysv receive & receiver=\$!; idle \$receiver; $sysv remove; wait \$receiver; echo \"status \$?\""
	expect_output 'created: room for 1
asleep
removed
status 1'
	expect_complaint '^sysv: key: the queue was removed$'
	wrong_wait msgrcv
	explain "Removal" "msgrcv fails with EIDRM: that is not EINTR, and not to be tried again; receive returns -1 and leaves errno alone" WRONG HANG TIMEOUT
}

# Gap 3: POSIX

@test "posix: create makes the queue that it was asked for" {
	gap 3; points 7
	if has_posix; then
		scenario "umask 0; for n in 1 7 10; do $posix create \$n; ./peer $name about; $posix remove; done"
		expect_that "that each of the three queues takes texts of 64 bytes" "$output" matches "$output" $'^([^\n]*\nroom for [0-9]+ of 64 bytes[^\n]*\nremoved\n?){3}$'
		explain "Too long" "mq_msgsize is TEXT_MAX: without attributes a queue has 10 messages of 8192 bytes, and a mq_receive with less room than that fails, EMSGSIZE, however short the message"
		expect_output 'created: room for 1
room for 1 of 64 bytes, mode 600
removed
created: room for 7
room for 7 of 64 bytes, mode 600
removed
created: room for 10
room for 10 of 64 bytes, mode 600
removed'
		explain "The calls" "mq_open with O_CREAT takes two arguments more: the permission bits and the attributes, with mq_maxmsg and mq_msgsize"
		scenario "$posix create 3; $posix send 3 old; $posix create 5; echo \"status \$?\"; ./peer $name about
			$posix drain; $posix remove; $posix receive; echo \"status \$?\""
		expect_output 'created: room for 3
status 1
room for 3 of 64 bytes, mode 600
3 old
removed
status 1'
		expect_said "^posix: $name: a queue is there already
posix: $name: no queue: not created, or removed\$"
		explain_limit
		explain "Names" "without O_EXCL mq_open finds the old queue, with its size and its messages; create never removes what others have made"
		# One is stopped where it has looked whether there is a queue, if it looks; another makes one.
		interrupting 'posix#1:STOP@mq_open'
		scenario -b plain "$posix create 1 >out & $posix create 7; wait; cat out; ./peer $name about; $posix remove"
		in_each_run one_was_made
		interrupting
		explain "Names" "of two that come at the same time one makes the queue, and the other gets EEXIST: a program that looks whether there is a queue, and then makes one, may find that another was faster; O_EXCL has mq_open itself say so"
	fi
	says_that_there_are_none
}

@test "posix: the most urgent comes first, equals by age" {
	gap 3; points 8
	has_posix || { says_that_there_are_none; return; }
	local bytes="the text is as long as the call says, and no null byte comes with it, neither when it is sent nor when it is printed; one in it is a byte like others, and 0 bytes are an empty text, no error" order
	in_order "$posix"
	[[ $order != right ]] || explain "Types" "$bytes"
	explain "Names" "mq_send and mq_receive take and give the priority, the highest first: nothing needs to be reversed here"
	explain "Full and empty" "drain takes what is there, and does not wait: wait is false, so O_NONBLOCK" HANG
	any_text "$posix" "./peer $name put 1"
	explain "Types" "$bytes" WRONG HANG
	# Who puts the flags back has sent by then, or received: that may fail unseen.
	failing posix/mq_send:each:EACCES posix/mq_receive:each:EACCES posix/mq_getattr:1:EACCES
	scenario "$posix create 2; $posix send 3 a && $posix receive; status=\$?; $posix remove; exit \$status"
	expect_failed
	expect_complaint "^posix: $name: (send|receive): Permission denied\$"
	expect_status 1
	explain "The programs" "any call may fail: send and receive then return -1, with errno as the call left it, and print nothing"
}

@test "posix: a caller that finds it full or empty waits, or says so" {
	gap 3; points 7
	has_posix || { says_that_there_are_none; return; }
	waits_when_full "$posix" "$posix receive >taken" "3: 4 bytes: late
2: 64 bytes: $full"
	wrong_wait mq_send
	explain "Full and empty" "whether mq_send waits is up to the descriptor: O_NONBLOCK, by mq_setattr (or mq_open); only with -n, when wait is false; it then fails with EAGAIN" WRONG HANG TIMEOUT
	waits_when_empty "$posix"
	wrong_wait mq_receive
	explain_limit
	explain "Full and empty" "whether mq_receive waits is up to the descriptor: O_NONBLOCK, by mq_setattr (or mq_open); only with -n, when wait is false; it then fails with EAGAIN" WRONG HANG TIMEOUT
	# One is stopped where it has looked how full it is, if it looks; another goes first.
	local means="with -n neither call may wait, ever: a program that looks how full the queue is, and then calls, may find that another was faster; O_NONBLOCK has the call itself say so"
	interrupting 'posix#2:STOP@mq_getattr'
	scenario -b plain "$posix create 1; $posix send -n 3 a & $posix send -n 3 a; wait; $posix receive; $posix remove"
	expect_output 'created: room for 1
3 a
removed'
	explain "Full and empty" "$means" WRONG HANG TIMEOUT
	interrupting 'posix#3:STOP@mq_getattr'
	scenario -b plain "$posix create 1; $posix send 3 a; $posix receive -n >out & $posix receive -n; wait; cat out; $posix remove"
	expect_output 'created: room for 1
3 a
removed'
	explain "Full and empty" "$means" WRONG HANG TIMEOUT
	[[ ! -e $RESULTS/refused ]] || return 0
	# One waits, and is stopped at some place; what it waited for goes to another. It goes
	# on during the second sleep; no real time passes.
	interrupting 'posix#3:STOP@mq_open'
	scenario -b plain "$posix create 1; $posix send 3 a; $posix send 3 b &
		$posix receive; $posix send 3 c & sleep 20; sleep 1; $posix receive; wait; $posix receive -n; $posix remove"
	expect_lines 'created: room for 1
3 a
3 b
3 c
removed'
	expect_quiet
	explain "Full and empty" "the sender was stopped between two calls, and another took the room: what poll or mq_getattr says is over when another is faster. Without -n EAGAIN means that it waits again; or let mq_send itself wait, without O_NONBLOCK" WRONG HANG TIMEOUT
	interrupting 'posix#2:STOP@mq_open'
	scenario -b plain "$posix create 1; $posix receive &
		$posix send 3 a; $posix receive & sleep 20; sleep 1; $posix send 3 b; wait; $posix remove"
	expect_lines 'created: room for 1
3 a
3 b
removed'
	expect_quiet
	explain "Full and empty" "the receiver was stopped between two calls, and another took the message: what poll or mq_getattr says is over when another is faster. Without -n EAGAIN means that it waits again; or let mq_receive itself wait, without O_NONBLOCK" WRONG HANG TIMEOUT
	interrupting
	under_schedules 1 # in which an hour passes at once
	scenario -b plain "$posix create 1; $posix receive >out & sleep 3600; $posix send 3 a; wait; $posix send -n 4 b
		$posix send 3 late & sleep 3600; $posix receive; wait; cat out; $posix receive -n; $posix remove"
	expect_output 'created: room for 1
4 b
3 a
3 late
removed'
	expect_quiet
	explain "The programs" "without -n send and receive wait as long as they must, an hour, too: no time limit" WRONG HANG TIMEOUT RACE
	scenario -b plain "$posix create 1; $posix send 3 a; $posix send 3 late & ./peer $name overtake 30
		wait; $posix receive -n; $posix remove"
	expect_output 'created: room for 1
3 late
removed'
	expect_quiet
	explain "Full and empty" "30 times there was room, and another took it between this sender's poll and its mq_send: without -n EAGAIN means that it waits again, as often as that happens; or let mq_send itself wait, without O_NONBLOCK" WRONG HANG TIMEOUT RACE
	scenario -b plain "$posix create 1; $posix receive & ./peer $name overtake 30 late; wait; $posix remove"
	expect_output 'created: room for 1
3 late
removed'
	expect_quiet
	explain "Full and empty" "30 times there was a message, and another took it between this receiver's poll and its mq_receive: without -n EAGAIN means that it waits again, as often as that happens; or let mq_receive itself wait, without O_NONBLOCK" WRONG HANG TIMEOUT RACE
}

@test "posix: what it cannot take stays in the queue" {
	gap 3; points 5
	has_posix || { says_that_there_are_none; return; }
	scenario "./peer $name make 3 65; ./peer $name put 3 short
		$posix receive; echo \"status \$?\"; $posix drain; echo \"status \$?\"
		./peer $name list; $posix remove"
	expect_output 'status 1
status 1
3: 5 bytes: short
removed'
	expect_said "^posix: $name: a message may be longer than 64 bytes
posix: $name: a message may be longer than 64 bytes\$"
	explain "Too long" "mq_receive is told how much fits: 64 bytes, no more; that is less than the queue's mq_msgsize, so it fails with EMSGSIZE, however short the message" WRONG CRASH
	scenario "./peer $name make 3 32; ./peer $name put 3 hi; $posix receive; $posix send 4 there
		$posix send 5 ${full:31}; echo \"status \$?\"; $posix drain; $posix remove"
	expect_output '3 hi
status 1
4 there
removed'
	expect_complaint "^posix: $name: send: Message too long\$"
	explain "Too long" "the queue is another program's, for messages of up to 32 bytes: all of them fit into 64. Only a queue whose messages may be longer is refused by receive, and only a text of more than 32 bytes by mq_send (EMSGSIZE)" WRONG CRASH
	scenario "$posix create 3; $posix send 5 urgent; $posix send 3 text; $posix send 1 more
		$posix receive 3; echo \"status \$?\"; $posix receive -n 5; echo \"status \$?\"; $posix receive 0; echo \"status \$?\"; $posix drain; $posix remove"
	expect_output 'created: room for 3
status 1
status 1
status 1
5 urgent
3 text
1 more
removed'
	expect_said "^posix: $name: such a queue gives the most urgent message only
posix: $name: such a queue gives the most urgent message only
posix: $name: such a queue gives the most urgent message only\$"
	explain_limit
	explain "Names" "POSIX has no call that chooses: ENOTSUP for any priority, 0 too, before anything is taken; what is taken cannot be put back in its place"
}

# Gap 4: requests

@test "requests: the server takes requests, and leaves replies alone" {
	gap 4; points 6
	local word
	word=w$(random 1000 9999)
	scenario "serve; ./peer key ask 77 0 ''; disturb \$server; ./peer key ask 78 1 '$word'; ./peer key ask 2147483646 0 ''
		./peer key ask 1 1 ''; idle \$server; ./peer key ask 1 0 ''; idle \$server; ./peer key letters; ended"
	expect_output "asleep
asleep
asleep
asleep
asleep
reply to 77: 0: 
reply to 78: 1: $word
reply to 2147483646: 1: $word
reply to 1: 2: 
reply to 1: 2: 
status 0"
	expect_quiet
	wrong_wait msgrcv
	[[ $output != *"reply to 77"* || $error != *"is dropped"* ]] ||
		explain "Whose message" "a request was dropped: its size is that of struct body, there is a null byte somewhere in its text, and its client is any number from 1 to below REQUEST" WRONG
	explain "Whose message" "the server takes what has the type REQUEST: with 0, or a negative number, it takes its own replies, too" WRONG HANG TIMEOUT
}

@test "requests: what is not a request is dropped" {
	gap 4; points 4
	local endless
	endless=$(printf '%-65s' a_text_without_a_null_byte | tr ' ' _)
	scenario "serve; ./peer key reply 4242 9 other; ./peer key ask 77 1 'too short' 87; ./peer key ask 77 1 'too long' 89; ./peer key ask 77 1 empty 0; ./peer key ask 77 1 'too long' 8000
		./peer key ask 77 1 $endless; ./peer key ask 0 1 'client 0'; ./peer key ask -1 1 'client -1'; ./peer key ask -2147483648 1 'client -2147483648'
		./peer key ask 2147483647 1 'client REQUEST'; ./peer key ask 77 0 ''; ./peer key ask 77 1 $full; idle \$server; ./peer key letters; ended"
	expect_output "asleep
reply to 4242: 9: other
reply to 77: 0: 
reply to 77: 1: $full
status 0"
	was_taken 'too short' "the text shows which letter was taken: one that is shorter than struct body leaves fields unset"
	was_taken 'too long' "the text shows which letter was taken: one that is longer than struct body, cut by MSG_NOERROR, has that size then; with room for one byte more it shows"
	was_taken a_text "the text shows which letter was taken: one without its null byte has no end; a null byte behind text, in the padding of the struct, is not its own"
	was_taken 'client REQUEST' "the text shows which letter was taken: a reply to the client REQUEST would be a request, which the server takes itself"
	[[ $output != *"reply to 77"* || $output == *"reply to 4242"* ]] ||
		explain "Whose message" "a reply lay in the queue, the oldest letter of all, and the server has taken it: each of its msgrcv names the type REQUEST, also one that takes away what is too long" WRONG
	[[ $first_error$error != *"Argument list too long"* ]] ||
		explain "Whose message" "a letter that is longer than msgrcv is told stays in the queue, and msgrcv fails with E2BIG; MSG_NOERROR cuts it, and it is gone" WRONG
	[[ $output != "it has ended"$'\n'"request: write 1, 'client "* ]] ||
		explain "Whose message" "the server has taken a client below 1, which is 0 or negative: msgsnd refuses a reply of that type (EINVAL), and the server has ended; the first request that is left is the next one" WRONG
	(($(grep -c "is dropped" <<<"$error") != 3)) ||
		explain "Whose message" "the fourth letter, of 8000 bytes, has overwritten what is none of its own: the room that msgrcv is told of begins behind the type, so it is smaller than the whole struct" CRASH
	explain "Whose message" "others can send anything: a letter that is longer must not stay in the queue for ever (E2BIG; MSG_NOERROR cuts it), one that is shorter leaves fields unset, a text without its null byte has no end, and no reply can have a type below 1; one to REQUEST would be a request" WRONG HANG TIMEOUT CRASH
	expect_that "nine letters dropped" "$error" lines_are "$error" 9
	explain "Whose message" "take returns 0 for each letter that is not a request"
}

@test "requests: a client takes its own reply, and no other" {
	gap 4; points 6
	local word
	word=w$(random 1000 9999)
	scenario "touch key; ./peer key reply 1 9 other; ./peer key reply 2147483646 9 other
		./requests key write '$word' & client=\$!; disturb \$client; ./peer key serve; wait \$client; echo \"status \$?\"
		./peer key letters; ./requests key stop"
	expect_output "asleep
asleep
asleep
request: write 1, '$word'
7: $word
status 0
reply to 1: 9: other
reply to 2147483646: 9: other"
	[[ $why$first_error != *@("requests (pid"*"blocked in msgrcv"|"Interrupted system call")* || $output == *"request: "* ]] ||
		explain "Whose message" "the client waits before it has asked: it takes away without waiting (IPC_NOWAIT) what is left for its number from earlier, as mostly there is nothing" HANG
	wrong_wait msgrcv
	[[ $output != *"status 0"*"request: "* ]] ||
		explain "The programs" "the client has sent its request more than once: when a signal ends the wait for the reply, only msgrcv is made again; a second write would be counted" WRONG
	explain "Whose message" "msgrcv takes the one type that it is given: the client's own process id; with 0 a client takes its own request, or what is for others" WRONG HANG TIMEOUT
	scenario "touch key; ./peer key reply 1 9 other; ./peer key serve >asked & sh -c '
			./peer key reply \$\$ 4 old 8000; ./peer key reply \$\$ 4 old 0; ./peer key reply \$\$ 3 old
			exec ./requests key read'; wait; cat asked; ./peer key letters; ./requests key stop"
	expect_output "7: 
request: write 0, ''
reply to 1: 9: other"
	local late="the reply may be there as soon as the client has asked: what is taken away must be taken away before"
	[[ $why != *"queue holds 1 message,"* ]] || explain "Whose message" "$late" HANG
	explain "Whose message" "process ids are used again: before it asks, a client takes away what is there for its number, all of it, of any size (MSG_NOERROR; one of 0 bytes is not the end), without waiting; and nothing that is for others" WRONG HANG TIMEOUT
	scenario "touch key; for text in '' $full; do ./peer key serve >asked & ./requests key write \"\$text\"; wait; cat asked; done; ./requests key stop"
	expect_output "7: 
request: write 1, ''
7: $full
request: write 1, '$full'"
	explain "The programs" "TEXT has 0 to 64 bytes: an empty one is written, too, and counted; and none is cut" WRONG
	scenario "touch key; for size in 8000 ''; do while ./peer key reply 1 9 other \$size 2>/dev/null; do :; done; done
		./requests key read & client=\$!; disturb \$client; suspend \$client; ./peer key letters >letters; resume \$client
		./peer key serve; wait \$client; ./requests key stop"
	expect_output "asleep
asleep
asleep
request: write 0, ''
7: "
	wrong_wait msgsnd
	explain "Full and empty" "the queue was full of other replies: a client waits for room, asleep, and then asks, as post does" WRONG HANG TIMEOUT
	# It is stopped at each place after it has asked, and goes on when there is a reply.
	interrupting requests:STOP@msgsnd
	scenario -n "touch key; ./peer key letters; ./peer key serve >asked & ./requests key read; wait; cat asked; ./requests key stop"
	expect_failed
	expect_output "7: 
request: write 0, ''"
	explain "Whose message" "$late" WRONG HANG TIMEOUT
}

@test "requests: eight clients at once, and each gets its own" {
	gap 4; points 4
	scenario -b plain "serve; suspend \$server
		for i in {1..8}; do ./requests key write \"client \$i\" >out.\$i & clients+=(\$!); done
		for client in \${clients[@]}; do await_asleep \$client 'the client has ended'; done
		resume \$server; wait \${clients[@]}; cut -d: -f2 out.*; cut -d: -f1 out.* | sort; ./requests key read | cut -c1-9; ended"
	expect_output " client 1
 client 2
 client 3
 client 4
 client 5
 client 6
 client 7
 client 8
1
2
3
4
5
6
7
8
8: client
status 0"
	explain "Whose message" "each write is counted once, and its reply goes to the client that asked" WRONG HANG TIMEOUT
	under_schedules 4
	scenario -n "touch key; ./requests key serve >log & await_line log ready
		for i in 1 2 3; do ./requests key write \"client \$i\" >out.\$i & clients+=(\$!); done
		wait \${clients[@]}; cut -d: -f2 out.*; cut -d: -f1 out.* | sort; ./requests key stop; wait"
	expect_output " client 1
 client 2
 client 3
1
2
3"
	explain "Whose message" "in whatever order they go, each gets its own reply" WRONG HANG TIMEOUT RACE
}

@test "requests: removal wakes server and clients" {
	gap 4; points 4
	scenario "serve; kill -9 \$server; wait \$server 2>/dev/null
		./requests key read & client=\$!; idle \$client; ./requests key stop; wait \$client; echo \"status \$?\"
		serve; ended"
	expect_output "asleep
status 1
status 0"
	expect_complaint '^requests: key: the queue was removed$'
	explain "Removal" "msgrcv fails with EIDRM in all who wait: take and ask return -1, and leave errno alone" WRONG HANG TIMEOUT
	failing requests/msgrcv:each:EACCES requests/msgsnd:each:EACCES
	scenario "touch key; ./peer key letters; ./peer key serve >asked & ./requests key read; status=\$?
		./requests key stop; wait; exit \$status"
	expect_complaint '^requests: key: Permission denied$'
	expect_status 1
	explain "The programs" "each call may fail, also the one that takes old replies away (there ENOMSG alone says that it is done): ask then returns -1, with errno as the call left it, and prints nothing"
	failing requests/msgrcv:2:EACCES
	scenario 'serve; ./peer key ask 77 0 ""; wait $server; status=$?; ./requests key stop 2>/dev/null; exit $status'
	expect_complaint '^requests: key: Permission denied$'
	expect_status 1
	explain "The programs" "the second msgrcv of the server fails: take returns -1, with errno as msgrcv left it, and the server ends; there is no request to be answered" WRONG HANG TIMEOUT
}

# All

@test "bad input, or a call that fails: one clear line" {
	gap 0; points 2
	scenario -b plain "touch key; tell './sysv key' './sysv key create 0' './sysv key create 11' './sysv key send 32 a' './sysv key send -1 a' \
		'./sysv key send 3' './sysv key send 4294967296 a' './sysv key send \"\" a' './sysv key send 1x a' './sysv key send 1 x$full' \
		'./sysv key receive 32' './sysv key receive -n 1 2' './sysv none stat' './sysv key stat' './posix graded stat' './posix / stat' './posix /a/b stat' \
		./requests './requests key write' './requests key write x$full' './requests key read'"
	expect_told './sysv key' 2 '' '^usage: sysv FILE '
	for words in 0 11; do
		expect_told "./sysv key create $words" 2 '' "^sysv: not a number from 1 to 10: '$words'\$"
	done
	for words in 32 -1 4294967296 '""' 1x; do
		expect_told "./sysv key send $words a" 2 '' '^sysv: not a number from 0 to 31: '
	done
	expect_told "./sysv key send 1 x$full" 2 '' '^sysv: more than 64 bytes: '
	expect_told './sysv key send 3' 2 '' '^usage: '
	expect_told './sysv key receive 32' 2 '' '^sysv: not a number from 0 to 31: '
	expect_told './sysv key receive -n 1 2' 2 '' '^usage: '
	expect_told './sysv none stat' 1 '' '^sysv: none: No such file or directory$'
	expect_told './sysv key stat' 1 '' '^sysv: key: no queue: not created, or removed$'
	for words in graded / /a/b; do
		expect_told "./posix $words stat" 2 '' '^posix: not a name, one slash and no other: '
	done
	expect_told ./requests 2 '' '^requests: usage: '
	expect_told './requests key write' 2 '' '^requests: usage: '
	expect_told "./requests key write x$full" 2 '' '^requests: more than 64 bytes: '
	expect_told './requests key read' 1 '' '^requests: key: no server$'
	failing sysv#1/msgctl:each:EPERM
	scenario -b plain "touch key; $sysv create 10; status=\$?; ((status)) || $sysv remove; exit \$status"
	expect_complaint '^sysv: key: create: Operation not permitted$'
	expect_status 1
	explain_given "The programs"
}

@test "memcheck: together, without bad memory or a leak" {
	gap 0; needs 1 2 4; points 2
	memcheck_of -d "touch key; $sysv create 1; memcheck $sysv send 3 word; $sysv drain; $sysv remove
		serve; cat log; memcheck ./requests key write hello; ./requests key read; ended"
	expect_output "created: room for 1
3 word
removed
$(<"$BATS_TEST_DIRNAME/expected/requests.out")
status 0"
	explain "The programs" "send no bytes that nobody has set, and stay inside your arrays"
}
