# What every run in the box must stand up to: no hang, no crash, nothing left
# behind.

# judge_box LEFTOVERS: notes the failures that no test allows; "allowed" excuses
# what was left behind
judge_box() {
	local line kind name call so_far=""
	# That number is the scenario's own.
	[[ $status != 98 || -z $(logged gave-up) ]] || status=""
	[[ $box_verdict == exit && -z $(logged gave-up) ]] || read_so_far
	case $box_verdict in
	exit) ;;
	hang)
		came=$(logged awaiting)
		came="${came:-nothing more}: every process waits for another$so_far"
		fault_of_why HANG ;;
	alone)
		came="$(logged awaiting): all that was started has ended$so_far"
		fault WRONG "that the scenario runs to its end" ;;
	awaited)
		# The hang report, but not its advice: the test knows what it waits for,
		# unless a loop was seen, which is why that does not come.
		# It may seem to come while the supervisor holds whoever loops.
		came=$(logged awaiting)
		came=${came:-it never came}$so_far
		[[ $why != *"is running, and has used"*" times in "* ]] || meaning=$advice
		fault WRONG "that the scenario runs to its end" ;;
	slow)
		came="the machine is too busy: three times, this took too long without using its time"
		fault ERROR "the box could not run" ;;
	timeout)
		came="it did not end within the time limit$so_far"
		fault_of_why TIMEOUT ;;
	output) came="output without end"
		fault LIMIT "no more than 1 MiB of output" ;;
	excess) came=$excess
		fault LIMIT "that it takes no more than any lab needs" ;;
	notes) came="notes without end, as only the grader's checkers send them"
		fault LIMIT "that it leaves the grader's checkers alone" ;;
	memory) came="more memory than any lab needs"
		fault LIMIT "that it uses less than 1 GiB of memory" ;;
	*) came=""
		fault ERROR "the box gave no result" ;;
	esac
	judge_log
	if [[ -s $test_dir/box/log && -n $(logged gave-up) ]]; then
		came=$(logged gave-up)
		fault WRONG "that the scenario runs to its end"
		return
	fi
	judge_children "$1"
	[[ $1 == fault && $box_verdict == exit ]] || return 0
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

# judge_log: what sanitizers say, and a crash
judge_log() {
	local line
	if [[ -s $test_dir/box/log ]] && sanitizer_complains; then
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
}

# sanitizer_complains: whether one found something; a warning (as of a stack that it
# does not know) is not a finding
sanitizer_complains() {
	grep -q '^== asan' "$test_dir/box/log" &&
		grep -qE "$finding|:DEADLYSIGNAL" "$test_dir/box/log"
}
finding='ERROR: [A-Za-z]+: |runtime error: |Sanitizer:? .*(CHECK failed|nested bug|failed to )'

# judge_children LEFTOVERS: children that nobody waited for
judge_children() {
	local line
	[[ $1 == fault && $box_verdict == exit ]] || return 0
	for line in "${notes[@]}"; do
		[[ $line == "exits: "*"never waited for"* ]] || continue
		came=${line#exits: }
		meaning="a child that nobody waits for stays a zombie: call waitpid for each"
		fault ZOMBIE "that every child is waited for"
	done
	if [[ $drowned == *" exits "* ]]; then
		came="so many notes that those of the grader's checker may be lost"
		fault LIMIT "that it leaves the grader's checkers alone"
	fi
}

# read_so_far: of a scenario that did not come to its end: adds to error what it has
# kept in the log as "said"; sets so_far, to what came (also what is kept as "came"),
# and to the step that a program of the grader's is at ("step")
read_so_far() {
	local said step text
	said=$(log_file said) step=$(logged step) text=$(log_file came)
	error+=${said:+${error:+$'\n'}$said}
	text=$output${output:+${text:+$'\n'}}$text
	so_far=${step:+", at the step \"$step\""}${text:+$'; until then:\n'$text}
}

# log_file NAME: that file of the log
log_file() {
	[[ ! -s $test_dir/box/log ]] ||
		sed -n "/^== $1\$/,/^== /{/^== /!p}" "$test_dir/box/log"
}

# logged NAME: the first line of that file of the log
logged() {
	[[ ! -s $test_dir/box/log ]] || sed -n "/^== $1\$/{n;p;q}" "$test_dir/box/log"
}

# A hang: the picture of it comes with a sentence of advice.
fault_of_why() {
	meaning=$advice
	why=${why%$'\n'}
	fault "$1" "that it ends"
}

# A report of AddressSanitizer or UBSan: its first line and the first place
# in the student's own source.
judge_sanitizer() {
	local what where
	what=$(grep -m1 -oE "($finding).*" "$test_dir/box/log" |
		sed -E 's/^ERROR: [A-Za-z]+: //; s/^runtime error: //; s/ on (unknown )?address.*//')
	where=$(grep -m1 -oE '[A-Za-z0-9_-]+\.[ch]:[0-9]+' "$test_dir/box/log") ||
		where=""
	came="${what:-a deadly signal}${where:+ at $where}"
	if ! grep -q 'runtime error: ' "$test_dir/box/log" || grep -q 'ERROR: ' "$test_dir/box/log"; then
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
