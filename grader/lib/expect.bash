# Expectations. Each writes down what it expects; a failed one also what came.

# fault VERDICT EXPECTED: a failure; `came` says what came instead, `meaning` what
# that means in general, if set. The first one is told; but a crash explains what
# was seen before it.
fault() {
	failures+=("$1")
	if ((${#failures[@]} == 1)) || [[ $1 == ERROR ]] ||
		[[ $1 == CRASH && $first_verdict != @(CRASH|ERROR) ]]; then
		first_verdict=$1
		first_expected=$2
		first_at=${#expectations[@]}
		first_came=$came
		first_why=$why
		first_script=$script
		first_failing=""
		[[ -z $under_last ]] || first_failing=${will_fail[*]}
		first_error="" first_status=""
		# Of many runs, they are known where one of them is judged.
		[[ $under_last == many && -z $one_run ]] ||
			first_error=$error first_status=$status
		first_meaning=$meaning
		# What was explained already is about what came of it.
		explained_at="" own="" own_section="" plain="" section=""
	fi
	came="" meaning=""
}

# check EXPECTED CAME CONDITION...: judges the condition, a command
check() {
	local expected=$1 instead=$2
	shift 2
	expectations+=("$expected")
	if ! "$@"; then
		came=$instead
		fault WRONG "$expected"
	fi
}

# is TEXT OTHER: they are the same: a condition for expect_that
is() { [[ $1 == "$2" ]]; }
# matches TEXT REGEX: a condition for expect_that
matches() { [[ $1 =~ $2 ]]; }

# expect_status N: the scenario ends with exit status N
expect_status() { in_each_run status_is "$@"; }

# status_is REGEX: as expect_status, of one run (see in_each_run)
status_is() {
	local came_status="exit status $status"
	came_status+=$(death_of "${status:-0}")
	check "exit status ${1//|/ or }" "$came_status" matches "$status" "^($1)\$"
}

# death_of STATUS: the signal for which it may stand; a program can end with such a
# status, too
death_of() {
	local name
	(($1 > 128)) || return 0
	name=$(kill -l $(($1 - 128)) 2>/dev/null) || return 0
	echo " (a shell says so of a death by SIG$name, too)"
}

# expect_failure: any exit status but 0, and no death by signal
expect_failure() { in_each_run status_fails; }

status_fails() {
	check "an exit status that is not 0" "exit status $status" \
		matches " $status " " ([1-9]|[1-9][0-9]|1[01][0-9]|12[0-7]) "
}

# expect_output TEXT: standard output is TEXT, to the letter (but newlines at the very
# end of the output, which TEXT must not have)
expect_output() { in_each_run output_is "$@"; }

output_is() {
	check "${1:-no output}" "${output:-no output}" is "$output" "$1"
	[[ $output == "$1" ]] || keep_both "$1" "$output"
}

# expect_output_of NAME: standard output is expected/NAME.out of the lab
expect_output_of() {
	expect_output "$(<"$KIT/grader/labs/$LAB/expected/$1.out")"
}

# expect_lines TEXT: the same lines as TEXT, in any order
expect_lines() { in_each_run lines_match "$@"; }

lines_match() {
	local want have
	want=$(sort <<<"$1")
	have=$(sort <<<"$output")
	check "these lines, in any order:"$'\n'"$1" "${output:-no output}" \
		is "$have" "$want"
	[[ $want == "$have" ]] || keep_both "$want" "$have"
}

# expect_match REGEX: standard output as a whole matches
expect_match() { in_each_run output_matches "$@"; }

output_matches() {
	check "output$(like "$1")" "${output:-no output}" \
		matches "$output" "$1"
}

# expect_complaint REGEX: one line on standard error, which matches
expect_complaint() { in_each_run complaint_is "$@"; }

complaint_is() {
	local instead=${error:-nothing on standard error}
	[[ -n $error || -z $output ]] ||
		instead+=$'; on standard output:\n'$output
	check "one line on standard error$(like "$1")" "$instead" \
		one_line "$error" "$1"
}

# How a report says what is to match: not at all, if any text will do.
like() { [[ $1 == . ]] || printf ' that matches: %s' "$1"; }

one_line() { [[ $1 != *$'\n'* && $1 =~ $2 ]]; }

# expect_said REGEX: standard error as a whole matches
expect_said() { in_each_run error_matches "$@"; }

# error_matches REGEX: as expect_said, of one run
error_matches() {
	check "standard error that matches: $1" \
		"${error:-nothing on standard error}" matches "$error" "$1"
}

# expect_quiet: nothing on standard error
expect_quiet() { in_each_run error_is_empty; }

error_is_empty() {
	check "nothing on standard error" "$error" is "$error" ""
}

# expect_told COMMAND STATUS OUTPUT [REGEX]: of COMMAND, which the scenario ran by
# `tell`: its exit status (one that matches), its standard output (to the letter, or ~
# and a regular expression), and one line on standard error that matches REGEX, if
# that is given
expect_told() { in_each_run told_is "$@"; }

told_is() {
	local script=$1 line here="" status="" error="" output_before=$output output=""
	while IFS= read -r line; do
		case $line in
		'$ '*) [[ -z $status ]] || break
			here="" output="" error=""
			[[ $line != "\$ $1" ]] || here=1 ;;
		'| '*) output+=${output:+$'\n'}${line:2} ;;
		'! '*) error+=${error:+$'\n'}${line:2} ;;
		'= '*) [[ -z $here ]] || status=${line:2} ;;
		esac
	done <<<"$output_before"
	if [[ -z $status ]]; then
		check "that it ends" "the scenario ended before it" false
		return
	fi
	leave_out_shell
	# A death says more than what is missing because of it, and a complaint that is
	# missing is told by what came in its place.
	((${status%%[!0-9]*} <= 128)) || [[ $status =~ ^($2)$ ]] || status_is "$2"
	[[ -z ${4-} ]] || complaint_is "$4"
	if [[ $3 == "~"* ]]; then
		output_matches "${3:1}"
	else
		output_is "$3"
	fi
	[[ $status =~ ^($2)$ ]] || status_is "$2"
}

