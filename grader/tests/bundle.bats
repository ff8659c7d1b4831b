#!/usr/bin/env bats
# What grading systems take: each bundle is laid out as its system does it, and what
# comes out has each field that the system reads.

setup_file() {
	export kit dir
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/bundle.XXXXXX")
	[ -d "$kit/solutions/hello" ] || skip "there is no lab hello"
	for system in gradescope.zip autolab.tar classroom50.tar.gz github.tar.gz prairielearn.tar.gz; do
		"$kit/grader/bundle/bundle" "${system%%.*}" hello "$dir/$system"
	done
	mkdir -p "$dir/right" "$dir/open"
	cp "$kit/solutions/hello/hello.c" "$dir/right/"
	cp "$kit/labs/hello/hello.c" "$dir/open/"
}

teardown_file() { rm -rf "$dir"; }

# built FOLDER: the kit there has the grader's programs already, as after its set-up; to
# build them for each would cost more than all else here
built() {
	make -s -C "$kit/grader"
	cp -r "$kit/.build" "$1/.build"
	rm -rf "$1"/.build/{cache,systematic,check,dist}
}

# fields FILE CONDITION: of jq
fields() { jq -e "$2" "$1" >/dev/null || { cat "$1"; return 1; }; }

@test "the student's archive has no answers, is the same each time, and works" {
	"$kit/grader/bundle/dist" "$dir/one.tar.gz"
	"$kit/grader/bundle/dist" "$dir/two.tar.gz"
	cmp "$dir/one.tar.gz" "$dir/two.tar.gz"
	tar -tzf "$dir/one.tar.gz" >"$dir/names"
	run grep -E '/(solutions|mutants|variants|hostile|tests|author|\.git)/|/equivalent$' "$dir/names"
	[ "$status" = 1 ]
	grep -qx 'ipc-lab-kit/labs/hello/hello.c' "$dir/names"
	mkdir "$dir/student"
	tar -xzf "$dir/one.tar.gz" -C "$dir/student"
	cd "$dir/student/ipc-lab-kit"
	built .
	run make hello
	[[ "$output" == *"hello  "*"gap 1 is still open"* ]]
	run make demo
	[ "$status" = 2 ]
	[[ "$output" == *"needs solutions/"* ]]
	run make
	[ "$status" = 0 ]
}

@test "gradescope: results.json has what the platform reads" {
	mkdir -p "$dir/gs/source" "$dir/gs/submission"
	(cd "$dir/gs/source" && bsdtar -xf "$dir/gradescope.zip" && tar -xzf kit.tar.gz)
	built "$dir/gs/source/ipc-lab-kit"
	[ -x "$dir/gs/source/run_autograder" ] && [ -x "$dir/gs/source/setup.sh" ]
	cp "$dir/right/hello.c" "$dir/gs/submission/"
	(cd "$dir/gs" && AUTOGRADER_ROOT=$dir/gs ./source/run_autograder </dev/null)
	result=$dir/gs/results/results.json
	fields "$result" '.score == ([.tests[].max_score] | add) and (.execution_time | type == "number")'
	fields "$result" '.tests | all((.status == "passed") and .score == .max_score and (.number | type == "string"))'
	fields "$result" 'keys - ["score", "execution_time", "output", "output_format", "visibility", "stdout_visibility", "extra_data", "tests"] == []'
	fields "$result" '.tests[] | keys - ["name", "name_format", "number", "score", "max_score", "status", "output", "output_format", "visibility", "tags"] == []'
	cp "$dir/open/hello.c" "$dir/gs/submission/"
	AUTOGRADER_ROOT=$dir/gs "$dir/gs/source/run_autograder" </dev/null
	fields "$result" '.score < 50 and any(.tests[]; .status == "failed" and (.output | length > 20))'
	# A grader that cannot grade gives no mark in silence.
	rm "$dir/gs/source/ipc-lab-kit/labs/hello/Makefile"
	AUTOGRADER_ROOT=$dir/gs "$dir/gs/source/run_autograder" </dev/null
	fields "$result" '.output | startswith("The grader could not grade. This is not a mark")'
}

