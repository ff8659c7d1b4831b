#!/usr/bin/env bats
# The conductor never changes what a correct program does.

load conductor

# same PROGRAM RUNS CASE...: the output is the same in every schedule
same() {
	local program=$1 runs=$2 name
	shift 2
	for name; do
		"$CONDUCT" "./$program" "$name" >"$BATS_FILE_TMPDIR/want"
		finds_nothing -n "$runs" -s "$BATS_TEST_NUMBER" -e 0 -p left \
			-x "$BATS_FILE_TMPDIR/want" "./$program" "$name" ||
			{ echo "$name"; false; }
	done
}

@test "one run looks like a run without it" {
	for name in $(./good | grep -vE 'alarms|_waits|timers|rest_of|look'); do
		want=$(./good "$name")
		run "$CONDUCT" ./good "$name"
		[ "$status" = 0 ]
		[ "$output" = "$want" ] || { echo "$name: $output"; false; }
	done
}

@test "the caller's standard files and the exit status come through" {
	[ "$("$CONDUCT" cat <<<through)" = through ]
	run "$CONDUCT" sh -c 'exit 7'
	[ "$status" = 7 ]
	run "$CONDUCT" sh -c 'kill -TERM $$'
	[ "$status" = 143 ]
	"$CONDUCT" ./no-such-program 2>/dev/null || [ $? = 127 ]
}

@test "processes: fork, vfork, posix_spawn, exec, orphans" {
	same good 60 forks vforks spawns exec_from_thread orphans
}

@test "threads, and a process that ends while they run" {
	same good 60 threads cancels first_thread_ends exit_with_threads \
		signal_thread
}

@test "stops and kills" {
	same good 30 stops kills
}

@test "signals: masks, signalfd, handlers, calls that are begun again" {
	same good 60 blocked_and_waited signal_descriptor begins_again \
		ping_pong ignored_signals
}

@test "time limits end at once, and clocks agree with them" {
	[ "$("$CONDUCT" ./good alarms)" = 'left 20
3 s
5, interval 1
100 s' ]
	[ "$("$CONDUCT" ./good timed_waits)" = "11111000110 45 s" ]
	[ "$("$CONDUCT" ./good socket_waits)" = "111 180 s 1" ]
	[ "$("$CONDUCT" ./good timers)" = "1 77 1" ]
	[ "$("$CONDUCT" ./good rest_of_sleep)" = "-1 1 40 s" ]
	same good 20 alarms timed_waits socket_waits timers rest_of_sleep deadline
}

@test "who computes, or looks at the clock, or spins, is not stopped" {
	same good 5 alarm_while_computing spins
	same good 20 looks_at_clock one_byte_at_a_time
}

@test "shared memory, queues, sockets, descriptors that do not block" {
	same good 60 shared_memory messages sockets nonblocking
}

@test "sanitizer builds" {
	same good_asan 15 forks spawns threads timed_waits shared_memory \
		ignored_signals exec_from_thread
}

@test "every run finds the working folder as it was" {
	echo first >file
	mkdir folder
	finds_nothing -n 5 -e 0 -x <(printf 'first\n') -- sh -c '
		cat file; echo changed >file; touch folder/new other
		rm -f bad; mkfifo fifo; mkdir -p deep/er'
	[ "$(cat file)" = first ]
	[ "$(echo *)" = "bad bad_asan file folder good good_asan" ]
	[ -z "$(ls folder)" ]
	cmp bad "$BATS_FILE_TMPDIR/bin/bad"
}

@test "a scenario that looks every few milliseconds for what takes seconds" {
	export LABBOX_LOG=$BATS_FILE_TMPDIR/log
	mkdir -p "$LABBOX_LOG"
	finds_nothing -n 5 -e 0 bash "$kit/.build/tools/run.sh" \
		'(sleep 3; echo now >file) & await_line file now
		./good deadline >file & await_line file few; wait'
}

@test "/proc says of a process what it would say without the conductor" {
	cat >script <<'END'
state() { local s; read -r s </proc/$1/stat; s=${s##*) }; echo "${s%% *}"; }
until_is() { until [[ $(state "$1") == "$2" ]]; do read -rt 0.002 <>rest; done; }
mkfifo rest
sleep 1000 & pid=$!
until_is $pid S; state $pid
kill -STOP $pid; until_is $pid T; state $pid
kill -CONT $pid; kill $pid; wait $pid; echo $?
END
	printf 'S\nT\n143\n' >"$BATS_FILE_TMPDIR/states"
	finds_nothing -n 20 -x "$BATS_FILE_TMPDIR/states" bash script
}

@test "every run reads its input from the beginning" {
	seq 3 >"$BATS_FILE_TMPDIR/three"
	conduct -n 3 -a -e 0 -x "$BATS_FILE_TMPDIR/three" cat <"$BATS_FILE_TMPDIR/three"
	[ "$status" = 0 ]
}

@test "a program cannot end the conductor" {
	run "$CONDUCT" sh -c 'exec 2>&-; kill -KILL $PPID; kill -TERM -1; echo here'
	[ "$status" = 0 ]
	[ "$output" = here ]
}
