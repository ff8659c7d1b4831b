#!/usr/bin/env bats
# shellcheck disable=SC2016 # what a scenario says, the box expands
load ../../lib/lab

# The same program twice: what both must do stands here, once.

# made PROGRAM MEANS: the set is made with its values, once
made() {
	local large
	large=$(random 1000 9999)
	scenario "use $1; umask 0"'
		for capacity in '"$large"' 32767 1; do
			only_join turnstile $capacity 1 1; sets end room
		done
		for n in 2 16; do only_join table $n 1; sets end forks; done'
	expect_output "$large mode 600
32767 mode 600
1 mode 600
1 1 mode 600
1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 mode 600"
	[[ $1 != posix || $error != *"Permission denied"* ]] ||
		explain "The creator's race" "not even its owner may open what was made, so its mode is not SET_MODE: after O_CREAT sem_open takes two more arguments, the mode and then the value" WRONG LEAK
	[[ $1 != posix || $error != *"No such file"* ]] ||
		explain "The creator's race" "set_join has returned, and there is no semaphore of that name, so who comes next makes another one: sem_open makes it, and only remove calls sem_unlink" WRONG LEAK
	explain "The creator's race" "$2" WRONG HANG TIMEOUT
}

# joined PROGRAM MEANS: what is there is used as it is
joined() {
	scenario "use $1"'
		only_join turnstile 2 1 1; only_join turnstile 5 1 1; sets end room
		sets make room 0; only_join turnstile 5 1 1; sets end room'
	expect_output '2 mode 600
0 mode 600'
	explain "The creator's race" "$2" WRONG HANG TIMEOUT
}

# creators_race PROGRAM CALL: two start at the same time; one of them is stopped at
# some place after its first such call
creators_race() {
	interrupting "$1#1:STOP@$2"
	scenario -n -b plain "use $1"'
		mkfifo in out; exec 4<>out
		./$program $name hold 2 <in >out 2>&1 4<&- & one=$!
		./$program $name try 2 <in >out 2>&1 4<&- &
		exec 3>in; read -r first <&4; read -r second <&4; echo "$first, $second"; sets end room
		kill -KILL $one $! 2>/dev/null; wait'
	expect_output 'inside, inside
0 mode 600'
	expect_failed
	interrupting
	[[ $output != *": take: File too large"* ]] ||
		explain "The calls" "the set was joined, and then take failed with EFBIG: there is no semaphore of that number in the set; they count from 0, as a and b do" WRONG
	[[ $first_came != *"sleeps in flock("* ]] ||
		explain "The creator's race" "one waits for the lock on a file (flock), and the other, which has made the set, still has it and sleeps elsewhere. The lock is for the making only: give it back, by closing the descriptor, when the set has its values" HANG TIMEOUT
	explain "The creator's race" "two processes came at the same time, and one was stopped at some place for a while: the other must neither see a set without its values, nor give it values a second time. A set that has come to be there meanwhile is not an error (EEXIST), and waiting for its values has no limit. Does one alone hang as well? Then it is take: semop and sem_wait return 0 when they have taken, and never the value" WRONG HANG TIMEOUT
	[[ $1 != sysv ]] || in_each_run given_once
	explain "The creator's race" "one had made the set, and was stopped at some place; meanwhile the other one gave it values, too. With a lock on FILE: keep it up to the semop that marks the set as finished. Without one: only who has made the set gives it values" WRONG RACE
}

# given_once: in each run. One of the two makes the set; the other one can only know that
# nobody has given it values, and not that nobody is about to
given_once() {
	[[ -z $(calls_of "sysv/semctl:values" " ok ") ]] || none_called "sysv#2/semctl:values"
}

# fails PROGRAM RULE...: each call that fails is told, of who makes a set and of who joins one
fails() {
	failing "${@:2}"
	scenario -n "use $1"'
		./$program $name try 2 </dev/null && { sets make forks 1 1; ./$program $name table 2 1; }
		status=$?; sets remove all; exit $status'
	failing
	expect_failed
	expect_status 1
	local errors="No space left on device|Permission denied|Cannot allocate memory|Too many open files|No locks available"
	expect_complaint "^$1: [^ ]*: (join|take|give): ($errors)\$"
}

