#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what a scenario says
# builds: traced
load ../../lib/lab

# told FIRST [TIMER [AT [PENDING]]]: what caller prints when all is as it should be
told() {
	printf '%s\n' "$1"
	[[ -z ${3-} ]] || printf 'my alarm came at %s, 1 in all\n' "$3"
	printf 'timer: %s\naction: as before\nmask: as before\npending: SIGUSR2%s\n' \
		"${2-off}" "${4-}"
}

# explain_kept_out: if it was seen that SIGALRM came during the sleep, and was blocked
explain_kept_out() {
	[[ $first_came != *"sigsuspend, and has SIGALRM blocked"* ]] ||
		explain "Gap 1: alone" "SIGALRM has come, but it is blocked during the sleep: the set that sigsuspend is given is what stays blocked meanwhile, not what is waited for" HANG
}

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

@test "nap: the naps of the notes, and what one does to a handler" {
	gap 0; points 0
	scenario './nap naive 20; ./nap jump 20 1 20'
	expect_output 'slept
slept
slept
slept'
	under_schedules 1
	scenario './nap jump 1500 & sleep 1; kill -INT $!; wait $!'
	expect_output_of jump
	explain_given "The programs"
}

# nap: sleep_alone

@test "nap: a nap lasts as long as it was asked to" {
	gap 1; points 5
	local ms
	ms=$(random 101 299)0
	under_schedules 1
	scenario './nap suspend 30 1 20'
	expect_output 'slept
slept
slept'
	expect_status 0
	scenario "./caller $ms brief; ./caller 86400000 brief"
	expect_output "slept $ms, left 0
slept 86400000, left 0"
	expect_called setitimer alarm timer_settime
	expect_not_called nanosleep
	explain_kept_out
	explain "Gap 1: alone" "the nap is over when its time is over, no sooner and no later, and SIGALRM tells that"
	explain "Gap 1: alone" "nothing ends the sleep: was the timer set at all (tv_usec is less than 1000000), and is SIGALRM let in?" HANG
}

@test "nap: SIGALRM may come before the sleep" {
	gap 1; points 14
	interrupting nap:STOP
	scenario './nap suspend 500 20'
	expect_output 'slept
slept'
	under_schedules 1
	interrupting
	scenario './caller 500 slow brief'
	expect_match '^slept 5[0-4]0, left 0$'
	explain_kept_out
	explain "The race" "SIGALRM was taken between the setting of the timer and the sleep, and no other one comes; block it before you set the timer, and let it in and sleep by a single call" HANG
}

@test "nap: another signal cuts it short, and what was left is told" {
	gap 1; points 7
	under_schedules 1
	scenario './caller 2000 brief & sleep 0.5; kill -USR1 $!; wait $!
		./nap suspend 3000 500 & sleep 0.5; kill -INT $!; wait $!'
	expect_match '^slept 5[0-4]0, left 1(4[6-9]|50)0, SIGUSR1 came
SIGINT: begin
SIGINT: end
cut short, 1(49|50)[0-9] ms left
slept$'
	expect_status 0
	explain_kept_out
	explain "Gap 1: alone" "once the handler of another signal, whichever it is, has run, the nap is over, with time left; the timer is off then, and the next nap starts afresh"
}

@test "nap: a handler that has begun also ends" {
	gap 1; points 6
	under_schedules 1
	scenario './nap suspend 1500 & sleep 1; kill -INT $!; wait $!'
	expect_output_of suspend
	explain "A jump out of a handler" "SIGALRM came while the handler of SIGINT was at work: it must go on where it was, and not be left by a jump"
}

@test "nap: action, mask and what is pending are the caller's again" {
	gap 1; points 10
	under_schedules 1
	scenario './caller 500; ./caller 500 blocked'
	expect_output "$(told "slept 500, left 0"; told "slept 500, left 0")"
	explain "Gap 1: alone" "what the caller had blocked stays blocked, during the nap as well (but for SIGALRM, even if the caller had blocked that); after it, action and mask are what they were"
	scenario 'for words in "late blocked" late busy; do
			./caller 1000 $words & sleep 0.5; kill -USR1 $!; wait $!
		done'
	expect_match "^($(told "slept (5|10|15)00, left [0-9]+(, SIGUSR1 came)?")
?){3}$"
	explain "Gap 1: alone" "another signal has ended the nap, but SIGALRM may still come: stop the timer, and then take out what is pending, whether the caller has SIGALRM blocked or not, or the caller gets it, and may die of it"
	scenario './caller 1000 late second & sleep 0.5; kill -USR1 $!; wait $!'
	expect_match "^$(told 'slept (4[0-9]0|1000), left [0-9]+(, SIGUSR1 came)?')$"
	explain "Gap 1: alone" "this was the caller's second nap, and its first one had lasted its time: begin each nap afresh, with whatever you note in a variable that outlives it (static or global)" HANG
}

