#!/usr/bin/env bats
# The checker race: it finds accesses that nothing orders, and no others.
# RUNS says how often each program runs (2 unless said).

setup_file() {
	export BIN=$BATS_FILE_TMPDIR
	local here=$BATS_TEST_DIRNAME name
	local checks=$here/../../../checks
	local -a flags=(-std=gnu11 -g -O1 -Wall -Wextra -Werror -U_FORTIFY_SOURCE)
	make -s -C "$checks" OUT="$BIN" "$BIN/race.so"
	for name in race_counter race_handoff race_step; do
		gcc "${flags[@]}" "-specs=$checks/race/race.specs" -o "$BIN/$name" \
			"$here/${name#race_}.c" "$BIN/race.so" -pthread
		clang "${flags[@]}" -Xclang -fsanitize=thread -fno-builtin \
			-o "$BIN/$name.clang" "$here/${name#race_}.c" "$BIN/race.so" \
			-pthread
	done
	gcc "${flags[@]}" -o "$BIN/plain" "$here/step.c"
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	export RACE_STATE=$BATS_TEST_TMPDIR/state
}

# watched COMMAND...: its notes go to the file notes.
watched() {
	LD_PRELOAD=$BIN/race.so timeout -s KILL 30 "$@" 2>>notes
}

races() {
	grep -q '^race: .* are not ordered by any lock' notes
}

# each_run CHECK PROGRAM ARGUMENT...: runs it RUNS times, as both compilers
# built it; each run is a scenario, after which CHECK must be true.
each_run() {
	local i suffix check=$1 program=$2
	shift 2
	for ((i = 1; i <= ${RUNS:-2}; i++)); do
		for suffix in "" .clang; do
			rm -f state notes
			watched "$BIN/$program$suffix" "$@" >out || {
				echo "$program $*: status $?"
				cat notes
				return 1
			}
			"$check" || {
				echo "$program$suffix $*"
				cat notes
				return 1
			}
		done
	done
}

has_none() { [ ! -s notes ]; }
always_found() { each_run races "$@"; }
never_accused() { each_run has_none "$@"; }

@test "an unlocked counter, in memory mapped before fork" {
	local memory
	for memory in sysv posix file anonymous; do
		always_found race_counter "$memory" before none
	done
}

@test "an unlocked counter, in memory mapped after fork" {
	local memory
	for memory in sysv posix file; do
		always_found race_counter "$memory" after none
	done
}

# together LOCK MEMORY: two programs that the shell starts at once.
together() {
	rm -f state notes *.meet
	local file=$PWD/counter.$$.$BATS_TEST_NUMBER other
	touch "$file"
	mkfifo "$file.meet"
	MEET=for-writing watched "$BIN/race_counter" "$2" "$file" "$1" &
	other=$!
	MEET=for-reading watched "$BIN/race_counter" "$2" "$file" "$1"
	wait "$other"
	LD_PRELOAD=$BIN/race.so "$BIN/race_counter" "$2" "$file" remove \
		2>/dev/null
}

@test "an unlocked counter of unrelated programs" {
	local i
	for ((i = 1; i <= ${RUNS:-2}; i++)); do
		for memory in sysv posix file; do
			together none "$memory"
			races
		done
	done
}

@test "a locked counter of unrelated programs" {
	local i lock
	for ((i = 1; i <= ${RUNS:-2}; i++)); do
		for lock in named-sem flock atomic spin; do
			together "$lock" file
			has_none
		done
	done
}

@test "a counter under each kind of lock" {
	local memory lock
	for lock in sem named-sem mutex semop flock atomic spin; do
		for memory in sysv posix file anonymous; do
			never_accused race_counter "$memory" before "$lock"
		done
		never_accused race_counter posix after "$lock"
	done
}

@test "a value handed over by a message" {
	for way in pipe socket end-of-file stdio queue mq; do
		never_accused race_handoff "$way"
	done
}

@test "a value handed over by a semaphore or a lock" {
	for way in semaphore semop zero condition barrier; do
		never_accused race_handoff "$way"
	done
}

@test "a value handed over by atomic variables" {
	for way in flag fence ring; do
		never_accused race_handoff "$way"
	done
}

