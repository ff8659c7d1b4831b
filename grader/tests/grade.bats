#!/usr/bin/env bats
# The grader's interface: marks, faults, and answers to bad input.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/grade.XXXXXX")
	cd "$kit" || return
	mkdir "$dir/tree"
	needs_labs hello
	cp -r solutions/hello "$dir/tree/hello"
}

# A test of each build, for what concerns all tests alike
few='without a warning|learns the sum'

# needs_labs LAB...: these serve as examples here; without them there is no test
needs_labs() {
	local lab
	for lab; do
		[ -d "solutions/$lab" ] || skip "there is no lab $lab"
	done
}

teardown() {
	chmod -R u+w "$dir"
	rm -rf "$dir"
}

grade() { grader/grade "$@"; }

# copy_kit FOLDER LAB...: a kit that has these labs only: most files are of labs
copy_kit() {
	local folder=$1 lab exclude=()
	shift
	while read -r lab _; do
		[[ " $* " == *" $lab "* ]] ||
			exclude+=(--exclude="./labs/$lab" --exclude="./solutions/$lab" --exclude="./grader/labs/$lab")
	done <labs/list
	mkdir "$folder"
	tar -c --exclude=./.git --exclude=./.results --exclude=./.build/cache --exclude=./grader/tests \
		--exclude=./grader/hostile "${exclude[@]}" . | tar -x -C "$folder"
	awk -v labs=" $* " 'index(labs, " " $1 " ")' labs/list >"$folder/labs/list"
}

@test "a reference gets full marks and exit status 0" {
	run grade -t solutions hello
	[ "$status" = 0 ]
	[[ "${lines[0]}" == "hello  100/100 "* ]]
}

# starter: makes the submission one in which nothing is done
starter() { awk -f solutions/starter.awk solutions/hello/hello.c >"$dir/tree/hello/hello.c"; }

# report_on_starter: sets output and status to what one grading of the starter gave,
# which all tests share that look at it
report_on_starter() {
	local once=$BATS_FILE_TMPDIR/starter
	if [ ! -e "$once/status" ]; then
		starter
		mkdir "$once"
		cp -r "$dir/tree" "$once/"
		run grade -t "$once/tree" -o "$once/out" hello
		echo "$output" >"$once/report"
		echo "$status" >"$once/status"
	fi
	output=$(<"$once/report") status=$(<"$once/status")
}

@test "a starter builds, does not get full marks, and exits with status 1" {
	report_on_starter
	[ "$status" = 1 ]
	[[ "$output" == *"it builds without a warning"* ]]
	[[ "$output" == *"Next: gap 1 is still open, at TODO 1 in "*"hello.c:"* ]]
}

# open_gaps LAB GAPS: a submission of the lab in which these gaps are open
open_gaps() {
	needs_labs "$1"
	mkdir -p "$dir/tree/$1"
	for file in "solutions/$1"/*.c; do
		awk -f solutions/starter.awk -v gaps="$2" "$file" \
			>"$dir/tree/$1/${file##*/}"
	done
}

@test "the failure shown in full is one that can be fixed now" {
	# A test of gap 1 needs gap 2, and later ones of gap 2 fail.
	open_gaps pipes 2
	run grade -t "$dir/tree" -f handoff pipes
	[[ "$output" == *"  -     gap 2  handoff: text that waits in a buffer is printed once"* ]]
	[[ "$output" == *$'\n  handoff: '*"  (gap 2)"$'\n    ran '* ]]
	[[ "$output" == *"Next: gap 2 is still open, at TODO 2 in "* ]]
	# Tests that need a gap that is open are counted separately.
	waiting=$(grep -cE '^  - +gap' <<<"$output")
	failed=$(grep -c '^  FAIL' <<<"$output")
	[[ "$output" == *"  $((failed - 1)) more failed, $waiting need"* ]]
}

@test "gaps that need each other: the report still names the next one" {
	open_gaps pipes "3 4"
	run grade -t "$dir/tree" -f 'pipeline: (every|it runs|each|the reader)' pipes
	[[ "$output" == *"Next: gap 3 is still open, at TODO 3 in "* ]]
	[[ "$output" == *" need a gap that is open."* ]]
}

