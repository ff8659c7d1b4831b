#!/usr/bin/env bats
# The words of scenarios and tests: grader/lib/scenario/, and which sentence a
# failure is explained with.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	mkdir -p "$kit/.build" "$BATS_TEST_TMPDIR/box-log"
	flock "$kit/.build" make -s -C "$kit/grader"
	cd "$BATS_TEST_TMPDIR" || return
}

# in_scenario SCRIPT: runs it as the box does, but for the box; sets output and
# status. Nothing that it started outlives it.
in_scenario() {
	status=0
	TMPDIR=$BATS_TEST_TMPDIR LABBOX_LOG=$BATS_TEST_TMPDIR/box-log \
		LABBOX_TOOLS=$kit/.build/tools CHECKERS="" setsid \
		timeout 60 bash "$kit/.build/tools/run.sh" "$1" >said 2>&1 </dev/null 3>&- &
	wait $! || status=$?
	kill -KILL -- -$! 2>/dev/null || true
	output=$(<said)
	mapfile -t lines <said
}

gave_up() { cat box-log/gave-up; }

# server BEFORE AFTER: makes one, with what it does before and after it is ready
server() {
	printf '#!/bin/bash\n%s\necho "ready $$"\n%s\n' "$1" "$2" >server
	chmod +x server
}

@test "start waits until the server is ready, stop tells its status" {
	server 'mkfifo never; exec 3<>never; trap "exit 3" TERM' 'read -r <&3'
	in_scenario 'start ./server; [[ $(<log) == "ready $server" ]] && echo is ready; stop'
	[ "$output" = $'is ready\nstatus 3' ]
}

@test "start does not wait for a server that has ended" {
	printf '#!/bin/sh\nexit 1\n' >server
	chmod +x server
	in_scenario 'start ./server; echo went on'
	[ "$status" = 98 ] && [ -z "$output" ]
	[ "$(gave_up)" = "server ended before it was ready" ]
	in_scenario 'launch ./server; echo went on; attempt ./server'
	[ "$output" = $'went on\nstatus 1' ]
}

@test "leave_stale leaves what only the server would remove" {
	server 'trap "rm name" EXIT; : >name' 'kill -STOP $$'
	in_scenario 'leave_stale ./server; ls name; is_gone $server && echo gone'
	[ "$output" = $'name\ngone' ]
}

@test "idle: whoever waits for good is asleep" {
	in_scenario 'open_pipe; cat <&3 & idle $!; kill $!'
	[ "$output" = asleep ]
	in_scenario 'perl -e "select(undef, undef, undef, undef)" & idle $!; kill $!'
	[ "$output" = asleep ]
	# One that wakes now and then may: it is not asked to sleep for good.
	in_scenario 'perl -e "sleep 3000" & idle $!; kill $!'
	[ "$output" = asleep ]
	# What was stopped goes on as restart_syscall: a poll without limit, but a nap, too.
	in_scenario 'poll="@none = (-1, 1); IO::Poll::_poll(-1, @none)"
		for wait in "$poll" "sleep 3000"; do
			perl -MIO::Poll -e "$wait" & await_rest $! "it never slept"
			until_holds "it never slept" is_in $! poll clock_nanosleep
			suspend $!; resume $!
			until_holds "it never went on" is_in $! restart_syscall
			sleeps_for_good $! && echo "for good: $wait"
			kill $!
		done'
	[ "$output" = "for good: @none = (-1, 1); IO::Poll::_poll(-1, @none)" ]
}

@test "idle: napping is told from sleeping, and so is spinning" {
	in_scenario 'perl -e "select(undef, undef, undef, 0.001) while 1" & idle $!; kill $!'
	[[ "$output" == "it woke up "*" times while nothing happened" ]]
	# Its calls have no time limit: it is a timer that wakes it.
	in_scenario 'perl -MTime::HiRes=setitimer -e "\$SIG{ALRM} = sub {};
		setitimer(0, 0.001, 0.001); select(undef, undef, undef, undef) while 1" &
		until_holds "it never slept" is_in $! select pselect6; idle $!; kill $!'
	[[ "$output" == "it woke up "*" times while nothing happened" ]]
	in_scenario 'perl -e "1 while 1" & idle $!; kill $!'
	[[ "$output" == "it never sleeps: it used "*" ms of CPU time while nothing happened" ]]
	in_scenario 'true & await_gone $!; idle $!'
	[ "$output" = "it has ended" ]
}

@test "await_asleep is for any wait, and not for one that ends" {
	in_scenario 'open_pipe; cat <&3 & await_asleep $! "cat has ended"; echo asleep; kill $!'
	[ "$output" = asleep ]
	in_scenario 'true & await_asleep $! "true has ended"; echo went on'
	[ "$status" = 98 ] && [ "$(gave_up)" = "true has ended" ]
}