# fills PROGRAM: the room holds its capacity, and no more
fills() {
	scenario -b plain "use $1"'
		enter ann 3; enter bob 3; enter cem 3; wait_outside dee 3
		./$program $name try 3 </dev/null 2>&1; echo "try: status $?"
		sets show room
		leave bob; await_line dee inside
		./$program $name try 3 </dev/null 2>&1; echo "try: status $?"
		leave ann; sets show room
		./$program $name try 3 </dev/null 2>&1; echo "try: status $?"
		leave dee; leave cem; sets end room'
	local full="$1: /graded: full"
	[[ $1 == posix ]] || full="sysv: key: full"
	expect_output "$full
try: status 1
0 mode 600
bob: inside,outside, status 0
$full
try: status 1
ann: inside,outside, status 0
1 mode 600
inside
outside
try: status 0
dee: inside,outside, status 0
cem: inside,outside, status 0
3 mode 600"
	explain "The calls" "take takes 1 off, and waits while the value is 0, asleep in the call itself (to nap and look again is not to wait); give adds 1. With wait false it does not wait: it returns -1, with EAGAIN, and prints nothing. If one waits for a lock instead: set_join lets it go before it returns, whoever made the set" WRONG HANG TIMEOUT
}

# waits PROGRAM MEANS: neither signals nor time end the wait
waits() {
	scenario "use $1"'
		enter ann 1; wait_outside bob 1
		for n in 1 2 3 4 5; do
			kill -USR1 ${pid[bob]}; await_line bob waiting $n; wait_outside_still bob
		done
		suspend ${pid[bob]}; resume ${pid[bob]}; wait_outside_still bob
		kill -USR1 ${pid[ann]}; await_line ann "still inside"
		leave ann; await_line bob inside; leave bob; sets end room'
	expect_output 'ann: inside,still inside,outside, status 0
bob: waiting,waiting,waiting,waiting,waiting,inside,outside, status 0
1 mode 600'
	explain "The calls" "$2" WRONG HANG TIMEOUT
	under_schedules 1 # so that half an hour takes no time
	scenario "use $1"'
		mkfifo in out; exec 4<>out
		./$program $name hold 1 <in >out 4<&- & exec 3>in; read -r line <&4; echo "$line"
		./$program $name hold 1 </dev/null >out 2>&1 3>&- 4<&- & read -rt 2000 line <&4 || echo "half an hour later"
		exec 3>&-; wait; rm in out; ./$program $name remove'
	under_schedules 0
	expect_output 'inside
half an hour later
removed'
	explain "A holder dies" "the wait has no limit of its own: a process that has been inside for half an hour may be slow, not dead, and keeps its place"
}

# never_waits PROGRAM CALL: one that is not to wait is stopped at some place after its
# first such call, while another one takes the last place, if it is there, and keeps it
never_waits() {
	interrupting "$1#1:STOP@$2"
	under_schedules 1 # so that it can be stopped between two calls of the C library
	# What a run that hangs leaves is removed by the next one.
	scenario -b plain "use $1"'
		sets remove room; sets make room 1
		./$program $name try 1 </dev/null >out 2>&1 &
		sets lower room 0 2>/dev/null; wait; tail -n 1 out; sets remove room'
	expect_match '^(outside|.*full)'
	expect_failed
	under_schedules 0
	interrupting
	explain "The calls" "with wait false take does not wait, not even if another process takes the place just then: to look at the value, and then to wait, are two steps. One call does it, or fails with EAGAIN" WRONG HANG TIMEOUT
}

