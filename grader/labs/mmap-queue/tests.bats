#!/usr/bin/env bats
# shellcheck disable=SC2016 # what is in single quotes is for the box
load ../../lib/lab

# The parts of linked/meanwhile.c: calls of the functions, while others do all
# that they may at each moment.
meanwhile() {
	local word
	word=w$(random 1000 9999)
	scenario "./meanwhile $* $word"
	expect_that "that each call does what its comment says, whatever others do meanwhile" \
		"$output" is "$output" "$(printf "$word\n%.0s" "$@")"
}

# explain_call SECTION TEXT: by what meanwhile says, if it was that; else this
explain_call() {
	local said=${output##*$'\n'}
	case $said in
	[!q]* | "") explain "$@" ;;
	*"message 4294967"*"slot"*) # the others, which are tried first, were right
		explain "The picture" "message number n is in slot n % SLOTS, and the numbers are 64 bits wide: in fewer bits a large one becomes another, or negative" ;;
	*"while it does not hold the lock: "* | *"without holding the lock"* | *" at work: "*"it is in slot"*)
		explain "The picture" "everything from joined down is read and changed only while holding the lock" ;;
	*"for ever, and was given"*)
		explain "The programs, precisely" "-t limits every single wait, also each one for the lock: whoever holds it may have died" ;;
	*"errno is"*)
		explain "The calls" "-1 comes with errno as the call that failed left it; a sem_post afterwards may change errno, so keep it" ;;
	*" of sem_post ("*") fail"*)
		explain "The calls" "any of these calls can fail, sem_post too: then the function returns -1" ;;
	*"that is polling"*)
		explain "The calls" "wait for the event itself: sem_wait sleeps until somebody posts, however long that takes" ;;
	*"each wait for "*" fails: "*)
		explain "The calls" "a wait can fail for other reasons than time: then the function returns -1, and the queue is as it was: what it had taken before is given back, and nothing is announced" ;;
	*"Interrupted system call"*)
		explain "The calls" "a signal ends a wait with EINTR, which is not a failure of the queue: wait again" ;;
	*" of length 0) from"*"returns 0"*)
		explain "The programs, precisely" "a message of length 0 is a message; the end is when there is none" ;;
	*" of length 32) into"*"Message too long"*)
		explain "The programs, precisely" "32 bytes fit: only a message of more than MESSAGE_MAX bytes is refused" ;;
	*"a message of"*)
		explain "The programs, precisely" "a message of more than 32 bytes is refused with EMSGSIZE: it uses no slot and writes no byte" ;;
	*"while it holds the lock"*)
		explain "When it goes wrong" "a producer that holds the lock while it waits for a slot keeps out the consumer that would free one: first the slot, then the lock" ;;
	*"another one leaves meanwhile: items is"*)
		explain "Which producer is the last" "one producer alone is the last, and posts items, once. Whether it is, it reads while it holds the lock under which it was counted: after that another one may leave, and both find that all have left" ;;
	*"keeps the lock when sem_post"*)
		explain "The calls" "sem_post can fail, too: the function returns -1, and gives back the lock all the same" ;;
	*"keeps the lock"* | *"lock is 0"* | *"lock, which it holds"*)
		explain "When it goes wrong" "somebody kept the lock: follow every way out of the function, those for errors and for the end, too" ;;
	*"before the slots"* | *"the wrong slot"* | *"it is in slot"*)
		explain "The picture" "message number n is in slot n % SLOTS, and the numbers are 64 bits wide: in fewer bits a large one becomes another, or negative" ;;
	*"does not hold it when"*)
		explain "The picture" "message number n, all its bytes, null bytes too, is in slot n % SLOTS before the lock is given back" ;;
	*"overwritten before"*)
		explain "The gaps" "copy the message while you hold the lock: after that, others may write into its slot" ;;
	*"returns a message whose"*)
		explain "The picture" "a message is its length, and so many bytes of its text, 0 to 32, whatever they are" ;;
	*"posted too early"*)
		explain "The picture" "others take at once what is announced: items is posted when the message is in, free when it has been copied out" ;;
	*queue_leave*) explain "$@" ;;
	*"free is "* | *"items is "*)
		explain "The picture" "whenever nobody is inside, free is the number of empty slots and items that of messages, plus one at the end: what was taken and not used is given back" ;;
	*"which is too many"*)
		explain "The picture" "what others wrote may be damaged: a length above MESSAGE_MAX is an error (EBADMSG), and so many bytes are not copied" ;;
	*) explain "$@" ;;
	esac
}