# nap: the caller's own timer

@test "nap: a later alarm of the caller's comes when it was to come" {
	gap 2; needs 1; points 9
	local ms
	ms=$(random 31 59)0
	under_schedules 1
	scenario "./caller $ms timer=3600000 every=7200000
		./caller 2000 timer=3000 & sleep 0.5; kill -USR1 \$!; wait \$!
		./caller 2000 timer=1200 & sleep 0.5; kill -USR1 \$!; wait \$!"
	expect_output "$(told "slept $ms, left 0" "in $((3600000 - ms)), every 7200000"
		told "slept 500, left 1500, SIGUSR1 came" "in 2500, every 0"
		told "slept 500, left 1500, SIGUSR1 came" "in 700, every 0")"
	explain "Gap 2: the caller's timer" "there is only one timer: set it again to what it was set to, less the time that has passed, and with its interval; if another signal ended the nap early, that timer has yet to ring"
}

@test "nap: an earlier alarm of the caller's is the caller's" {
	gap 2; needs 1; points 9
	local ms
	ms=$(random 31 59)0
	under_schedules 1
	scenario "./caller 2000 timer=$ms; ./caller 500 timer=500
		./caller 3000 timer=1500 every=400; ./caller 2000 timer=500 every=300 again=1400
		./caller 2000 timer=500 blocked second"
	expect_output "$(told "slept $ms, left $((2000 - ms))" "off" "$ms"
		told "slept 500, left 0" "off" 500
		told "slept 1500, left 1500" "in 400, every 400" 1500
		told "slept 500, left 1500" "in 1400, every 0" 500
		told "slept 500, left 1500" "off" "" " SIGALRM")"
	[[ $output != *"timer: in 0, "* ]] ||
		explain "Gap 1: alone" "a nap ended just before the caller's timer was to ring, so the timer had still a moment to go (in 0): sleep for all the microseconds, not only for whole milliseconds"
	[[ $output != *"left 1500"$'\n'"my alarm came at 500, 1 in all"$'\ntimer: off'* ]] ||
		explain "Gap 2: the caller's timer" "the caller that says blocked has SIGALRM blocked, and yet its handler ran: there raise(SIGALRM) makes it pending; do not call the handler, nor let SIGALRM in for it"
	explain "Gap 2: the caller's timer" "its time came during the nap: its own handler must run then (unless it is blocked: then it is pending), once, and last of all, as the handler may set the timer again; so if it repeats, set the timer, to its next ring, before that"
	scenario './caller 1000 timer=1200 busy & sleep 0.5; kill -USR1 $!; wait $!'
	expect_output "$(told "slept 1500, left 0, SIGUSR1 came" "off" 1500)"
	[[ $output != *"timer: in 200, "* ]] ||
		explain "Gap 2: the caller's timer" "the nap was to last 1000 ms, but took 1500, as a handler was at work; the caller's timer had 1200 to go, and still has 200: take off all the time that has passed by the clock, not only what the nap was to last"
	explain "Gap 2: the caller's timer" "the caller's timer was to ring after 1200 ms; the nap was to last 1000, but took 1500, as a handler was at work. So it was to ring before the nap returned: ask the clock for that when the nap is over, not before; then raise"
	scenario './caller 1000 timer=1200 every=1000 busy & sleep 0.5; kill -USR1 $!; wait $!'
	expect_output "$(told "slept 1500, left 0, SIGUSR1 came" "in 700, every 1000" 1500)"
	explain "Gap 2: the caller's timer" "the timer was to ring after 1200 ms, and every 1000 ms from then on; the nap went on until 1500, as a handler was at work. The next ring is at 2200, when it would have been without the nap, which is 700 ms away and not a whole interval"
	scenario 'for timer in "timer=600 every=140" "timer=1200 every=70"; do
			./caller 1000 $timer busy & sleep 0.5; kill -USR1 $!; wait $!
		done'
	expect_output "$(told "slept 1500, left 0, SIGUSR1 came" "in 80, every 140" 1500
		told "slept 1500, left 0, SIGUSR1 came" "in 50, every 70" 1500)"
	explain "Gap 2: the caller's timer" "the nap went on until 1500, as a handler was at work, and the timer missed several rings. First it was to ring after 600 ms, and every 140 ms from then on: next at 1580; then after 1200 ms, and every 70 ms from then on: next at 1550. However many rings are missed, the next one is when it would have been without the nap"
	scenario './caller 1000 timer=1200 every=100 busy coarse & sleep 0.5; kill -USR1 $!; wait $!'
	expect_output "$(told "slept 1500, left 0, SIGUSR1 came" "in 100, every 100" 1500)"
	explain "Gap 2: the caller's timer" "the timer was to ring after 1200 ms, and every 100 ms from then on; the nap went on until just 1500, by a clock that goes on in whole ticks. The rings at 1200, 1300, 1400 and 1500 are the one that you raise; the next is 100 ms away, and not 0, which turns the timer off"
}