@test "the report fits 80 columns, and has no escape sequences in a pipe" {
	report_on_starter
	[[ "$output" == "hello  "* && "$output" != *$'\033'* ]]
	# The command to run again is one line, to be copied as it is.
	[ -z "$(grep -v '^    again' <<<"$output" | grep -v '^  Next' | awk 'length > 80')" ]
}

@test "source that does not compile: the compiler's messages, 0 points, status 1" {
	sed -i 's/return 2;/retrun 2;/' "$dir/tree/hello/hello.c"
	run grade -t "$dir/tree" hello
	[ "$status" = 1 ]
	[[ "${lines[0]}" == "hello  0/100 "* ]]
	[[ "$output" == *"hello.c:"*"error: "*"retrun"* ]]
	[[ "$output" != *"make: ***"* ]]
	# Unchanged, even where they are wider than the report.
	long=$(printf 'x%.0s' {1..120})
	sed -i "s/retrun/$long/" "$dir/tree/hello/hello.c"
	run grade -t "$dir/tree" hello
	[[ "$output" == *"$long"* ]]
}

@test "a missing file is named, with 0 points and status 1" {
	rm "$dir/tree/hello/hello.c"
	run grade -t "$dir/tree" hello
	[ "$status" = 1 ]
	[[ "$output" == *"hello/hello.c is missing"* ]]
	[[ "$output" != *"compiler"* && "$output" == *"box: none"* ]]
}

@test "a folder may be named relative to the caller's directory" {
	starter
	cd "$dir"
	run "$kit/grader/grade" -t tree -f 'any sum' hello
	[ "$status" = 1 ]
	[[ "$output" == *" -t $dir/tree "* ]]
	cd tree
	run "$kit/grader/grade" -t . -f 'any sum' hello
	[[ "${lines[0]}" == "hello  0/20 "* ]]
	run "$kit/grader/grade" -t solutions -f 'any sum' hello
	[ "$status" = 0 ]
}

@test "only the lab's own files are taken from a submission" {
	printf 'all:\n\ttouch /tmp/lab/forged\n' >"$dir/tree/hello/Makefile"
	echo '#error not mine' >"$dir/tree/hello/extra.h"
	ln -s /etc/shadow "$dir/tree/hello/shadow.c"
	run grade -t "$dir/tree" -f "$few" hello
	[ "$status" = 0 ]
}

@test "an unknown lab or tree is one clear line, status 2" {
	run grade nosuch
	[ "$status" = 2 ]
	[ "${#lines[@]}" = 1 ]
	[[ "$output" == *"no such lab: nosuch"* ]]
	run grade -t nosuch hello
	[ "$status" = 2 ]
	[ "$output" = "grade: no such tree: nosuch" ]
	run grade -f nosuch hello
	[ "$status" = 2 ]
	[[ "$output" == *'no test of hello matches "nosuch"'* ]]
}

@test "a missing compiler or tool: its name and make setup, status 2" {
	CC=no-such-cc run grade hello
	[ "$status" = 2 ]
	[ "$output" = "grade: the grader could not grade: no-such-cc is not installed; make setup installs it" ]
	# Each of the four that a student needs, one at a time.
	mkdir "$dir/bin"
	for place in /usr/local/bin /usr/bin /bin; do
		find "$place" -maxdepth 1 -exec ln -sf -t "$dir/bin" {} +
	done
	for tool in bats make valgrind cc; do
		mv "$dir/bin/$tool" "$dir/away"
		PATH=$dir/bin run grade -t solutions hello
		[ "$status" = 2 ]
		[ "$output" = "grade: the grader could not grade: $tool is not installed; make setup installs it" ]
		mv "$dir/away" "$dir/bin/$tool"
	done
}

@test "a box that does not start is the grader's fault: status 2, no mark" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	LABBOX_LEVEL=plain run grade -t solutions hello
	[ "$status" = 2 ]
	[[ "$output" == *"the grader could not"* ]]
	[[ "$output" != *"0/100"* ]]
}

@test "where nothing can be written: the grader's fault, status 2, no mark" {
	TMPDIR=$dir/none run grade -t solutions hello
	[ "$status" = 2 ]
	[ "$output" = "grade: the grader could not grade: no folder for temporary files in $dir/none" ]
	run grade -t solutions -o Makefile hello
	[ "$status" = 2 ]
	[ "$output" = "grade: the grader could not grade: no right to write in Makefile" ]
	[ ! -c /dev/full ] || {
		run bash -c 'grader/grade -t solutions -f "any sum" hello >/dev/full'
		[ "$status" = 2 ]
	}
}

