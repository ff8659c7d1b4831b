#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what a scenario says
# builds: traced
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# tally: the handler

@test "tally: its signals do not kill it" {
	gap 1; points 6
	scenario 'exposed; trap "" HUP INT; start; send USR1 RTMIN RTMIN+3; deaf HUP INT
		send HUP; report; finish INT'
	expect_status 0
	expect_match '^reset SIGHUP.*report SIGUSR2.*report SIGINT'
	case $first_came$first_error$error$output in
	*"sigaction: Invalid argument"*)
		explain "Gap 1: catching" "tally says it itself: sigaction failed, with EINVAL, so there is no such signal, or it can have no handler. Signals are from 1 to below NSIG; and sigismember returns -1, which is true as well, for what is none, as 0" ;;
	*"tally is open to SIG"*)
		explain "The programs" "while it prints the line ready, these signals are neither caught nor blocked, so the first that comes after it can still kill: it is the last thing to be done before the loop" ;;
	*"tally ignores SIG"*)
		explain "Gap 1: catching" "tally was started with SIGHUP and SIGINT ignored, as by nohup, or by the shell for a background job, and still ignores one of them (SigIgn in /proc/PID/status): each signal of ours gets the handler, whatever its action was before" HANG ;;
	*"waiting for input or a signal"*)
		explain "Gap 3: waiting" "EINTR says that a signal was handled: that is not a failure, and wait_for_work returns 0" ;;
	*"exponent -1"*)
		explain "Gap 3: waiting" "after the end of input its descriptor is -1, which belongs in no set" CRASH ;;
	esac
	explain "Gap 1: catching" "a signal without a handler takes its default action, which for most is to end the process"
	explain "Gap 3: waiting" "a signal that was handled was not answered: wait_for_work must return (0) after it, and not sleep again; and on_signal must note the request in asked" HANG
	failing tally/sigaction:2:EINVAL
	scenario '(pending HUP INT USR1 USR2 TERM RTMIN RTMIN+{1..3} >log); echo status $?'
	expect_match '^status [01]$'
	explain "Gap 1: catching" "catch_signals returns -1 if a call of its own fails: no signal may harm a tally that is ready"
}

@test "tally: the handler stays after a delivery" {
	gap 1; points 4
	scenario 'start; report; report
		for i in 1 2; do send HUP USR1 RTMIN RTMIN+{1..3}; done
		report; finish'
	expect_status 0
	expect_match '(report SIGUSR2.*){3}report SIGTERM'
	explain "Gap 1: catching" "SA_RESETHAND, or an old signal(2), removes the handler at the first delivery; the second one kills"
}

@test "tally: handlers do not interrupt each other" {
	gap 1; needs 2; points 6
	with SIGSAFE_APART="1 2 10 12 15 34 35 36 37"
	scenario -c sigsafe 'start; suspend $pid
		for i in 2 0 3 1; do kill -RTMIN+$i $pid; done
		kill -USR1 $pid
		go; finish'
	expect_output 'report SIGTERM
SIGUSR1 1
SIGRTMIN+0 0
SIGRTMIN+1 0
SIGRTMIN+2 0
SIGRTMIN+3 0
lost 0'
	local lines
	lines=$(grep -c '^SIGRTMIN' <<<"$output" || true)
	if ((lines < 4)); then
		explain "The programs" "each of them is noted, also those from kill, which carry no value: for them, note 0"
	elif [[ $output == *SIGRTMIN+0*SIGRTMIN+1*SIGRTMIN+2*SIGRTMIN+3* ]]; then
		explain "Gap 1: catching" "the order is right, but not the values (0, with kill): a handler is given a siginfo_t only with SA_SIGINFO"
	fi
	explain "Gap 1: catching" "handlers that interrupt each other run in reverse order: sa_mask says what waits while the handler runs"
	expect_handlers_apart
	explain "Gap 1: catching" "sa_mask says what waits while the handler runs: no signal of ours may come in there, or it finds, or leaves, a change half made"
}