# deadline: the limit

@test "deadline: it says so when nobody writes in time" {
	gap 3; points 8
	local ms call failure
	scenario -t 3 -c sigsafe 'mkfifo fifo; tell "./deadline 50 fifo"
		exec 3<>fifo; ./deadline 50 fifo 2>/dev/null 3>&-; rm fifo'
	expect_told './deadline 50 fifo' 124 '' '^deadline: fifo: no line within 50 ms$'
	explain "Gap 3: the limit" "SIGALRM must end open, and read: with SA_RESTART they begin again by themselves; and when late is set, EINTR is no reason to try again (in read_line, gap 4)" TIMEOUT
	explain "Gap 3: the limit" "either the timer was never set, or it rang once, and in vain: SIGALRM must end open, and read, which with SA_RESTART begin again by themselves; and when late is set, EINTR is no reason to try again (in read_line, gap 4)" HANG
	expect_safe_handlers -j
	explain "Gap 3: the limit" "the handler runs in the middle of anything: it notes that the limit is over, and the rest of the program says so"
	under_schedules 1
	scenario 'mkfifo fifo; exec 3<>fifo; timed ./deadline 1500 fifo 3>&-
		timed ./deadline 86400000 fifo 3>&-'
	expect_output 'status 124 after 1.5 s
status 124 after 86400.0 s'
	[[ $output != "status 124 after 1.5 s"$'\n'"status 124 after "* ]] ||
		explain "Gap 3: the limit" "1500 milliseconds are right, 86400000 (a day) are not: they are more microseconds than 32 bits hold"
	ms=1500
	[[ -z $output ]] || ms=86400000
	read -r _ call failure _ < <(calls_of "deadline/(setitimer|timer_settime)" " E[A-Z]+ ") || true
	[[ -z $failure ]] ||
		explain "Gap 3: the limit" "in ./deadline $ms fifo no timer runs, so nothing will ever end the wait: $call failed ($failure), and nobody looked at what it returned. tv_usec must be less than 1000000 (ualarm puts all of its microseconds there; arm does not)" HANG
	[[ -n $(calls_of "deadline/(alarm|setitimer|timer_settime|timerfd_settime)" " ") ]] ||
		explain "Gap 3: the limit" "deadline has never set a timer, so nothing will ever end the wait" HANG
	explain "Gap 3: the limit" "SIGALRM must end read as well as open, when MS milliseconds are over (86400000 of them are a day); and when late is set, EINTR is no reason to try again (in read_line, gap 4)" HANG TIMEOUT
	under_schedules 0
	failing deadline/sigaction:each:EINVAL
	scenario 'mkfifo fifo; ./deadline 500 fifo'
	expect_complaint '^deadline: .*Invalid argument$'
	expect_status 1
	explain "Gap 3: the limit" "a call that fails ends the program with a message: without a handler there is no limit. (The call that failed is named above; signal is the system call sigaction, too, so look at what each of them returns)" HANG WRONG
}

