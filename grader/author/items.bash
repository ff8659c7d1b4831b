# What is checked of a lab's programs, one item at a time. Each function runs in
# the kit's folder and has the empty folder $work for itself. It prints what is
# wrong and what to do. Returns 0: as it must be; 1: not; 2: it could not be tried.
source grader/lib/lay.bash
source grader/author/lab.bash

# graded OPTION... LAB: grades $work/tree; the result is in $work/json
graded() {
	local status=0
	grader/grade -t "$work/tree" -j "$@" >"$work/json" 2>"$work/words" </dev/null ||
		status=$?
	((status != 2)) || cat "$work/words"
	return $status
}

# failed: the tests that failed, a line each
failed() {
	jq -r '.tests[] | select(.passed | not)
		| "\(.name): \(.verdict) \(.message | gsub("\\s+"; " "))"' "$work/json"
}

# full_marks LAB: says what failed
full_marks() {
	local status=0
	graded "$1" || status=$?
	((status != 1)) || failed
	return $status
}

# item_reference LAB: gets full marks
item_reference() {
	lay . "$1" "$work/tree/$1"
	full_marks "$1"
}

# item_starter LAB: builds, and fails: every gap has an open test
item_starter() {
	local status=0 passed
	mkdir -p "$work/tree"
	cp -r "labs/$1" "$work/tree/"
	graded "$1" || status=$?
	case $status in
	0) echo "an untouched starter gets full marks: no test of a gap fails: write one, or let a STUB fail"; return 1 ;;
	2) return 2 ;;
	esac
	passed=$(jq -r '.tests[] | select(.verdict == "BUILD") | .name' "$work/json" | head -n 1)
	[[ -z $passed ]] || { echo "an untouched starter does not build: see its STUB lines"; return 1; }
	passed=$(jq -r '.tests[0] | select(.passed | not) | .message' "$work/json")
	[[ -z $passed ]] || { echo "an untouched starter: ${passed//$'\n'/ }: see its STUB lines"; return 1; }
	passed=$(jq -r '.tests[] | select(.gap != 0 and .passed) | .name' "$work/json")
	[[ -z $passed ]] || { printf 'an untouched starter passes: %s\n' "$passed"; return 1; }
}

# item_variant LAB STYLE: gets full marks
item_variant() {
	lay . "$1" "$work/tree/$1"
	cp "grader/labs/$1/variants/$2"/* "$work/tree/$1/"
	full_marks "$1"
}

# item_gap LAB N: with gap N open, tests of it fail, and those of no other, but
# for those that say that they need it
item_gap() {
	local file wrong status=0
	lay . "$1" "$work/tree/$1"
	for file in "solutions/$1"/*.[ch]; do
		awk -f solutions/starter.awk -v gaps="$2" "$file" >"$work/tree/$1/${file##*/}"
	done
	graded "$1" || status=$?
	((status != 2)) || return 2
	wrong=$(jq -r --argjson gap "$2" '
		if (.tests[0].passed | not)
		then "does not build without a warning: see its STUB lines" else empty end,
		if ([.tests[] | select(.gap == $gap and (.passed | not))] | length) == 0
		then "no test of it fails: a test must show what is missing" else empty end,
		(.tests[] | select(.gap != $gap and (.passed | not)
			and ((.needs | split(" ") | index($gap | tostring)) | not))
			| "fails too: \(.name): \(.verdict) \(.message | gsub("\\s+"; " ")): add `needs \($gap)` to it, or let it be about gap \($gap)")' \
		"$work/json" 2>&1)
	[[ -z $wrong ]] || { echo "$wrong"; return 1; }
}

# as_pattern NAME: what would be special in a pattern becomes a dot
as_pattern() { printf '%s\n' "${1//[^A-Za-z0-9 ,;:-]/.}"; }

# item_mutant LAB NAME: is killed by the test that its header names, with the
# verdict and the words that it promises; says in $work/got what came
item_mutant() {
	local patch=grader/labs/$1/mutants/$2.patch test verdict got
	local -A header
	read_header "$patch"
	test=${header[Test]-} verdict=${header[Verdict]-}
	lay . "$1" "$work/tree/$1"
	if ! patch -s -d "$work/tree/$1" -p1 <"$patch" >"$work/words" 2>&1; then
		echo "does not apply to the reference: make it again: grader/author/mutant $1 $2"
		return 1
	fi
	graded -f "^$(as_pattern "$test")\$" "$1" || (($? == 1)) || return 2
	got=$(jq -r '.tests[0] | .verdict + " " + .message' "$work/json")
	echo "$got" >"$work/got"
	if [[ ${got%% *} == OK ]]; then
		echo "passes \"$test\": let the test see it, or name another (Test: ...)"
		return 1
	elif [[ ${got%% *} != "$verdict" ]]; then
		printf '%s, not %s, from "%s":\n%s\n' "${got%% *}" "$verdict" "$test" "${got#* }"
		return 1
	fi
	grep -qiE -- "${header[Says]-}" <<<"$got" || {
		printf 'killed, but nothing says "%s": let explain say it, or change Says:\n%s\n' \
			"${header[Says]-}" "${got#* }"
		return 1
	}
}
