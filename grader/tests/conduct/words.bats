#!/usr/bin/env bats
# The words of tests that have the conductor run a scenario: grader/lib/conduct.bash.

load conductor

# judged WORD...: what a test with these lines gets: the verdict and what came; the
# programs are those of this folder
judged() {
	(
		export KIT=$kit LABBOX=$kit/.build/labbox LAB=none SEED=1
		export LABBOX_TOOLS=${tools:-$kit/.build/tools}
		LABBOX_LEVEL=$("$LABBOX" -p 2>/dev/null) DEFAULT_BUILD=plain
		RESULTS=$(mktemp -d "$BATS_TEST_TMPDIR/results.XXXXXX")
		BUILDS=$BATS_TEST_TMPDIR/builds
		mkdir -p "$BUILDS"
		[[ -e $BUILDS/plain ]] || ln -s "$BATS_FILE_TMPDIR/bin" "$BUILDS/plain"
		: >"$BUILDS/plain-built"
		source "$kit/grader/lib/lab.bash"
		BATS_TEST_NUMBER=1 BATS_TEST_COMPLETED=1
		: >"$RESULTS/names"
		setup
		gap 1; points 1
		for word; do eval "$word"; done
		explain S text
		teardown || true
		[[ ! -e $RESULTS/refused ]] || echo refused
		printf '%s %s\n' "$(<"$test_dir/verdict")" "$(cat "$test_dir/came" 2>/dev/null)"
	) >said
	[[ -n ${tools-} ]] || ! grep -q refused said || skip "ptrace is refused here"
	cat said
	output=$(<said)
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	make -s -C "$kit/grader"
}

@test "failing: the named call fails, and each in turn" {
	judged 'failing wait:1:EINTR' 'scenario "./bad unchecked_wait"' \
		'expect_failed' 'expect_output 7'
	[[ $output == "ZOMBIE 1 child was never waited for by bad: "* ]]
	judged 'failing wait:each:EINTR' 'scenario -n "./bad unchecked_wait"' 'expect_output 7'
	[[ $output == "WRONG "*"when bad wait for bad.1 fails with EINTR" ]]
	judged 'failing pipe:each:EMFILE' 'scenario "./good forks"' 'expect_failed' \
		'expect_status 1' 'expect_said "Too many open files"'
	[[ $output == "OK "* ]]
}

@test "failing flock: who waits for a lock may be interrupted; letting go of one does not fail" {
	local error
	for error in EINTR ENOLCK; do
		judged "failing flock:each:$error" 'scenario "./good locks"' 'expect_failed' \
			'expect_status 1' 'expect_said flock'
		[[ $output == "OK "* ]]
	done
}

@test "cutting exit: a process ends with another status; a thread's end does not count" {
	judged 'cutting exit:1:9' 'scenario "./bad unchecked_wait"' 'expect_output 9'
	[[ $output == "OK "* ]]
	judged 'cutting exit:1:9' 'scenario "./good threads"' 'expect_status 9'
	[[ $output == "OK "* ]]
}

@test "interrupting STOP: what it stops goes on when all others wait" {
	judged 'interrupting bad.1:STOP' 'scenario "./bad unchecked_wait"' 'expect_output 7'
	[[ $output == "OK "* ]]
	cd "$BATS_FILE_TMPDIR/bin"
	run "$kit/.build/tools/conduct" -v -k bad.1:STOP -1 -a -n 50 -- ./bad unchecked_wait
	[[ $output == *"bad.1 is stopped"*"bad.1 goes on"*"bad.1 ends with 7"* ]]
}

@test "interrupting STOP: polling is as good as waiting, and as patient" {
	judged 'interrupting good.1:STOP' 'scenario "./good polls"' 'expect_failed' 'expect_output 7'
	[[ $output == "OK "* ]]
	judged 'interrupting good.1:STOP' 'scenario "./good polls_without_pause"' 'expect_failed' 'expect_output 7'
	[[ $output == "OK "* ]]
	judged 'interrupting good.1:STOP' 'scenario "./good polls_a_set"' 'expect_failed' 'expect_output "1 0"'
	[[ $output == "OK "* ]]
	judged 'interrupting bad.1:STOP' 'scenario -n "./bad gives_up"' 'expect_output 7'
	[[ $output == "WRONG no output"*SIGSTOP* ]]
}

# What a hang report says of a limit (grader/why), it has from there, too.
@test "a wait for days has a time limit in /proc, and one for ever has none" {
	judged 'under_schedules 1' 'scenario "./good long_waits & await_children \$! 7
		for pid in \${children[@]}; do
			await_blocked \$pid poll ppoll select pselect6 epoll_wait epoll_pwait semtimedop
			! has_no_limit /proc/\$pid || echo no limit
		done; wait"' 'expect_output "no limit
000000 137"'
	[[ $output == "OK "* ]]
}