@test "tally: it counts deliveries of SIGUSR1" {
	gap 2; needs 1; points 4
	local n signals
	n=$(random 2 9)
	signals=$(printf 'USR1 %.0s' $(seq "$n"))
	scenario "start; send $signals
		suspend \$pid; for i in $signals; do kill -\$i \$pid; done
		go; report; finish"
	expect_output "report SIGUSR2
SIGUSR1 $((n + 1))
lost 0
report SIGTERM
SIGUSR1 $((n + 1))
lost 0"
	explain "Gap 2: the handler" "each delivery counts once; those that are sent while one is pending are absorbed by it"
}

@test "tally: real-time signals keep their values and their order" {
	gap 2; needs 1; points 4
	local a b=2147483647 c=-2147483648 d
	a=-$(random 1 999999)
	d=$(random 5 50)
	scenario "start
		queue RTMIN+3 $a; settle RTMIN+3; queue RTMIN $b; settle RTMIN
		suspend \$pid; queue RTMIN+2 $c; queue RTMIN+1 $d; queue RTMIN+2 $a
		go; finish"
	expect_output "report SIGTERM
SIGUSR1 0
SIGRTMIN+3 $a
SIGRTMIN+0 $b
SIGRTMIN+1 $d
SIGRTMIN+2 $c
SIGRTMIN+2 $a
lost 0"
	explain "Gap 2: the handler" "number and value of each delivery go to the next free place of arrivals; with SA_SIGINFO, and only then, the handler is given the value"
	scenario 'start; suspend $pid; queue RTMIN 1 700; kill -TERM $pid; go; finish | in_short'
	expect_output "report SIGTERM
SIGUSR1 0
SIGRTMIN+0 1 to 700
lost 0"
	explain "The programs" "700 signals waited when SIGTERM came, while tally was stopped: a report holds all that was sent before it was asked for, so take all that is pending before you answer"
}

@test "tally: SIGHUP forgets what was delivered before it" {
	gap 2; needs 1; points 4
	scenario 'start; send USR1 USR1 RTMIN+1
		suspend $pid; for i in HUP USR1 RTMIN+3 USR2; do kill -$i $pid; done
		go; heard 1 "lost *"; reports=1; send RTMIN HUP HUP; report; finish'
	expect_output 'reset SIGHUP
report SIGUSR2
SIGUSR1 1
SIGRTMIN+3 0
lost 0
reset SIGHUP
reset SIGHUP
report SIGUSR2
SIGUSR1 0
lost 0
report SIGTERM
SIGUSR1 0
lost 0'
	[[ $output == "reset SIGHUP"* ]] ||
		explain "Gap 2: the handler" "each request has its own place in asked, until it is answered: SIGUSR2 does not take away that of SIGHUP"
	[[ $output != "reset SIGHUP"$'\n'"report SIGUSR2"$'\n'"SIGUSR1 1"$'\n'lost* ]] ||
		explain "The programs" "a report holds everything that was sent before it was asked for: take all that is pending before you answer, as SIGUSR2 leaves the queue before the real-time signals"
	[[ $output != *"SIGUSR1 0"* || $output == *"reset SIGHUP"$'\n'"reset SIGHUP"* ]] ||
		explain "Gap 3: waiting" "two SIGHUP came one after the other, each while tally was asleep: a signal that has been handled ends the sleep (return 0), whichever it was, so that each gets its answer"
	explain "Gap 2: the handler" "the handler itself sets the counts to zero, and is not interrupted (sa_mask): by the time main looks, other signals may have come"
	interrupting tally:HUP@write
	scenario '(later=1 pending USR2 >log); status=$?; said; exit $status'
	local answer=$'report SIGUSR2\nSIGUSR1 0\nlost 0'
	expect_match "^(reset SIGHUP
$answer|$answer
reset SIGHUP)
report SIGTERM
SIGUSR1 0
lost 0\$"
	explain "Gap 2: the handler" "each request has its own place in asked until it is answered: another request must not take it away, nor may one that comes during the answer be cleared with it (in a thread: under one lock, look, answer and clear)" HANG
	expect_failed
	explain "The programs" "the signal never came: tally had written nothing, not even the line ready"
}