@test "an odd environment changes no mark" {
	good() { run "$@" grader/grade -t solutions -f "$few" hello hello && [ "$status" = 0 ] &&
		[ "$(grep -cE '^hello  ([0-9]+)/\1 ' <<<"$output")" = 1 ]; }
	good bash -c 'umask 077; exec "$@" <&-' _
	good bash -c 'ulimit -v 8000000; exec "$@"' _
	mkdir "$dir/a b"
	good env CDPATH=/ MAKEFLAGS=-j4 LC_ALL=de_DE.UTF-8 HOME="$dir/none" TMPDIR="$dir/a b"
	copy_kit "$dir/a b/kit" hello
	cd "$dir/a b/kit"
	good env -i PATH=/usr/local/bin:/usr/bin:/bin
}

@test "a broken test is the grader's fault: status 2, no mark" {
	copy_kit "$dir/kit" hello
	cd "$dir/kit"
	sed -i 's/^	scenario /	scenaryo /' grader/labs/hello/tests.bats
	run grader/grade -t solutions -f 'any sum' hello
	[ "$status" = 2 ]
	[[ "$output" == *"the grader could not judge"* ]]
}

@test "a test that expects nothing is the grader's fault" {
	copy_kit "$dir/kit" hello
	cd "$dir/kit"
	{
		echo
		echo '@te''st "nothing" {'
		echo 'gap 0; points 1'
		echo "scenario './hello 1'"
		echo 'explain "The program" "nothing"; }'
	} >>grader/labs/hello/tests.bats
	run grader/grade -t solutions -f nothing hello
	[ "$status" = 2 ]
}

@test "-f runs only the tests that match, -s makes a run repeatable" {
	run grade -t solutions -s 1234 -f 'any sum' hello
	[ "$status" = 0 ]
	[[ "${lines[0]}" == "hello  20/20 "*"seed 1234" ]]
	first=$(grader/grade -t solutions -s 1 -f 'any sum' -j hello | grep -o 'hello [0-9]* [0-9]*' || true)
	[ "$first" = "$(grader/grade -t solutions -s 1 -f 'any sum' -j hello | grep -o 'hello [0-9]* [0-9]*' || true)" ]
}

# compilations COMMAND...: runs it; prints how often the compiler proper ran
compilations() {
	strace -f --seccomp-bpf -qq -e trace=execve -e signal=none -o "$dir/calls" "$@" >/dev/null ||
		[ $? = 1 ]
	grep -E 'execve\("[^"]*/cc1", ' "$dir/calls" | grep -vc ' = -1 ' || true
}

# as_pipes FILE...: makes $dir/tree/pipes the reference of pipes
as_pipes() {
	mkdir -p "$dir/tree/pipes"
	cp solutions/pipes/*.c "$dir/tree/pipes/"
	echo "/* $RANDOM$RANDOM */" | tee -a "$dir/tree/pipes"/*.c >/dev/null
}

@test "nothing is compiled twice: not what stayed as it was, nor what others have" {
	as_pipes
	warnings=(grader/grade -t "$dir/tree" -f 'without a warning' pipes)
	# Two files, each plain and with sanitizers.
	[ "$(compilations "${warnings[@]}")" = 4 ]
	[ "$(compilations "${warnings[@]}")" = 0 ]
	echo 'int more;' >>"$dir/tree/pipes/handoff.c"
	[ "$(compilations "${warnings[@]}")" = 2 ]
	cp -r "$dir/tree" "$dir/other"
	rm -r .build/cache/programs
	[ "$(compilations grader/grade -t "$dir/other" -f 'without a warning' pipes)" = 0 ]
	# A compiler that is called in another way may make something else.
	[ "$(CC='cc -DMORE' compilations "${warnings[@]}")" = 4 ]
}

@test "a warning is shown again, however often" {
	sed -i 's/^main(/unused(void) { int x; return 1; }\nint main(/' "$dir/tree/hello/hello.c"
	sed -i 's/^int$/static int/' "$dir/tree/hello/hello.c"
	for i in 1 2 3; do
		run grade -t "$dir/tree" -f 'without a warning' hello
		[ "$status" = 1 ]
		[[ "$output" == *"hello.c:"*"unused variable"* ]]
	done
}

