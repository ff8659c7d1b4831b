# The gradings of `make watch`. A save begins a round of two: the test that failed
# last, alone; then all others that are stale: what the edits since they last ran can
# have changed. A save during a round ends what runs and begins a new one, and what
# was stale stays so.
#
#	all_tests	of the lab, in order
#	stale		those of them that have to run
#	failing		the test that failed last, which is the one shown; or nothing
#	phase		first, rest, or nothing while no grading runs
#	$known		what the report is made of, for each test as it last ran

source grader/lib/progress.bash

declare -A content=() # of each source, when it was looked at last
all_tests=() stale=() failing="" phase="" grading="" complete=""
number=0 ending=() # gradings that were begun, and those that clean up after themselves
saved_at="" edited="" seed=""

begin_rounds() {
	known=$work/known
	mkdir "$known" "$work/tmp"
	# One for all rounds: a test that failed runs again with the same inputs.
	printf -v seed '%04x' $RANDOM
	version=$(git describe --always --dirty 2>/dev/null) || version=unversioned
	edited_files
	show_beginning
	grade_all
}

# grade_all: a round with all tests
grade_all() {
	end_grading
	mapfile -t all_tests < <(tests_of_lab)
	stale=("${all_tests[@]}") complete="" edited=""
	failing=$(first_failing)
	gaps_before=$(gaps_done "$lab")
	saved_at=""
	begin_first
}

tests_of_lab() {
	sed -nE "s/^@test [\"'](.*)[\"'] \{.*/\1/p" "grader/labs/$lab/tests.bats"
}

# first_failing: the test that the last result names
first_failing() {
	[[ ! -f $results/$lab.json ]] ||
		sed -nE '1s/.*"first": "(([^"\\]|\\.)*)".*/\1/p' "$results/$lab.json" |
		sed 's/\\\(["\\]\)/\1/g'
}