@test "tally: SIGINT and SIGTERM print the last report and end it" {
	gap 2; needs 1 4; points 6
	local pending="what is pending is all taken before a report is printed: SIGINT leaves the queue first, and what was sent before it belongs to the report"
	under_schedules 10
	scenario '(pending RTMIN USR1 USR2 TERM HUP INT </dev/null >log); status=$?; said; exit $status'
	expect_status 0
	expect_output 'reset SIGHUP
report SIGUSR2
SIGUSR1 1
SIGRTMIN+0 0
lost 0
report SIGINT
SIGUSR1 1
SIGRTMIN+0 0
lost 0'
	[[ $output != "report SIGINT"* ]] ||
		explain "The programs" "SIGHUP and SIGUSR2 came with SIGINT and SIGTERM: each kind gets its answer, and the last report comes last" RACE
	[[ $output != *"report SIGINT"* ]] || explain "The programs" "$pending" RACE
	explain "Gap 2: the handler" "each request has its own place in asked: SIGINT is not SIGHUP, and SIGTERM does not take it away"
	under_schedules 0
	echo "a line" | give lines
	interrupting tally:INT@write
	scenario '(pending USR1 INT <lines >log); status=$?; said; exit $status'
	expect_status 0
	expect_match '^(a line
)?report SIGINT
SIGUSR1 1
lost 0$'
	local means="the handler stays until the last report is printed: a second request does not end it sooner"
	[[ $output != *"report SIGINT"*"SIGUSR1 0"* ]] || means=$pending
	[[ $first_status != 130 ]] ||
		explain "Gap 1: catching" "a second SIGINT killed tally, and the first had been handled: after that its action was the default again. Look at catch_signals (gap 1), whose flags keep the handler (no SA_RESETHAND), and that nothing else puts SIG_DFL back: the handler stays until the last report is printed"
	explain "Gap 2: the handler" "$means"
	expect_failed
	explain "The programs" "the signal never came: tally had written nothing, not even the line ready"
}

@test "tally: signals for which there is no room count as lost" {
	gap 2; needs 1; points 3
	# As many wait as may (ulimit -i), and three more: more than one read may take.
	scenario -c sigsafe 'start
		queue RTMIN 1 1000; settle RTMIN; report; suspend $pid
		echo "sent: 1 to $(queue RTMIN 1001 10000 full)"
		for i in USR1 RTMIN+3 USR2; do kill -$i $pid; done
		go; heard 2 "lost *"; reports=2
		send HUP; queue RTMIN+1 7; settle RTMIN+1; finish | in_short'
	local last=1000 seen=""
	[[ ! $output =~ ^"sent: 1 to "([0-9]+) ]] || last=${BASH_REMATCH[1]}
	[[ ! $output =~ lost\ 0[^l]*lost\ ([0-9]+) ]] || seen=${BASH_REMATCH[1]}
	expect_output "sent: 1 to $last
report SIGUSR2
SIGUSR1 0
SIGRTMIN+0 1 to 1000
lost 0
report SIGUSR2
SIGUSR1 1
SIGRTMIN+0 1 to 1000
lost $((last - 999))
reset SIGHUP
report SIGTERM
SIGUSR1 0
SIGRTMIN+1 7
lost 0"
	[[ $output != *" 1 to 1000"*" 1 to 1000"* ]] || ((seen < 2 || seen >= last - 999)) ||
		explain "Gap 2: the handler" "very many signals waited when SIGUSR2 was sent, and the report counts too few of them as lost: either not each one without room is counted, or not all were taken before the answer. However many wait, take them until none is left (from a signalfd, until read fails with EAGAIN: one read takes no more than its buffer holds)"
	[[ $output != *" 1 to 1000"*" 1 to 1000"* ]] ||
		explain "Gap 2: the handler" "arrivals has room for the first 1000: what comes beyond is not stored, but counted as lost. All that is pending when a report is asked for is taken first; SIGUSR1 needs no room; SIGHUP forgets what is lost, too"
	explain "Gap 2: the handler" "arrivals has room for the first 1000; a handler cannot get more, but it can count what it could not keep"
	expect_safe_handlers
	expect_quiet
	explain "Gap 2: the handler" "the handler notes what came, or that it is lost, and returns: it prints nothing"
}

@test "tally: the handler does only what is safe in a handler" {
	gap 2; needs 1; points 5
	# The same run must show how signals are taken: then it was really watched. A
	# write to standard error fails, and so changes errno.
	scenario -w -c sigsafe 'start 2</dev/null; suspend $pid
		for i in RTMIN+2 RTMIN USR1 HUP; do kill -$i $pid; done; resume $pid; report; finish INT'
	expect_safe_handlers
	expect_called sigaction:SIGUSR1 signalfd sigtimedwait
	expect_match 'report SIGINT
SIGUSR1 1
SIGRTMIN.0 0
SIGRTMIN.2 0
lost 0$'
	explain "Gap 2: the handler" "the handler interrupts the program anywhere, even inside printf or malloc: it may only note what came, and must leave errno alone"
}

