#!/usr/bin/env bats
# The checker perturb: faults show in every run, correct programs never fail.
# RUNS says how often each program runs (3 unless said).

setup_file() {
	export BIN=$BATS_FILE_TMPDIR
	local here=$BATS_TEST_DIRNAME
	make -s -C "$here/../../../checks" OUT="$BIN" "$BIN/perturb.so"
	for name in perturb_bad perturb_good; do
		gcc -std=gnu11 -g -O1 -Wall -Wextra -Werror \
			-U_FORTIFY_SOURCE -o "$BIN/$name" "$here/${name#perturb_}.c" -pthread
	done
}

# perturbed WORDS SEED COMMAND...
perturbed() {
	local words=$1 seed=$2
	shift 2
	PERTURB=$words PERTURB_SEED=$seed LD_PRELOAD=$BIN/perturb.so \
		timeout -s KILL "${LIMIT:-20}" "$@"
}

# Every run must fail: by a wrong result, or by a hang that is cut short.
always_fails() {
	local words=$1 fault=$2 seed
	for ((seed = 1; seed <= ${RUNS:-3}; seed++)); do
		if LIMIT=0.5 perturbed "$words" "$seed" \
			"$BIN/perturb_bad" "$fault"; then
			echo "$fault passed with seed $seed"
			return 1
		fi
	done
}

never_fails() {
	local all=shortread,shortwrite,eintr,pause,nosleep,yield
	local order style seed
	for style in "$@"; do
		for order in none childfirst parentfirst; do
			for ((seed = 1; seed <= ${RUNS:-3}; seed++)); do
				perturbed "$all,$order" "$seed" \
					"$BIN/perturb_good" "$style" ||
					{
						echo "$style failed: $order $seed"
						return 1
					}
			done
		done
	done
}

@test "an alarm that may go off before pause" {
	always_fails pause alarm-pause
}

@test "a check of a flag, then pause" {
	always_fails pause,parentfirst check-pause
}

@test "a sleep that is to give the other enough time" {
	always_fails nosleep,parentfirst sleep-order
}

@test "an order that fork does not promise" {
	always_fails parentfirst child-order
	always_fails childfirst parent-order
}

@test "one read for a long message" {
	always_fails shortread one-read
	always_fails shortread socket-one-read
}

@test "one read for a short message" {
	always_fails shortread one-short-read
	always_fails shortread,childfirst one-short-read
	always_fails shortread,parentfirst one-short-read
	always_fails shortread socket-one-short-read
}

@test "one non-blocking write for a long message" {
	always_fails shortwrite one-write
	always_fails shortwrite socket-one-write
}

@test "a lock given back between load and store" {
	always_fails yield split-lock
}

@test "a call that a signal interrupts" {
	always_fails eintr no-eintr
}

@test "keeprecords leaves small reads from pipes whole" {
	perturbed shortread,keeprecords 1 "$BIN/perturb_bad" one-short-read
}

@test "waits for signals that lose none" {
	never_fails sigsuspend sigwaitinfo self-pipe ppoll killed-pause
}

@test "waits for another process that need no time" {
	never_fails semaphore semop looking
}

@test "readers that take what comes" {
	never_fails read-loop fread epoll socket-read-loop waitall
}

@test "several readers of one pipe get whole records" {
	never_fails workers
}

@test "EINTR comes only when a handler has run" {
	never_fails alarms
}

@test "without PERTURB nothing changes" {
	perturbed "" 1 "$BIN/perturb_bad" one-short-read
}

@test "programs outside LABBOX_DIR are left alone" {
	LABBOX_DIR=/nowhere perturbed shortread 1 "$BIN/perturb_bad" one-short-read
	LABBOX_DIR=$BIN LIMIT=1 always_fails shortread one-short-read
}
