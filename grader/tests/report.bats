#!/usr/bin/env bats
# What a report says of results, and that it is safe to print and to copy.

setup_file() {
	make -s -C "$BATS_TEST_DIRNAME/.."
}

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/report.XXXXXX")
	tests=0
	field lab pipes
	field tree labs
	field seed 1
	field isolation none
}

teardown() { rm -rf "$dir"; }

# field NAME TEXT: of the result as a whole
field() { printf '%s' "$2" >"$dir/$1"; }

# result VERDICT GAP POINTS NAME [FIELD TEXT]...: of one more test
result() {
	local at
	printf -v at '%s/%03d' "$dir" $((++tests))
	mkdir "$at"
	printf '%s' "$1" >"$at/verdict"
	printf '%s' "$2" >"$at/gap"
	printf '%s' "$3" >"$at/points"
	printf '%s' "$4" >"$at/name"
	shift 4
	while (($#)); do
		printf '%s' "$2" >"$at/$1"
		shift 2
	done
	field planned $tests
}

# report [OPTION]: of what was put together so far
report() {
	run "$kit/.build/report" "$@" "$dir"
	((status < 2)) || { echo "$output"; return 1; }
}

# shown NAME: that failure is the one shown in full
shown() {
	[[ $output == *$'\n\n  '"$1  (gap "* || $output == *$'\n\n  '"$1"$'\n'* ]] ||
		{ echo "$output"; return 1; }
}

# says LINE...: each is a line of the report
says() {
	local line
	for line; do
		grep -Fxq -- "$line" <<<"$output" || {
			echo "not found: $line"
			echo "$output"
			return 1
		}
	done
}

@test "the command after \"again\" can be pasted, whatever the tree is called" {
	local tree
	field lab hello
	result WRONG 1 10 'a test'
	for tree in "$dir/my tree" "$dir/it's" "$dir/x \$(touch $dir/pwned);touch $dir/pwned2" \
		"$dir/"$'a\nb\t\033[2Jc\'d\\e' "$dir/\"\`id\`!" '-x'; do
		field tree "$tree"
		report
		again=$(sed -n 's/^ *again *//p' <<<"$output")
		[ "$(wc -l <<<"$again")" = 1 ]
		# The shell takes the words apart as they were put together.
		words=()
		eval "words=(${again})"
		[ "${#words[@]}" = 8 ]
		[ "${words[4]}" = "$tree" ]
		[ "${words[6]}" = 'a test' ]
		[ ! -e "$dir/pwned" ] && [ ! -e "$dir/pwned2" ]
		[[ $output != *$'\033'* ]]
	done
}

@test "the command after \"again\" runs that failure again, in a tree with a blank and a quote" {
	mkdir -p "$dir/my 'tree"
	cp -r "$kit/solutions/hello" "$dir/my 'tree/"
	sed -i 's/WIFEXITED/!WIFEXITED/' "$dir/my 'tree/hello/hello.c"
	cd "$kit"
	run grader/grade -t "$dir/my 'tree" hello
	again=$(sed -n 's/^ *again *//p' <<<"$output")
	run bash -c "$again"
	[ "$status" = 1 ]
	[[ "${lines[0]}" == "hello  0/"* ]]
}

@test "controls, C1 and marks of direction are shown, other characters kept" {
	local hidden=$'\302\233' rtl=$'\342\200\256' broken=$'\233'
	result WRONG 1 1 'a test' came "${hidden}2J${rtl}abc$broken äß€ 日本"
	report
	says '    came      \u009b2J\u202eabc\x9b äß€ 日本'
	report -j
	[[ $output != *"$hidden"* && $output != *"$rtl"* ]]
	[[ $output == *'\u009b2J\u202eabc\ufffd äß€ 日本'* ]]
	# A name of a folder, too.
	field tree "/tmp/${hidden}x"
	field todo '1 a.c:1'
	report
	[[ $output != *"$hidden"* && $output == *'/tmp/\u009bx'* ]]
}

@test "a long line is cut around the first difference" {
	local long
	long=$(printf 'x%.0s' {1..200})
	result WRONG 1 1 'a test' expected "${long}one$long" actual "${long}two$long"
	report
	grep -Eq '^    line 1 +- \.\.\.x{20}onex{33}\.\.\.$' <<<"$output"
	grep -Eq '^ +\+ \.\.\.x{20}twox{33}\.\.\.$' <<<"$output"
}

@test "a line too many is called so, and one that is missing" {
	result WRONG 1 1 'a test' expected $'a\nb\nc' actual $'a\nextra\nb\nc'
	report
	says '    extra     line 2 is one too many:' '              + extra'
	[[ $output != *$'\n    line 2'* ]]
	rm -r "$dir/001" && tests=0
	result WRONG 1 1 'a test' expected $'a\nb\nc' actual $'a\nc'
	report
	says '    missing   line 2:' '              - b'
	rm -r "$dir/001" && tests=0
	result WRONG 1 1 'a test' expected $'a\nb' actual $'a\nb\nmore'
	report
	says '    extra     line 3 is one too many:' '              + more'
	rm -r "$dir/001" && tests=0
	result WRONG 1 1 'a test' expected $'a\nb' actual a
	report
	says '    missing   line 2:' '              - b'
	# As many as expected: none is missing, one is another.
	rm -r "$dir/001" && tests=0
	result WRONG 1 1 'a test' expected $'a\nb\nc' actual $'b\nb\nd'
	report
	says '    line 1    - a' '              + b'
}

@test "of long outputs the lines around the first difference are shown" {
	local same
	same=$(seq 30)
	result WRONG 1 1 'a test' expected "$same"$'\nlast' actual "$same"
	report
	says '    expected  ...' '              25' '              last' '    came      ...' '    missing   line 31:'
	[[ $output != *$'\n              24\n'* ]]
	# It stands among the lines that are shown anyway.
	rm -r "$dir/001" && tests=0
	result WRONG 1 1 'a test' expected "$same" actual $'1\n2\nthree'
	report
	says '    expected  1' '    came      1' '              ...'
}

@test "no output is said once, without a line that differs" {
	result WRONG 1 1 'a test' expected $'a\nb' actual '' came 'no output' status 'exit status 140'
	report
	says '    came      no output' '    status    exit status 140'
	[[ $output != *'line 1'* ]]
}

@test "what was special about a run stands below two outputs" {
	result WRONG 1 1 'a test' expected $'a\nb' actual a when 'when x pipe fails with EMFILE'
	report
	says '              - b' '              when x pipe fails with EMFILE'
}

@test "what the program says stands before what was expected" {
	result WRONG 1 1 'a test' wanted 'the answer' came 'no output' \
		error 'prog: pipe: Too many open files' status 'exit status 1'
	report
	[[ $output == *'stderr    prog: pipe: Too many'*'status    exit status 1'*'expected  the answer'* ]]
}

@test "the failure that explains others is shown first" {
	result WRONG 2 5 'first in the file'
	result HANG 1 5 'it hangs'
	report
	shown 'it hangs'
	result CRASH 2 5 'it crashes'
	report
	shown 'it crashes'
	# A warning that names the cause comes before; another one does not.
	result WRONG 0 2 'no warning' ran make came 'x.c:3: warning: unused variable [-Wunused-variable]'
	report
	shown 'it crashes'
	result WRONG 0 2 'no such warning' ran make came "x.c:3: warning: 'n' is used uninitialized [-Wuninitialized]"
	report
	shown 'no such warning'
}

@test "to a learner, the first test of what is filled is shown first, then the lab, then the gap at hand" {
	field todo $'2 a.c:7\n3 a.c:9'
	result WRONG 3 5 'of another open gap'
	result WRONG 2 5 'of the open gap at hand'
	report -l
	shown 'of the open gap at hand'
	result WRONG 0 2 'of the lab'
	report -l
	shown 'of the lab'
	result WRONG 4 5 'the simple one'
	result HANG 1 5 'the hard one'
	report -l
	shown 'the simple one'
	report -l -j
	[[ $output == *'"first": "the simple one", "next_gap": 4,'* ]]
	# What explains the others still stands before them.
	result CRASH 1 5 'it crashes'
	report -l
	shown 'it crashes'
	result WRONG 0 2 'it names the cause' ran make came "x.c:3: warning: 'n' is used uninitialized [-Wuninitialized]"
	report -l
	shown 'it names the cause'
}

@test "a warning that explains nothing is not shown before what fails in a gap" {
	local mode
	result WRONG 0 2 'no warning' ran make came 'x.c:3: warning: unused variable [-Wunused-variable]'
	for mode in "" -l; do
		report ${mode:+"$mode"}
		shown 'no warning'
	done
	result WRONG 2 5 'a gap'
	for mode in "" -l; do
		field todo ''
		report ${mode:+"$mode"}
		shown 'a gap'
		field todo '2 a.c:7'
		report ${mode:+"$mode"}
		shown 'a gap'
	done
}

@test "an optional gap is not the next one while the lab as a whole fails" {
	field todo '5 a.c:7'
	result WRONG 5 0 'for no points'
	result WRONG 0 2 'no warning' ran make came 'x.c:3: warning: unused variable [-Wunused-variable]'
	report -l -j
	[[ $output == *'"first": "no warning", "next_gap": 0,'* ]]
}

@test "of what the compiler says, errors are shown, and how many warnings there were" {
	local n said="a.c: In function 'f':"$'\n'
	for n in {1..30}; do
		said+="a.c:$n:3: warning: unused [-Wunused]"$'\n'"   $n | x"$'\n'"a.c:$n:1: note: there"$'\n'
	done
	said+="a.c: In function 'g':"$'\n'"a.c:40:1: error: no"$'\n'"   40 | y"
	result BUILD 1 5 'a test'
	field build "$said"
	report
	[ "$(sed -n '5,$p' <<<"$output")" = "    a.c: In function 'g':
    a.c:40:1: error: no
       40 | y

  30 warnings are left out. All of it: make -C labs/pipes" ]
	# Older clang does not indent what it quotes; what a linker says is an error, too.
	field build $'a.c:1:1: warning: unused\nint x: 3;\n^\na.c:2:1: error: no\nint y;\n^\nld: a.o: in function f:\na.c:3: undefined reference to g\n1 warning and 1 error generated.'
	report
	[ "$(sed -n '5,$p' <<<"$output")" = "    a.c:2:1: error: no
    int y;
    ^
    ld: a.o: in function f:
    a.c:3: undefined reference to g
    1 warning and 1 error generated.

  1 warning is left out. All of it: make -C labs/pipes" ]
	# Where warnings are all there is, they are shown.
	field build $'a.c:1:1: warning: unused\n1 | x'
	report
	says '    a.c:1:1: warning: unused'
	[[ $output != *"left out"* ]]
}

@test "the report fits a narrower terminal" {
	result WRONG 1 5 'a test' came "$(printf 'word %.0s' {1..60})" means "$(printf 'sense %.0s' {1..60})"
	report -1 -w 50
	[ "$(grep -v '^    again' <<<"$output" | wc -L)" -le 50 ]
	[ "$(grep -o word <<<"$output" | wc -l)" = 60 ]
}

@test "neither a hang nor a crash is shown before what fails in an earlier gap that it needs" {
	result WRONG 1 5 'wrong'
	result HANG 2 5 'it hangs' needs 1
	report
	shown 'wrong'
	result TIMEOUT 2 5 'it does not end' needs 1
	report
	shown 'wrong'
	result CRASH 2 5 'it crashes' needs 1
	report
	shown 'wrong'
	result HANG 2 5 'hangs by itself'
	report
	shown 'hangs by itself'
}

@test "a hang is not shown before an easier test of the same gap that says what is wrong" {
	result LEAK 2 5 'leaves something'
	result WRONG 2 5 'in words' needs 3
	result HANG 2 5 'it hangs' needs 4
	report
	shown 'it hangs'
	printf '3 4' >"$dir/003/needs"
	report
	shown 'in words'
	printf TIMEOUT >"$dir/003/verdict"
	report
	shown 'in words'
}

@test "what a gap that is still open brings about is not shown before" {
	field todo '2 a.c:7'
	result WRONG 1 5 'of the gap that is filled'
	result CRASH 2 5 'of the one that is open'
	report
	shown 'of the gap that is filled'
}

@test "an optional gap that is open is no failure, and nothing is to be fixed" {
	field todo '6 ring.c:20'
	result OK 1 100 'all of it'
	result WRONG 6 0 'the ring' came 'nothing'
	report
	says '  open  extra  the ring' \
		'  extra: for no points; open: not begun, which costs nothing' \
		'  Optional: gap 6 is still open, at TODO 6 in labs/pipes/ring.c:20'
	[[ $output != *FAIL* && $output != *'fix this'* && $output != *'    came'* ]]
	# Begun, it is a failure as any other.
	field todo ''
	report
	says '  FAIL  extra  the ring'
	shown 'the ring'
}

@test "the words in place of points are explained, and no others" {
	result OK 1 10 'a test'
	result OK 6 0 'the ring'
	report
	says '  ok    extra  the ring' '  extra: for no points'
	[[ $output != *'open:'* && $output != *'given:'* ]]
	# With points in one of its tests, a gap is not optional.
	result OK 1 0 'more of it'
	report
	says '  ok    given  more of it' \
		'  given: a part that came with the starter; keep it working'
}

@test "an optional gap is open where its test says so, too" {
	result WRONG 6 0 'the ring' open 1
	result WRONG 1 5 'a gap with points' open 1
	report
	says '  open  extra  the ring' '  FAIL    0/5  a gap with points'
}

@test "a failure that costs points is shown before one of an optional gap" {
	result ZOMBIE 1 5 'what costs points'
	result CRASH 6 0 'the ring'
	report
	shown 'what costs points'
}

@test "what is given is explained where it stands" {
	result OK 1 10 'a test'
	report
	[[ $output != *given* && $output != *extra* ]]
	result OK 0 0 'bad input'
	report
	says '  ok    given  bad input' \
		'  given: a part that came with the starter; keep it working'
}

# judged OUTPUT EXPECTATION...: what the words of a test write down, of a scenario
# that printed OUTPUT
judged() {
	(
		# shellcheck source=SCRIPTDIR/../lib/expect.bash
		source "$kit/grader/lib/expect.bash"
		# shellcheck source=SCRIPTDIR/../lib/conduct.bash
		source "$kit/grader/lib/conduct.bash"
		under_last="" failing=()
		# shellcheck disable=SC2034 # the variables of those words
		failures=() expectations=() came="" meaning="" why="" script="" \
			output=$1 error="" status=0
		shift
		"$@"
		# shellcheck disable=SC2154
		printf '%s: %s\n' "$first_verdict" "$first_came"
	)
}

@test "standard output stands beside \"nothing on standard error\"" {
	run judged "usage: prog FILE" expect_complaint usage
	[ "$output" = $'WRONG: nothing on standard error; on standard output:\nusage: prog FILE' ]
}

@test "a crash is told before what it brought about, in one test" {
	both() {
		came="no output"
		fault WRONG "some output"
		came="heap-buffer-overflow"
		fault CRASH "that it does not crash"
		# shellcheck disable=SC2034
		came="left behind"
		fault LEAK "nothing left behind"
	}
	run judged "" both
	[ "$output" = "CRASH: heap-buffer-overflow" ]
}

@test "a source in UTF-16 is one line, not a screenful" {
	mkdir "$dir/hello"
	cd "$kit"
	for form in UTF-16 UTF-16LE UTF-16BE; do
		iconv -t $form solutions/hello/hello.c >"$dir/hello/hello.c"
		run grader/grade -t "$dir" -f 'without a warning' hello
		[ "$status" = 1 ]
		says '    hello.c is text in UTF-16, which a C compiler does not read: save it as UTF-8'
		[ "${#lines[@]}" -lt 8 ]
	done
}

@test "the JSON has what a test ran, expected and saw, each apart, of failed tests only" {
	result HANG 1 5 'a test' ran './a' wanted 'an end' came 'none' error 'oops' why $'a\n |' means 'wait'
	result OK 1 5 'another' ran './b'
	report -j
	[ "$(jq -c '.tests[] | [.ran, .wanted, .came, .stderr, .why, .means]' <<<"$output")" = \
		$'["./a","an end","none","oops","a\\n |","wait"]\n["","","","","",""]' ]
}

# of_two_labs FORMAT: for a CI system, the results of two labs: of the first a test
# passed, two failed, one is of an optional gap
of_two_labs() {
	field todo '6 ring.c:20'
	field not_checked ''
	result OK 0 10 'it builds'
	result HANG 2 30 $'a <test> & "more" # of it' ran './pipeline <x' came $'nothing:\nall wait' \
		why 'a hang report' means $'bad \002 character, \357\277\277, ]]>' section 'The end'
	result WRONG 6 0 'the ring' came nothing
	result WRONG 1 5 'wrong' came $'a\tc'
	"$kit/.build/report" -j "$dir" >"$dir/json" || (($? == 1))
	rm -r "$dir"/00?
	tests=0
	field lab hello
	result OK 1 100 'it adds'
	"$kit/.build/report" -j "$dir" >>"$dir/json"
	jq -rn -L "$kit/grader/report" -f "$kit/grader/report/$1.jq" "$dir/json" >"$dir/$1"
	cat "$dir/$1"
}

# at XPATH TEXT: what is there in the XML
at() {
	local is
	is=$(xmllint --xpath "string($1)" "$dir/junit")
	[ "$is" = "$2" ] || { echo "$1: $is" && false; }
}

@test "JUnit XML has each field that CI systems read, and no character that XML has not" {
	of_two_labs junit
	xmllint --noout "$dir/junit"
	[ "$(xmllint --xpath 'count(/testsuites/testsuite)' "$dir/junit")" = 2 ]
	for one in tests=5 failures=2 errors=0 skipped=1; do
		at "/testsuites/@${one%=*}" "${one#*=}"
	done
	for one in name=pipes tests=4 failures=2 errors=0 skipped=1; do
		at "//testsuite[1]/@${one%=*}" "${one#*=}"
	done
	for one in name=hello tests=1 failures=0 errors=0 skipped=0; do
		at "//testsuite[2]/@${one%=*}" "${one#*=}"
	done
	at '//testsuite[1]/properties/property[@name="score"]/@value' 10
	at '//testsuite[1]/properties/property[@name="max_score"]/@value' 45
	at '//testsuite[1]/properties/property[@name="seed"]/@value' 1
	[ "$(xmllint --xpath 'count(//testsuite[1]/testcase)' "$dir/junit")" = 4 ]
	[ "$(xmllint --xpath 'count(//*[@time and number(@time) >= 0])' "$dir/junit")" = 8 ]
	one='//testcase[2]'
	at "$one/@name" 'a <test> & "more" # of it'
	at "$one/@classname" pipes.gap-2
	at "$one/failure/@type" HANG
	at "$one/failure/@message" 'HANG, 0 of 30 points: nothing:'
	at "$one/failure" $'ran: ./pipeline <x\nexpected: \ncame: nothing:\nall wait\na hang report\nmeans: bad <U+0002> character, \357\277\275, ]]>\nread: handouts/pipes.md, "The end"\nagain: grader/grade -s 1 -f '"\"a <test> & .more. # of it\" pipes"
	at '//testcase[3]/skipped/@message' 'an optional gap, not begun'
	at 'count(//testcase[1]/*)' 0
	at '//testcase[4]/failure/@message' 'WRONG, 0 of 5 points: a	c'
}

@test "TAP 13 is what a parser of it takes, field by field" {
	of_two_labs tap
	sed -n 1,4p "$dir/tap" >"$dir/head"
	printf '%s\n' "TAP version 13" 1..5 "# pipes: 10 of 45 points, seed 1, isolation: none" \
		"# hello: 100 of 100 points, seed 1, isolation: none" | cmp - "$dir/head"
	perl -MTAP::Parser -e '
		my $parser = TAP::Parser->new({tap => do { local $/; <> }});
		while (my $one = $parser->next) {
			printf "%s %s %s%s\n", $one->is_ok ? "ok" : "not", $one->number, $one->description, $one->has_skip ? " skip" : "" if $one->is_test;
			print map { "  $_: " . $one->data->{$_} . "\n" } sort keys %{$one->data} if $one->is_yaml && $one->data->{gap} == 2;
		}
		print "errors: ", scalar($parser->parse_errors), " version: ", $parser->version, "\n"' <"$dir/tap" >"$dir/read"
	cat "$dir/read"
	cmp "$dir/read" - <<'END'
ok 1 - pipes: it builds
not 2 - pipes: a <test> & "more" \# of it
  again: grader/grade -s 1 -f "a <test> & .more. # of it" pipes
  gap: 2
  max_points: 30
  message: expected: 
came: nothing:
all wait
a hang report
means: bad <U+0002> character, ￿, ]]>
  points: 0
  ran: ./pipeline <x
  read: handouts/pipes.md, "The end"
  seconds: 0
  verdict: HANG
ok 3 - pipes: the ring skip
not 4 - pipes: wrong
ok 5 - hello: it adds
errors: 0 version: 13
END
}

@test "a hang is offered to be drawn, where its scenario is one command" {
	local ran
	field tree "$dir/my tree"
	result HANG 1 1 'a test' ran "./pipeline yes 'a b' \"|\" head -n 1"
	report
	draw=$(sed -n 's/^ *draw *//p' <<<"$output")
	words=()
	eval "words=(${draw})"
	[ "${words[*]:0:3}" = "make trace LAB=pipes" ]
	[ "${words[3]}" = "TREE=$dir/my tree" ]
	[ "${words[4]}" = "RUN=./pipeline yes 'a b' \"|\" head -n 1" ]
	[ "${#words[@]}" = 5 ]
	for ran in $'./a\n./b' 'start ./a' './a & ./b' './a <given'; do
		printf '%s' "$ran" >"$dir/001/ran"
		report
		[[ $output != *"make trace"* ]]
	done
	printf './a' >"$dir/001/ran"
	# With the call that failed; not, if each one was to fail in turn.
	printf 'when a pipe fails with EMFILE' >"$dir/001/when"
	report
	[[ $output != *"make trace"* ]]
	printf 'a/pipe:2:EMFILE' >"$dir/001/failing"
	report
	[[ $output == *"RUN=./a FAIL=a/pipe:2:EMFILE" ]]
	printf 'a/pipe:each:EMFILE' >"$dir/001/failing"
	report
	[[ $output != *"make trace"* ]]
	rm "$dir/001"/{when,failing}
	printf WRONG >"$dir/001/verdict"
	report
	[[ $output != *"make trace"* ]]
}