# tally: the wait

@test "tally: it sleeps while nothing happens" {
	gap 3; points 5
	scenario 'mkfifo in; exec 3<>in; start <in 3>&-
		idle $pid; exec 3>&-; idle $pid; finish >all
		exec 3<>in 4>in 3>&-; rm in
		(ulimit -t 1; exec ./tally <&4 >all 2>said); echo status $?; cat said'
	expect_output 'asleep
asleep
status 1
tally: standard input: Bad file descriptor'
	[[ $output != asleep$'\n'asleep* ]] ||
		explain "Gap 3: waiting" "here standard input can only be written to: poll reports POLLERR, without POLLIN; that is ready, too: read does not wait, but fails, and tally says so (status 137: it was killed after a second of CPU time)" HANG
	local means="it keeps checking whether something has come, and wastes CPU time; let one call sleep until something does"
	[[ $output != asleep$'\n'* ]] ||
		means="at the end of a pipe poll reports POLLHUP without POLLIN: that is input that is ready, too, and it is so again each time until somebody reads"
	explain "Gap 3: waiting" "$means"
	failing poll:1:ENOMEM select:1:ENOMEM epoll_wait:1:ENOMEM
	scenario 'start; finish'
	expect_complaint '^tally: .*Cannot allocate memory$'
	expect_status 1
	explain "Gap 3: waiting" "only EINTR says that a signal was handled; any other error goes to the caller, with errno set"
}

@test "tally: a signal that comes before the sleep still ends it" {
	gap 3; needs 1; points 7
	scenario 'mkfifo in; start pending USR2 <>in; heard 1 "lost *"; rm in
		idle $pid; finish'
	expect_quiet
	expect_status 0
	expect_match '^asleep
report SIGUSR2.*report SIGTERM'
	local means="the signal was taken between letting signals in and the sleep; a call that does both in one step has no such gap"
	[[ $first_why$first_came != *"but blocked: SIGUSR2"* ]] ||
		means="SIGUSR2 is still pending, and blocked: tally was started with it blocked (exec hands the mask on), and its sleep does not let it in. Whatever the mask was at the start, the wait lets in all signals of ours and sleeps, in one step: by an empty mask, not by that of the start"
	[[ $first_why$first_came != *"in read("* ]] ||
		means="wait_for_work returned 1, but no input was ready, and so the read sleeps: after a signal (EINTR) it returns 0"
	explain "Gap 3: waiting" "$means" HANG
	interrupting tally:TERM@write
	scenario './tally >log; status=$?; said; exit $status'
	expect_status 0
	expect_output 'report SIGTERM
SIGUSR1 0
lost 0'
	explain "Gap 3: waiting" "the signal was taken between letting signals in (or asking whether one is there) and the sleep; a call that does both in one step has no such gap" HANG
	expect_failed
	explain "The programs" "the signal never came: tally had written nothing, not even the line ready"
}

@test "tally: input wakes it as well as a signal" {
	gap 3; needs 1 2 4; points 4
	scenario 'mkfifo in; exec 3<>in; start <in 3>&-
		printf "one line\nand " >&3; heard 1 "one line"; report
		suspend $pid; echo "one more" >&3; kill -USR1 $pid; kill -USR2 $pid
		go; heard 1 "*one more"; heard 2 "lost *"; idle $pid; finish; rm in'
	expect_match '^asleep
one line
report SIGUSR2
SIGUSR1 0
lost 0
(and one more
)?report SIGUSR2
SIGUSR1 1
lost 0
(and one more
)?report SIGTERM'
	[[ $output != *$'\nand \n'* ]] ||
		explain "The programs" "a line that has no newline yet waits for it: only the end of input and the last report end it, not every report"
	explain "Gap 3: waiting" "two things end the sleep: input that is ready, and a signal that was handled; both may have come" HANG
}

# tally: the lines

