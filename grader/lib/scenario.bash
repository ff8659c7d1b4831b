# Running a scenario in the box, and what every run must stand up to: no
# hang, no crash, nothing left behind.

# scenario [-c CHECKERS] [-b BUILD] [-t SECONDS] [-n] SCRIPT
#
#	-c  preload these checkers, too (names, comma between), into the build that
#	    suits them
#	-b  run this build: checked (with sanitizers, the usual one), plain, ...
#	-t  time limit, where the usual one is too short
#	-n  what is left behind is no fault in this test
#
# Sets output, error, status, seen (the report of the box) and notes.
scenario() {
	local option build=$DEFAULT_BUILD seconds=10 checkers=exits OPTIND=1
	local leftovers=fault
	while getopts b:c:t:n option; do
		case $option in
		b) build=$OPTARG ;;
		c)
			checkers=$OPTARG,exits
			build=plain
			[[ $OPTARG != *sigsafe* ]] || build=traced
			[[ $OPTARG != *race* ]] || build=race ;;
		t) seconds=$OPTARG ;;
		n) leftovers=allowed ;;
		*) return 2 ;;
		esac
	done
	shift $((OPTIND - 1))
	script=$1
	ran_build=$build
	# Nothing to run; or a hang, which the rest of the test would only repeat.
	[[ -e $BUILDS/plain-built ]] || return 0
	[[ $first_verdict != HANG && $first_verdict != TIMEOUT ]] || return 0

	# What only the machine was too slow for is tried again.
	local try
	for try in 1 2 3; do
		run_box "$seconds" "$build" "$checkers" || return 0
		[[ $box_verdict == slow ]] || break
	done
	judge_box "$leftovers"
}

# run_box SECONDS BUILD CHECKERS: runs the script once, and reads the result. A
# wait is given up by the supervisor, after half of that time used, with a report
# of what everybody does; by the shell itself, which knows only the clock on the
# wall, much later.
run_box() {
	local seconds=$1 build=$2 checkers=$3
	if ! "$LABBOX" -d "$test_dir/box" -i "$BUILDS/$build" \
		-i "$test_dir/in" -T "$LABBOX_TOOLS" -l "$LABBOX_LEVEL" -H "$KIT" \
		-t "$seconds" -e "CHECKERS=$checkers" "${environment[@]}" \
		${run_seed:+-e "PERTURB_SEED=$run_seed"} \
		/bin/bash ../tools/run.sh $((seconds * 2)) "$script" \
		</dev/null >/dev/null 2>"$test_dir/box-error"; then
		fault ERROR "the box could not run: $(<"$test_dir/box-error")"
		return 1
	fi
	read_box
}

# give FILE: puts standard input into the working directory of the scenarios
# that follow, under that name
give() {
	cat >"$test_dir/in/$1"
}

# with NAME=VALUE: adds to the environment of the scenarios that follow
with() { environment+=(-e "$1"); }

# slurp VARIABLE FILE: without newlines at the end, without zero bytes, and, as
# every test does it, without starting a process unless there are zero bytes
slurp() {
	local text
	if IFS= read -r -d '' text <"$2"; then
		text=$(tr -d '\0' <"$2")
	fi
	printf -v "$1" '%s' "${text%"${text##*[!$'\n']}"}"
}

# Reads what the box reported into variables.
read_box() {
	local line key rest
	slurp output "$test_dir/box/out"
	slurp error "$test_dir/box/err"
	box_verdict="" status="" why="" left=() notes=()
	while IFS= read -r line; do
		key=${line%% *}
		rest=${line#* }
		case $key in
		verdict) box_verdict=$rest ;;
		status) status=$rest ;;
		why) why+=$rest$'\n' ;;
		left) left+=("$rest") ;;
		note) [[ " ${notes[*]} " == *" $rest "* ]] || notes+=("$rest") ;;
		esac
	done <"$test_dir/box/result"
}

