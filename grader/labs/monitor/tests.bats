#!/usr/bin/env bats
# builds: race
# shellcheck disable=SC2016 # what a scenario says, the box expands
load ../../lib/lab

# at_work PROGRAM PART...: the functions, run by a program of the grader's; a word that
# nobody can know says that all was right, another one that nothing can be traced
at_work() {
	local word untraced probe=""
	word=w$(random 1000 9999) untraced=u$(random 1000 9999)
	[[ ! "$1 $2" =~ ^steps\ (start|move|repair|kills)$ ]] ||
		probe="./steps probe $untraced | grep . || "
	scenario -b plain "$probe./$* $word 2>/dev/null"
	if [[ $output == "$untraced" ]]; then
		echo "functions run instruction by instruction (ptrace is refused here)" >"$RESULTS/refused"
		return
	fi
	expect_that "that each function does what its comment says, whatever happens meanwhile" \
		"$output" is "$output" "$word"
}

# explain_repair, explain_wait: by what the grader's program says
explain_repair() {
	case $output in
	*"cannot enter"* | *"is lost"*)
		explain "A holder dies" "EOWNERDEAD comes with the lock: repair, then pthread_mutex_consistent; without it the next unlock makes the lock unusable for all, ENOTRECOVERABLE" HANG CRASH ;;
	*"taking over"* | *"took over was killed"*)
		explain "A holder dies" "whoever takes over may be killed at any place, too: the note holds until both accounts are put back" HANG CRASH ;;
	*)
		explain "A holder dies" "undo what a valid note says, both accounts, and then the note itself; one that is not valid says nothing" HANG CRASH ;;
	esac
}

explain_wait() {
	case $output in
	*"comes next"*)
		explain "A holder dies" "transfer may be the next that gets the lock of a dead owner: enter by monitor_enter, which takes over" HANG TIMEOUT ;;
	*"consistent, and does not hold"*)
		explain "The wait" "only EOWNERDEAD says that the last owner has died: after any other error number there is nothing to take over; it is returned, without the lock" HANG TIMEOUT ;;
	*"leaves and enters"*)
		explain "The wait" "who waits for money sleeps in pthread_cond_wait, which gives the lock back and takes it again; a nap between two looks is late, and wakes for nothing" HANG TIMEOUT ;;
	*"taking over fails"*)
		explain "The wait" "take_over may fail after the wait, too: then you do not have the lock; return what it returns" HANG TIMEOUT ;;
	*"that it holds"*)
		explain "The wait" "whoever returns from the wait holds the lock already, with 0 and with EOWNERDEAD: it is not to be locked again" HANG TIMEOUT ;;
	*"keeps the lock"* | *"with the lock"* | *"does not hold"*)
		explain "The calls" "whoever returns from transfer, with 0 or with an error number, does not hold the lock; while it waits, looks and moves it does" HANG TIMEOUT ;;
	*"EOWNERDEAD"* | *"dead owner"*)
		explain "The wait" "the wait takes the lock again before it returns, and EOWNERDEAD says that its last owner died: take over, then look again" HANG TIMEOUT ;;
	*"the lock fails"* | *ENOTRECOVERABLE*)
		explain "The calls" "an error number that monitor_enter or the wait returns is returned, and nothing is moved: one does not hold the lock then" HANG TIMEOUT ;;
	*"again and again"* | *"it waits")
		explain "The wait" "it waits while the account has less than the amount, and no longer" HANG TIMEOUT ;;
	*)
		explain "The wait" "pthread_cond_wait may return without a reason: look again, and again, with while" HANG TIMEOUT ;;
	esac
}

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: the monitor

@test "start: the next owner of the lock is told of a death" {
	gap 1; points 8
	at_work steps started
	explain "A holder dies" "only a robust mutex tells: pthread_mutexattr_setrobust, PTHREAD_MUTEX_ROBUST, before pthread_mutex_init; and state is READY, with START in each account, and nothing behind the last" HANG
}

