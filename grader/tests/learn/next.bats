#!/usr/bin/env bats
# What make next, progress, hint and compare say.
load learn.bash

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/learn.XXXXXX")
	own_kit "$kit" "$dir"
	cd "$dir" || return
	first=$(cut -f1 labs/list | sed -n 1p)
	second=$(cut -f1 labs/list | sed -n 2p)
	mkdir .results
}

teardown() { rm -rf "$dir"; }

# result_of LAB SCORE GAP...: a last result in which the tests of these gaps failed
result_of() {
	local lab=$1 score=$2 gap points passed
	shift 2
	printf '{"schema": 1, "first": "", "next_gap": %d, "score": %d, "max_score": 100, "tests": [' \
		"${1:-0}" "$score"
	while read -r gap points; do
		passed=true
		[[ " $* " != *" $gap "* ]] || passed=false
		printf '\n {"name": "t", "gap": %d, "points": 0, "max_points": %d, "passed": %s},' \
			"$gap" "$points" "$passed"
	done < <(source grader/learn/gaps.bash && tests_by_gap "$lab")
	echo ']}'
}

@test "next: the first lab that is not done, its gap, what that is for, and where" {
	run grader/learn/next
	[[ "${lines[0]}" == "$first, gap 1: "* ]]
	place=$(grep -n '// TODO 1$' "labs/$first"/*.c /dev/null | cut -d : -f 1,2)
	[[ "$output" == *" $place"* ]]
	[[ "$output" == *"make watch LAB=$first"* ]]
	result_of "$first" 100 >".results/$first.json"
	result_of "$second" 50 2 >".results/$second.json"
	run grader/learn/next
	[[ "${lines[0]}" == "$second, gap 2: "* ]]
	[[ "$output" != *"edited"* ]]
	touch -d "1 minute" "labs/$second"/*.c
	run grader/learn/next
	[[ "$output" == *"  make $second "*"edited since it was graded as a whole"* ]]
	for lab in $(cut -f1 labs/list); do
		result_of "$lab" 100 >".results/$lab.json"
	done
	run grader/learn/next
	[ "$output" = "All labs are done." ]
}

@test "the title of every gap fits into a line, and says something" {
	source grader/learn/gaps.bash
	for lab in $(labs); do
		for gap in $(tests_by_gap "$lab" | awk '$1 > 0 { print $1 }' | sort -nu); do
			title=$(title_of "$lab" "$gap")
			[[ "$title" == "$lab, gap $gap: "[a-z]* ]]
			[ ${#title} -le 74 ]
		done
	done
	mkdir labs/own
	title() { printf '/*\n * Gap 1%s\n */\n' "$1" >labs/own/a.c && title_of own 1; }
	[ "$(title ': read `n`: all. Then')" = "own, gap 1: read n" ]
	[ "$(title $' (optional): count 0, 1 ... up\n * to n. Then')" = "own, gap 1: count 0, 1 ... up to n" ]
	[ "$(title ', optional: is it ours? Then')" = "own, gap 1: is it ours?" ]
	[ "$(title ': read all that comes in from a client, until the end, and for the line')" = \
		"own, gap 1: read all that comes in from a client, until the end ..." ]
}

@test "next: no gap is open, and it has not been graded, or something else fails" {
	sed -i 's,// TODO [0-9]*,,' "labs/$first"/*.c
	run grader/learn/next
	[[ "${lines[0]}" == *"has not been graded"* ]]
	result_of "$first" 90 >".results/$first.json"
	run grader/learn/next
	[[ "${lines[0]}" == *"belongs to none"* ]]
}

@test "progress: labs and gaps are counted, an edit since is marked" {
	run grader/learn/progress
	[[ "${lines[0]}" == *"[......"*"]  0 of "* ]]
	result_of "$first" 100 >".results/$first.json"
	result_of "$second" 50 2 >".results/$second.json"
	touch -d "1 minute ago" "labs/$first"/* "labs/$second"/*
	touch -d "1 minute" "labs/$second"/*.c
	run grader/learn/progress
	echo "$output"
	[[ "${lines[1]}" == *"[##"*"..]  1 of "* ]]
	[[ "$output" == *"  $first "*"#"*"100/100  done"$'\n'* ]]
	[[ "$output" == *"  $second "*"#.#"*" * <- next"$'\n'* ]]
	[[ "$output" == *$'\n'"Next: $second, gap 2: "* ]]
	[ "$(wc -L <<<"$output")" -le 79 ]
}

# hints: three of gap 1 of the first lab
hints() {
	rm grader/labs
	mkdir -p "grader/labs/$first"
	ln -s "$kit/grader/labs/$first/tests.bats" "grader/labs/$first/"
	printf '## Gap %d\n\n### Where to look\n\nlook %d\n\n### The idea\n\nidea %d\n\n### Nearly the code\n\n    code %d\n\n' \
		1 1 1 1 2 2 2 2 >"grader/labs/$first/hints.md"
}

@test "hint: one level more each time, then all; for another gap, too; it may be forgotten" {
	hints
	run grader/learn/hint
	[[ "$output" == "$first, gap 1, hint 1 of 3: Where to look"*"look 1" ]]
	run grader/learn/hint "$first"
	[[ "$output" == *"hint 2 of 3: The idea"*"idea 1" ]]
	run grader/learn/hint -g 2
	[[ "$output" == *"gap 2, hint 1 of 3"*"look 2" ]]
	run grader/learn/hint
	[[ "$output" == *"hint 3 of 3: Nearly the code"*"    code 1" ]]
	run grader/learn/hint
	[[ "$output" == *"look 1"*"idea 1"*"    code 1" ]]
	rm .results/learn
	run grader/learn/hint
	[[ "$output" == *"hint 1 of 3"* ]]
	echo "hint $first 1 nonsense" >.results/learn
	run grader/learn/hint
	[[ "$output" == *"hint 1 of 3"* ]]
}

@test "Markdown is shown as plain text, filled to the width; code stays" {
	cat >text.md <<'END'
<!-- covers 1.1 -->
## A `head`

Some *words*, `char *p`, **`bold`** and [a link](page.md#there), and
`two words`; 2 * 3 is 6. At most
8. No list.

- one that is long enough to be broken
- two

| you see | look at |
|---|---|
| `a \| b` | gap 1 |

```sh
./a *b* `c`
```

    int *p;
END
	cat >wanted <<'END'
A head

Some words, "char *p", bold and
a link, and "two words"; 2 * 3
is 6. At most 8. No list.

- one that is long enough to be
  broken
- two

you see -> look at
"a | b" -> gap 1

    ./a *b* `c`

    int *p;
END
	COLUMNS=32 bash -c 'source grader/learn/shared.bash; in_plain_text' <text.md >plain
	diff wanted plain
}

@test "hint: no such lab or gap is one line, status 2; a lab that is done needs none" {
	hints
	for arguments in "nosuch" "-g 9 $first" "-g x $first"; do
		# shellcheck disable=SC2086 # several arguments
		run grader/learn/hint $arguments
		[ "$status" = 2 ]
		[ "${#lines[@]}" = 1 ]
		[ "${#output}" -le 80 ]
	done
	result_of "$first" 100 >".results/$first.json"
	run grader/learn/hint "$first"
	[[ "$output" == *"is done"* ]]
	result_of "$first" 90 >".results/$first.json"
	run grader/learn/hint "$first"
	[[ "$output" == *"make explain"* ]]
}

@test "a level that is missing, and a hint that gives the solution away, break a rule" {
	[ -d solutions ] || skip "there are no references here"
	hints
	source grader/author/rules.bash
	lab=$first
	cat "solutions/$first"/*.c | sed -n '/BEGIN SOLUTION 1$/,/END SOLUTION 1$/p' |
		grep -v '//' >block
	sed -i -e '/^look 1/r block' -e '/code 1/r block' "grader/labs/$first/hints.md"
	run rule_hints
	[[ "$output" == *"gap 1, Where to look: gives away "*"gap 1, Nearly the code: gives away "* ]]
	[[ "$output" != *"gap 1, The idea"* ]]
	sed -i '0,/^### The idea/s///' "grader/labs/$first/hints.md"
	run rule_hints
	[[ "$output" == *"gap 1 has no hint \"### The idea\""* ]]
}

@test "compare: asked twice, or with full marks, it tells why, and shows reference and variant" {
	[ -d solutions ] || skip "there are no references here"
	rm grader/labs
	mkdir -p grader/labs/"$first"/variants/other
	cp "labs/$first"/*.c "grader/labs/$first/variants/other/"
	printf 'Variant: other\n\nThe one is the other.\n' >"grader/labs/$first/compare.md"
	run grader/learn/compare "$first"
	[ "$status" = 0 ]
	[[ "$output" == *"ask again"* ]]
	[[ "$output" != *"@@"* ]]
	run grader/learn/compare "$first"
	[[ "$output" == 'Why the reference and the variant "other" differ'*"The one is the other."*"you and the reference"*$'\n@@ '*"variant \"other\""*"The same as yours." ]]
	[[ "$output" != *"SOLUTION"* ]]
	rm .results/learn
	result_of "$first" 100 >".results/$first.json"
	run grader/learn/compare "$first"
	[[ "$output" == *$'\n@@ '* ]]
	printf '// %s\n' "$(seq -s ' ' 60)" >>"labs/$first/$(basename "$(ls "solutions/$first"/*.c)")"
	COLUMNS=80 run grader/learn/compare "$first"
	[ "$(wc -L <<<"$output")" -le 80 ]
	[[ "$output" == *$'\n-// 1 2 3'*" 28"$'\n-    29 30 '*" 60"$'\n'* ]]
	rm solutions
	run make -s compare LAB="$first"
	[ "$status" = 2 ]
	[[ "$output" == *"needs solutions/"* ]]
}

@test "explain: before the whole lab has been graded, it says how" {
	run grader/learn/explain "$first"
	[ "$status" = 2 ]
	[[ "$output" == *"make $first"$'\n'*"grader/grade -f"* ]]
}

@test "explain: a command to look closer with, if the test ran a single one" {
	explained() {
		printf '{"schema": 1, "first": "t", "next_gap": 1\n {"name": "t", "ran": "%s", "handout": "", "replay": "true"}\n' \
			"$1" >".results/$first.json"
		grader/learn/explain "$first"
	}
	program=$(basename "$(ls "labs/$first"/*.c | head -n 1)" .c)
	run explained "./$program 1 'a;b' \\\"|\\\""
	[[ "$output" == *"make trace LAB=$first RUN='./$program 1 '\\''a;b'\\'' \"|\"'"* ]]
	[[ "$output" == *"strace -f ./$program 1 'a;b' \"|\""* ]]
	for scenario in make "./$program | cat" "./$program <x" "./$program & wait" "./$program\\nls" './other 1'; do
		run explained "$scenario"
		[ "$status" = 0 ]
		[[ "$output" != *trace* ]]
		[[ "$output" == *"ls -l /proc/PID/fd"* ]]
	done
}

@test "an edit reaches the tests that name the program, and no others" {
	sed 's/^AT /@/' >tests.bats <<'END'
server=./second
only_first() { scenario './first 1'; }
by_way() {
	only_first
}
AT test "one" {
	by_way
}
AT test "two" {
	scenario "$server"
}
AT test "both" {
	scenario './first | ./second'
}
AT test "helper" {
	scenario './helper-of-mine 3'
}
AT test "none" {
	builds
}
END
	echo 'execl("./second", 0);' >helper-of-mine.c
	reach() { awk -v programs="first second" -v edited="$1" -f grader/learn/reach.awk tests.bats helper-of-mine.c | xargs; }
	[ "$(reach first)" = "one both none" ]
	[ "$(reach second)" = "two both helper none" ]
	[ "$(reach "first second")" = "one two both helper none" ]
}
