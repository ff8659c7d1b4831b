#!/usr/bin/env bats
# builds: race
# shellcheck disable=SC2016 # what a scenario says, the box expands
load ../../lib/lab

# at_work PROGRAM PART...: the functions, run by a program of the grader's; a word that
# nobody can know says that all was right, another one that nothing can be traced
at_work() {
	local word untraced probe="" function
	word=right$(random 1000 9999) untraced=untraced$(random 1000 9999)
	[[ ! "$1 $2" =~ ^steps\ (start|move|repair|kills)$ ]] ||
		probe="./steps probe $untraced | grep . || "
	case $2 in
	repair | enter) function=take_over ;;
	move) function=move_money ;;
	wait | kills) function=transfer ;;
	*) function=monitor_start ;;
	esac
	scenario -b plain "$probe./$* $word 2>/dev/null"
	if [[ $output == "$untraced" ]]; then
		echo "functions run instruction by instruction (ptrace is refused here)" >"$RESULTS/refused"
		return
	fi
	if [[ $output == "the grader's own "* ]]; then
		came=$output
		fault ERROR "programs of the grader's that work"
	fi
	expect_that "$word, which means: $function does what its comment says" \
		"$output" is "$output" "$word"
}

# explain_repair, explain_wait: by what the grader's program says
explain_repair() {
	case $output in
	*"cannot enter"* | *"is lost"*)
		explain "A holder dies" "EOWNERDEAD comes with the lock: repair, then pthread_mutex_consistent; without it the next unlock makes the lock unusable for all, ENOTRECOVERABLE" HANG CRASH ;;
	*"taking over"* | *"took over was killed"*)
		explain "A holder dies" "whoever takes over may be killed at any place, too: the note holds until both accounts are put back, and stays as it is while it is valid" HANG CRASH ;;
	*)
		explain "A holder dies" "undo what a valid note says, both accounts, and then the note itself; one that is not valid says nothing" HANG CRASH ;;
	esac
}

# explain_given_back VERDICT...: the lock of a dead owner, too early
explain_given_back() {
	explain "A holder dies" "undo, wake all, pthread_mutex_consistent, and all that while you keep the lock: once it is consistent and free, nobody is told any more that its owner has died" "$@"
}

explain_wait() {
	case $output in
	*ETIMEDOUT*)
		explain "The wait" "whoever waits for money waits until it is there: pthread_cond_wait knows no time limit, and only the money, or an error, ends transfer" HANG TIMEOUT ;;
	*"given back before"*)
		explain_given_back HANG TIMEOUT ;;
	*"broadcast fails"*"moved"*)
		explain "The wait" "0 says that the money was moved, an error number that no money was moved, and whoever gets one may pay once more: once it is moved, leave and return 0, even if broadcast fails" HANG TIMEOUT ;;
	*"between the look"*)
		explain "The wait" "look and move in one stay inside: whoever has let go of the lock after the look, or looked before entering, looks again" HANG TIMEOUT ;;
	*"is not called then"*)
		explain "The wait" "whoever moves money calls pthread_cond_broadcast, whether it has waited or not: any number may wait, each for another amount, and signal wakes one, perhaps the wrong one" HANG TIMEOUT ;;
	*"all 800"*returns*)
		explain "The programs" "an account may have all the money, 800, and AMOUNT is 1 to 800: transfer moves that, too" HANG TIMEOUT ;;
	*EOWNERDEAD*"second time"*)
		explain "The wait" "each wait may say EOWNERDEAD, not only the first: take over and look again inside the loop, as often as it comes" HANG TIMEOUT ;;
	*"the wait returns "*)
		explain "The wait" "of the error numbers that the wait returns only EOWNERDEAD lets it go on, after take_over: any other one ends transfer, which returns it, without the lock" HANG TIMEOUT ;;
	*"left is not undone")
		explain "The wait" "EOWNERDEAD from the wait is for take_over, too, which undoes the note and wakes all: pthread_mutex_consistent alone repairs nothing" HANG TIMEOUT ;;
	*"transfer returns EOWNERDEAD"*)
		explain "The wait" "EOWNERDEAD is what the wait returns (errno is left alone), and it comes with the lock: take over, then look again; transfer does not return it as an error" HANG TIMEOUT ;;
	*"comes next"*)
		explain "A holder dies" "transfer may be the next that gets the lock of a dead owner: enter by monitor_enter, which takes over" HANG TIMEOUT ;;
	*"consistent, and does not hold"*)
		explain "The wait" "only EOWNERDEAD says that the last owner has died: after any other error number there is nothing to take over; it is returned, without the lock" HANG TIMEOUT ;;
	*"leaves and enters"*)
		explain "The wait" "a process that waits for money sleeps in pthread_cond_wait, which gives the lock back and takes it again; a nap between two looks is late, and wakes for nothing" HANG TIMEOUT ;;
	*"taking over fails"*"returns with the lock"*)
		explain "The wait" "taking over failed after the wait, and the lock was kept: either by take_over, which gives it back before it returns an error number (gap 2), or by transfer, which took it again" HANG TIMEOUT ;;
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