# explain_limit SECTION TEXT: as explain_call, where waits are in vain
explain_limit() {
	case $output in
	*'"Connection timed out", not "Owner died"'* | *'"Owner died", not "Connection timed out"'*)
		explain "The calls" "errno says what did not come in time: EOWNERDEAD the lock, as queue_lock sets it; ETIMEDOUT a free slot or an item, as queue_wait sets it (queue.h)" ;;
	*) explain "$@" HANG ;;
	esac
}

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs, precisely"
}

# Gap 1: the file

@test "peek: a file with magic, version and size is a queue" {
	gap 1; points 2
	scenario 'header 1 320 made
		./peek made'
	expect_match '^producers 0: 0 joined, 0 left'
	expect_status 0
	explain "The gaps" "NULL says that the file may be mapped; magic, version and size of this one are right"
}

@test "consumer, peek: any other file is not a queue" {
	gap 1; points 4
	local word
	word=w$(random 1000 9999)
	scenario ": >empty; echo $word >short
		seq 1000 >long; head -c 320 /dev/zero >zero
		mkfifo fifo
		for file in empty short long zero fifo; do
			./peek \$file; echo \$?
		done 2>&1; rm fifo"
	expect_output "$(for file in empty short long zero fifo; do
		printf 'peek: %s: not a queue\n1\n' $file
	done)"
	# What was not read is what was on the stack before.
	scenario -b plain '
		mkfifo pipe
		: >none; printf i >one; printf ip >two; printf ipc >three
		begins first "Ipcq\1\0\0\0"; begins second "iPcq\1\0\0\0"
		begins third "ipCq\1\0\0\0"; begins fourth "ipcQ\1\0\0\0"
		begins turned "qcpi\0\0\0\1"; begins late "\0ipcq\1\0\0"
		./steps open pipe none one two three first second third fourth turned late; rm pipe'
	expect_said "^$(for file in pipe none one two three first second third fourth turned late; do
		echo "steps: $file: not a queue"
	done)$"
	scenario "echo $word >mine; ./consumer mine"
	expect_complaint '^consumer: mine: not a queue$'
	expect_status 1
	explain "The programs, precisely" "a queue begins with the magic, all four bytes of it: what was not read is not there, and of a FIFO pread(2) returns -1; an empty file has no byte to map, and touching it raises SIGBUS"
	explain "The programs, precisely" "a FIFO is something else, too: read(2) waits for its next byte, pread(2) fails, as a FIFO has no positions" HANG
}

@test "peek: a queue of another version is refused" {
	gap 1; points 3
	local version
	version=$(random 2 7)
	scenario 'header 0 320 old; header '"$version"' 320 new; header 1 6 cut
		header 1 4 none
		for file in old new cut none; do ./peek $file; echo $?; done 2>&1'
	expect_output "$(for file in old new cut none; do
		printf 'peek: %s: a queue of another version\n1\n' $file
	done)"
	scenario -b plain '
		header 1 4 four; header 1 5 five; header 1 6 six; header 1 7 seven
		header 2 8 eight
		begins first "ipcq\3\0\0\0"; begins second "ipcq\1\1\0\0"
		begins third "ipcq\1\0\1\0"; begins fourth "ipcq\1\0\0\1"
		begins high "ipcq\1\0\0\0200"; begins turned "ipcq\0\0\0\1"
		./steps open four five six seven eight first second third fourth high turned'
	expect_said "^$(for file in four five six seven eight first second third fourth high turned; do
		echo "steps: $file: a queue of another version"
	done)$"
	explain "The gaps" "another version has another layout, its semaphores are elsewhere; and a file may end within the version"
}