# thousands PROGRAM: ten thousand entries, never too many at a time. Who starts a thread
# for each take is slow, and right.
thousands() {
	scenario -t 60 "use $1"'
		./$program $name turnstile 3 4 2500; ./$program $name remove'
	expect_match '^10000 entries, peak [123], 3 free
removed$'
	expect_quiet
	explain "The calls" "each entry is a take and a give of 1; more were inside than the room holds, or the value at the end is not what it was"
	under_schedules 5
	scenario "use $1"'
		./$program $name turnstile 1 3 2; ./$program $name remove'
	expect_output '6 entries, peak 1, 1 free
removed'
	under_schedules 0
	explain "The calls" "only one place, and more than one process inside at a time: take must wait while the value is 0"
}

# dines PROGRAM MEANS: the forks come one at a time, in an order that
# leads all who take their left one first into a deadlock; then signals come, too
dines() {
	laid 2 : "$1" "$2"
	laid 3 nudge "$1" "signals interrupt the waits here: after EINTR the wait goes on as before, and what was in hand stays there. Otherwise, $2"
}

# laid N BEFORE PROGRAM MEANS: the forks of N philosophers, one at a time; BEFORE each, that
laid() {
	scenario "use $3; dine $1"'
		for ((i = 0; i < '"$1"'; i++)); do
			'"$2"'; sets raise forks $i; all_wait; ((i > 0)) || left
		done
		wait $table; echo "status $?"; sets end forks'
	expect_output "$1 of $1 wait
$1 philosophers, $1 meals
status 0
$(printf '1 %.0s' $(seq "$1"))mode 600"
	expect_quiet
	explain "The philosophers" "$4" WRONG HANG TIMEOUT
}

# dines_often PROGRAM MEANS
dines_often() {
	scenario -t 60 "use $1"'
		./$program $name turnstile 1 4 2500; ./$program $name table 5 1000
		./$program $name stat; ./$program $name remove'
	expect_output_of room
	explain "The philosophers" "$2" WRONG HANG TIMEOUT
	under_schedules 5
	scenario "use $1"'
		./$program $name table 3 2; ./$program $name remove'
	expect_output '3 philosophers, 6 meals
removed'
	under_schedules 0
	explain "The philosophers" "$2" WRONG HANG TIMEOUT
}

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: sysv, the set

@test "sysv: a new set has its values" {
	gap 1; points 6
	made sysv "each of the COUNT semaphores of a new set has the value VALUE, 32767 too, and the set the mode SET_MODE, 600; so it stays when its maker has ended (what the maker's semop did with SEM_UNDO is undone then)"
}

@test "sysv: a set that is there is joined as it is" {
	gap 1; points 6
	joined sysv "only the process that makes the set gives it values; others are inside already, or about to enter: a set that is there is not an error, and keeps the values that it has. 0 is a value, too: only sem_otime tells whether the set is ready"
	scenario 'use sysv; sets make forks 1 1 1 1
		tell "./sysv key table 3 1"; sets show forks
		tell "./sysv key table 5 1"; sets end forks'
	expect_that "the set as it was, after each of the two" "$output" \
		matches "$output" '1 1 1 1 mode 600.*1 1 1 1 mode 600'
	explain "The creator's race" "a process that asks for another number of semaphores fails, and leaves the set as it was: others use it"
	expect_told './sysv key table 5 1' 1 '' '^sysv: key: join: Invalid argument$'
	expect_told './sysv key table 3 1' 1 '' '^sysv: key: join: Invalid argument$'
	explain "The creator's race" "a set with another number of semaphores is not the one that was asked for: semget fails if it has fewer (look at each result), and IPC_STAT (sem_nsems) tells if it has more; errno is EINVAL" WRONG HANG TIMEOUT
	scenario 'use sysv; sets begin room 1
		without_fork turnstile 2 1 1 >out 2>&1 & idle $! >idle
		is_gone $! || sets remove room # it waits for the values
		wait; grep -o "join: .*" out; sets end room 2>/dev/null'
	expect_match '^(2 mode 600|join: (Invalid argument|Identifier removed))$'
	explain "The creator's race" "the maker was killed between semget and semctl. The next process either gives the values (if it holds the lock), or waits until somebody removes the set, and then fails, as IPC_STAT does; it never uses a set without values" WRONG HANG TIMEOUT
}