@test "start: who sleeps in one process is woken by another" {
	gap 1; points 8
	at_work steps sleeper lock
	at_work steps sleeper more
	explain "Shared between processes" "a mutex is for one process, wherever it lies, unless its attributes say PTHREAD_PROCESS_SHARED; and so is a condition variable: it needs attributes of its own"
	at_work failing shared
	explain "Shared between processes" "a mutex, and a condition variable, is for one process, wherever it lies, unless its attributes say PTHREAD_PROCESS_SHARED (pthread_mutexattr_setpshared, pthread_condattr_setpshared) when it is initialised"
}

@test "start: of two at the same time, one makes the monitor" {
	gap 1; points 10
	at_work steps start
	case $output in
	*"a second bank"*)
		explain "Who makes it" "whether a bank is made is written in the bank, in state, for all processes; a variable of the process says nothing about it" ;;
	*)
		explain "Who makes it" "look and store in one step (atomic_compare_exchange_strong), so that one process wins; the others return when state is READY, and READY is stored last" HANG TIMEOUT CRASH ;;
	esac
	at_work failing waiter
	[[ $output != *"makes it, too"* ]] ||
		explain "Who makes it" "only who turned NEW into MAKING makes the monitor; an exchange that fails stores in its second argument what it saw: before the next one, that must say NEW again"
	explain "Who makes it" "who does not make the monitor looks at state until it is READY, however long that takes; when it is NEW again, a call has failed, and nothing is made yet" HANG TIMEOUT CRASH
}

@test "start: a call that fails leaves the bank new" {
	gap 1; points 2
	at_work failing start
	[[ $output != *"called again"* ]] ||
		explain "Who makes it" "after a call has failed the bank is NEW, and the next one makes all of it: START in each account, whatever the first one has left there"
	explain "The calls" "pthread functions return their error number, and leave errno alone: return it, and put state back to NEW, so that somebody can try again"
}

# Gap 2: the repair

@test "take_over: the note is undone, and the lock lives on" {
	gap 2; points 14
	at_work steps repair 12 "$(random 1 9999)"
	explain_repair
}

@test "take_over: a call that fails is returned, without the lock" {
	gap 2; points 2
	at_work failing enter
	explain "The calls" "an error number is returned, and whoever gets one does not hold the lock"
}

@test "audit: a dead owner is told to nobody, and its work undone" {
	gap 2; needs 1; points 6
	scenario 'for i in 1 2 3; do crash half; ./bank /graded audit; done
		crash owed; ./bank /graded audit; ./bank /graded remove'
	expect_output_of crash
	explain "A holder dies" "the next owner undoes the note, if it is valid, and makes the lock consistent; what was done whole stays"
	scenario 'mkfifo in out; exec 4<>out
		./bank /graded hold <in >out 4<&- & holder=$!
		exec 3>in; read -r line <&4; echo "$line"
		./bank /graded audit 3>&- & await_blocked $! futex
		kill -KILL $holder; wait $!; exec 3>&-; rm in out; ./bank /graded remove'
	expect_output 'inside
100 100 100 100 100 100 100 100 sum 800
removed'
	explain "A holder dies" "who sleeps when the owner dies is told, too"
}

# Gap 3: the change

@test "move_money: wherever it is killed, the note leads back" {
	gap 3; points 16
	at_work steps move
	explain "The note" "the note is written whole before it is valid, is valid before the first change, and no longer valid after the last" HANG
}

# Gap 4: the wait

@test "pay: who has not enough waits, asleep, until there is" {
	gap 4; needs 1 3; points 8
	scenario 'wait_to_pay 0 1 150; first=$waiter; [[ $(idle $first) == asleep ]] && echo asleep
		./bank /graded pay 2 0 20; await_blocked $first futex; ./bank /graded pay 3 0 29
		await_blocked $first futex; ./bank /graded audit
		./bank /graded pay 4 0 1; came $first 0; ./bank /graded audit; ./bank /graded remove'
	expect_output 'asleep
paid
paid
149 100 80 71 100 100 100 100 sum 800
paid
paid, status 0
0 250 80 71 99 100 100 100 sum 800
removed'
	explain "The wait" "who waits sleeps in pthread_cond_wait, where others can still enter; who is woken looks again, with while: the money may not be enough, or gone"
	[[ $output != *149*paid* ]] ||
		explain "The wait" "the account has the whole amount, and who waits for it sleeps on: either it was not woken (whoever moves money wakes all, with broadcast, whatever the accounts hold), or it was, and waits although there is enough" HANG TIMEOUT
}