@test "what a header says is compiled anew when it changes" {
	mkdir "$dir/tree/signals"
	cp solutions/signals/*.c labs/signals/lines.h "$dir/tree/signals/"
	run grade -q -t "$dir/tree" -f 'without a warning' signals
	[ "$status" = 0 ]
	echo '#error changed' >>"$dir/tree/signals/lines.h"
	run grade -t "$dir/tree" -f 'without a warning' signals
	[ "$status" = 1 ]
	[[ "$output" == *"lines.h:"*"#error changed"* ]]
	cp labs/signals/lines.h "$dir/tree/signals/"
	run grade -q -t "$dir/tree" -f 'without a warning' signals
	[ "$status" = 0 ]
}

@test "no submission decides what another one gets" {
	# One file that is what another makes of it: seen when all are there, and not
	# kept for those who have the same file, and another beside it.
	as_pipes
	echo '#include "pipeline.c"' >"$dir/tree/pipes/handoff.c"
	run grade -q -t "$dir/tree" -f 'without a warning' pipes
	[ "$status" = 0 ]
	echo '#error "mine"' >>"$dir/tree/pipes/pipeline.c"
	run grade -t "$dir/tree" -f 'without a warning' pipes
	[ "$status" = 1 ]
	[[ "$output" == *'included from handoff.c'*'#error "mine"'* ]]
	# In the box, nothing shows or takes what is kept.
	printf '__asm__(".incbin \\"%s\\"");\n' "$kit/.build/lock" >>"$dir/tree/hello/hello.c"
	run grade -t "$dir/tree" hello
	[ "$status" = 1 ]
	[[ "$output" == *"/.build/lock"*"No such file"* || "$output" == *"file not found"* ]]
}

@test "what is kept and was damaged is made anew" {
	as_pipes
	run grade -q -t "$dir/tree" -f 'without a warning' pipes
	find .build/cache -type f -newer "$dir/tree/pipes/handoff.c" -exec truncate -s 0 {} +
	run grade -q -t "$dir/tree" -f 'reads what the child' pipes
	[ "$status" = 0 ]
}

@test "what is kept does not grow without bound" {
	mkdir -p "$dir/.build/cache"/{objects,programs}/{1..9} "$dir/.build/cache/new.1"
	touch -d yesterday "$dir/.build/cache"/{objects/3,programs/7,new.1}
	bash -c 'build_folder=$1/.build; source grader/lib/cache.bash; objects_max=8 programs_max=8; prune' _ "$dir"
	[ "$(cd "$dir/.build/cache" && echo *)" = "objects programs" ]
	[ "$(cd "$dir/.build/cache/objects" && echo *)" = "1 2 4 5 6 7 8 9" ]
	[ "$(cd "$dir/.build/cache/programs" && echo *)" = "1 2 3 4 5 6 8 9" ]
}

@test "a cache that has only just begun ends no grading" {
	mkdir -p "$dir/.build/cache/objects"
	run bash -c 'set -euo pipefail; build_folder=$1/.build; source grader/lib/cache.bash; prune; echo on' _ "$dir"
	[ "$output" = on ]
}

@test "the report has the tests in their file's order, however many run at a time" {
	sed -n 's/^@test "\(.*\)" {$/\1/p' grader/labs/hello/tests.bats >"$dir/names"
	[ "$(wc -l <"$dir/names")" -gt 6 ]
	for workers in 1 5; do
		grader/grade -t solutions -s 1 -w $workers -j hello >"$dir/$workers"
		jq -r '.tests[].name' "$dir/$workers" | diff "$dir/names" -
		jq -c '.tests[] | del(.seconds)' "$dir/$workers" >"$dir/$workers.tests"
	done
	diff "$dir/1.tests" "$dir/5.tests"
	grader/grade -t solutions -w 3 -f "$few" -j hello | jq -r '.tests[].name' |
		diff <(grep -E "$few" "$dir/names") -
	run grade -w 0 hello
	[ "$status" = 2 ]
}

@test "-q prints one line for each lab" {
	run grade -t solutions -q -f 'without a warning' hello pipes
	[ "$status" = 0 ]
	[ "${#lines[@]}" = 2 ]
	[[ "${lines[0]}" =~ ^hello\ +10/10\ +1/1\ tests\ +[0-9.]+\ s$ ]]
	[[ "${lines[1]}" =~ ^pipes\ +2/2\ +1/1\ tests\ +[0-9.]+\ s$ ]]
	sed -i 's/return 2;/retrun 2;/' "$dir/tree/hello/hello.c"
	run grade -t "$dir/tree" -q hello
	[ "$status" = 1 ]
	n=$(grep -c '^@test' grader/labs/hello/tests.bats)
	[[ "$output" =~ ^hello\ +0/100\ +0/$n\ tests\ .*\ does\ not\ build$ ]]
}

@test "every failure names a command that runs just that test again" {
	report_on_starter
	again=$(sed -n 's/^ *again *//p' <<<"$output")
	run bash -c "$again"
	[ "$status" = 1 ]
	[[ "${lines[0]}" == "hello  0/20 "* ]]
}