# Gap 2: sysv, take and give

@test "sysv: the room holds its capacity, and no more" {
	gap 2; needs 1; points 8
	scenario 'use sysv
		for i in 1 2; do enter ann 2; leave ann; sets show room; ./sysv key try 2 </dev/null; sets show room; done; sets remove room'
	local visits='ann: inside,outside, status 0
2 mode 600
inside
outside
2 mode 600'
	expect_output "$visits"$'\n'"$visits"
	explain "A holder dies" "a visit leaves the room as it was. When a process ends, the kernel undoes the sum of what it did with SEM_UNDO. So take and give both need it, also with IPC_NOWAIT: otherwise a place comes back twice, or is lost"
	fills sysv
	never_waits sysv semctl
}

@test "sysv: what a killed process has taken comes back" {
	gap 2; needs 1; points 7
	scenario 'use sysv
		enter ann 1; ./sysv key hold 1 </dev/null & bob=$!
		await_blocked $bob $calls; kill -KILL ${pid[ann]}; wait $bob; sets show room
		enter ann 1; wait_outside bob 1; kill -KILL ${pid[bob]} ${pid[ann]}
		await_gone ${pid[bob]}; await_gone ${pid[ann]}; sets end room'
	expect_output 'inside
outside
1 mode 600
1 mode 600'
	explain "A holder dies" "with SEM_UNDO in sem_flg the kernel notes for the process what it took, and gives it back when the process ends, however it ends" WRONG HANG TIMEOUT
	interrupting sysv.1:KILL@semop
	scenario 'use sysv; ./sysv key table 2 1 >/dev/null 2>&1; sets end forks'
	expect_output '1 1 mode 600'
	expect_failed
	interrupting
	explain "A holder dies" "a philosopher was killed with two forks in hand: both come back if both operations have SEM_UNDO" WRONG HANG TIMEOUT
	failing sysv/semop:each:ENOSPC
	scenario -n 'use sysv; sets make room 2
		./sysv key try 2 </dev/null; status=$?; sets remove room; exit $status'
	failing
	expect_failed
	expect_status 1
	expect_complaint '^sysv: key: (join|take|give): No space left on device$'
	explain "A holder dies" "semop fails with ENOSPC or ENOMEM if the kernel has no room to note what SEM_UNDO asks for: take and give return -1 then, with errno as semop left it. Once more without SEM_UNDO, and what is taken does not come back when its holder is killed"
}

@test "sysv: neither a signal nor time ends the wait" {
	gap 2; needs 1; points 4
	waits sysv "semop fails with EINTR when a handler has run, whatever SA_RESTART says, and even after SIGSTOP and SIGCONT: then nothing was taken, so call it again. And the handler must be able to run while it waits: do not block its signal"
}

@test "sysv: both forks are taken in one step, or none" {
	gap 2; needs 1; points 8
	scenario 'use sysv; dine 3
		for i in 0 1 2; do sets raise forks $i; all_wait; left; sets show forks; sets lower forks $i; done
		for i in 0 1 2; do sets raise forks $i; done; wait $table; sets end forks'
	expect_output '3 of 3 wait
1 0 0 mode 600
3 of 3 wait
0 1 0 mode 600
3 of 3 wait
0 0 1 mode 600
3 philosophers, 3 meals
1 1 1 mode 600'
	explain "The philosophers" "one fork lay on the table, and it was taken, or somebody ate with it alone: both in one semop, with nsops 2 (for each b but NONE; fork 0 is one like the others), and the kernel takes both or none" WRONG HANG TIMEOUT
	dines sysv "each holds a fork and waits for the next one: both in one semop, with nsops 2, and the kernel takes both or none"
}

@test "sysv: ten thousand entries, and philosophers in any order" {
	gap 2; needs 1; points 4
	thousands sysv
	dines_often sysv "both forks in one semop, and back in one; each semaphore lowered by 1, and raised by 1"
}