@test "suspend returns when the process has stopped" {
	in_scenario 'open_pipe; cat <&3 & await_blocked $! read
		suspend $!; is_state $! T && echo stopped
		resume $!; await_blocked $! read; kill $!
		true & suspend $!; echo gone'
	[ "$output" = $'stopped\ngone' ]
}

@test "suspend returns when each thread of a process has stopped" {
	cc -x c -o busy - -pthread <<'END'
#include <pthread.h>
#include <unistd.h>
static void *spin(void *unused) { for (;;) ; return unused; }
int main(void)
{
	pthread_t thread;
	for (int i = 0; i < 30; i++)
		pthread_create(&thread, NULL, spin, NULL);
	for (;;)
		pause();
}
END
	in_scenario 'threads() { local all=(/proc/$1/task/*); ((${#all[@]} == 31)); }
		./busy & until_holds "few threads" threads $!
		for i in {1..20}; do
			suspend $!; grep -L "^State:.T" /proc/$!/task/*/status; resume $!
		done; kill $!'
	[[ -z $output && $status == 0 ]]
}

@test "await_children tells the children of a process" {
	in_scenario 'open_pipe
		bash -c "cat <&3 & cat <&3 & cat <&3 & wait" & parent=$!
		await_children $parent 3
		for pid in "${children[@]}"; do await_blocked $pid read; cat /proc/$pid/comm; done
		kill "${children[@]}"; wait'
	[ "$output" = $'cat\ncat\ncat' ]
}

@test "feed and start_unread: a program between two pipes" {
	in_scenario 'feed sed s/a/b/ >got; echo a >&3; exec 3>&-; wait $!; cat got
		yes a | head -c 100000 >many
		start_unread cat <many; await_blocked $! write splice copy_file_range
		cat <&3 | wc -c; wait $!; echo $?; ls'
	[ "${lines[0]}" = b ]
	[ "${lines[1]}" = 100000 ]
	[ "${lines[2]}" = 0 ]
	[[ "$output" != *unread* && "$output" != *feed* ]]
}

@test "a pipe of a known size is filled to the last byte" {
	in_scenario 'open_pipe 8192; printf abc >&3; bytes_in 3; head -c 3 <&3; echo
		fill 3; bytes_in 3
		echo x >&3 & await_blocked $! write
		head -c 8192 <&3 >/dev/null; wait $!; bytes_in 3'
	[ "$output" = $'3\nabc\n8192\n2' ]
}

# explained FAILURE EXPLAIN...: the sentence and section that the report of a
# test gets, which are written by the words themselves
explained() {
	(
		export KIT=$kit LABBOX=$kit/.build/labbox LAB=none SEED=1
		RESULTS=$BATS_TEST_TMPDIR/results BUILDS=$BATS_TEST_TMPDIR/builds
		mkdir -p "$RESULTS" "$BUILDS"
		: >"$BUILDS/plain-built"
		source "$kit/grader/lib/lab.bash"
		BATS_TEST_NUMBER=1 BATS_TEST_COMPLETED=1
		setup
		gap 1; points 1
		for word; do eval "$word"; done
		teardown || true
		cat "$test_dir/means"
		printf ' (%s)\n' "$(<"$test_dir/section")"
	)
}
hang='meaning="in general"; fault HANG "that it ends"; expectations+=(x)'
wrong='check x y false'
right='check x y true'

@test "a test's sentence replaces the general one where it is meant for that" {
	[ "$(explained "$hang" 'explain S "the test"')" = "in general (S)" ]
	[ "$(explained "$hang" 'explain S "the test" LEAK HANG')" = "the test (S)" ]
	[ "$(explained "$hang" 'explain_also=HANG; explain S "the test"')" = "the test (S)" ]
	[ "$(explained "$wrong" 'explain S "the test" HANG')" = "the test (S)" ]
	[ "$(explained 'fault CRASH x; expectations+=(x)' 'explain S "the test"')" = "the test (S)" ]
}

@test "of a hang, what was expected of the scenario that hung is shown" {
	: "$(explained 'check first x true' 'explain S one' 'fault HANG "that it ends"; expectations+=(second)' 'check third x true' \
		'explain S two')"
	[ "$(<results/000/wanted)" = second ]
}

@test "of several sentences in a row, the one that names the verdict" {
	local both='explain S one; explain T two HANG; explain U three HANG'
	[ "$(explained "$hang" "$both")" = "two (T)" ]
	[ "$(explained "$wrong" "$both")" = "one (S)" ]
}

@test "a sentence is for what stands above it, up to the sentence before" {
	[ "$(explained "$right" 'explain S one' "$wrong" 'explain T two')" = "two (T)" ]
	[ "$(explained "$wrong" 'explain S one' "$wrong" 'explain T two')" = "one (S)" ]
	[ "$(explained "$hang" 'explain S one' "$right" 'explain T two HANG')" = "in general (S)" ]
}