@test "autolab: the last line has the scores" {
	mkdir "$dir/al"
	(cd "$dir/al" && tar -xf "$dir/autolab.tar" && tar -xf autograde.tar &&
		tar -xzf grader/kit.tar.gz -C grader && built grader/ipc-lab-kit)
	(cd "$dir/al" && mv autograde-Makefile Makefile &&
		cp "$dir/right/hello.c" . && make -s) >"$dir/al.out"
	tail -n 1 "$dir/al.out" >"$dir/al.scores"
	fields "$dir/al.scores" '. == {"scores": {"hello": 100}}'
	tail -n 2 "$dir/al.out" | head -n 1 >"$dir/al.stages"
	fields "$dir/al.stages" '._presentation == "semantic" and .stages == ["Tests"] and (.Tests | all(.passed))'
}

@test "classroom 50: result.json in the checkout" {
	command -v python3 >/dev/null || skip "there is no python3"
	mkdir -p "$dir/c50/bundle" "$dir/c50/checkout/src"
	tar -xzf "$dir/classroom50.tar.gz" -C "$dir/c50/bundle"
	tar -xzf "$dir/c50/bundle/kit.tar.gz" -C "$dir/c50/bundle"
	built "$dir/c50/bundle/ipc-lab-kit"
	mkdir -p "$dir/c50/checkout"/labs/{aaa,hello}
	cp "$dir/open/hello.c" "$dir/c50/checkout/labs/hello/"
	echo "another lab's" | tee "$dir/c50/checkout/labs/aaa/hello.c" >"$dir/c50/checkout/src/hello.c"
	(cd "$dir/c50/checkout" && CLASSROOM=c ASSIGNMENT=a python3 "$dir/c50/bundle/autograder.py")
	fields "$dir/c50/checkout/result.json" '.schema == "classroom50/result/v1" and .classroom == "c" and .assignment == "a"'
	fields "$dir/c50/checkout/result.json" '(.score | type == "number") and .score < ."max-score"'
	fields "$dir/c50/checkout/result.json" '.tests | all(has("test-name") and has("passed") and has("score") and has("max-score"))'
	fields "$dir/c50/checkout/result.json" '.datetime | test("^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z$")'
}

@test "github: the step's output, and the job's summary" {
	mkdir "$dir/gh"
	(cd "$dir/gh" && tar -xzf "$dir/github.tar.gz" && cp "$dir/open/hello.c" .)
	tar -xzf "$dir/gh/.grader/kit.tar.gz" -C "$dir/gh/.grader"
	built "$dir/gh/.grader/ipc-lab-kit"
	grep -q '^name: grade hello$' "$dir/gh/.github/workflows/grade.yml"
	NO_SETUP=1 GITHUB_OUTPUT=$dir/gh.out GITHUB_STEP_SUMMARY=$dir/gh.md run bash "$dir/gh/.grader/grade"
	[ "$status" = 1 ]
	sed -n 's/^result=//p' "$dir/gh.out" | base64 -d >"$dir/gh.json"
	fields "$dir/gh.json" '.version == 1 and .status == "fail" and (.max_score | type == "number")'
	fields "$dir/gh.json" '.tests | all(has("name") and has("status") and has("score") and has("message") and has("test_code") and has("filename") and has("line_no") and has("duration"))'
	grep -q 'of 100 points' "$dir/gh.md"
}

@test "prairielearn: a score of 0 to 1, and what does not build cannot be graded" {
	mkdir -p "$dir/pl/grader" "$dir/pl/grade/student"
	tar -xzf "$dir/prairielearn.tar.gz" -C "$dir/pl/grader"
	cp "$dir/right/hello.c" "$dir/pl/grade/student/"
	tar -xzf "$dir/pl/grader/kit.tar.gz" -C "$dir/pl/grader"
	built "$dir/pl/grader/ipc-lab-kit"
	GRADE_ROOT=$dir/pl/grade "$dir/pl/grader/run.sh"
	result=$dir/pl/grade/results/results.json
	fields "$result" '.gradable and .score == 1 and (.tests | all(has("name") and .points == .max_points))'
	echo 'int main(' >"$dir/pl/grade/student/hello.c"
	GRADE_ROOT=$dir/pl/grade "$dir/pl/grader/run.sh"
	fields "$result" '(.gradable | not) and (.format_errors[0] | startswith("It does not build"))'
	[ "$(stat -c %s "$result")" -lt 1000000 ]
}

@test "a system or a lab that does not exist is named" {
	run "$kit/grader/bundle/bundle" blackboard hello "$dir/x"
	[ "$status" = 2 ]
	[[ "$output" == *"no such system: blackboard (there are: "*"gradescope"* ]]
	run "$kit/grader/bundle/bundle" autolab nothing "$dir/x"
	[ "$status" = 2 ]
	[[ "$output" == "bundle: no such lab: nothing (labs/list names them)" ]]
}