@test "tally: lines come out as they went in" {
	gap 4; points 4
	local word
	word=w$(random 1000 9999)
	printf 'line one\n\tline  %s \\n %%d\nline three' "$word" | give lines
	scenario 'start <lines; heard 1 "line three"; finish >all; grep line all'
	expect_output "line one
	line  $word \\n %d
line three"
	explain "Gap 4: writing" "each byte comes out once, and a last line without a newline gets one"
	scenario 'head -c 1048575 /dev/zero | tr "\0" a >long; mkfifo in; exec 3<>in; start <in 3>&-; rm in
		cat long >&3; until_holds "tally never read what there was" is_settled
		echo | tee -a long >&3; settle RTMIN; finish >all; grep aaa all | cmp - long && echo all'
	expect_output all
	expect_quiet
	explain "The programs" "only a line of 1 MiB is too long: this one is a byte shorter, and its newline comes with the next read"
}

@test "tally: no byte is lost when a signal interrupts a write" {
	gap 4; needs 1; points 7
	local n
	n=$(random 40000 50000)
	scenario -c sigsafe "seq 100001 $((100000 + n)) >lines; interrupt"
	expect_output "all $((7 * n)) bytes"
	expect_quiet
	expect_status 0
	[[ $first_status != 143 ]] ||
		explain "Gap 1: catching" "two SIGTERM came while tally waited for room to write, and it died of one of them: after the first, its action was the default again. Look at catch_signals (gap 1), whose flags keep the handler (no SA_RESETHAND), and that nothing else puts SIG_DFL back before the last report is printed"
	local means="a signal ends a blocked write: with EINTR if nothing was written yet, with a short count if some was; go on with the rest"
	[[ $output != *" more than went in"* ]] ||
		means="bytes came twice, or bytes that never were there: after EINTR (-1) nothing was written, so neither buf nor len changes; after a short count both do"
	[[ $output != *"inside a line: "* ]] ||
		explain "The programs" "what answers a request comes between two lines: the handler notes the request, and it is answered when the line is out"
	[[ $first_why != *"itself holds the read end open"* ]] ||
		explain "Gap 2: the handler" "a handler wrote to a pipe that is full, as it is after very many signals, and waits there: only tally itself could empty it, and cannot go on. With O_NONBLOCK write fails with EAGAIN instead; the bytes in the pipe wake it as well" HANG
	[[ $first_why != *"tally (pid "*") "*"is blocked in "@(p|e|s)* ]] ||
		explain "Gap 2: the handler" "SIGTERM came while tally wrote, and nothing is left of it: tally sleeps. What a handler writes to a pipe that is full, as it is after very many signals, is gone: it notes the signal in asked, and the pipe only wakes" HANG
	explain "Gap 4: writing" "$means" HANG
	expect_safe_handlers
	explain "Gap 2: the handler" "a write to a pipe that is full fails, and changes errno: save it first, and put it back at the end"
	scenario 'brimful; offer USR1; offer TERM; sed "s/^aa*/line/" <&3
		wait $server; echo status $?; cat said'
	expect_output 'line
report SIGTERM
SIGUSR1 1
lost 0
status 0'
	explain "Gap 4: writing" "input ended without a newline, and the line just filled the pipe: tally waited to write the newline, and signals came. The newline of the last line is written as all bytes are: where a signal ended the write, go on with what is left, be it one byte" HANG
	seq 10001 13501 | give short
	scenario 'trap "" XFSZ; ulimit -f 4; ./tally <short >copy'
	expect_complaint '^tally: standard output: File too large$'
	expect_status 1
	explain "Gap 4: writing" "only EINTR means try again; any other error goes to the caller, with errno set, even if some bytes were written before it" HANG TIMEOUT
	cutting write:1-6:4201
	scenario 'start_unread ./tally <short; head -n 3502 <&3 >copy
		kill -TERM $!; wait $!; sed 1d copy | cmp - short && echo all'
	expect_output all
	explain "Gap 4: writing" "any write may be cut short, also the one that goes on with the rest, and what is left then may be a single byte" HANG
}

