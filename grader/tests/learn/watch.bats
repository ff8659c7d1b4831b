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
	# A run of one test says what grades them all.
	run grader/grade -f "first: prints" two
	[[ "$output" == *"make two grades the whole lab." ]]
	sed -i 's/"1/"3/' labs/two/first.c
	await seen "two  before: 100/100  gaps [##]"
	await seen "two  55/100  gaps [.#]"
	sed -i -e 's/"3/"1/' -e 's/return 0;/int unused; return 0;/' labs/two/first.c
	await seen "no warning from the compiler"
	printf h >&7
	await seen "First fix what the compiler warns of."
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

@test "a key that needs a result waits for the first one" {
	grader/learn/watch <keys >seen 2>&1 3>&- 7>&- &
	watch=$!
	printf l >&7
	await seen "  FAIL   0/45  second: prints 2"
	await seen "(Enter: back to the result)"
	end_watch
	watch=""
}

# on_terminal COLUMNS ROWS: watch, in a session with a terminal of that size
on_terminal() {
	local i=0
	SHELL=/bin/bash script -qec "stty cols $1 rows $2; stty -g >before
		$dir/grader/learn/watch; stty -g >after" /dev/null <keys >seen 2>&1 3>&- 7>&- &
	watch=$!
	# Before that, keys are the shell's.
	until [[ "$(stty -a <"/proc/$(pgrep -of "^bash $dir/grader/learn/watch")/fd/1")" == *" -echo "* ]] 2>/dev/null; do
		sleep 0.05
		((++i < 600))
	done
}

@test "on a terminal: as wide as that is, again when it is resized; keys are never shown raw" {
	command -v script >/dev/null || skip "needs script"
	sed -i 's/it prints 1/it prints 1, and prints it in words that together need more than a line/' grader/labs/two/tests.bats
	on_terminal 50 24
	printf hhhe >&7
	await seen "hint"
	await seen "e: as soon as all tests have run"
	printf '\n' >&7
	await seen "(gap 1)"
	await seen "waiting for a save"
	[ -z "$(grep hhh seen)" ]
	[ "$(sed 's/.*\x1b\[2J//; s/\x1b\[[0-9;]*[mKH]//g; s/\r//g' seen | wc -L)" -le 50 ]
	grep -q $'prints it in words\r$' seen
	stty cols 70 <"/proc/$(pgrep -f "^$dir/.build/events")/fd/0"
	await seen "in words that together"
	end_watch
	watch=""
	cmp before after
}

@test "on a terminal: of what is too long, the head, and the rest by a key" {
	command -v script >/dev/null || skip "needs script"
	on_terminal 80 9
	await seen "waiting for a save"
	# What has been drawn last.
	screen() {
		sed -n '/\x1b\[2J/!H; /\x1b\[2J/h; ${ x; s/.*\x1b\[2J//; s/\x1b\[[0-9;]*[mKH]//g; s/\r//g; p }' seen
	}
	grep -q '^(m: [0-9]* more lines)' <(screen)
	[[ "$(screen | head -n 1)" == "two  10/100  gaps [..]"* ]]
	printf m >&7
	await seen "m: from the top"
	await seen "fix this one first."
	printf m >&7
	await seen "more lines)" 2
	printf l >&7
	await seen "Enter: back to the result"
	[[ "$(screen | head -n 1)" == "two  10/100 "*"seed"* ]]
	end_watch
	watch=""
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