@test "the JSON is valid, complete, and says what the report says" {
	report_on_starter
	jq -e '.schema == 1 and .lab == "hello" and .score == 20 and .max_score == 100
		and (.tests | length) > 4 and (.seconds > 0) and (.seed | length) > 0
		and (.isolation | length) > 0 and .tests[1].verdict == "WRONG"
		and (.tests[1].message | length) > 0 and (.tests[1].replay | test("-f"))
		and (.tests[1].handout | test("handouts/hello.md"))' "$BATS_FILE_TMPDIR/starter/out/hello.json"
	[ "$(ls -A "$BATS_FILE_TMPDIR/starter/out")" = hello.json ]
	run grade -t solutions -j -f 'without a warning' -o "$dir/out" hello
	[ "$status" = 0 ]
	diff <(jq . "$dir/out/hello.json") <(jq . <<<"$output")
}

@test "for CI systems: one document for all labs, and the same exit status" {
	starter
	run grade -t "$dir/tree" -F tap -f 'learns the sum|without a warning' -o "$dir/out" hello
	[ "$status" = 1 ]
	[[ "$output" == "TAP version 13"$'\n'1..2$'\n'*$'\nok 1 - hello: it builds'*$'\nnot ok 2 - hello: the parent learns'* ]]
	jq -e '.lab == "hello"' "$dir/out/hello.json"
	mapfile -t two < <(head -n 2 labs/list | cut -f1)
	grade -t solutions -F junit -f 'without a warning' "${two[@]}" >"$dir/xml"
	[ "$(xmllint --xpath 'count(/testsuites/testsuite)' "$dir/xml")" = 2 ]
	run grade -F xunit hello
	[ "$status" = 2 ]
	[ "$output" = "grade: -F: junit or tap, not xunit" ]
}

@test "whatever bytes a program prints, the JSON is valid, the report printable" {
	cat >"$dir/tree/hello/hello.c" <<-'END'
		#include <unistd.h>
		int main(void)
		{
			for (int i = 255; i >= 0; i--) {
				unsigned char c = (unsigned char)i;
				if (write(1, &c, 1) != 1)
					return 1;
			}
			return 0;
		}
	END
	run grade -t "$dir/tree" -f "$few" -o "$dir/out" hello
	[ "$status" = 1 ]
	jq -e '.tests | length == 2' "$dir/out/hello.json"
	[[ "$output" != *$'\033'* && "$output" != *$'\a'* ]]
}

@test "two runs in one checkout and one in a copy do not disturb each other" {
	copy_kit "$dir/kit" hello
	grade -t solutions -f "$few" hello >"$dir/1" &
	first=$!
	grade -t solutions -f "$few" hello >"$dir/2" &
	second=$!
	"$dir/kit/grader/grade" -t solutions -f "$few" hello >"$dir/3"
	wait $first
	wait $second
	[ "$(cat "$dir/1" "$dir/2" "$dir/3" | grep -cE '^hello  ([0-9]+)/\1 ')" = 3 ]
}