@test "sysv: the set is removed while somebody waits" {
	gap 2; needs 1; points 2
	scenario 'use sysv
		enter ann 1; wait_outside bob 1; ./sysv key remove; leave bob; leave ann'
	expect_output 'removed
bob: sysv: key: take: Identifier removed, status 1
ann: inside,sysv: key: give: Invalid argument, status 1'
	explain "Clean up" "a set that is removed wakes all who wait for it, with EIDRM: only EINTR is a reason to call semop again. The error goes back as -1, with errno as semop left it (a call in between may change that), and the caller prints the one line that there is" WRONG HANG TIMEOUT
}

@test "sysv: a call that fails ends the program" {
	gap 1; needs 2; points 3
	fails sysv sysv/semget:each:ENOSPC sysv/semctl:each:EACCES \
		sysv#1/open:each:EMFILE sysv#1/flock:each:ENOLCK
	failing sysv/semop:each:ENOMEM
	scenario -n 'use sysv; without_fork turnstile 2 1 1; status=$?; sets remove room; exit $status'
	failing
	expect_failed
	expect_status 1
	expect_complaint '^sysv: key: join: Cannot allocate memory$'
	explain "The programs" "any call in set_join may fail: it then returns -1, with errno as that call left it; a set whose values could not be given is not ready"
	failing sysv/flock:1-30:EINTR sysv/fcntl:1-30:EINTR sysv/nanosleep:each:EINTR
	scenario 'use sysv; ./sysv key try 2 </dev/null; ./sysv key remove'
	expect_output 'inside
outside
removed'
	explain "The creator's race" "a signal may end a wait for a lock, or a nap: EINTR is no reason to give up, nor to go on without the lock, and another one may come at the next try"
}

# Gap 1 again: who comes here takes and gives, too

@test "sysv: two make the set at the same time" {
	gap 1; needs 2; points 8
	creators_race sysv semget
	failing sysv#1/fork:1+:EAGAIN
	interrupting sysv#1:STOP@semop
	scenario -n 'use sysv
		./sysv key turnstile 1 1 1 >/dev/null 2>&1 & ./sysv key try 1 </dev/null; wait; sets end room'
	failing
	interrupting
	expect_match '^inside
outside
1 mode 600$'
	explain "The creator's race" "the maker was stopped at some place after its first semop: sem_otime is set then, and others come in. So that semop is the last step, and after it each value is as it must be" WRONG HANG TIMEOUT
	scenario -n -b plain -t 60 'use sysv
		./without values ./sysv key turnstile 2 1 1 >held & maker=$!
		until_holds "the maker gives no values" held_or_gone
		if is_gone $maker; then wait $maker; exit; fi
		./without naps ./sysv key turnstile 2 1 1 2>&1 &
		await_rest $! "the other one neither sleeps nor looks"
		if is_gone $!; then echo "the other one has ended"; fi; sets show room
		kill -KILL $maker $! 2>/dev/null; wait; sets remove room'
	[[ $status == 3 ]] || expect_output '0 mode 600' # ptrace is refused
	explain "The creator's race" "one was stopped just before it gave the set its values, and after thousands of looks the other one did not wait any longer. It cannot know whether the maker is dead or slow: so it neither gives values itself nor gives up. Only who holds the lock on FILE, which the maker had, too, may finish the set" WRONG HANG TIMEOUT
}

# Gap 3: posix, the semaphores

@test "posix: new semaphores have their value" {
	gap 3; points 5
	made posix "each of the COUNT semaphores has the value VALUE, and the mode SET_MODE, 600: sem_open gives it both"
	scenario 'use posix; umask 200; only_join turnstile 2 1 1
		stat -c "mode %a" /dev/shm/sem.graded.room; sets remove room'
	expect_output 'mode 400'
	explain "The programs" "the mode of a POSIX semaphore is SET_MODE, less the umask, which is up to whoever runs the program: neither umask nor chmod belongs in set_join" WRONG HANG TIMEOUT
}

