#!/usr/bin/env bats
# Systematic mutants: the tool that makes them, and the script that grades them.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	make -s -C "$kit/grader" ../.build/mutate
	mutate=$kit/.build/mutate
	here=$BATS_TEST_DIRNAME/mutate
	work=$BATS_TEST_TMPDIR
	mkdir -p "$work"
}

names() { "$mutate" "$1" | cut -f 1; }

# a_kit: a copy of the kit in $work/kit, with the lab hello alone, whose grader only asks that the words
# in $work/needed be there, and keeps count of its calls
a_kit() {
	mkdir -p "$work/kit"
	# (-m: what is built is newer than the sources.)
	(cd "$kit" && tar -c labs/{list,lab.mk,hello} solutions/{lab.mk,hello} \
		grader/{Makefile,systematic,mutate,lib,box,checks,report,labs/hello} \
		--exclude=.build/{cache,systematic} .build) | tar -x -m -C "$work/kit"
	sed -i '/^hello\t/!d' "$work/kit/labs/list"
	rm -f "$work/kit/grader/labs/hello/equivalent"
	cat >"$work/kit/grader/grade" <<-'GRADE'
		#!/usr/bin/env bash
		while getopts t:s:jaf: option; do
			[[ $option != t ]] || tree=$OPTARG
		done
		work=$(cd "$(dirname "$0")/../.." && pwd)
		echo "$*" >>"$work/calls"
		[[ ! -e $work/broken || $tree == */reference ]] || { echo "grade: no box" >&2; exit 2; }
		passed=false
		! grep -qF -f "$work/needed" "$tree/hello/hello.c" || passed=true
		echo '{"tests": [{"name": "a death by signal is not an answer", "passed": '$passed', "verdict": "WRONG"}]}'
		[[ $passed == true ]]
	GRADE
	chmod +x "$work/kit/grader/grade"
	systematic=$work/kit/grader/systematic
	echo "-WTERMSIG" >"$work/needed"
}

# equivalent NAME WORDS REASON: adds a line to the list
equivalent() {
	printf '%s\t%s\t%s\n' "$@" >>"$work/kit/grader/labs/hello/equivalent"
}

# row N: column N of the table's line about hello
row() { awk -v n="$1" '$1 == "hello" { print $n }' <<<"$output"; }

@test "the example has exactly the mutants that it should" {
	run "$mutate" "$here/example.c"
	[ "$status" = 0 ]
	diff "$here/example.mutants" - <<<"$output"
}

@test "each mutant of the example has a name of its own, and changes code of its gap only" {
	[ -z "$(names "$here/example.c" | sort | uniq -d)" ]
	while IFS=$'\t' read -r name gap _; do
		"$mutate" "$here/example.c" "$name" >"$work/mutant.c"
		if cmp -s "$here/example.c" "$work/mutant.c"; then false; fi
		# Without the gap, nothing is left to differ.
		for file in "$here/example.c" "$work/mutant.c"; do
			sed "/BEGIN SOLUTION $gap\$/,/END SOLUTION $gap\$/d" "$file" >"$work/rest-${file##*/}"
		done
		cmp "$work/rest-example.c" "$work/rest-mutant.c" || { echo "$name"; false; }
	done <"$here/example.mutants"
}

@test "each mutant of the example compiles" {
	while IFS=$'\t' read -r name _; do
		"$mutate" "$here/example.c" "$name" >"$work/mutant.c"
		gcc -std=gnu11 -w -fsyntax-only "$work/mutant.c" || { echo "$name"; false; }
	done <"$here/example.mutants"
}

@test "the words of a mutant tell what its text does" {
	"$mutate" "$here/example.c" example-logic-side-256a6d | grep -qF 'return a == 1 || (b );'
	"$mutate" "$here/example.c" example-simple-negated-34b614 | grep -qF 'if (!(in < out))'
	"$mutate" "$here/example.c" example-checked-once-27fafc |
		grep -qF '{ int runs_ = 0; while (runs_++ < 1 && ((n = read('
	"$mutate" "$here/example.c" example-constants-exchanged-e66801 |
		grep -qF 'dup2(STDIN_FILENO, fd)'
	"$mutate" "$here/example.c" example-constants-flag-397f20 |
		grep -qE 'open\(name, O_RDWR +\| O_TRUNC, 0600\)'
}

@test "a name stays when other lines move or change" {
	{
		echo "int before(int a) { return a < 3; }"
		sed -e 's,// BEGIN SOLUTION 3,// a comment more\n\n&\n\tleft = 7;,' \
			-e 's/return a == 1 ||/return a == 1\n\t ||/' "$here/example.c"
	} >"$work/example.c"
	names "$here/example.c" | sort >"$work/before"
	names "$work/example.c" | sort >"$work/after"
	[ -z "$(comm -23 "$work/before" "$work/after")" ]
	[ "$(wc -l <"$work/after")" -gt "$(wc -l <"$work/before")" ]
}

@test "what is not C is refused by name, and so is a mutant that there is not" {
	echo 'int f(void) { return (1; }' >"$work/bad.c"
	run "$mutate" "$work/bad.c"
	[ "$status" = 2 ] && [[ $output == *bad.c* ]]
	run "$mutate" "$work/none.c"
	[ "$status" = 2 ] && [[ $output == *none.c* ]]
	run "$mutate" "$here/example.c" example-none
	[ "$status" = 2 ] && [[ $output == *example-none* ]]
}

