#!/usr/bin/env bats
# make watch: what a student sees after each save.
load learn.bash

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/learn.XXXXXX")
	own_kit "$kit" "$dir"
	cd "$dir" || return
	small_lab "$dir"
	mkfifo keys
	exec 7<>keys
	watch=""
}

teardown() {
	[ -z "$watch" ] || kill "$watch" 2>/dev/null || true
	[ -z "$watch" ] || wait "$watch" || true
	rm -rf "$dir"
}

# begin: until all tests have run
begin() {
	grader/learn/watch <keys >seen 2>&1 3>&- 7>&- &
	watch=$!
	await seen "1 more failed; fix this one first."
}

# seconds_of TEST: that it took when it ran last, which tells whether it ran again
seconds_of() { sed -nE "s/.*\"name\": \"$1\".*(\"seconds\": .*)\}.*/\1/p" .results/two.json; }

@test "from the starter to full marks, by way of a file that does not compile" {
	begin
	await seen "first: prints 1  (gap 1)"
	sed -i 's/return 0;/return 0/' labs/two/first.c
	await seen "it does not build:"
	await seen "error: expected"
	mv labs/two/first.c kept.c
	await seen "first.c is missing"
	sed 's/return 0/return 0;/' kept.c >labs/two/first.c
	fill 1
	await seen "Gap 1 is done."
	await seen "Next: gap 2 is still open, at TODO 2 in labs/two/second.c:6"
	# Only what the edited file reaches runs again.
	first=$(seconds_of "first: prints 1")
	[ -n "$first" ]
	fill 2
	await seen "Gap 2 is done."
	[ "$first" = "$(seconds_of "first: prints 1")" ]
	await seen "Full marks: two is done."
	[[ "$(head -n 1 .results/two.json)" == *'"score": 100, "max_score": 100'* ]]
	run grader/learn/next
	[ "$output" = "All labs are done." ]
	printf l >&7
	await seen "  ok    45/45  second: prints 2"
	status=0
	end_watch || status=$?
	watch=""
	[ "$status" = 0 ]
}

@test "what failed last runs first; a save during a grading ends that" {
	begin
	# It would run until the time is up.
	sed -i 's/return 0;/for (;;)\n\t\t;/' labs/two/first.c
	i=0
	until pgrep -f "$dir/.*first: prints 1" >/dev/null || pgrep -f "bats.*first: prints 1" >/dev/null; do
		sleep 0.05
		((++i < 600))
	done
	sed -i 's/for (;;)/return 0/' labs/two/first.c
	fill 1
	await seen "  ok    first: prints 1"
	await seen "Gap 1 is done."
	[[ "$(cat seen)" != *TIMEOUT* ]]
	[[ "$(cat seen)" != *"still running"* ]]
	kill "$watch"
	status=0
	wait "$watch" || status=$?
	watch=""
	[ "$status" = 143 ]
	[ -z "$(pgrep -f "$dir/")" ]
}

@test "no such lab, one that is missing, and all done: one line" {
	run grader/learn/watch nosuch
	[ "$status" = 2 ]
	[ "${#lines[@]}" = 1 ]
	mv labs/two gone
	run grader/learn/watch two
	[ "$status" = 2 ]
	[[ "$output" == *"make reset LAB=two"* ]]
}

@test "with -g, an editor gets each result between two lines" {
	grader/learn/watch -g <keys >seen 2>&1 3>&- 7>&- &
	watch=$!
	await seen "graded two"
	grep -n '' seen | grep -E ':(grading|graded) two$|: error: ' | sed 's/^[0-9]*://' >lines
	[ "$(head -n 1 lines)" = "grading two" ] && [ "$(tail -n 1 lines)" = "graded two" ]
	grep -qE '^labs/two/first.c:6: error: first: prints 1: expected 1, came 0; .* \[gap 1, 0/45\]$' lines
	sed -i 's/return 0;/return 0/' labs/two/first.c
	await seen "graded two" 2
	grep -qE '^labs/two/first.c:[78]:[0-9]*: error: expected' seen
	[ "$(grep -c '^grading two$' seen)" = 2 ]
}