@test "tally: it says so when nobody reads its output any more" {
	gap 4; needs 1; points 2
	scenario 'yes "a line" | ./tally | head -n 1 >/dev/null; exit ${PIPESTATUS[1]}'
	expect_complaint '^tally: standard output: Broken pipe$'
	expect_status 1
	explain "Gap 4: writing" "only EINTR means try again; any other error goes to the caller, with errno set" TIMEOUT
	scenario 'mkfifo out; exec 3<>out 4>out 3>&-; rm out
		./tally >&4 2>said; echo ready: status $?; cat said
		exec 4>&-
		for signal in USR2 TERM; do
			mkfifo out; ./tally >out 2>said & exec 3<out; rm out; read -r _ pid <&3; exec 3<&-
			kill -$signal $pid; wait $!; echo $signal: status $?; cat said
		done'
	expect_output 'ready: status 1
tally: standard output: Broken pipe
USR2: status 1
tally: standard output: Broken pipe
TERM: status 1
tally: standard output: Broken pipe'
	[[ $output == "ready: status 1"$'\n'"tally: standard output: Broken pipe"$'\n'* ]] ||
		explain "Two signals that the kernel sends" "nobody reads the output from the start, so the line ready cannot be written: write fails with EPIPE, and tally says so, if SIGPIPE is ignored before anything is written (status 141: SIGPIPE killed it); and each write is looked at, the first one too" HANG
	explain "The programs" "each report can fail, the last one too: look at what the write, or fflush, returns, say so, and end with status 1" HANG
	scenario 'brimful; exec 3<&-; wait $server; echo status $?; cat said'
	expect_output 'status 1
tally: standard output: Broken pipe'
	explain "The programs" "tally waited to write the newline of a last line that has none, and then the reader was gone: that write can fail as any other, so look at what it returns, say so, and end with status 1" HANG
}

# volley

@test "volley: three SIGUSR1 arrive once, three real-time ones thrice" {
	gap 5; points 5
	local n
	n=$(random 0 3)
	scenario -w "trap : USR1 \$((34 + $n))
		./volley \$\$ 1 $n >said; status=\$?
		head -n 2 said
		((status < 128)) || echo volley died of SIG\$(kill -l \$((status - 128)))"
	expect_output "SIGUSR1: 3 raised while blocked, 1 delivered
SIGRTMIN+$n: 3 raised while blocked, 3 delivered"
	expect_called sigtimedwait signalfd sigaction:SIGUSR1
	expect_not_called fork exec
	explain "Gap 5: the rehearsal" "count what is delivered, not what is sent, and take out all of it before the mask is restored"
}

@test "volley: a signal that cannot be raised ends the rehearsal" {
	gap 5; needs 6; points 2
	local rules means
	# The second SIGUSR1, and the last real-time signal: then one is pending, and two.
	for rules in "tkill:2:EAGAIN kill:3:EPERM sigqueue:2:EPERM" \
		"tkill:6:EAGAIN kill:7:EPERM sigqueue:6:EAGAIN"; do
		# shellcheck disable=SC2086 # they are several
		failing $rules
		scenario 'trap : USR1 RTMIN; ./volley $$ 1'
		# Who raises one by raise and the other by sigqueue makes no sixth call of either.
		[[ $rules != tkill:2:* ]] || expect_failed
		expect_complaint '^volley: '
		expect_status 1
		means="rehearse returns -1 if a call of its own fails: raise does when the queue is full, and then the count is wrong"
		[[ $first_came$first_error != *@("User defined signal 1"|"Real-time signal 0")* && $first_status != @(138|162) ]] ||
			means="what was raised before the failure is still pending, and ends volley as soon as the mask is restored: take it out first, then return -1. Of a real-time signal, each one that was raised is pending: take out all"
		explain "Gap 5: the rehearsal" "$means"
	done
}