@test "deadline: SIGALRM may come before the call that it is to end" {
	gap 3; points 8
	local place
	for place in '<sigaction' ''; do
		interrupting "deadline:STOP$place"
		scenario 'mkfifo fifo; exec 3<>fifo; timed ./deadline 500 fifo'
		# It is stopped until nobody else is waiting, or for 12 s.
		expect_match '^status 124 after (0|12)\.[0-9] s$'
		expect_complaint '^deadline: fifo: no line within 500 ms$'
	done
	[[ $first_came != "status 142 "* ]] ||
		explain "Gap 3: the limit" "it died of SIGALRM (142), which had no handler when it came, or when it came again: the handler must be there before the timer is set, and stay (SA_RESETHAND, and System V's signal, take it away as soon as it runs)"
	[[ $first_came != "status 124 after 1"[0-9].* ]] ||
		explain "Gap 3: the limit" "deadline was stopped for 12 s, and then went on for long, although its limit was over: SIGALRM was taken before the call that blocks, and the next one came much later; let it ring again after hundredths of a second"
	explain "Gap 3: the limit" "SIGALRM was taken before the call that blocks, so nothing ends it: let the timer ring again, or wait by a call that lets it in" HANG
	expect_failed
	explain "The programs" "deadline made no call in which it could be stopped"
}

@test "deadline: its limit holds if SIGALRM was blocked, or ignored" {
	gap 3; points 4
	scenario -t 3 'mkfifo fifo; for how in block ignore; do
			env --$how-signal=ALRM ./deadline 30 fifo; echo $?
		done; env --block-signal=ALRM,USR2 sh -c "kill -USR2 \$\$; exec ./deadline 30 fifo"; echo $?
		rm fifo'
	expect_output '124
124
124'
	explain "Gap 3: the limit" "a mask and an ignored signal are inherited: the program lets SIGALRM in by itself (and nothing else: 140 is death by SIGUSR2, which was blocked)" HANG TIMEOUT
	under_schedules 1
	scenario 'mkfifo fifo; exec 3<>fifo
		env --block-signal=ALRM sh -c "kill -ALRM \$\$; exec ./deadline 9000 fifo" 3>&- &
		sleep 0.3; kill -USR1 $!; sleep 0.3; kill $!; wait $!; echo $?; rm fifo'
	# With gap 4 open, SIGUSR1 ends the wait.
	expect_that "that the limit is not over after 0.3 of 9 s (143: it still waited)" "status $output" matches "$output" '^(143|1)$'
	explain "Gap 3: the limit" "what is pending is inherited, too: a SIGALRM from before the start says nothing of this limit (142 is death by it); throw it away before you let SIGALRM in" HANG TIMEOUT
	under_schedules 0
	interrupting 'deadline:STOP<setitimer'
	scenario 'mkfifo fifo; exec 3<>fifo
		env --block-signal=ALRM ./with-alarm 300 ./deadline 86400000 fifo 3>&- &
		sleep 13; sleep 1; kill -USR1 $!; sleep 0.3; kill $! 2>/dev/null; wait $!; echo $?; rm fifo'
	# It was to wait for a day; with gap 4 open, SIGUSR1 ends the wait.
	expect_match '^(143|1)$'
	explain "Gap 3: the limit" "a timer that was set before the start goes on, and rang before arm had set it anew; that says nothing of this limit of a day, and yet after 14 s SIGUSR1 ended the wait (143: it still waited). Turn it off, and throw away what is pending, before you let SIGALRM in" HANG TIMEOUT
}

# deadline: the line

@test "deadline: the line comes out as it went in" {
	gap 4; points 5
	local word
	word=w$(random 1000 9999)
	printf '\0 %s\nand more' "$word" | give rest
	scenario -t 5 "mkfifo fifo long; exec 3<>fifo 4<>long
		./deadline 86400000 fifo >out & await_blocked \$! read poll ppoll select pselect6 epoll_wait epoll_pwait
		printf 'a\0\tline\377%%s ' >&3; until_holds 'deadline never read what there was' drained
		cat rest >&3; wait \$!; tr '\0\377' @# <out
		head -c 4095 /dev/zero | tr '\0' b >most; echo >>most; cat most >&4
		./deadline 86400000 long | cmp - most && echo all; rm fifo long"
	expect_output "a@	line#%s @ $word
all"
	explain "Gap 4: the line" "the line may come in pieces, and consist of any bytes (here @ stands for one of value 0, # for 255); it ends with the newline, wherever in a piece that is, and may have 4096 bytes with that; what follows is dropped" HANG TIMEOUT
	cutting read:1+:1
	scenario 'mkfifo fifo; { echo "one byte at a time"; echo more; } >fifo & ./deadline 86400000 fifo; rm fifo'
	expect_output 'one byte at a time'
	cutting read:1:4095
	scenario '{ head -c 4095 /dev/zero | tr "\0" b; echo; } >most; mkfifo fifo
		cat most >fifo & ./deadline 86400000 fifo | cmp - most && echo all; rm fifo'
	expect_output all
	explain "Gap 4: the line" "a read may bring a single byte, be it the last of 4096: what counts is whether the newline has come" HANG TIMEOUT
}