@test "the table counts killed and survived, and names what survived" {
	a_kit
	run "$systematic" hello
	[ "$status" = 1 ]
	[ "$(row 2)" = 10 ]
	# Three return a number, one returns nothing, one takes another macro.
	[ "$(row 6)" = 5 ]
	[ "$(row 8)" = 5 ]
	[ "$(grep -c '  survived: hello-' <<<"$output")" = 5 ]
	[[ $output == *"survived: hello-answer-always-32d4ef: hello.c:"*": answer: WIFEXITED(status) counts as true in: "* ]]
	run "$systematic" -l hello
	[ "$status" = 0 ] && [ "${#lines[@]}" = 10 ]
	[[ $output == *hello-answer-neighbour-381fa4*killed*"a death by signal is not an answer"*WRONG* ]]
}

@test "what only the compiler notices is counted apart" {
	a_kit
	echo child >"$work/needed"
	run "$systematic" hello
	# An argument that is not used, or no value.
	[ "$(row 6)" = 0 ] && [ "$(row 7)" = 4 ] && [ "$(row 8)" = 6 ]
}

@test "where the reference itself fails, no mutant is judged" {
	a_kit
	echo nowhere >"$work/needed"
	run "$systematic" hello
	[ "$status" = 2 ] && [[ $output == *"hello: the reference fails: a death by signal is not an answer: WRONG"* ]]
}

@test "what has a result is not graded again, unless the tests change" {
	a_kit
	run "$systematic" hello
	before=$output
	cp "$work/calls" "$work/calls-before"
	run "$systematic" hello
	cmp "$work/calls" "$work/calls-before"
	[ "$(sed 's/ *[0-9]*$//' <<<"$before")" = "$(sed 's/ *[0-9]*$//' <<<"$output")" ]
	echo "# another test" >>"$work/kit/grader/labs/hello/tests.bats"
	run "$systematic" hello
	if cmp -s "$work/calls" "$work/calls-before"; then false; fi
	# First with the test that killed it before.
	[[ $(<"$work/calls") == *"-f ^(a death by signal is not an answer)\$ hello"* ]]
}

@test "what cannot be graded has no result: exit status 2, and the reason" {
	a_kit
	touch "$work/broken"
	run "$systematic" hello
	[ "$status" = 2 ]
	[[ $output == *"not graded: grade: no box"* && $output == *"10 not graded"* ]]
	rm "$work/broken"
	run "$systematic" hello
	[ "$status" = 1 ]
	[[ $output != *"not graded"* ]]
}

@test "an equivalent mutant needs no test; an entry that matches none is an error" {
	a_kit
	echo "return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);" >"$work/needed"
	words="answer: returns 0 instead of: WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status)"
	equivalent "hello-answer-return-004aeb" "$words" "for the sake of this test"
	run "$systematic" hello
	[ "$status" = 0 ] && [ "$(row 5)" = 1 ]
	equivalent "hello-answer-gone-123456" "gone" "it was equivalent once"
	run "$systematic" hello
	[ "$status" = 1 ] && [[ $output == *"there is no mutant hello-answer-gone-123456"* ]]
	rm "$work/kit/grader/labs/hello/equivalent"
	equivalent "hello-answer-return-004aeb" "other words" "a reason"
	run "$systematic" hello
	[ "$status" = 1 ] && [[ $output == *"hello-answer-return-004aeb is now"* ]]
	rm "$work/kit/grader/labs/hello/equivalent"
	equivalent "hello-answer-return-004aeb" "$words" ""
	run "$systematic" hello
	[ "$status" = 1 ] && [[ $output == *"no reason for hello-answer-return-004aeb"* ]]
}

@test "a seed draws the same sample twice" {
	a_kit
	run "$systematic" -n 3 -s 7 hello
	[[ $output == *"drawn from seed 7"* ]]
	[ "$(($(row 3) + $(row 4) + $(row 6) + $(row 7) + $(row 8)))" = 3 ]
	calls=$(wc -l <"$work/calls")
	run "$systematic" -n 3 -s 7 hello
	[ "$(wc -l <"$work/calls")" = "$calls" ]
}

@test "one mutant by its name: what is changed, and how it is graded" {
	a_kit
	run "$systematic" -m hello-answer-return-004aeb
	[[ $output == *"+	return 0;"* ]]
	[[ $(<"$work/calls") == *" -a hello" ]]
	run "$systematic" -m hello-answer-none-000000
	[ "$status" = 2 ] && [[ $output == *"no such mutant"* ]]
}

@test "every entry of the labs' lists of equivalent mutants is true" {
	for list in "$kit"/grader/labs/*/equivalent; do
		lab=$(basename "$(dirname "$list")")
		for file in "$kit/solutions/$lab"/*.c; do
			"$mutate" "$file"
		done | cut -f 1,4 | sort >"$work/mutants"
		grep -v '^#' "$list" | cut -f 1,2 | sort | comm -13 "$work/mutants" - >"$work/untrue"
		[ ! -s "$work/untrue" ] || { echo "$lab:"; cat "$work/untrue"; false; }
		[ -z "$(grep -v '^#' "$list" | awk -F '\t' 'NF != 3 || $3 == ""')" ]
	done
}