@test "an interrupted run leaves no process, no file and no result" {
	printf '#include <unistd.h>\n#include <sys/ipc.h>\n#include <sys/shm.h>\nint main(void)\n{\n\tshmget(IPC_PRIVATE, 64, 0600);\n\tfor (;;)\n\t\tsleep(1);\n}\n' >"$dir/tree/hello/hello.c"
	export TMPDIR=$dir/tmp
	mkdir "$TMPDIR"
	grader/grade -t "$dir/tree" -o "$dir/out" hello >"$dir/report" 2>&1 &
	run_pid=$!
	for ((i = 0; i < 1000; i++)); do
		ls "$TMPDIR"/ipc-grade.*/*/results/002/box/out >/dev/null 2>&1 && break
		sleep 0.01
	done
	kill -TERM $run_pid
	wait $run_pid || status=$?
	[ "$status" = 2 ]
	for ((i = 0; i < 300; i++)); do
		ps -eo args | grep -q "^[^ ]*labbox.*$TMPDIR" || break
		sleep 0.01
	done
	[ -z "$(ps -eo args | grep "^[^ ]*labbox.*$TMPDIR")" ]
	[ -z "$(ls -A "$TMPDIR")" ]
	[ -z "$(ls -A "$dir/out")" ]
	[ -z "$(ls -d .build/cache/new.* 2>/dev/null)" ]
}

@test "an interrupted demo ends what it runs, and leaves nothing" {
	# When all programs of all labs have been shown, it grades: of one lab, soon.
	copy_kit "$dir/kit" hello
	cd "$dir/kit"
	export TMPDIR=$dir/tmp
	mkdir "$TMPDIR"
	solutions/demo >"$dir/report" 2>&1 &
	run_pid=$!
	for ((i = 0; i < 6000; i++)); do
		ls "$TMPDIR"/ipc-grade.*/*/results/002/box/out >/dev/null 2>&1 && break
		sleep 0.01
	done
	kill -TERM $run_pid
	wait $run_pid || status=$?
	[ "$status" = 2 ]
	[ -z "$(ps -eo args | grep "^[^ ]*labbox.*$TMPDIR")" ]
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "make LAB grades, remembers the marks, and make says what is next" {
	copy_kit "$dir/kit" hello
	cd "$dir/kit"
	run make
	[[ "$output" == *"Next: read handouts/hello.md"* ]]
	((${#lines[@]} < 12))
	# On a terminal, make does not call it an error; a script has the status.
	SHELL=/bin/bash run script -qec "make hello" /dev/null
	[ "$status" = 0 ]
	[[ "$output" == *"hello  20/100"* && "$output" != *"Error"* ]]
	run make grade LAB=hello
	[ "$status" = 2 ]
	run make
	[[ "$output" == *"hello so far: 20/100"* ]]
	cp solutions/hello/hello.c labs/hello/
	run make grade LAB=hello
	[ "$status" = 0 ]
	[[ "$output" == *"What comes next: make next" ]]
	run make help
	[[ "$output" == *"hello          done"* ]]
	[[ "$output" != *"Next: read handouts/hello.md"* ]]
	# A lab that was done and edited since then must be graded again.
	touch -d tomorrow labs/hello/hello.c
	run make help
	[[ "$output" == *"hello          done *"*"(* edited since)"*"Next: read handouts/hello.md"* ]]
	run make nosuch
	[ "$status" = 2 ]
	[[ "${lines[0]}" == "no such lab or target: nosuch"* ]]
}

@test "without solutions/ all that a student needs works" {
	git rev-parse >/dev/null 2>&1 || skip "needs the git history"
	git clone -q . "$dir/kit"
	# What that would build is what is here already.
	make -s -C grader
	source grader/tests/copied.bash
	copy_build "$dir/kit"
	cd "$dir/kit"
	rm -r solutions
	run make help
	[ "$status" = 0 ]
	for target in demo starters test audit; do
		[[ "$output" != *"make $target"* ]]
	done
	run make hello
	[[ "$output" == *"hello  20/100"* ]]
	echo broken >labs/hello/hello.c
	run make reset LAB=hello
	[ "$status" = 0 ]
	[[ "$output" == *"your work is kept in "* ]]
	git diff --exit-code labs
	run make demo
	[ "$status" = 2 ]
	[ "${lines[0]}" = "make demo needs solutions/, which this copy does not have" ]
}

@test "make starters refuses over uncommitted edits in labs/" {
	git rev-parse >/dev/null 2>&1 || skip "needs git"
	git clone -q . "$dir/kit"
	cd "$dir/kit"
	run make starters
	[ "$status" = 0 ]
	echo '/* mine */' >>labs/hello/hello.c
	run make starters
	[ "$status" = 2 ]
	[[ "$output" == *"labs/hello/hello.c"* ]]
	grep -q '/\* mine \*/' labs/hello/hello.c
}