@test "peek: a queue that is too short or too long is refused" {
	gap 1; points 4
	local size sizes
	scenario 'for size in 319 321; do
			header 1 $size cut; ./peek cut; echo $?
		done 2>&1'
	expect_output 'peek: cut: a queue of the wrong size
1
peek: cut: a queue of the wrong size
1'
	# As bytes, as words, as pages: lengths that are like the right one in part.
	sizes="8 9 64 316 324 640 4096 4416 65856"
	scenario -b plain "for file in large unknown; do
			header 1 320 \$file; ./steps \$file \$file
		done
		for size in $sizes; do header 1 \$size \$size; done
		./steps open $sizes"
	expect_said "^$(for size in large unknown $sizes; do
		echo "steps: $size: a queue of the wrong size"
	done)$"
	explain "The gaps" "mmap succeeds whatever the length of the file; beyond its end there is nothing that two processes share; a size has more than 32 bits, and fstat can fail"
}

@test "peek, producer: a call that fails is reported, with status 1" {
	gap 1; needs 2; points 2
	scenario 'header 1 320 made; ./peek made'
	expect_status 0
	failing pread:each:EIO read:each:EIO mmap:each:ENOMEM
	scenario 'header 1 320 made; ./peek made'
	expect_complaint '^peek: '
	expect_status 1
	failing open:each:EACCES mmap:each:ENOMEM fallocate:each:ENOSPC ftruncate:each:EIO link:each:EPERM
	scenario './producer q </dev/null; status=$?; compgen -G "q.*"; exit $status'
	expect_output ""
	expect_complaint '^producer: '
	expect_status 1
	explain "The programs, precisely" "each call's result is looked at; a file that cannot be read is not a queue, and a draft that cannot be completed is removed"
}

# Gap 2: the semaphores

@test "an empty queue: lock 1, free 5, items 0" {
	gap 2; needs 1; points 6
	meanwhile init
	explain "The gaps" "each of the three has a pshared that is not 0 and a value of its own; if sem_init fails, so does start_semaphores"
	scenario './steps make q; ./peek q | grep -E "^(lock|free|items) "'
	expect_output 'lock      1
free      5
items     0'
	explain "The picture" "what is each semaphore's value when nobody is inside, every slot is free and no message is there?" HANG
}

@test "a sleeper in one process is woken from another" {
	gap 2; points 6
	scenario -b plain './steps make q
		for sem in lock free items; do
			./steps wait q $sem & await_blocked $! futex
			./steps post q $sem
			wait $!; echo "$sem $?"
		done'
	expect_output 'lock 0
free 0
items 0'
	explain "The gaps" "a semaphore in shared memory needs a pshared that is not 0: otherwise the post looks for sleepers in its own process only" HANG
}

# Whatever others do, at each moment: the functions of gaps 3, 4 and 5, one by one

@test "queue_send: right at each moment, whatever others do" {
	gap 3; points 4
	meanwhile send
	explain_call "The picture" "others may change what is not under the lock, and take at once what is announced; and the slot next to yours is theirs"
	explain "The picture" "the text that you are given is length bytes long, and a slot has room for 32: what is behind them you neither read nor write" CRASH
}

@test "queue_receive: right at each moment, whatever others do" {
	gap 4; points 3
	meanwhile receive
	explain_call "The picture" "a message is there for whoever has taken an item, also when all producers have left or when it is empty; its slot is free when it has been copied"
	[[ ${first_came-} != *"negative-size-param: (size=-21474836"* ]] ||
		explain "The picture" "the damaged length in the slot was 2147483648 or more. It is unsigned (uint32_t): in a signed int it is negative, and so not above 32" CRASH
	explain "The picture" "a struct message has room for 32 bytes of text: nothing is written behind them, no null byte either, and a length above 32 is not copied" CRASH
}

@test "queue_leave, the end: right, whatever others do" {
	gap 5; needs 4; points 3
	meanwhile join leave
	explain_call "Which producer is the last" "the last of all that were announced, not of those that came, posts items, once; a consumer that finds no message gives back the lock and the item"
}

# Gap 3: in

