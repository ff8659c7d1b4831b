# What the tests of grader/pages have in common: a class that was graded, made by hand.

set_up() {
	kit=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/pages.XXXXXX")
	out=$dir/out
	mkdir -p "$out/.state/students"
}

# student KEY SCORE [FILTER]: a row and a result, of two tests; FILTER (jq) changes
# {row, result}
student() {
	local folder=$out/.state/students/$1
	mkdir -p "$folder/tree/hello"
	jq -cn --arg key "$1" --argjson score "$2" --arg at "$folder/tree" '
		def test: {gap: 1, needs: "", open: false, message: "", ran: "", wanted: "", came: "",
			stderr: "", why: "", means: "", expected: "", actual: "", handout: "", seconds: 0.1,
			replay: "grader/grade -s 7 -t \($at) -f \"\(.name)\" hello"} + .;
		{row: {key: $key, system: "plain", name: $key, id: "", login: $key, email: "", time: "",
			late: false, source: $key, attempt: 1, attempts: 1, files: ["hello.c"], left: [], notes: [],
			status: "graded", problem: "", score: $score, max_score: 100, level: "user namespaces",
			result: "students/\($key)/result.json"},
		result: {schema: 1, kit: "v1", lab: "hello", seed: "7", isolation: "user namespaces", build: "",
			not_checked: "", first: "", score: $score, max_score: 100, seconds: 1, tests: [
			({name: "it adds", points: $score, max_points: 60, verdict: "OK", passed: true} | test),
			({name: "it waits", points: 0, max_points: 40, verdict: "OK", passed: true} | test)]}}
		| '"${3:-.}" >"$dir/student"
	jq -c .row "$dir/student" >>"$out/.state/rows.jsonl"
	jq .result "$dir/student" >"$folder/result.json"
	[[ $(jq -r .row.result "$dir/student") ]] || rm "$folder/result.json"
}

make_pages() { "$kit/grader/pages/make" "$@" "$out" hello; }

# is_clean FILE...: no control character, no C1, no mark of direction, no broken UTF-8
is_clean() {
	local file
	for file in "$@"; do
		iconv -f UTF-8 -t UTF-8 "$file" >/dev/null || { echo "$file is not UTF-8"; return 1; }
		if LC_ALL=C grep -naP '[\x00-\x08\x0b-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\x8b-\x8f\xaa-\xae]|\xe2\x81[\xa0-\xaf]|\xef\xbb\xbf' "$file"; then
			echo "^ in $file"
			return 1
		fi
	done
}

# absent REGEX FILE...: no line has it
absent() {
	local found
	if found=$(grep -anE "$@"); then
		echo "${found:0:2000}"
		return 1
	fi
}
