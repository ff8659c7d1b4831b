#!/usr/bin/env bats
# A run may end at any point, and goes on where it was; only what changed is graded
# again; what is the grader's fault is no mark.

setup() {
	source "$BATS_TEST_DIRNAME/class.bash"
	kit=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/class.XXXXXX")
	out=$dir/out log=$dir/kit/grader/log
	stand_in "$kit" "$dir/kit"
	mkdir "$dir/in" "$dir/bin"
	cd "$dir/in" || return
	n=1
	for name in a b c d; do
		mkdir "$name"
		n=$((n + 1))
		worth $n >"$name/hello.c"
	done
}

teardown() {
	chmod -R u+rwX "$dir"
	rm -rf "$dir"
}

class() { run "$dir/kit/grader/class" -o "$out" -w 1 "$@" hello "$dir/in"; }

# graded N: so many submissions have been graded since this was last asked
graded() {
	local n=0
	[[ ! -e $log ]] || n=$(wc -l <"$log")
	rm -f "$log"
	[ "$n" = "$1" ] || { echo "graded: $n" && false; }
}

# until_true COMMAND...: tries until it holds
until_true() {
	until "$@"; do sleep 0.1; done
}

@test "what has not changed is not graded again; what has is" {
	class
	[ "$status" = 0 ]
	graded 4
	cp "$out/gradebook" "$dir/first"
	class
	graded 0
	cmp "$dir/first" "$out/gradebook"
	worth 9 >b/hello.c
	mkdir e
	worth 8 >e/hello.c
	rm -r c
	class
	graded 2
	read_rows
	is a graded 2
	is b graded 9
	is e graded 8
	[ "${#row_of[@]}" = 4 ]
}

@test "another kit, other tests, another seed: all is graded again" {
	rm -r b c d
	class
	graded 1
	echo "# changed" >>"$dir/kit/grader/grade"
	class
	graded 1
	mkdir "$dir/hidden"
	echo '@test "t" { :; }' >"$dir/hidden/hello.bats"
	class -T "$dir/hidden"
	[ "$(grep -c "^hidden $dir/hidden$" "$log")" = 1 ]
	rm "$log"
	class -T "$dir/hidden"
	graded 0
	class --seed term
	graded 1
	grep -q '"seed": "term-' "$out/.state/students/a/result.json"
}

@test "the same submission is graded once, with the same seed, and each has their own result" {
	mkdir f
	cp a/hello.c f/
	class
	graded 4
	a=$out/.state/students/a f=$out/.state/students/f
	cmp <(sed 's,students/a/,students/f/,' "$a/result.json") "$f/result.json"
	grep -q "students/f/tree" "$f/result.json"
}

@test "a fault of the grader's is tried twice and listed apart; the next run tries it again" {
	rm -r c d
	echo "/* FAULT */" >>b/hello.c
	class
	[ "$status" = 1 ]
	[[ "$output" == *"2 students: 1 graded, 1 not graded, for a fault that is not theirs"* ]]
	[[ "$output" == *"  b: grade: it is broken"* ]]
	graded 3
	read_rows
	is b fault null
	class
	[ "$status" = 1 ]
	graded 2
}

# kill_in_the_middle SIGNAL: ends a run while it grades the second
kill_in_the_middle() {
	worth 3 | sed '$s,$,/* WAIT */,' >b/hello.c
	mkfifo "$dir/kit/grader/wait"
	"$dir/kit/grader/class" -o "$out" -w 1 hello "$dir/in" >"$dir/said" 2>&1 3>&- &
	until_true grep -qs students/b "$log"
	kill -"$1" $!
	ended=0
	wait $! || ended=$?
	# What it started ends with it.
	until_true flock -n "$out/.state/lock" true
	rm "$dir/kit/grader/wait"
	: >"$dir/kit/grader/wait"
}

@test "killed by force: what it started ends; the next run grades the rest, and gets the same" {
	kill_in_the_middle KILL
	graded 2
	class
	[ "$status" = 0 ]
	graded 3
	cp "$out/gradebook" "$dir/first"
	out=$dir/undisturbed
	class
	cmp "$dir/first" "$out/gradebook"
}

