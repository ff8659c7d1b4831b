#!/usr/bin/env bats
# The checker turns, with the conductor, which follows it.

# shellcheck disable=SC2154 # output and status are set by `run`
load ../checkers

setup_file() {
	build_checkers turns
	build_program lines
	make -s -C "$BATS_TEST_DIRNAME/../../.." ../.build/tools/conduct
}

# lines HOW: what two threads have printed so, in the usual order
lines() {
	cd "$BIN" || return # the conductor looks at the programs that are there
	run "$BATS_TEST_DIRNAME/../../../../.build/tools/conduct" -b -n 1 -o record \
		env LD_PRELOAD="$BIN/turns.so" ./lines "$1" 3>&- 4>&-
	if ((status == 125)); then
		skip "ptrace is refused here"
	fi
	printed=$(sed -n 's/^out-\{0,1\} //p' record | sort)
	echo "$1: $printed"
}

@test "a line that is printed by two calls is taken apart" {
	for how in calls writes; do
		lines "$how"
		[ "$printed" != $'apple\npear' ]
	done
}

@test "a line stays whole under a lock, and in one call" {
	for how in locked flocked printf write; do
		lines "$how"
		[ "$printed" = $'apple\npear' ]
	done
}
