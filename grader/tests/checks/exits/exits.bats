#!/usr/bin/env bats
# The checker exits. RUNS says how often the good program runs (10 unless said).

# shellcheck disable=SC2154 # notes and output are set by `under`
load ../checkers

setup_file() {
	build_checkers exits
	build_program cases exits_cases
	build_program cases cases_asan -fsanitize=address
	# clang's sanitizers write both to their log.
	CC=gcc build_program cases cases_ubsan -fsanitize=address,undefined
	build_program listen
}

cases() {
	under exits "$BIN/exits_cases" "$1"
}

@test "two children left behind are named, however the program ends" {
	for way in return exit _exit quick_exit; do
		cases "$way"
		only 1
		noted '^exits: 2 children were never waited for by exits_cases: '
		noted 'exits_cases \(pid [0-9]+, ended\)'
		noted 'exits_cases \(pid [0-9]+, running\)'
	done
}

@test "one zombie is one child" {
	cases zombie
	only 1
	noted '^exits: 1 child was never waited for by exits_cases: exits_cases \(pid [0-9]+, ended\)$'
}

@test "a child that calls exit is told, where that is asked for" {
	EXITS_CHILD=1 cases child_exits
	only 1
	noted '^exits: exits_cases called exit in a child$'
	EXITS_CHILD=1 cases waits
	[ ! -s "$notes" ]
	cases child_exits
	[ ! -s "$notes" ]
}

@test "nothing is said when every child was waited for" {
	for ((i = 0; i < ${RUNS:-10}; i++)); do
		cases waits
		[ ! -s "$notes" ]
	done
}

@test "nothing is said at death by a signal" {
	cases killed || true
	only 0
}

@test "nothing is said when SIGCHLD is ignored" {
	cases ignored
	only 0
}

@test "children from before exec are not the program's" {
	under exits bash -c "sleep 1 & exec $BIN/exits_cases nothing"
	only 0
	under exits bash -c "sleep 1 & exec $BIN/exits_cases zombie"
	only 1
	noted '1 child was'
}

@test "descriptors are named with the call that made them, on request" {
	cases descriptors
	only 0
	EXITS_FDS=1 cases descriptors
	only 3
	noted '^exits: descriptor [0-9]+ was never closed by exits_cases: pipe, from pipe\(\) at exits_cases\+0x'
	noted 'device /dev/null, from open\(\) at exits_cases\+0x'
	noted 'socket, from socket\(\) at exits_cases\+0x'
}

@test "descriptors that were open at the start do not count" {
	EXITS_FDS=1 under exits "$BIN/exits_cases" nothing 7</dev/null
	only 0
}

@test "a start is noted on request" {
	LABBOX_TRACE=1 cases nothing
	only 1
	noted '^exits: started exits_cases$'
}

@test "in a program built with sanitizers, and under valgrind" {
	under exits "$BIN/cases_asan" zombie
	only 1
	noted '1 child was never waited for'
	under exits valgrind -q "$BIN/exits_cases" zombie
	only 1
	noted '1 child was never waited for'
	under exits valgrind -q "$BIN/exits_cases" waits
	[ ! -s "$notes" ]
}

@test "notes go to the FIFO that LABBOX_NOTES names" {
	under exits "$BIN/listen" "$BATS_TEST_TMPDIR/fifo" \
		bash -c "for i in {1..30}; do $BIN/exits_cases return; done"
	[ ! -s "$notes" ]
	[ "$(grep -c 'exits: 2 children' <<<"$output")" -eq 30 ]
	read -r length note <<<"$output"
	[ "$length" -eq "${#note}" ]
}

@test "a supervisor that is gone does no harm" {
	LABBOX_NOTES=$BATS_TEST_TMPDIR/nobody cases return
	[ ! -s "$notes" ]
}

@test "what UBSan finds is noted" {
	under exits "$BIN/cases_ubsan" undefined
	noted '^exits: undefined behaviour: .*igned integer overflow.* at .*cases.c:[0-9]+$'
	under exits "$BIN/cases_ubsan" nothing
	not_noted 'undefined behaviour'
}