@test "pay: all who wait are woken, whoever can go on" {
	gap 4; needs 1 3; points 8
	local who
	for who in 0 5; do
		scenario './bank /graded pay 0 7 100
			wait_to_pay 0 1 50; first=$waiter; wait_to_pay 5 6 150
			./bank /graded pay 2 '$who' 50; await_line '$who' paid
			./bank /graded pay 2 $((5 - '$who')) 50; wait $first; wait $waiter
			./bank /graded audit; ./bank /graded remove'
		expect_output 'paid
paid
paid
0 150 0 100 100 0 250 200 sum 800
removed'
		explain "The wait" "two wait for money in different accounts, on one condition variable: signal wakes one of them, perhaps the wrong one, which sleeps again; broadcast, whatever the accounts hold, wakes all" HANG TIMEOUT
	done
}

@test "transfer: the wait ends for no reason, or with a dead owner" {
	gap 4; needs 2 3; points 8
	at_work failing wait
	explain_wait
}

@test "pay: what a dead owner owed, the next one gives" {
	gap 2; needs 1 3 4; points 4
	scenario './bank /graded pay 0 2 50; wait_to_pay 5 6 150; other=$waiter; wait_to_pay 0 1 110
		crash owed; ./bank /graded audit; came $waiter 0; ./bank /graded audit
		./bank /graded pay 2 5 50; came $other 5; ./bank /graded remove'
	expect_output 'paid
110 40 150 100 100 100 100 100 sum 800
paid, status 0
0 150 150 100 100 100 100 100 sum 800
paid
paid, status 0
removed'
	explain "A holder dies" "the dead owner had moved money, and woken nobody yet: whoever takes over wakes all" HANG
	scenario 'wait_to_pay 0 1 150; crash half; ./bank /graded pay 2 0 50
		came $waiter 0; ./bank /graded audit; ./bank /graded remove'
	expect_output 'paid
paid, status 0
0 250 50 100 100 100 100 100 sum 800
removed'
	explain "The wait" "the lock comes back from the wait as from pthread_mutex_lock, with EOWNERDEAD, too" HANG
}

# All of it

@test "an auditor sees a right sum at any instant, through kills" {
	gap 4; needs 1 2 3; points 4
	at_work steps kills 24 "$(random 1 9999)"
	explain "Break it on purpose" "all is moved while the lock is held: entered before the first change, left after the last; and transfer never returns with the lock" HANG
	scenario './bank /graded run 4 2 100; ./bank /graded audit; ./bank /graded remove'
	expect_output_of run
	expect_quiet
	scenario -c race './bank /graded run 2 1 20; ./bank /graded remove'
	expect_output '2 tellers, 20 transfers each, sum 800
removed'
	expect_no_race
	explain "The wait" "balances are read and changed inside only" HANG
}

@test "bad input: one clear line, and status 2" {
	gap 0; points 0
	scenario -b plain 'for amount in 0 -1 +1 1x 801 99999999999999999999 ""; do
			./bank /graded pay 0 1 "$amount" 2>&1; echo $?
		done; ./bank /graded pay 8 1 1 2>&1; ./bank /graded run 2 9 1 2>&1'
	expect_output "$(for amount in 0 -1 +1 1x 801 99999999999999999999 ""; do
		echo "bank: AMOUNT: not a number from 1 to 800: '$amount'
2"
	done)
bank: FROM: not a number from 0 to 7: '8'
bank: TELLERS: not a number from 1 to 8: '9'"
	scenario -b plain 'tell "./bank" "./bank /graded crash" "./bank /graded pay 1 1 1" "./bank /graded remove"'
	expect_told './bank' 2 '' '^bank: usage: '
	expect_told './bank /graded crash' 2 '' '^bank: usage: '
	expect_told './bank /graded pay 1 1 1' 2 '' '^bank: FROM and TO are the same$'
	expect_told './bank /graded remove' 1 '' '^bank: /graded: No such file or directory$'
	explain_given "The programs"
}
