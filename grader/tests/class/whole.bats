#!/usr/bin/env bats
# A class from what was handed in to the gradebook, with the real grader.

setup() {
	source "$BATS_TEST_DIRNAME/class.bash"
	kit=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	[ -d "$kit/solutions/hello" ] || skip "there is no lab hello"
	dir=$(mktemp -d "$BATS_TMPDIR/class.XXXXXX")
	out=$dir/out
	mkdir "$dir/in" "$dir/tests"
	cd "$dir/in" || return
}

teardown() { rm -rf "$dir"; }

@test "a reference, a starter, CR LF, and nothing: marks, pages, and hidden tests" {
	mkdir ann bo "Chris C" dora
	cp "$kit/solutions/hello/hello.c" ann/
	cp "$kit/labs/hello/hello.c" bo/
	sed 's/$/\r/' ann/hello.c >"Chris C/hello.c"
	# (bats would take an @test here for one of ours.)
	sed 's/^it/@test/' >"$dir/tests/hello.bats" <<-'END'
		load "$KIT/grader/lib/lab"
		it "hidden: a sum of four" {
			gap 1; points 7
			scenario './hello 1 2 3 4'
			expect_output "child: the sum is 10"
			explain_given "exit"
		}
	END
	run "$kit/grader/class" -o "$out" -T "$dir/tests" hello "$dir/in"
	echo "$output"
	[ "$status" = 0 ]
	[ "$output" = "4 students: 3 graded, 1 with nothing that can be graded; see $out/report.html" ]
	read_rows
	is ann graded 107
	has ann max_score 107
	is "${key_of[Chris C]}" graded 107
	[[ "${row_of[bo]}" == *$'\nscore '?$'\n'* || "${row_of[bo]}" == *$'\nscore '??$'\n'* ]]
	is dora problem 0
	has dora max_score 107
	[ "$(wc -l <"$out/gradebook.csv")" = 5 ]
	[ -s "$out/report.html" ] && [ -s "$out/students/ann.html" ]
	grep -q "hidden: a sum of four" "$out/.state/students/bo/result.json"
}