@test "volley: the rehearsal leaves mask and actions as they were" {
	gap 5; needs 6; points 3
	# Where the pipe is full, volley stands between the rehearsal and the sending.
	scenario 'bash -c "exec ./volley \$\$ 1" >said
		status=$?; cat said; echo status $status
		echo "blocked: SIGUSR1"
		env --block-signal=USR1 bash -c "exec ./volley \$\$ 1" >said
		status=$?; cat said; echo status $status
		echo "ignored: both"
		env --ignore-signal=USR1,RTMIN bash -c "exec ./volley \$\$ 1" >said
		tail -n 1 said
		echo "blocked: both, and SIGHUP, which is pending"
		mkfifo pipe; exec 3<>pipe; fill 3
		env --block-signal=USR1,RTMIN,HUP bash -c "kill -HUP \$\$; exec ./volley \$\$ 1" >pipe 3>&- &
		await_blocked $! write writev; grep ShdPnd /proc/$!/status; exec 4<pipe 3>&-; rm pipe
		tr -d "\0" <&4 | tail -n 1'
	expect_output 'SIGUSR1: 3 raised while blocked, 1 delivered
SIGRTMIN+0: 3 raised while blocked, 3 delivered
status 138
blocked: SIGUSR1
SIGUSR1: 3 raised while blocked, 1 delivered
SIGRTMIN+0: 3 raised while blocked, 3 delivered
status 162
ignored: both
sent: 1 SIGUSR1, 1 SIGRTMIN+0
blocked: both, and SIGHUP, which is pending
ShdPnd:	0000000000000001
sent: 1 SIGUSR1, 1 SIGRTMIN+0'
	local means="here volley sends to itself: it must end by SIGUSR1 (status 138), or by SIGRTMIN (162) if SIGUSR1 is blocked; what else is blocked when it begins stays so throughout"
	[[ $output != *"status 138"*"status 162"*"ignored: both"* || $output == *$'ignored: both\nsent:'* ]] ||
		means="SIGUSR1 and SIGRTMIN were ignored when volley began, and no longer are: put back the old action that sigaction gave you, not SIG_DFL"
	[[ $output != *"blocked: SIGUSR1"*"status 138"* ]] ||
		means="SIGUSR1 was blocked when volley began, and no longer is: put back the mask that sigprocmask gave you, with SIG_SETMASK"
	[[ $output != *ShdPnd:* || $output == *"ShdPnd:"$'\t'"0000000000000001"* ]] ||
		means="SIGHUP was blocked and pending when volley began, and nothing else may be pending after the rehearsal (ShdPnd 1): take out the signal that you raised, all of it, and no other"
	explain "Gap 5: the rehearsal" "$means"
}

@test "volley: the values are 1 to COUNT, and none is missing" {
	gap 6; needs 1 2 3; points 5
	scenario 'start; suspend $pid
		./volley $pid 3 1 >all; ./volley $pid 3 >all
		kill -USR2 $pid
		go; heard 1 "lost *"; said; finish >all'
	expect_output_of stopped
	explain "Gap 6: sending" "sigqueue carries the value in sival_int; kill sends none"
}

@test "volley: it says what it did" {
	gap 6; needs 5; points 3
	local count n
	count=$(random 10 99)
	n=$(random 1 3)
	scenario "trap : USR1 RTMIN; ./volley \$\$ 3; echo \$?
		trap '' USR1 \$((34 + $n)); ./volley \$\$ $count $n | tail -n 1
		./volley \$\$ 10000 $n | tail -n 1"
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/volley.out")
0
sent: $count SIGUSR1, $count SIGRTMIN+$n
sent: 10000 SIGUSR1, 10000 SIGRTMIN+$n"
	explain "Gap 6: sending" "send_value returns 0 when the signal is queued"
}

@test "volley: while the queue is full it waits, and loses nothing" {
	gap 6; needs 1 2; points 5
	local count
	count=$(random 7 9)
	scenario "start bash -c 'ulimit -i 5; exec ./tally'; suspend \$pid
		./volley \$pid $count >said & volley=\$!
		await_asleep \$volley 'volley ended while the queue was full'
		go; wait \$volley; echo volley: status \$?
		settle RTMIN; finish"
	expect_output "volley: status 0
report SIGTERM
SIGUSR1 1
$(seq -f 'SIGRTMIN+0 %.0f' "$count")
lost 0"
	explain "Gap 6: sending" "at EAGAIN the signal was not sent: sleep about a millisecond (is the time valid? tv_nsec is less than 1000000000), and send the same one again" WRONG HANG TIMEOUT
	# The rehearsal may use sigqueue, too: six times.
	failing sigqueue:7-1010:EAGAIN
	under_schedules 1
	scenario 'start; before=${EPOCHREALTIME/[.,]/}; ./volley $pid 8 | tail -n 1
		took=$((${EPOCHREALTIME/[.,]/} - before))
		((took > 80000)) || echo "it does not wait: 1000 tries in 80 ms"
		((took < 200000000)) || echo "it waits too long: 1000 tries in $((took / 1000)) ms"
		settle RTMIN; finish'
	expect_match '^sent: 8 SIGUSR1, 8 SIGRTMIN.0
report SIGTERM
SIGUSR1 [1-8]
'"$(seq -f 'SIGRTMIN.0 %.0f' 8)"'
lost 0$'
	local means="while the queue is full, each try costs CPU time and gains nothing: sleep between two tries, for a millisecond, say"
	[[ $output == *"does not wait"* ]] ||
		means="the queue was full a thousand times in a row: wait as long as that lasts: never give up, and lose no signal"
	[[ $output$first_why$first_came != *@("waits too long"|"volley sleeps in "?(clock_)nanosleep)* ]] ||
		means="there may be room again at any moment: sleep for about a millisecond between two tries"
	explain "Gap 6: sending" "$means" TIMEOUT
	in_each_run naps_are_valid
	explain "Gap 6: sending" "after many tries the time to sleep was no valid time any more, so it did not sleep: about a millisecond, each time, is enough"
}