@test "a value handed over by a signal or the writer's end" {
	for way in wait signal sigwaitinfo; do
		never_accused race_handoff "$way"
	done
}

@test "another file with the same inode is not the same memory" {
	never_accused race_handoff own-file
}

@test "a volatile or relaxed flag orders nothing" {
	always_found race_handoff no-volatile
	always_found race_handoff no-relaxed
}

@test "a sleep orders nothing" {
	always_found race_handoff no-sleep
}

@test "strings that the C library writes and prints" {
	always_found race_handoff no-text
}

@test "a message sent too early" {
	always_found race_handoff no-order
}

@test "the note names both places, the bytes and the memory" {
	local form='^race: write at race_handoff\+0x[0-9a-f]+ and read at'
	form+=' race_handoff\+0x[0-9a-f]+ of the same 4 bytes of shared memory'
	form+=' \(anonymous mapping, offset [0-9]+\) are not ordered by any'
	form+=' lock, semaphore, message or wait$'
	watched "$BIN/race_handoff" no-sleep
	grep -qE "$form" notes
	local place
	place=$(grep -oE 'write at race_handoff\+0x[0-9a-f]+' notes)
	addr2line -f -e "$BIN/race_handoff" "${place#*+}" | grep -qx no_sleep
}

@test "the note names the relaxed store and load that could have ordered them" {
	local side place
	watched "$BIN/race_handoff" no-relaxed
	for side in store:no_relaxed load:no_relaxed_read; do
		place=$(grep -oE "atomic ${side%:*} at race_handoff\+0x[0-9a-f]+ is relaxed" notes)
		place=${place#*+}
		addr2line -f -e "$BIN/race_handoff" "${place% is*}" | grep -qx "${side#*:}"
	done
}

@test "programs that the shell runs one after the other" {
	watched "$BIN/race_step" data write </dev/null
	watched "$BIN/race_step" data read </dev/null
	has_none
}

# step WAY INPUT: starts race_step, whose output goes to the FIFO lines (7) and
# whose input is the FIFO INPUT; what they hold open here, it must not.
step() {
	watched "$BIN/race_step" data "$1" <"$2" >lines 3>&- 7>&- 8>&- 9>&- &
}

open_fifos() {
	mkfifo lines hold go
	exec 7<>lines 8<>hold 9<>go
}

# Ends the input of all steps, and waits for them.
end_steps() {
	exec 8>&- 9>&-
	wait
}

@test "programs that the shell runs at once" {
	open_fifos
	step write hold
	step read hold
	read -r _ <&7
	read -r _ <&7
	end_steps
	races
}

@test "a client started when the server is ready" {
	open_fifos
	step write hold
	read -r line <&7
	[ "$line" = ready ]
	step read hold
	read -r line <&7
	[ "$line" = 42 ]
	end_steps
	has_none
}

@test "a client told by the shell that the server is ready" {
	open_fifos
	step wait go
	until [ -s state ]; do :; done # the client lives
	step write hold
	read -r line <&7
	[ "$line" = ready ]
	echo go >&9
	read -r line <&7
	[ "$line" = 42 ]
	end_steps
	has_none
}

@test "no order of the processes confuses it" {
	local way kit=$BATS_TEST_DIRNAME/../../../..
	make -s -C "$kit/grader" ../.build/tools/conduct
	for way in pipe stdio semaphore semop queue signal condition ring; do
		run "$kit/.build/tools/conduct" -A -a -n 6 -o record env \
			LD_PRELOAD="$BIN/race.so" "$BIN/race_handoff" "$way"
		((status != 125)) || skip "ptrace is refused here"
		echo "$way: $output"
		grep -qx 'found 0' record
		! grep '^err race' record
	done
}

@test "a program that was not built for it is not judged" {
	watched "$BIN/plain" data write </dev/null
	[ "$(cat notes)" = "race: cannot judge: a program with shared memory was not built for it" ]
}

@test "programs outside LABBOX_DIR are left alone" {
	LABBOX_DIR=/nowhere watched "$BIN/race_handoff" no-sleep
	has_none
	[ ! -e state ]
}
