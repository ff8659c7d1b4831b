#!/usr/bin/env bats
# The conductor finds what an ordinary run hardly ever shows.

load conductor

# expects TEXT: the file that holds it
expects() {
	echo "$1" >"$BATS_FILE_TMPDIR/expected"
	echo "$BATS_FILE_TMPDIR/expected"
}

@test "deadlock: the reader holds the write end itself" {
	finds deadlock "its write end is open in bad (4)" -n 10 ./bad keeps_write_end
}

@test "deadlock: two locks in another order" {
	finds deadlock "bad:1 sleeps in futex wait" -n 100 ./bad two_locks
}

@test "deadlock: a signal between the question and the sleep" {
	finds deadlock "When bad was about to call pause, bad.1 went first, and sent SIGUSR1 to bad." \
		-n 100 ./bad asks_then_sleeps
}

@test "only a time limit goes on" {
	finds timer "bad in poll" -n 100 -p timer ./bad asks_again_later
	finds_nothing -n 100 -e 0 ./bad asks_again_later
}

@test "another output, when the other child ends first" {
	finds output "about to call _exit" -n 100 -x "$(expects 4)" ./bad last_to_end
}

@test "another output, between open and write" {
	finds output "about to call write(3 = file flag), bad went first" \
		-n 200 -x "$(expects 1)" ./bad looks_for_file
}

@test "a signal at each place in turn" {
	finds deadlock "SIGTERM came to bad when bad was about to call pause" \
		-n 100 -k TERM@write ./bad misses_term
}

@test "a signal just before a call that is no place else" {
	finds deadlock "SIGTERM came to bad when bad was about to call sigprocmask" \
		-n 100 -k 'TERM<sigprocmask' ./bad blocks_late
}

@test "a thread that is held up just after a call" {
	finds output "SIGSTOP came to bad" \
		-1 -n 100 -k 'STOP<shutdown' -x <(echo all is sent) ./bad says_it_late
}

@test "an alarm that comes too early" {
	finds deadlock "SIGSTOP came to bad when bad was about to call pause" \
		-n 100 -k STOP ./bad naps
	finds deadlock "SIGSTOP came to bad when bad was about to call alarm" \
		-n 100 -k STOP ./bad stops_alarm
}

@test "a child that is left behind" {
	finds left "bad has ended before bad.1, which it started" \
		-n 10 -p left ./bad leaves_child
	finds left "sleep is left behind" -n 1 sh -c 'sleep 1000 & exit 0'
}

@test "a loop in which nothing comes of a call" {
	finds loop "poll(3 = pipe A) returns 1" -n 10 ./bad spins_at_end
}

@test "a crash, and death by SIGPIPE" {
	finds crash "bad.1 died of SIGSEGV" -n 10 ./bad crashes
	finds died "bad died of SIGPIPE" -n 100 -p pipe ./bad dies_of_pipe
	finds_nothing -n 100 ./bad dies_of_pipe
}

@test "a call that fails, each in turn" {
	finds silent "bad pipe fails with EMFILE" -n 100 -f pipe:each:EMFILE \
		./bad unchecked_pipe
	finds output "wait for bad.1 fails with EINTR" -n 100 \
		-f wait:each:EINTR ./bad unchecked_wait
	finds_nothing -n 60 -f each -w each ./good checks_all
}

@test "a read that returns less than it could" {
	finds output "read(3 = pipe A) is cut to 1 byte" -n 100 -w each ./bad one_read
}

@test "a slot that is free before it is empty, with a switch after each unlock" {
	finds output "bad had just come out of sem_post" -n 200 -b \
		-x "$(expects 6)" ./bad frees_too_early
	"$CONDUCT" ./good shared_memory >"$BATS_FILE_TMPDIR/shared"
	finds_nothing -n 100 -b -x "$BATS_FILE_TMPDIR/shared" ./good shared_memory
	"$CONDUCT" ./good threads >"$BATS_FILE_TMPDIR/threads"
	finds_nothing -n 30 -b -x "$BATS_FILE_TMPDIR/threads" ./good threads
}

@test "what the scenario waits for, and nobody is left to do it" {
	export LABBOX_LOG=$BATS_FILE_TMPDIR/log
	mkdir -p "$LABBOX_LOG"
	finds alone "scenario sleeps" -n 3 bash "$kit/.build/tools/run.sh" \
		'./bad last_to_end >out & await_line out never'
	grep -qx 'awaiting the line "never" never came in out' "$record"
	[ ! -e "$LABBOX_LOG/awaiting" ]
}

@test "a test's own signal is found at the worst moment" {
	export LABBOX_LOG=$BATS_FILE_TMPDIR/log
	mkdir -p "$LABBOX_LOG"
	finds deadlock "bad sleeps in pause" -n 100 bash "$kit/.build/tools/run.sh" \
		'./bad misses_term >out & await_line out ready; kill -TERM $!; wait'
}

@test "deadlock: what it waits for has come, and is blocked" {
	finds deadlock "bad sleeps in sigsuspend, and has SIGALRM blocked, which has come" -n 100 ./bad waits_for_set
}

@test "what a sanitizer says is a finding" {
	export LABBOX_LOG=$BATS_FILE_TMPDIR/log ASAN_OPTIONS=detect_leaks=0:log_path=$BATS_FILE_TMPDIR/log/asan
	mkdir -p "$LABBOX_LOG"
	finds crash "AddressSanitizer: SEGV" -n 3 ./bad_asan crashes
}