@test "interrupted: it cleans up, says so, exit status 2; the next run goes on" {
	kill_in_the_middle TERM
	cat "$dir/said"
	[ "$ended" = 2 ]
	[ "$(<"$dir/said")" = "class: it was interrupted; the same command goes on where it was" ]
	[ ! -e "$out/.state/new" ]
	rm "$log"
	class
	[ "$status" = 0 ]
	graded 3
}

@test "two runs at one time in one folder: the second is refused" {
	mkdir -p "$out/.state"
	exec 8>"$out/.state/lock"
	flock 8
	for holder in "" "$HOSTNAME $$" "elsewhere 1"; do
		echo "$holder" >"$out/.state/lock"
		class
		[ "$status" = 2 ]
		[ "$output" = "class: another run is at work in $out" ]
	done
}

@test "the next run waits for what a killed one has left, however long that takes to end" {
	mkdir -p "$out/.state"
	true &
	wait $!
	echo "$HOSTNAME $!" >"$out/.state/lock"
	mkfifo "$dir/end"
	flock "$out/.state/lock" cat "$dir/end" 3>&- &
	until_true eval '! flock -n "$out/.state/lock" true'
	"$dir/kit/grader/class" -o "$out" -w 1 hello "$dir/in" >"$dir/said" 2>&1 3>&- &
	waits() { pgrep -P "$1" -x flock; }
	until_true waits $!
	: >"$dir/end"
	wait $!
	grep -q '^4 students: 4 graded' "$dir/said"
}

@test "a full disk: one line, exit status 2, and what is done so far is kept" {
	class
	graded 4
	cp -r "$out/.state/graded" "$dir/graded"
	worth 9 >b/hello.c
	printf '#!/bin/bash\n[[ $1 == -f ]] && echo 0 4096 0 0 || exec /usr/bin/stat "$@"\n' >"$dir/bin/stat"
	chmod +x "$dir/bin/stat"
	PATH=$dir/bin:$PATH class
	[ "$status" = 2 ]
	[[ "$output" == "class: the disk is full: there is no room in $out"* ]]
	[ "${#lines[@]}" = 1 ]
	diff -r "$dir/graded" "$out/.state/graded"
}

@test "a level below namespaces needs --allow-weak" {
	LABBOX_LEVEL=plain class
	[ "$status" = 2 ]
	[[ "$output" == *"cannot isolate programs"*"--allow-weak"* ]]
}

@test "a terminal sees how far it is; a pipe does not" {
	script -qec "'$dir/kit/grader/class' -o '$out' -w 1 hello '$dir/in'" /dev/null >"$dir/seen"
	grep -qE 'graded: [0-4] of 4' "$dir/seen"
	rm -r "$out"
	class
	[ "$output" = "4 students: 4 graded; see $out/report.html" ]
}

@test "killed on a terminal: what shows how far it is ends, too" {
	mkfifo "$dir/kit/grader/wait"
	echo "/* WAIT */" >>a/hello.c
	script -qec "echo \$\$ >'$dir/pid'; exec '$dir/kit/grader/class' -o '$out' -w 1 hello '$dir/in'" /dev/null \
		>"$dir/seen" 2>&1 3>&- &
	until_true grep -qs students/a "$log"
	until_true grep -q 'graded: 0 of 4' "$dir/seen"
	kill -KILL "$(<"$dir/pid")"
	wait $! || true
	until_true flock -n "$out/.state/lock" true
	size=$(stat -c %s "$dir/seen")
	[ -z "$(pgrep -f "class -o $out")" ]
	[ "$(stat -c %s "$dir/seen")" = "$size" ]
}

@test "wrong options: what is wrong with them, exit status 2" {
	class --keep oldest
	[ "$status" = 2 ]
	[ "$output" = "class: --keep: newest or first, not oldest" ]
	class -T "$dir/nowhere"
	[ "$output" = "class: --hidden: there is no $dir/nowhere/hello.bats" ]
	run "$dir/kit/grader/class" no-such-lab "$dir/in"
	[ "$status" = 2 ]
	[[ "$output" == "class: no such lab: no-such-lab (labs/list names them)" ]]
	run "$dir/kit/grader/class" hello "$dir/nowhere"
	[ "$output" = "class: no such folder or archive: $dir/nowhere" ]
}