# expect_that TEXT CAME COMMAND...: the command succeeds
expect_that() {
	local text=$1 instead=$2
	shift 2
	check "$text" "$instead" "$@"
}

# expect_no_warning: the compiler had nothing to say
expect_no_warning() {
	local words
	words=$(<"$BUILDS/plain-words")
	script="make"
	check "no warning from the compiler" "$words" is "$words" ""
}

# expect_clean_memory [DESCRIPTORS]: the memcheck runs of the scenario found no
# error, no leak and no descriptor left open ("allowed" excuses descriptors)
expect_clean_memory() {
	local found wanted="no memory error, no leak, no descriptor left open"
	[[ ${1-} != allowed ]] || wanted="no memory error, no leak"
	found=$(sed -n '/^== memcheck/,/^== [^m]/p' "$test_dir/box/log" |
		awk -v mine=" $(cd "$BUILDS/../source" && echo *) " -v descriptors="${1-}" \
			-f "$KIT/grader/lib/memcheck.awk" | sort -u)
	# A program could remove the log of its own run.
	(($(grep -c '^== memcheck' "$test_dir/box/log") >= \
		$(grep -o 'memcheck ' <<<"$script" | wc -l))) ||
		found=${found:-"valgrind left no log"}
	expectations+=("$wanted")
	if ! valgrind_starts; then
		came="valgrind does not start on this machine (libc6-dbg may be missing; make setup installs it)"
		fault ERROR "a valgrind that runs"
	elif [[ -n $found ]]; then
		came=$found
		fault LEAK "$wanted"
	fi
}

# valgrind_starts: asked where its log complains of something; that the program could
# have written, too, so an innocent one is tried
valgrind_starts() {
	grep -q '^valgrind: ' "$test_dir/box/log" || return 0
	mkdir -p "$test_dir/try"
	"$LABBOX" -d "$test_dir/try" -i "$test_dir/in" -T "$LABBOX_TOOLS" -l "$LABBOX_LEVEL" -H "$KIT" -t 20 \
		${DEBUG_NAMES:+-D "$DEBUG_NAMES"} -e CHECKERS= \
		/bin/bash ../tools/run.sh 'memcheck env true' 2>/dev/null &&
		grep -qx 'status 0' "$test_dir/try/result"
}

keep_both() {
	# Only for the failure that the report shows.
	((${#failures[@]} == 1)) || return 0
	printf '%s\n' "$1" >"$test_dir/expected"
	printf '%s\n' "$2" >"$test_dir/actual"
}

# without TEXT PART: the part is not in the text: a condition for expect_that
without() { [[ $1 != *"$2"* ]]; }
# lines_are TEXT N: the text has N lines: a condition for expect_that
lines_are() { [[ $(grep -c '' <<<"$1") == "$2" ]]; }
