#!/usr/bin/env bats
# What `make demo` shows of each lab's programs.

@test "each line of each lab's demo succeeds, and leaves nothing behind" {
	cd "$BATS_TEST_DIRNAME/../.."
	# shellcheck disable=SC2046 # names of labs
	solutions/demo $(cut -f1 labs/list)
}

@test "only the labs that are named are shown" {
	cd "$BATS_TEST_DIRNAME/../.."
	run solutions/demo hello
	[ "$status" = 0 ]
	[[ "$output" == *"./hello"* ]]
	[ "$(grep -c '^[a-z-]*: ' <<<"$output")" = 1 ]
}