@test "producer: messages are in the slots, each one announced" {
	gap 3; needs 1 2; points 6
	local a b c
	a=a$(random 1000 9999) b=b$(random 10 99) c=c$(random 100 999)
	scenario "basics; feed ./producer -p 2 q
		printf '%s\n' $a $b $c >&3; await_blocked \$! read
		./peek q | tail -n +2; kill -KILL \$!; wait \$!"
	expect_output "lock      1
free      2
items     3
sent      3
received  0
slot 0    \"$a\"
slot 1    \"$b\"
slot 2    \"$c\""
	explain "The picture" "a message takes 1 off free and adds 1 to items; the lock is back at 1 at the end" HANG
}

@test "producer: 0 bytes are a message, and so are 32" {
	gap 3; needs 1 2; points 4
	local full
	full=$(random 1000 9999)5678901234567890123456789012
	scenario "printf '\\n%s\\nx' $full | ./producer -p 2 q 2>/dev/null
		./peek q | tail -n +5"
	expect_output "sent      3
received  0
slot 0    \"\"
slot 1    \"$full\"
slot 2    \"x\""
	explain "The programs, precisely" "32 bytes fit, because no null byte ends the text; a message of length 0 is one like any other"
}

@test "producer: a longer one is refused, the others are sent" {
	gap 3; needs 1 2; points 4
	local long
	long=$(random 1000 9999)56789012345678901234567890123
	scenario "./producer -p 2 q a $long b 2>&1 | grep refused
		./peek q | grep -E '^(free|sent|received|slot)'"
	expect_output 'producer: message 2 refused: 33 bytes, at most 32 fit
free      3
sent      2
received  0
slot 0    "a"
slot 1    "b"'
	scenario "{ head -c 5000 /dev/zero | tr '\\0' x; echo; echo after; } |
			./producer -p 2 q 2>&1 | grep refused
		./peek q | grep -E '^(free|slot)'"
	expect_output 'producer: message 1 refused: 5000 bytes, at most 32 fit
free      4
slot 0    "after"'
	explain "The programs, precisely" "EMSGSIZE: a refused message uses no slot and writes no byte"
}

@test "producer: the sixth message waits, and the lock is free" {
	gap 3; needs 1 2 4; points 2
	scenario 'basics taking; ./steps send q 1 2 3 4 5 6 &
		await_blocked $! futex
		./peek q | sed -n 2,4p
		./consumer -n 6 q
		wait'
	expect_output "lock      1
free      0
items     5
$(seq 6)"
	explain "When it goes wrong" "a producer that holds the lock while it waits for a slot keeps out the consumer that would free one: first the slot, then the lock" HANG
}

@test "producer -t: no slot, or no lock, within the time" {
	gap 3; needs 1 2; points 2
	meanwhile send-limit
	explain_limit "The calls" "limit goes into each wait; a deadline is a point in time, on the clock that the call goes by (sem_timedwait: CLOCK_REALTIME), which a signal does not move; and what was taken is given back when the wait that follows fails"
	under_schedules 1
	scenario 'ask() { ./producer -p 2 -t 1 "$@"; echo $?; }
		{ ./producer -p 2 q </dev/null; poke q 16 0; } 2>/dev/null
		start=${EPOCHREALTIME/./}
		ask full 1 2 3 4 5 6 2>&1 | grep -v "Function not"
		./peek full | grep -E "^(free|sent)"
		ask q pear 2>&1
		((${EPOCHREALTIME/./} - start >= 2000000)) || echo "too soon"'
	expect_that "that no call on the lock fails" "$output" without "$output" "-p 2, not -p 2"
	explain "The calls" "a call failed with EINVAL, which producer takes for another -p: so does a wait whose deadline has 1,000,000,000 nanoseconds or more; they belong to its seconds"
	expect_output "producer: full: no free slot within 1 s
1
free      0
sent      5
$(<"$BATS_TEST_DIRNAME/expected/dead-lock.out")
1"
	explain "When it goes wrong" "with -t each wait ends; nothing is put in without the lock, and the queue is as it was" HANG
}

# Gap 4: out

@test "consumer: what was sent first comes first" {
	gap 4; needs 1 2 3; points 5
	local a b c
	a=$(random 500 999) b=$(random 100 499) c=$(random 1000 1999)
	scenario "basics taking; ./steps send q $a $b $c; ./consumer -n 2 q
		echo; ./peek q | tail -n +2; echo; ./consumer -n 1 q"
	expect_output "$a
$b

lock      1
free      4
items     1
sent      3
received  2
slot 2    \"$c\"

$c"
	explain "The picture" "a queue, not a stack: the next message is number received, and taking it adds 1 to free"
}