@test "deadline: what is not a line has a message of its own" {
	gap 4; points 3
	scenario 'mkfifo fifo; printf half >fifo & tell "./deadline 86400000 fifo"
		{ head -c 4096 /dev/zero; echo; } >much; cat much >fifo & tell "./deadline 86400000 ./fifo"; wait
		: >fifo & tell "./deadline 86300000 fifo" "./deadline 86400000 nowhere" "./deadline 86400000 ."; rm fifo'
	expect_told './deadline 86400000 fifo' 1 '' '^deadline: fifo: the line has no end$'
	expect_told './deadline 86300000 fifo' 1 '' '^deadline: fifo: the line has no end$'
	expect_told './deadline 86400000 ./fifo' 1 '' '^deadline: ./fifo: Message too long$'
	expect_told './deadline 86400000 nowhere' 1 '' '^deadline: nowhere: No such file or directory$'
	expect_told './deadline 86400000 .' 1 '' '^deadline: .: Is a directory$'
	# The output breaks off before the writer of nothing.
	[[ $output != *"Message too long"$'\n'"= 1" ]] ||
		explain "Gap 4: the line" "a writer did open the FIFO (: >fifo), and closed it without a byte, and deadline waited on. read returns 0 then, and that is a line without an end, too: neither read on nor open the FIFO again, to wait for another writer" HANG TIMEOUT
	cutting read:1:1
	scenario 'mkfifo fifo; { head -c 4096 /dev/zero; echo; echo more; } >much; cat much >fifo & tell "./deadline 86400000 fifo"; rm fifo'
	expect_told './deadline 86400000 fifo' 1 '' '^deadline: fifo: Message too long$'
	explain "Gap 4: the line" "end-of-file (the only writer is gone, even if it has written nothing), no room and errors are told apart from a line, and from the limit"
	cutting
	scenario '{ head -c 4095 /dev/zero | tr "\0" b; echo; } >most; mkfifo fifo
		for line in "echo short" "cat most"; do $line >fifo & ./deadline 86400000 fifo >/dev/full; echo $?; done; rm fifo'
	expect_output '1
1'
	expect_said '^(deadline: .*No space left on device
?){2}$'
	explain "The programs" "the line was not printed, as there was no space left (/dev/full): a call fails. fwrite itself writes what is as long as the buffer, and if that fails fflush does not tell, but ferror does"
}