@test "start: a sleeper in one process is woken by another" {
	gap 1; points 8
	at_work steps sleeper lock
	at_work steps sleeper more
	explain "Shared between processes" "a mutex is for one process, wherever it lies, unless its attributes say PTHREAD_PROCESS_SHARED; and so is a condition variable: it needs attributes of its own"
	at_work failing shared
	explain "Shared between processes" "a mutex, and a condition variable, is for one process, wherever it lies, unless its attributes say PTHREAD_PROCESS_SHARED (pthread_mutexattr_setpshared, pthread_condattr_setpshared) when it is initialised"
}

@test "start: of two at the same time, one makes the monitor" {
	gap 1; points 10
	at_work failing waiter
	case $output in
	*"makes it, too, after 0 naps"*) ;;
	*"NEW again"*"waits on"*)
		explain "Who makes it" "when state is NEW again, a call has failed, and nobody makes the monitor any more: a process that has waited for it tries to make it, or returns an error number" ;;
	*"a second bank"*)
		explain "Who makes it" "whether a bank is made is written in the bank, in state, for all processes; a variable of the process says nothing about it" ;;
	*"a signal"*)
		explain "Who makes it" "a signal only ends the nap: look at state again, until it is no longer MAKING, however long that takes" ;;
	*"makes it, too"*)
		explain "Who makes it" "only the process that turned NEW into MAKING makes the monitor; an exchange that fails stores in its second argument what it saw: before the next one, that must say NEW again" ;;
	*)
		explain "Who makes it" "a process that does not make the monitor looks at state until it is READY, however long that takes; when it is NEW again, a call has failed, and nothing is made yet" HANG TIMEOUT CRASH ;;
	esac
	explain "Who makes it" "look and store in one step (atomic_compare_exchange_strong), so that one process wins; the others wait until state is READY" HANG TIMEOUT CRASH
	at_work steps start
	case $output in
	*"went on"*"that stays"*)
		explain "Who makes it" "what it saw there may be over at the next instruction: the bank was READY by then, and it stored MAKING all the same; an exchange stores first and tells afterwards what was there, and putting READY back comes too late: look and store in one step that stores only where NEW still stands (atomic_compare_exchange_strong)" ;;
	*"that stays"*)
		explain "Who makes it" "a bank that is READY stays as it is, at each instruction: only a process that sees NEW may store MAKING, so look and store in one step (atomic_compare_exchange_strong)" ;;
	*"by turns"*)
		explain "Who makes it" "each look at state may see something else: it may be NEW at one look, since a process has failed, and MAKING at the next, since another one tries. Look once, keep what that saw in a variable, and return 0 only if it was READY" ;;
	*"once more"*)
		explain "Who makes it" "after a call has failed, NEW is stored once, as the very last thing: from then on another process may be making the bank, and what stands in state is no longer yours" ;;
	*"NEW again while"*)
		explain "Who makes it" "state is in the bank, too, and whoever sees NEW there makes the monitor: do not clear it after you have stored MAKING" ;;
	*"before it had turned"*)
		explain "Who makes it" "only the process that turned NEW into MAKING writes to the bank, the balances, too, and only after that" ;;
	*"READY is stored, and"*)
		explain "Who makes it" "READY is stored last: from then on the bank belongs to all, and only who holds the lock writes to note and balances" ;;
	*"may have made by then"*)
		explain "Who makes it" "as soon as state is NEW or READY the bank belongs to all: whatever you clean up after a call that failed comes before that store" ;;
	*"a second bank"*)
		explain "Who makes it" "whether a bank is made is written in the bank, in state, for all processes; a variable of the process says nothing about it" ;;
	*)
		explain "Who makes it" "look and store in one step (atomic_compare_exchange_strong), so that one process wins; the others return when state is READY, and READY is stored last" HANG TIMEOUT CRASH ;;
	esac
}