@test "consumer: the slots are used again and again" {
	gap 4; needs 1 2 3; points 4
	local count
	scenario 'basics announce taking; ./steps send q a1 a2 a3 a4; ./consumer -n 4 q
		./steps send q b1 b2 b3; ./peek q | grep slot
		./consumer -n 3 q'
	expect_output 'a1
a2
a3
a4
slot 4    "b1"
slot 0    "b2"
slot 1    "b3"
b1
b2
b3'
	count=$(random 101 199)
	scenario "basics announce taking; ./steps send q \$(seq $count) &
		./consumer -n $count q >got
		wait
		seq $count | cmp - got && echo 'the same $count lines'"
	expect_output "the same $count lines"
	explain "The picture" "number n is in slot n % SLOTS, and a slot is free again once its message has been taken" HANG
}

@test "consumer: a short message is not followed by an older one" {
	gap 4; needs 1 2 3; points 3
	local old new
	old=$(random 10000000 99999999) new=$(random 10 99)
	scenario "basics taking; ./steps send q $old 2 3 4 5
		./consumer -n 5 q >old
		./steps send q $new x
		./consumer -n 2 q"
	expect_output "$new
x"
	explain "When it goes wrong" "the length says where a message ends; after that comes what was in the slot before"
}

@test "consumer: an empty message is not the end" {
	gap 4; needs 1 2 3; points 2
	scenario "basics taking; ./steps send q a '' b; ./consumer -n 3 q"
	expect_output $'a\n\nb'
	explain "The programs, precisely" "a message of length 0 is a message; the end is when there is none"
}

@test "four producers, four consumers: each message exactly once" {
	gap 4; needs 1 2 3; points 2
	scenario -b plain 'basics announce taking; for i in 1 2 3 4; do ./consumer -n 1000 q >got.$i & done
		for i in 1 2 3 4; do
			mapfile -t lines < <(seq -f "$i %.0f" 1000)
			./steps send q "${lines[@]}" &
		done
		wait
		awk '\''seen[$0]++ { twice++ }
			last[FILENAME, $1] > $2 { late++ }
			{ last[FILENAME, $1] = $2 }
			END { print NR, "came,", twice + 0, "twice,", late + 0, "too late" }
			'\'' got.?'
	expect_output '4000 came, 0 twice, 0 too late'
	explain "When it goes wrong" "counters and slots are touched only under the lock; a message is announced when it is in, and a slot is free when its message has been copied" CRASH
}

@test "consumer: a damaged length is an error" {
	gap 4; needs 1 2 3; points 2
	scenario './steps send one a; ./steps send two b
		poke one 136 041; ./consumer -n 1 one; echo $?
		poke two 137 001; ./consumer -n 1 two; echo $?'
	expect_output $'1\n1'
	expect_said $'^consumer: one: Bad message\nconsumer: two: Bad message$'
	explain "The programs, precisely" "what is in the file may be wrong: a length above MESSAGE_MAX is not one, and so many bytes may not be copied" CRASH
}

@test "consumer -t: no queue, no message or no lock within the time" {
	gap 4; needs 1 2 3; points 3
	meanwhile receive-limit
	explain_limit "The calls" "limit goes into each wait; a deadline is a point in time, on the clock that the call goes by (sem_timedwait: CLOCK_REALTIME), which a signal does not move; and what was taken is given back when the wait that follows fails"
	under_schedules 1
	scenario './steps send empty; ./steps send held kept
		poke held 16 0
		start=${EPOCHREALTIME/./}
		for q in none empty held; do
			{ ./consumer -t 1 $q; echo $?; } >$q.log 2>&1
		done
		((${EPOCHREALTIME/./} - start >= 3000000)) || echo "too soon"
		cat none.log empty.log held.log
		./peek empty | sed -n 2,4p
		./peek held | sed -n "2,4p;7p"'
	expect_output 'consumer: none: no queue within 1 s
1
consumer: empty: no message within 1 s
1
consumer: held: the lock was not released within 1 s
1
lock      1
free      5
items     0
lock      0
free      4
items     1
slot 0    "kept"'
	explain "When it goes wrong" "with -t each wait ends; nothing is taken out without the lock, and after a wait that failed the queue is as it was: the item is given back" HANG
}