@test "deadline: another signal neither ends the wait nor lengthens it" {
	gap 4; needs 3; points 8
	under_schedules 1
	scenario 'mkfifo fifo; pester ./deadline 1000 fifo
		exec 3<>fifo; pester ./deadline 1000 fifo; exec 3>&-; drip ./deadline 1000 fifo
		exec 3>&-; ./deadline 2000 fifo & sleep 0.3; kill -USR1 $!; sleep 0.3
		{ printf "in "; sleep 0.3; kill -USR1 $!; sleep 0.3; echo time; } >fifo; wait $!'
	expect_output '124 after 3
124 after 3
124 after 3
in time'
	[[ $error != *"Interrupted system call"* || $output == *"1 after 3"* ]] ||
		explain "Gap 4: the line" "a call was ended by SIGUSR1 (EINTR, \"Interrupted system call\"), and that ended the wait, too, though the limit was not over. EINTR alone does not say which signal came: ask late each time, and call again, however many signals come, open as well as read"
	explain "Gap 4: the line" "EINTR alone does not say which signal came: only late says that the limit is over; there is one limit for open and read, which nothing starts again; and what has come of the line stays" HANG TIMEOUT
	scenario 'mkfifo fifo; for piece in "" half; do
			./deadline 60000 fifo & sleep 0.3; kill -USR1 $!; sleep 0.3
			{ printf "$piece"; sleep 0.3; kill -USR1 $!; sleep 0.3; } >fifo
			sleep 0.3; kill $! 2>/dev/null; wait $!; echo $?
			./deadline 60000 fifo & sleep 0.3; kill -USR1 $!; sleep 0.3
			printf "$piece" >fifo; sleep 0.3; kill $! 2>/dev/null; wait $!; echo $?
		done'
	expect_output '1
1
1
1'
	expect_said '^((deadline: still waiting
){1,2}deadline: fifo: the line has no end
?){4}$'
	[[ $error != *'\0'* ]] ||
		explain "The programs" "standard error has a byte of value 0 (shown as \\0) that belongs to no line: sizeof counts the one that ends a string in C, strlen does not. on_usr1 was given without it"
	explain "Gap 4: the line" "SIGUSR1 came, and then the writer closed before a newline (143: 0.3 s later the program still went on): read returned 0, which is no failure. Only a call that returns -1 sets errno; else that is still what it was, here EINTR" HANG TIMEOUT
	under_schedules 3
	scenario 'mkfifo fifo; exec 3<>fifo; for n in 1 2; do
			./deadline 86400000 fifo >/dev/null 3>&- & await_blocked $! read poll ppoll select pselect6 epoll_wait epoll_pwait
		done; for n in 1 2; do echo >&3; wait -n; echo $?; done; rm fifo'
	expect_output '0
0'
	[[ $output == *0* && $output == *1* ]] ||
		explain "Gap 4: the line" "two deadlines wait for the same FIFO: each prints a line as soon as it gets one"
	explain "Gap 4: the line" "two deadlines waited for the same FIFO, and the other one was quicker: a read with O_NONBLOCK may find nothing, though poll has said that there is something. EAGAIN is no failure then, and no end: wait on"
}

# Both

@test "bad input: one clear line, and status 2" {
	gap 0; points 0
	scenario 'mkfifo fifo; for words in "0 fifo" "86400001 fifo" "-5 fifo" "+5 fifo" "5s fifo" "9223372036854775808 fifo" "5" "5 fifo fifo"; do
			./deadline $words 2>&1; echo $?
		done; ./deadline "" fifo 2>&1; for words in "suspend 5 0" "suspend 86400001" "suspend" "sleep 5"; do
			./nap $words 2>&1; echo $?
		done; rm fifo'
	expect_output "deadline: MS is a number from 1 to 86400000, not '0'
2
deadline: MS is a number from 1 to 86400000, not '86400001'
2
deadline: MS is a number from 1 to 86400000, not '-5'
2
deadline: MS is a number from 1 to 86400000, not '+5'
2
deadline: MS is a number from 1 to 86400000, not '5s'
2
deadline: MS is a number from 1 to 86400000, not '9223372036854775808'
2
usage: deadline MS PATH
2
usage: deadline MS PATH
2
deadline: MS is a number from 1 to 86400000, not ''
nap: MS is a number from 1 to 86400000, not '0'
2
nap: MS is a number from 1 to 86400000, not '86400001'
2
usage: nap naive|jump|suspend MS...
2
usage: nap naive|jump|suspend MS...
2"
	explain_given "The programs"
}

@test "deadline: SIGUSR1 is answered while it prints, too" {
	gap 0; points 0
	scenario 'mkfifo fifo; open_pipe 4096; fill 3; echo line >fifo &
		./deadline 86400000 fifo >&3 2>err & await_blocked $! write; kill -USR1 $!
		await_line err "deadline: still waiting"; head -c 4096 <&3 >filler; wait $!; echo $?
		head -c "$(bytes_in 3)" <&3; cat err >&2; rm fifo'
	expect_output '0
line'
	expect_complaint '^deadline: still waiting$'
	explain_given "The programs"
}

@test "memcheck: no bad memory, no leak" {
	gap 0; needs 1 2 3 4; points 2
	memcheck_of -d 'memcheck ./nap suspend 20; mkfifo fifo; exec 3<>fifo
		memcheck ./deadline 30 fifo; echo $?; rm fifo'
	expect_output 'slept
124'
	explain "The programs" "look at what you hand to a call: a signal set needs sigemptyset before anything else"
}