# edited_files: sets edited to the sources whose content is not what it was
edited_files() {
	local sum size name
	local -A now=()
	edited=""
	while read -r sum size name; do
		now[${name##*/}]="$sum $size"
		[[ ${content[${name##*/}]-} == "$sum $size" ]] || edited+=" ${name##*/}"
	done < <(cksum -- "labs/$lab"/*.[ch] "labs/$lab/Makefile" 2>/dev/null)
	for name in "${!content[@]}"; do
		[[ -n ${now[$name]-} ]] || edited+=" $name"
	done
	content=()
	for name in "${!now[@]}"; do
		content[$name]=${now[$name]}
	done
	edited=${edited# }
}

on_save() {
	local now=${EPOCHREALTIME/[.,]/}
	edited_files
	if [[ -z $edited ]]; then
		[[ -n $phase ]] || show_status "saved, and nothing has changed"
		return 0
	fi
	saved_at=$now viewing="" held=""
	end_grading
	begin_first
	add_stale
}

# add_stale: the tests that the edited files reach
add_stale() {
	local programs name reached="" tools=()
	if [[ ${#stale[@]} == "${#all_tests[@]}" ]]; then
		return 0
	fi
	programs=" $(make -s -C "labs/$lab" programs 2>/dev/null) " || programs=""
	for name in $edited; do
		# A file that programs share reaches them all.
		if [[ $name != *.c || $programs != *" ${name%.c} "* ]]; then
			stale=("${all_tests[@]}")
			return 0
		fi
		reached+=" ${name%.c}"
	done
	for name in grader/labs/"$lab"/{tools.bash,programs/*.c}; do
		[[ ! -e $name ]] || tools+=("$name")
	done
	mapfile -t stale < <(
		((${#stale[@]} == 0)) || printf '%s\n' "${stale[@]}"
		awk -v programs="$programs" -v edited="$reached" -f grader/learn/reach.awk \
			"grader/labs/$lab/tests.bats" "${tools[@]}"
	)
	mapfile -t stale < <(printf '%s\n' "${stale[@]}" | awk '!seen[$0]++')
}

begin_first() {
	local test=$failing
	[[ $'\n'$(printf '%s\n' "${all_tests[@]}")$'\n' == *$'\n'"$test"$'\n'* && -n $test ]] ||
		test=${all_tests[0]}
	phase=first
	[[ -z $editor ]] || echo "grading $lab"
	begin_grading "$test"
	show_status "${edited:+saved $edited: }$test"
}

begin_rest() {
	phase=rest
	begin_grading "${stale[@]}"
	show_status "${#stale[@]} more tests${held:+; $held: as soon as all have run}"
}

# begin_grading TEST...: in the background; ends with the event "graded", what the
# report is made of in $new, and its status in $graded/status
begin_grading() {
	local pattern=""
	number=$((number + 1))
	graded=$work/$number new=$work/$number/$lab
	mkdir "$graded"
	if (($# < ${#all_tests[@]})); then
		pattern=$(printf '|%s' "${@//[^A-Za-z0-9 ,;:-]/.}")
		pattern="^(${pattern#|})\$"
	fi
	grade_tests "$pattern" &
	grading=$!
	kill -USR2 "$helper" 2>/dev/null || true # how far it is, meanwhile
}

# grade_tests PATTERN: ends the grader when it is ended itself
grade_tests() {
	local child="" ended="" status=0
	trap - EXIT INT HUP QUIT
	trap 'ended=1; [[ -z $child ]] || kill "$child" 2>/dev/null' TERM
	TMPDIR=$work/tmp bash grader/grade -q -r "$graded" -s "$seed" \
		${1:+-f "$1"} "$lab" >"$graded/said" 2>&1 &
	child=$!
	[[ -z $ended ]] || kill "$child" 2>/dev/null || true
	wait "$child" || status=$?
	if [[ -n $ended ]]; then
		wait "$child" || true # it cleans up
		exit 1
	fi
	echo "$status" >"$graded/status"
	kill -USR1 "$helper" 2>/dev/null || true
}

# end_grading: the next one need not wait until it has cleaned up
end_grading() {
	[[ -n $grading ]] || return 0
	kill "$grading" 2>/dev/null || true
	ending+=("$grading")
	grading="" phase=""
}

end_all_gradings() {
	end_grading
	((${#ending[@]} == 0)) || wait "${ending[@]}" 2>/dev/null || true
}

on_graded() {
	local ended=2 was=$phase
	# Or it is of a grading that was ended in the meantime.
	[[ -n $grading && -e $graded/status ]] || return 0
	read -r ended <"$graded/status"
	wait "$grading" || true
	grading="" phase=""
	[[ $was != first ]] || note_time
	if ((ended == 2)) || [[ ! -d $new ]]; then
		show_trouble "$(<"$graded/said")"
	elif [[ -s $new/build ]]; then
		show_unbuilt
	else
		[[ $was != first ]] || show_first
		merge
		rm -rf "$graded"
		if ((${#stale[@]})); then
			begin_rest
		else
			finish
		fi
	fi
}

# merge: the tests that have run are known, and no longer stale
merge() {
	local name place n=0 file
	local -A number=() ran=()
	for name in "${all_tests[@]}"; do
		n=$((n + 1))
		number[$name]=$n
	done
	n=0
	while IFS= read -r name; do
		n=$((n + 1)) ran[$name]=1
		printf -v place '%s/%03d' "$known" "${number[$name]}"
		rm -rf "$place"
		printf -v file '%s/%03d' "$new" $n
		mv "$file" "$place"
	done <"$new/names"
	for file in "$new"/*; do
		[[ -d $file || $file == */@(names|planned) ]] || cp "$file" "$known/"
	done
	[[ -e $new/lost ]] || rm -f "$known/lost"
	printf '%s\n' "${all_tests[@]}" >"$known/names"
	echo "${#all_tests[@]}" >"$known/planned"
	echo "$version" >"$known/kit"
	local left=()
	for name in "${stale[@]}"; do
		[[ -n ${ran[$name]-} ]] || left+=("$name")
	done
	stale=("${left[@]}")
}

# finish: all tests have run: the result goes where make looks for it
finish() {
	local gap
	"$build_folder/report" -l -j "$known" >"$results/.$lab.$$" || (($? == 1)) || {
		rm -f "$results/.$lab.$$"
		show_trouble "the result cannot be written in $results"
		return 0
	}
	mv "$results/.$lab.$$" "$results/$lab.json"
	complete=1
	failing=$(first_failing)
	news=""
	for gap in $(gaps_done "$lab"); do
		[[ $'\n'$gaps_before$'\n' == *$'\n'$gap$'\n'* ]] || news+=" $gap"
	done
	gaps_before=$(gaps_done "$lab")
	show_result
	let_go
}