@test "start: a call that fails leaves the bank new" {
	gap 1; points 2
	at_work failing start
	[[ $output != *"called again"* ]] ||
		explain "Who makes it" "after a call has failed the bank is NEW, and the next call of monitor_start makes all of it: START in each account, a lock and a condition variable with all their attributes, whatever the first one has left behind, in the bank or in variables that it keeps"
	explain "The calls" "a call that fails returns its error number: return it, whichever it is, and put state back to NEW, so that somebody can try again; pthread functions leave errno alone"
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
	[[ $output != *"given back before"* ]] || explain_given_back HANG
	[[ $output != *"lets go"* ]] ||
		explain "A holder dies" "EOWNERDEAD comes with the lock: keep it; whoever lets it go and takes it again may be told EOWNERDEAD once more, and must take over once more"
	explain "The calls" "an error number is returned, and whoever gets one does not hold the lock"
}

@test "audit: nobody is told of a dead owner, and its work is undone" {
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
	explain "A holder dies" "a process that sleeps when the owner dies is told, too"
}

# Gap 3: the change

@test "move_money: wherever it is killed, the note leads back" {
	gap 3; points 16
	at_work steps move
	[[ $output != *"no longer says"* ]] ||
		explain "The note" "as long as the note is valid, somebody may undo what it says: make it not valid first; what you then write there does no harm" HANG
	[[ $output != *"and the note is not valid"* ]] ||
		explain "The note" "at this instruction a change has begun, or is not over, and the note is not valid. Is it valid before the first change, and until after the last? Then look whether the store is in the program at all: the note is volatile, and through a pointer that is not, the compiler may leave a store out, or move it" HANG
	[[ $output != *"the last change"* ]] ||
		explain "The note" "each change writes its whole note anew: what stands there is about the change before, even if that was between the same two accounts" HANG
	explain "The note" "the note is written whole before it is valid (one assignment of a struct stores in any order), is valid before the first change, and no longer valid after the last" HANG
}

# Gap 4: the wait

# explain_own_lock: if it was seen that one waits for the lock that it has
explain_own_lock() {
	[[ $first_why != *"the waiting thread itself holds the mutex"* ]] ||
		explain "The wait" "one waits for the lock that it holds itself: whoever returns from pthread_cond_wait has the lock already, and does not lock it again or enter; and transfer gives it back on every way out" HANG
}

@test "pay: without enough money it waits, asleep, until there is" {
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
	explain_own_lock
	explain "The wait" "a process that waits sleeps in pthread_cond_wait, so that others can still enter; once woken, it looks again, with while: the money may not be enough, or gone"
	[[ $output != *149*paid* ]] ||
		explain "The wait" "the account has the whole amount, and the process that waits for it sleeps on: either it was not woken (whoever moves money wakes all, with broadcast, whatever the accounts hold), or it was, and waits although there is enough" HANG TIMEOUT
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
		explain_own_lock
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
	[[ $output != *sum* || $output == *"sum 800"* ]] ||
		explain "A holder dies" "all that was to be moved had been moved when the owner died, and then something was undone: the sum is wrong. Is the note no longer valid after the last change (move_money, gap 3)? And does take_over (gap 2) leave alone what is not valid?" WRONG HANG
	explain "A holder dies" "the dead owner had moved money, and woken nobody yet: whoever takes over wakes all" HANG
	scenario 'wait_to_pay 0 1 150; crash half; ./bank /graded pay 2 0 50
		came $waiter 0; ./bank /graded audit; ./bank /graded remove'
	expect_output 'paid
paid, status 0
0 250 50 100 100 100 100 100 sum 800
removed'
	explain "The wait" "the lock comes back from the wait as from pthread_mutex_lock, with EOWNERDEAD, too: then call take_over, which undoes the note and wakes all, and look again" HANG
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