# naps_are_valid: no sleep was refused
naps_are_valid() {
	check "sleeps of a valid time" "nanosleep fails with EINVAL" is "$(calls_of nanosleep " EINVAL ")" ""
}

@test "volley: it says which signal could not be sent" {
	gap 6; points 2
	failing volley/sigqueue:each:ESRCH
	scenario 'trap : USR1 RTMIN; ./volley $$ 3'
	expect_complaint '^volley: (process [0-9]+, SIGRTMIN.0 [123] of 3|rehearsal of SIG.*): No such process$'
	expect_status 1
	expect_failed
	failing volley/sigqueue:2:EPERM
	scenario 'trap : USR1 RTMIN; ./volley $$ 3'
	expect_complaint '^volley: (process [0-9]+, SIGRTMIN.0 2 of 3|rehearsal of SIG.*): Operation not permitted$'
	expect_status 1
	explain "Gap 6: sending" "only EAGAIN means try again; any other error goes to the caller, with errno set"
	# The rehearsal may use sigqueue, too: six times. The later call stands first: a rule
	# does not count the calls that one before it lets fail.
	failing volley/sigqueue:8:ESRCH volley/sigqueue:7:EAGAIN
	scenario 'trap : USR1 RTMIN; ./volley $$ 9'
	expect_complaint '^volley: process [0-9]+, SIGRTMIN.0 [1-9] of 9: No such process$'
	expect_status 1
	expect_failed
	explain "Gap 6: sending" "the queue was full, and when volley tried again, the process was gone: look at errno after each try, not only the first. Only EAGAIN means try again; any other error goes to the caller, with errno set" HANG TIMEOUT
}

# Both

@test "bad input: one clear line, and status 2 (1 for nobody)" {
	gap 0; points 0
	scenario 'for words in "2147483647 3" "12 0" "12 10001" "-1 3" "0 3" "2147483648 3" "12 3 4" "12 3 -1" "12" "12 1 1 1"; do
			./volley $words 2>&1; echo $?
		done'
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/nobody.out")
1
volley: COUNT is a number from 1 to 10000, not '0'
2
volley: COUNT is a number from 1 to 10000, not '10001'
2
volley: PID is a number from 1 to 2147483647, not '-1'
2
volley: PID is a number from 1 to 2147483647, not '0'
2
volley: PID is a number from 1 to 2147483647, not '2147483648'
2
volley: N is a number from 0 to 3, not '4'
2
volley: N is a number from 0 to 3, not '-1'
2
usage: volley PID COUNT [N]
2
usage: volley PID COUNT [N]
2"
	rejects './tally now' 2 .
	failing kill:1:EPERM
	scenario './volley $$ 3'
	expect_complaint '^volley: process [0-9]+: Operation not permitted$'
	expect_status 1
	explain_given "The programs"
}

@test "memcheck: no bad memory, no leak" {
	gap 0; needs 1 2 3 4 5 6; points 2
	memcheck_of -d 'echo hello >lines; start memcheck ./tally <lines
		heard 1 hello; memcheck ./volley $pid 2; finish'
	expect_match '^SIGUSR1: .*hello
report SIGTERM
SIGUSR1 [12]
SIGRTMIN.0 1
SIGRTMIN.0 2
lost 0$'
	explain "The programs" "free what you allocate, and stay inside your arrays"
}
