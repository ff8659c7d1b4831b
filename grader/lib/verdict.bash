# From what a test wrote down to its verdict, on disk at once: a directory of
# small files that the report reads.

setup() {
	# bats looks at every command, to print where one failed. Failures are
	# written down here, and the looking takes a third of a test's time.
	trap - DEBUG
	number_of_test
	printf -v test_dir '%s/%03d' "$RESULTS" "$number"
	test_gap="" test_points="" test_needs="" script=""
	failures=() expectations=() explained=0 explained_at=""
	own="" own_section="" plain="" section="" came="" meaning="" why=""
	first_verdict="" first_expected="" first_came="" first_why="" first_when="" first_script="" first_failing=""
	first_error="" first_meaning="" first_status="" first_at=0
	environment=() ran_build="" notes=()
	output="" error="" status=""
	will_fail=() will_be_cut=() will_come=() leaves_core="" schedules=0 under_last="" one_run="" judged=() unforced=""
	calls="" faults="" o_faults=() left_open=""
	test_start=${EPOCHREALTIME/[.,]/}
	[[ -d $test_dir ]] || mkdir -p "$test_dir"/{box,in}
}

teardown() {
	local verdict=OK
	if [[ ! -e $BUILDS/plain-built ]]; then
		verdict=BUILD
	elif [[ -s $test_dir/lacks ]]; then
		verdict=ERROR
		read -r first_came <"$test_dir/lacks"
		first_came="the test calls $first_came, which is not a word of tests, and this machine has no such program"
	elif ((BATS_TEST_COMPLETED != 1)); then
		verdict=ERROR
		first_came="the test itself is broken: it did not run to its end"
	elif ((! explained)) || [[ -z $test_gap || -z $test_points || ${#expectations[@]} == 0 ]]; then
		verdict=ERROR
		first_came="the test itself is broken: it needs gap, points, an expectation and explain"
	elif ((${#failures[@]})); then
		verdict=$first_verdict
		# What it should have done says more than "end": the next expectation that is
		# about the program (see expect_failed).
		[[ ${expectations[$first_at]-} != "that the "@("signal can come"|"call is made") ]] ||
			first_at=$((first_at + 1))
		[[ $verdict != HANG && $verdict != TIMEOUT ]] ||
			first_expected=${expectations[$first_at]-$first_expected}
	fi
	put name "$BATS_TEST_DESCRIPTION"
	put gap "$test_gap"
	put needs "$test_needs"
	put points "$test_points"
	local ran=${first_script:-$script}
	put ran "${ran//$'\t'/}"
	put_elapsed
	if [[ $verdict != OK ]]; then
		put words "$(explain_words "${ran//$'\t'/}"; explain_roles "$first_when")"
		put wanted "${first_expected:-}"
		put came "$first_came"
		put means "${own:-${first_meaning:-$plain}}"
		put why "$first_why"
		put when "$first_when"
		put failing "$first_failing"
		put section "${own_section:-$section}"
		[[ $first_came == *"$first_error"* ]] || put error "$first_error"
		[[ -z $left_open ]] || put open 1
		((${first_status:-0} == 0)) || put status "exit status $first_status$(death_of "$first_status")"
	fi
	put verdict "$verdict"
	[[ $verdict == OK ]]
}

# explain_words SCRIPT: what the grader's own words and programs in it do, a line each,
# from the comments above them: nobody can look them up in a manual
explain_words() {
	local file name files=("$KIT"/grader/lib/scenario/*.sh)
	[[ $1 != make ]] || return 0
	[[ -z $lab_tools ]] || files+=("$BATS_TEST_DIRNAME/tools.bash")
	script=$1 awk -v quotes="'\"" '
		/^#/ { text = text (text == "" ? "" : " ") substr($0, 3); next }
		/^[a-z_]+\(\)/ {
			name = $1
			sub(/\(.*/, "", name)
			used = "(^|[;&|({\n" quotes "])[ \t]*" name "([ \t;&|)\n]|$)"
			if (index(text, name) == 1 && ENVIRON["script"] ~ used) {
				sub(/^[^:]*: /, "", text)
				sub(/\. .*/, "", text)
				if (!(name in means)) names[++n] = name
				means[name] = text # a lab may have its own of that name
			}
		}
		{ text = "" }
		END { for (i = 1; i <= n; i++) print names[i] ": " means[names[i]] }' "${files[@]}"
	for file in "$BATS_TEST_DIRNAME"/{programs,linked}/*.c; do
		name=${file##*/} name=${name%.c}
		[[ ! -e $file || $1 != *"./$name "* ]] ||
			awk -v name="$name" '
				NR > 1 && !/^ \* ./ { exit }
				NR > 1 { text = text " " substr($0, 4) }
				END { sub(/\. .*/, "", text); sub(/\.$/, "", text); print "./" name ": a program of the grader\047s." text }' "$file"
	done
}

# explain_roles TEXT: which processes the TEXT means by names such as posix#3 and pipeline.1
explain_roles() {
	local role told=" "
	for role in $1; do
		[[ $role =~ ^([a-z_-]+)(#|\.)([0-9]+)$ && $told != *" $role "* ]] || continue
		told+="$role "
		if [[ ${BASH_REMATCH[2]} == "#" ]]; then
			echo "$role: of the processes that ran ${BASH_REMATCH[1]}, number ${BASH_REMATCH[3]}"
		else
			echo "$role: of the children of ${BASH_REMATCH[1]}, number ${BASH_REMATCH[3]}"
		fi
	done
}

# number_of_test: sets number to the test's place among all that run; bats knows
# only those of one worker
number_of_test() {
	local name
	number=0
	while IFS= read -r name; do
		number=$((number + 1))
		[[ $name != "$BATS_TEST_DESCRIPTION" ]] || return 0
	done <"$RESULTS/names"
	number=0
}

put() { printf '%s' "$2" >"$test_dir/$1"; }

put_elapsed() {
	local us=$((${EPOCHREALTIME/[.,]/} - test_start))
	printf '%d.%04d' $((us / 1000000)) $((us % 1000000 / 100)) >"$test_dir/seconds"
}