# Gap 5: the end

@test "the consumer ends when all have left and the queue is empty" {
	gap 5; needs 1 2 3 4; points 6
	scenario 'basics taking leaving; ./producer q apple pear plum; ./peek q'
	expect_output_of peek
	scenario 'basics taking leaving; ./producer q apple pear plum; echo $?; ./consumer q'
	expect_output "0
$(<"$BATS_TEST_DIRNAME/expected/first.out")"
	expect_status 0
	expect_quiet
	explain "What you will see" "all messages first, then the end: the last producer posts once more, for a message that does not exist"
}

@test "every consumer comes to the end, even one that comes later" {
	gap 5; needs 1 2 3 4; points 3
	scenario 'basics taking leaving; ./producer -p 2 q </dev/null
		./consumer q >one & one=$!
		./consumer q >two & two=$!
		await_blocked $one futex
		await_blocked $two futex
		./producer -p 2 q last
		wait $one; echo $?
		wait $two; echo $?
		cat one two
		./consumer q; echo $?'
	expect_output $'0\n0\nlast\n0'
	explain "The gaps" "one post wakes one consumer, which must pass it on when it finds that this is the end"
}

@test "no end before every announced producer has left" {
	gap 5; needs 1 2 3 4; points 4
	scenario 'basics taking leaving; ./producer -p 2 q first
		./consumer q & await_blocked $! futex
		./producer -p 2 q second
		wait $!; echo $?'
	expect_output $'first\nsecond\n0'
	explain "Which producer is the last" "even when every producer that came has left, others may still come: compare left with producers"
}

@test "producer: status 0, or 1 if a message was refused" {
	gap 5; needs 1 2 3; points 3
	local long
	long=$(random 1000 9999)56789012345678901234567890123
	scenario './producer p fine; echo $?
		./producer q '"$long"' fine; echo $?
		./peek q | head -n 1'
	expect_output $'0\n1\nproducers 1: 1 joined, 1 left'
	explain "The programs, precisely" "a producer leaves whatever happened before"
}

@test "producer -t: leaving waits for the lock no longer than that" {
	gap 5; needs 1 2 3; points 2
	meanwhile leave-limit
	explain_limit "The programs, precisely" "-t limits every wait, also the one for the lock in queue_leave; without the lock nothing is counted"
	under_schedules 1
	scenario '{ feed ./producer -t 1 q; } 2>log
		await_blocked $! read
		poke q 16 0
		exec 3>&-
		wait $!; echo $?
		cat log
		./peek q | sed -n 1,4p'
	expect_output '1
producer: q: the lock was not released within 1 s
producers 1: 1 joined, 0 left
lock      0
free      5
items     0'
	explain "The programs, precisely" "-t limits every wait, also the one for the lock in queue_leave; without the lock nothing is counted" HANG
}

# Gap 6: the ring, for no points

@test "relay: every number, in order" {
	gap 6; points 0
	local count word
	word=w$(random 1000 9999)
	scenario "./otherside $word"
	expect_output "$word"
	count=$(random 10001 19999)
	scenario -b plain "./otherside between $word || exit
		./relay 3; ./relay $count >got
		seq $count | cmp - got && echo 'the same $count lines'"
	expect_output "$word
1
2
3
the same $count lines"
	case $output in
	*"not said again"*)
		explain "The ring" "a sleep may end with the ring still full (or empty) and \"I wait\" at 0, when the other side is late: it moved its counter, you made use of that, said that you wait and slept, and only then it looked, set \"I wait\" to 0 and woke you. So say it before each sleep: without it nobody wakes you" ;;
	*"not whole"* | *"that was in slot"*)
		explain "The ring" "the message first, then the counter: the other side takes what is counted, or writes over it" ;;
	*"received 429496729"*) # small numbers, which are tried first, were right
		explain "The ring" "the counters wrap from 4294967295 to 0: so many messages are in the ring as sent - received says, in 32 bits; which of the two is larger says nothing" ;;
	*"is not woken"*)
		explain "The ring" "first the counter, then the look whether the other side waits: between the two it may go to sleep" ;;
	esac
	explain "The ring" "say that you wait, look once more, then sleep on a word that the other side changes before it wakes you; wake the other side only if it says that it waits" CRASH
}