@test "posix: a semaphore that is there is joined as it is" {
	gap 3; points 4
	joined posix "only the process that makes a semaphore gives it its value; others are inside already, or about to enter: one that is there is not an error, and keeps the value that it has, 0 too"
	scenario 'use posix; sets make forks 1 1; only_join table 3 1
		sets end forks'
	expect_output '1 1 1 mode 600'
	explain "The creator's race" "forks that are there are used, the others made: for each one sem_open looks and makes in one step"
	failing posix/open:2+:EMFILE
	scenario -n 'use posix; sets make forks 1 1; ./posix /graded table 2 1 2>/dev/null; sets end forks'
	expect_failed
	failing
	expect_output '1 1 mode 600'
	[[ $first_verdict != CRASH ]] ||
		explain "The calls" "sem_open failed for the second fork or a later one, and posix did not end by itself but died. What sem_open returns then is SEM_FAILED, not NULL and no pointer to a semaphore: compare every result with that" CRASH
	explain "The creator's race" "sem_open failed, and a fork that was there is gone or changed: others use it, so it stays as it is when set_join fails"
}

@test "posix: two make the semaphore at the same time" {
	gap 3; needs 4; points 6
	creators_race posix open
}

# Gap 4: posix, take and give

@test "posix: the room holds its capacity, and no more" {
	gap 4; needs 3; points 6
	fills posix
	never_waits posix open
	scenario 'use posix; sets make room 2147483647
		enter ann 1; sets raise room 0; leave ann; sets remove room'
	expect_output 'ann: inside,posix: /graded: give: Value too large for defined data type, status 1'
	explain "The programs" "sem_post fails if the value is the largest that there is: give returns -1 then, with errno as sem_post left it"
}

@test "posix: a place that a killed process has taken is lost" {
	gap 4; needs 3; points 3
	scenario 'use posix
		enter ann 2; enter bob 2; wait_outside cem 2
		kill -KILL ${pid[ann]}; await_gone ${pid[ann]}; wait_outside_still cem; sets show room
		leave bob; await_line cem inside; leave cem
		./posix /graded stat; ./posix /graded remove'
	expect_output '0 mode 600
bob: inside,outside, status 0
cem: inside,outside, status 0
room: 1
removed'
	explain "A holder dies" "a POSIX semaphore is a number, and nobody knows who took what: this program does not guess"
}

@test "posix: neither a signal nor time ends the wait" {
	gap 4; needs 3; points 4
	waits posix "sem_wait fails with EINTR when a handler has run that was set without SA_RESTART: then nothing was taken, so call it again. And the handler must be able to run while it waits: do not block its signal"
}

@test "posix: philosophers never wait for each other in a circle" {
	gap 4; needs 3; points 8
	dines posix "if all wait in a circle, each with a fork in its hand: the two of a pair must be taken in an order that all share, say the one with the lower number first, whoever asks. If some have eaten and gone, did they take two, and give two back? If one neither waits nor has ended, it naps and looks again, or is in a loop"
	failing posix#{1,2}/fork:2:EAGAIN # so that one philosopher is alone
	scenario 'use posix
		for i in 0 1; do
			sets make forks $((i ? 1 : 2147483647)) $((i ? 2147483647 : 1)); sets exceed forks $i
			./posix $name table 2 1 2>&1 | grep -v "fork:"; sets remove forks
		done'
	failing
	local too_large="posix: /graded: give: Value too large for defined data type
2 philosophers, 1 meals"
	expect_output "$too_large"$'\n'"$too_large"
	explain "The programs" "sem_post fails if the value is the largest that there is: give returns -1 then, with errno as sem_post left it, whichever of the two it was (fork fails here, so that one philosopher is alone)"
	failing posix#{1,2}/fork:2:EAGAIN futex:1-3:EOVERFLOW
	scenario 'use posix
		sets make room 0; sets lower room 0 2>&1 | grep -q "too large" || exit 3; sets remove room
		for i in 0 1; do
			sets make forks $((1 - i)) $i
			./posix $name table 2 1 2>&1 | grep -v "fork:"; sets end forks
		done'
	failing
	too_large="posix: /graded: take: Value too large for defined data type
2 philosophers, 0 meals"
	# Not every C library lets that error out of sem_wait.
	[[ $status == 3 ]] || expect_output "$too_large
1 0 mode 600
$too_large
0 1 mode 600"
	explain "The programs" "the wait for a fork failed, and not with EINTR: then take returns -1, with errno as sem_wait left it, and has taken nothing (the fork that it has already lies on the table again)" WRONG HANG TIMEOUT
}