# Notes the failures that no test allows.
judge_box() {
	local kind name call line
	case $box_verdict in
	exit) ;;
	hang)
		came=$(logged awaiting)
		came="${came:-nothing more}: every process waits for another"
		fault_of_why HANG ;;
	alone)
		came="$(logged awaiting): all that was started has ended"
		fault WRONG "what the test waited for" ;;
	awaited)
		# The hang report, but not its advice: the test knows what it waits for,
		# unless a loop was seen, which is why that does not come.
		came=$(logged awaiting)
		[[ $why != *"is running, and has used"*" times in "* ]] ||
			meaning=$(sed -n 's/^means: //p' <<<"$why")
		why=$(grep -v '^means: ' <<<"$why" || true)
		fault WRONG "what the test waited for" ;;
	slow)
		came="the machine is too busy: three times, this took too long without using its time"
		fault ERROR "the box could not run" ;;
	timeout)
		came="it did not end within the time limit"
		fault_of_why TIMEOUT ;;
	output) came="output without end"
		fault LIMIT "no more than 1 MiB of output" ;;
	memory) came="more memory than any lab needs"
		fault LIMIT "that it uses less than 1 GiB of memory" ;;
	*) came=""
		fault ERROR "the box gave no result" ;;
	esac
	if [[ -s $test_dir/box/log ]] && grep -q '^== asan' "$test_dir/box/log"; then
		judge_sanitizer
	elif [[ " ${notes[*]}" == *" exits: undefined behaviour: "* ]]; then
		for line in "${notes[@]}"; do
			[[ $line != "exits: undefined behaviour: "* ]] || break
		done
		# Standard error has the same, with the stack.
		error=$(grep -vE '^[^ ]+: runtime error: |^    #[0-9]+ 0x' <<<"$error" || true)
		judge_undefined "${line#exits: undefined behaviour: }"
	elif [[ $box_verdict == exit && $status == 139 ]]; then
		came="death by SIGSEGV: it used memory that is not its own"
		fault CRASH "that it does not crash"
	fi
	if [[ -s $test_dir/box/log && -n $(logged gave-up) ]]; then
		came=$(logged gave-up)
		fault WRONG "what the test waited for"
		return
	fi
	[[ $1 == fault && $box_verdict == exit ]] || return 0
	for line in "${notes[@]}"; do
		[[ $line == "exits: "*"never waited for"* ]] || continue
		came=${line#exits: }
		meaning="a child that nobody waits for stays a zombie: call waitpid for each"
		fault ZOMBIE "that every child is waited for"
	done
	for line in "${left[@]}"; do
		IFS=$'\t' read -r kind name call <<<"$line"
		came="left behind: $kind $name"
		case $kind in
		process) meaning="the program ended before a process that it started: wait for it (waitpid) or end it" ;;
		zombie) meaning="a child has ended and its parent never waited for it: call waitpid" ;;
		*) meaning="nothing removed it: the missing call is $call" ;;
		esac
		fault LEAK "nothing left behind"
	done
}

# logged NAME: the first line of that file of the log
logged() {
	[[ ! -s $test_dir/box/log ]] || sed -n "/^== $1\$/{n;p;q}" "$test_dir/box/log"
}

# A hang: the report on it ends with a sentence of advice.
fault_of_why() {
	meaning=$(sed -n 's/^means: //p' <<<"$why")
	why=$(grep -v '^means: ' <<<"$why" || true)
	fault "$1" "that it ends"
}

# A report of AddressSanitizer or UBSan: its first line and the first place
# in the student's own source.
judge_sanitizer() {
	local what where
	what=$(grep -m1 -oE 'ERROR: [A-Za-z]+: .*|runtime error: .*' \
		"$test_dir/box/log" | sed -E 's/^ERROR: [A-Za-z]+: //; s/^runtime error: //; s/ on (unknown )?address.*//')
	where=$(grep -m1 -oE '[A-Za-z0-9_-]+\.[ch]:[0-9]+' "$test_dir/box/log") ||
		where=""
	came="${what:-a crash}${where:+ at $where}"
	if grep -q 'ERROR: ' "$test_dir/box/log" || [[ -z $what ]]; then
		fault CRASH "that it does not crash"
	else
		judge_undefined "$came"
	fi
}

judge_undefined() {
	came=$1
	meaning="C does not say what this does, and the compiler takes for granted that it never happens: it may seem to work today"
	fault CRASH "that it does nothing undefined"
}