@test "tell: what came of each line; what the shell says of a death is left out" {
	judged "scenario \"tell 'echo a; echo b >&2; exit_with() { return \\$1; }; exit_with 3' 'printf c' 'sh -c \\\"kill -ABRT \\\\\\\$\\\\\\\$\\\"'\"" \
		'expect_told "printf c" 0 "c (and no newline)"' 'expect_quiet' \
		'expect_that lines "$output" lines_are "$output" 9'
	[[ $output == "OK "* ]]
	judged 'scenario "tell true"' 'expect_told true 1 ""'
	[[ $output == "WRONG exit status 0" ]]
	judged 'scenario "tell true"' 'expect_told false 1 ""'
	[[ $output == "WRONG the scenario ended before it" ]]
}

@test "failing: what is never called is told by expect_failed only" {
	judged 'failing semget:1:ENOSPC' 'scenario "./good forks"' 'expect_status 1'
	[[ $output == "OK "* ]]
	judged 'failing semget:each:ENOSPC' 'scenario "./good forks"' 'expect_failed'
	[ "$output" = "WRONG it is never made" ]
}

@test "a rule that makes no sense is an error of the test, in words" {
	local rule
	for rule in 'failing pips:1:EMFILE|there is no call "pips"' \
		'failing pipe:1:ENOSUCH|there is no error "ENOSUCH"' \
		'failing good/pips:each:EMFILE|there is no call "pips"' \
		'failing pipe:first:EMFILE|"first" is not N, N+, N-M or each' \
		'failing fork:each:EINTR|no signal ends fork with EINTR' \
		'cutting pipe:1:1|pipe is none of read, write, recv, send, writev, sendmsg, exit' \
		'interrupting TERN|there is no signal "TERN"' \
		'interrupting TERM@raed|there is no call "raed"' \
		'under_schedules few|few is not a number of runs'; do
		judged "${rule%|*}" 'scenario "./good forks"' 'expect_output nothing'
		[[ $output == "ERROR "*"${rule#*|}"* ]]
	done
}

@test "failing: each call of one process, in turn" {
	judged 'failing good.1/write:each:EIO' 'scenario -n "./good forks"' \
		'expect_failed' 'check "of good.1 only" "$faults" is "${faults%% *}" good.1'
	[[ $output == "OK "* ]]
}

@test "failing: what the C library does for its threads is no call of the program's" {
	judged 'failing sigaction:1:EINVAL' 'scenario "./good threads"' 'expect_status 0' \
		'check "no fault" "$faults" test -z "$faults"'
	[[ $output == "OK "* ]]
}

@test "what a program said is shown with the run in which it said so, and no other" {
	judged 'failing pipe:each:EMFILE' 'scenario "./good forks"' 'expect_status 0' \
		'echo "shown: $first_error"'
	[[ $output == *"shown: "*"Too many open files"* ]]
	judged 'failing pipe:each:EMFILE' 'scenario "./good forks"' 'expect_that A B false' \
		'echo "shown: $first_error."'
	[[ $output == *"shown: ."* ]]
}

@test "failing ends, and a scenario without it is not conducted" {
	judged 'failing pipe:1:EMFILE' 'scenario "./good forks"' 'failing' \
		'scenario "./good forks"' 'expect_status 0' 'expect_quiet' \
		'check "no record" "a record" test -z "$under_last"'
	[[ $output == "OK "* ]]
}

@test "under_schedules: RACE, and the schedule in words; the same each time" {
	judged 'under_schedules 60' 'scenario "./bad last_to_end"' 'expect_output 4'
	[[ $output == "RACE 3"*"in one of several runs (number "*"ended with status 4"* ]]
	first=$output
	judged 'under_schedules 60' 'scenario "./bad last_to_end"' 'expect_output 4'
	[ "$output" = "$first" ]
	judged 'under_schedules 30' 'scenario "./good forks"' 'expect_status 0'
	[[ $output == "OK "* ]]
}

@test "under_schedules: a deadlock is a HANG, whoever is left behind a LEAK" {
	judged 'under_schedules 100' 'scenario "./bad asks_then_sleeps"' 'expect_status 0'
	[[ $output == "HANG "*"bad sleeps in pause"* ]]
	judged 'under_schedules 10' 'scenario "./bad leaves_child"' 'expect_status 0'
	[[ $output == "ZOMBIE "* || $output == "LEAK "* ]]
	judged 'under_schedules 10' 'scenario "sleep 1000 & ./good forks"' 'expect_status 0'
	[[ $output == "LEAK left behind: sleep "* ]]
}