@test "posix: ten thousand entries, and philosophers in any order" {
	gap 4; needs 3; points 4
	thousands posix
	dines_often posix "the two of a pair are taken in an order that all share; each semaphore is lowered by 1, and raised by 1"
}

@test "posix: a call that fails ends the program" {
	gap 3; needs 4; points 2
	fails posix posix/open:each:EMFILE posix#1/mmap-file:each:ENOMEM
	explain "The programs" "sem_open may fail: it returns SEM_FAILED then, which is not -1; set_join returns -1, with errno as sem_open left it. That goes for each of them" WRONG CRASH
}

# Gap 5: a limit

@test "posix: a place is waited for until the limit, and no longer" {
	gap 5; needs 3 4; points 0
	scenario 'use posix
		./posix /graded hold 1 60000 </dev/null
		enter ann 1; ./posix /graded hold 1 50 </dev/null 2>/dev/null; echo "status $?"
		wait_outside bob 1 60000; kill -USR1 ${pid[bob]}; await_line bob waiting
		wait_outside_still bob; leave ann; await_line bob inside; leave bob
		sets end room'
	expect_output 'inside
outside
status 124
ann: inside,outside, status 0
bob: waiting,inside,outside, status 0
1 mode 600'
	scenario -w './sets posix /room room make 0; ./posix /room hold 1 50 </dev/null 2>&1; ./posix /room remove >/dev/null'
	expect_output_of lost
	expect_not_called "posix/futex:until a time of day" # which may be set meanwhile
	explain "A holder dies" "END is a point on CLOCK_MONOTONIC, as sem_clockwait takes it (sem_timedwait goes by CLOCK_REALTIME); EINTR comes before it, and then the wait goes on until END" WRONG HANG
	explain "A holder dies" "a wait whose END has come returns -1, with ETIMEDOUT in errno, and is over: the error is in errno, not in the result, and only EINTR is a reason to wait again" TIMEOUT
}

# Both

@test "bad input: one clear line, and status 2" {
	gap 0; points 0
	scenario -b plain 'for name in room /tmp/room //room / ""; do
			./posix "$name" stat 2>&1; echo $?
		done'
	expect_output "$(for name in room /tmp/room //room / ""; do
		echo "posix: not a name, one slash and no other: '$name'
2"
	done)"
	explain_given "The programs"
	scenario -b plain 'touch key
		for capacity in 0 -1 3x 32768 99999999999999999999 ""; do
			./sysv key hold "$capacity" 2>&1; echo $?
		done'
	expect_output "$(for capacity in 0 -1 3x 32768 99999999999999999999 ""; do
		echo "sysv: CAPACITY: not a number from 1 to 32767: '$capacity'
2"
	done)"
	explain_given "The programs"
	scenario -b plain 'touch key
		tell "./sysv key stat" "./posix /graded remove" "./sysv none stat" "./posix /graded table 17 1" "./sysv key"'
	expect_told './sysv key stat' 1 '' '^sysv: key: no semaphores: not made, or removed$'
	expect_told './posix /graded remove' 1 '' '^posix: /graded: no semaphores: not made, or removed$'
	expect_told './sysv none stat' 1 '' '^sysv: none: No such file or directory$'
	expect_told './posix /graded table 17 1' 2 '' "^posix: N: not a number from 2 to 16: '17'\$"
	expect_told './sysv key' 2 '' '^usage: '
	explain_given "The programs"
}