@test "relay: a full ring puts the producer to sleep" {
	gap 6; points 0
	# Nobody reads what the consumer prints: it stops, and the ring fills.
	scenario 'start_unread ./relay 20000; relay=$!
		await_children $relay 2
		await_blocked ${children[1]} write
		await_blocked ${children[0]} futex
		cat <&3 >got
		wait $relay; echo $?
		seq 20000 | cmp - got && echo "every number"'
	expect_output $'0\nevery number'
	explain "The ring" "with eight messages in it the ring is full: the producer sleeps until the consumer, which has taken one, wakes it"
}

@test "relay: an empty ring puts the consumer to sleep" {
	gap 6; points 0
	# A stopped producer sends nothing: the ring runs empty.
	scenario 'start_unread ./relay 20000; relay=$!
		await_children $relay 2
		await_blocked ${children[1]} write
		await_blocked ${children[0]} futex
		suspend ${children[0]}
		cat <&3 >got & cat=$!
		await_blocked ${children[1]} futex
		resume ${children[0]}
		wait $relay; echo $?
		exec 3<&-
		wait $cat
		seq 20000 | cmp - got && echo "every number"'
	expect_output $'0\nevery number'
	explain "The ring" "the consumer sleeps until the producer, which has sent one, wakes it"
}

# All of it

@test "consumer: it may start first, and waits for the queue" {
	gap 0; needs 1 2 3 4; points 2
	scenario 'basics taking; ./consumer -n 1 q & await_blocked $! poll ppoll
		: >other
		./steps send q hello
		wait $!; echo $?'
	expect_output $'hello\n0'
	explain_given "How the file gets its name"
}

@test "a producer that died with the lock" {
	gap 0; needs 1 2 3; points 0
	scenario 'feed ./producer -p 2 q; echo apple >&3
		await_blocked $! read
		kill -KILL $!; wait $!
		poke q 16 0; poke q 80 0
		./peek q'
	expect_output_of dead
	explain "Break it on purpose" "nobody gives the lock back, and the message is not announced"
}

@test "bad input: one clear line, and status 1 or 2" {
	gap 0; needs 1 2 5; points 0
	scenario '{ ./producer; echo $?; ./consumer; echo $?; ./peek; echo $?
		./relay; echo $?; ./relay 0; echo $?
		./consumer -n 1x q; echo $?; ./consumer -t 3601 q; echo $?
		./producer -p 1001 q; echo $?; } 2>&1'
	expect_output 'producer: usage: producer [-p PRODUCERS] [-t SECONDS] FILE [MESSAGE...]
2
consumer: usage: consumer [-n COUNT] [-t SECONDS] FILE
2
peek: usage: peek FILE
2
relay: usage: relay COUNT
2
relay: 0: not a number from 1 to 2147483647
2
consumer: 1x: not a number from 1 to 2147483647
2
consumer: 3601: not a number from 1 to 3600
2
producer: 1001: not a number from 1 to 1000
2'
	scenario '{ ./producer -p 2 q </dev/null; ./producer q; echo $?
		./producer -p 2 q </dev/null; ./producer -p 2 q; echo $?
		./peek none; echo $?; ls q*
		echo mine >m; ./producer m hello; echo $?; cat m; } 2>&1'
	expect_output 'producer: q: made for -p 2, not -p 1
1
producer: q: every producer has joined already
1
peek: none: No such file or directory
1
q
producer: m: not a queue
1
mine'
	explain_given "The programs, precisely"
}

@test "memcheck: no bad memory, no leak, no descriptor left open" {
	gap 0; needs 1 2 3 4 5; points 2
	memcheck_of 'echo a | memcheck ./producer q &
		memcheck ./consumer q; wait'
	expect_output a
	explain "The programs, precisely" "close what you open, unmap what you map, and free what you allocate"
}