@test "interrupting: a signal at each place" {
	judged 'interrupting TERM@write' 'scenario "./bad misses_term"' 'expect_status 0'
	[[ $output == "HANG "*"SIGTERM came to bad when bad was about to call pause"* ]]
	judged 'interrupting TERM@write' 'scenario "./bad misses_term"' 'expect_failed' 'expect_status 0'
	[[ $output == "HANG "* ]]
	grep -qx "exit status 0" "$BATS_TEST_TMPDIR"/results.*/*/wanted
}

@test "interrupting: a signal that comes nowhere is told by expect_failed" {
	judged 'interrupting good.9:TERM' 'scenario "./good forks"' 'expect_failed'
	[ "$output" = "WRONG it never comes" ]
	judged 'interrupting good.1:TERM' 'scenario -n "./good forks"' 'expect_failed'
	[[ $output == "OK "* ]]
	# It changes nothing, but it came.
	judged 'interrupting good:URG' 'scenario "./good forks"' 'expect_failed' \
		'expect_output "3 bytes, sum 3"'
	[[ $output == "OK "* ]]
	judged 'interrupting good:URG' 'scenario "./good forks"' 'expect_output "3 bytes"'
	[[ $output == "WRONG 3 bytes, sum 3"* ]]
}

@test "leaving_core: a core file" {
	judged leaving_core 'scenario "./good aborts"' 'expect_output "6 1 1"'
	[[ $output == "OK "* ]]
}

@test "cutting: a short read" {
	judged 'cutting each' 'scenario "./bad one_read"' 'expect_output nothing'
	[[ $output == "WRONG "* ]]
}

@test "cutting: a message or a vector of pieces" {
	judged 'cutting sendmsg:1:8 writev:1:3' 'scenario "./bad one_vector"' \
		"expect_output \$'hello \nhel'"
	[[ $output == "OK "* ]]
}

@test "expect_called: by call, by whom, on what" {
	judged 'scenario -w "./good forks"' 'expect_called fork' 'expect_called good.2/exit:1' \
		'expect_called nosuch "good.2/write:pipe [A-Z]"' 'expect_not_called socket' \
		'expect_made good/fork 3'
	[[ $output == "OK "* ]]
	judged 'scenario -w "./good thread_writes"' 'expect_called good/write'
	[[ $output == "OK "* ]]
	judged 'scenario -w "./good forks"' 'expect_made good/fork 2'
	[ "$output" = "WRONG 3" ]
	judged 'scenario -w "./good forks"' 'expect_not_called good/pipe'
	[ "$output" = "WRONG good calls pipe" ]
	judged 'scenario -w "./good forks"' 'expect_called socket'
	[ "$output" = "WRONG none in this run" ]
}

@test "expect_called_after: not where it was made before only" {
	judged 'scenario -w "./good forks"' 'expect_called_after good/pipe good/fork' \
		'expect_called_after nosuch good/pipe'
	[[ $output == "OK "* ]]
	judged 'scenario -w "./good forks"' 'expect_called_after good/fork good/pipe'
	[ "$output" = "WRONG none in this run" ]
}

@test "leave_out: a call that fails, and is not judged" {
	judged 'failing fork:each:EAGAIN pipe:each:EMFILE' 'scenario -n "./good forks 2>said"' 'leave_out "* fork *"' \
		'expect_status 1' 'expect_output ""'
	[[ $output == "OK "* ]]
	judged 'failing fork:each:EAGAIN pipe:each:EMFILE' 'scenario -n "./good forks 2>said"' 'leave_out "* fork *"' \
		'expect_status 9'
	[[ $output == "WRONG "*"when good pipe fails with EMFILE" ]]
}

@test "a program cannot forge its record" {
	judged 'scenario -w "rm -rf conduct.record; mkdir conduct.record; ./good forks"' \
		'expect_status 0'
	[ "$output" = "WRONG the record of its calls was lost" ]
	judged 'scenario -w "echo call good socket ok 1 - >conduct.record; ./good forks"' \
		'expect_called socket'
	[ "$output" = "WRONG none in this run" ]
}

@test "where ptrace is refused, a scenario runs without, and that is remembered" {
	tools=$BATS_TEST_TMPDIR/tools
	cp -r "$kit/.build/tools" "$tools"
	printf '#!/bin/sh\necho "conduct: ptrace is refused here" >&2\nexit 125\n' \
		>"$tools/conduct"
	judged 'failing pipe:1:EMFILE' 'scenario "./good forks"' 'expect_status 1' \
		'expect_failed' 'failing' 'scenario -w "./good forks"' 'expect_called nothing'
	[ "$output" = $'refused\nOK ' ]
	judged 'cutting exit:1:99' 'scenario "./good forks"' 'expect_output "it was 99"'
	[ "$output" = $'refused\nOK ' ]
	judged 'under_schedules 5' 'scenario "./good forks"' 'expect_status 1'
	[ "$output" = $'refused\nWRONG exit status 0' ]
}
