# Running a scenario in the box.

# scenario [-c CHECKERS] [-b BUILD] [-t SECONDS] [-p N] [-d N] [-s BYTES] [-n] [-w] SCRIPT
#
#	-c  preload these checkers, too (names, comma between), into the build that
#	    suits them
#	-b  run this build: checked (with sanitizers, the usual one), plain, ...
#	-t  time limit, where the usual one is too short
#	-p  so many processes at one time, where the usual number is too small
#	-d  so many open files of each, where the usual number is too small
#	-s  a file or a segment may be so large, where the usual 64 MiB are too small
#	-n  what is left behind is no fault in this test
#	-w  watch which system calls are made, for expect_called
#
# The box has the lab's programs, those of the grader's for this lab
# (programs/) and what was given; the functions of grader/lib/scenario/, and the
# lab's own (tools.bash).
#
# Sets output, error, status and notes.
scenario() {
	local option build=$DEFAULT_BUILD seconds=10 checkers=exits OPTIND=1
	local leftovers=fault conduct=() under="" more=() before=${#failures[@]}
	plan_conduct
	# Sanitizers make calls of their own.
	[[ -z $under ]] || build=plain
	while getopts b:c:t:p:d:s:nw option; do
		case $option in
		b) build=$OPTARG ;;
		c)
			checkers=$OPTARG,exits
			build=plain
			[[ $OPTARG != *sigsafe* ]] || build=traced
			[[ $OPTARG != *race* ]] || build=race ;;
		t) seconds=$OPTARG ;;
		p) more+=(-n "$OPTARG") ;;
		d) more+=(-N "$OPTARG") ;;
		s) more+=(-s "$OPTARG") ;;
		n) leftovers=allowed ;;
		w) under=${under:-once} build=plain ;;
		*) return 2 ;;
		esac
	done
	shift $((OPTIND - 1))
	script=$1
	ran_build=$build
	# Nothing to run; or a hang, which the rest of the test would only repeat.
	[[ -e $BUILDS/plain-built ]] || return 0
	[[ $first_verdict != HANG && $first_verdict != TIMEOUT ]] || return 0

	try_box "$seconds" "$build" "$checkers" || return 0
	if [[ $under == many && $box_verdict == exit ]]; then
		judge_outcomes "$leftovers"
	else
		judge_box "$leftovers"
		[[ $under != once ]] || ! has_failed_since "$before" || tell_faults "$faults"
	fi
}

# try_box SECONDS BUILD CHECKERS: what only the machine was too slow for is tried
# again; where the conductor is refused, the scenario is run without it
try_box() {
	local try
	last_run=("$@")
	for try in 1 2 3; do
		run_box "$@" || return
		if [[ -n $under ]] && refused; then
			go_without
			run_box "$@" || return
		fi
		[[ $box_verdict == slow ]] || lost_record ||
			{ ((try == 1)) && may_be_reused; } || break
	done
	[[ -z $under ]] || read_conduct
}

# may_be_reused: it waited for a process that has ended; where the box shares the
# machine's process ids, another may have got that id by then
may_be_reused() { [[ $box_verdict == alone && $LABBOX_LEVEL == @(uid|plain) ]]; }

# run_box SECONDS BUILD CHECKERS: runs the script once, and reads the result
run_box() {
	local seconds=$1 whole=$1 build=$2 checkers=$3 options=()
	conduct_options "$leftovers" "$seconds"
	if ! "$LABBOX" -d "$test_dir/box" -i "$BUILDS/$build" \
		-i "$test_dir/in" "${lab_programs[@]}" \
		-T "$LABBOX_TOOLS" -l "$LABBOX_LEVEL" -H "$KIT" \
		-t "$whole" "${more[@]}" -e "CHECKERS=$checkers" "${environment[@]}" "${options[@]}" \
		${DEBUG_NAMES:+-D "$DEBUG_NAMES"} \
		/bin/bash ../tools/run.sh "$script" "$lab_tools" \
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

# slurp VARIABLE FILE: without newlines at the end, zero bytes as \0, and, as every
# test does it, without starting a process unless there are zero bytes
slurp() {
	local text
	if IFS= read -r -d '' text <"$2"; then
		text=$(sed 's/\x0/\\0/g' "$2")
	fi
	without_last_newlines text
	printf -v "$1" '%s' "$text"
}

# without_last_newlines VARIABLE: takes the newlines off its end. What bash does by a
# pattern takes hours, if a loop has printed a million of them.
without_last_newlines() {
	local -n of_text=$1
	if ((${#of_text} > 5000)); then
		of_text=$(printf '%s' "$of_text")
	else
		of_text=${of_text%"${of_text##*[!$'\n']}"}
	fi
}

# leave_out_shell: takes out of error what the scenario's shell says of a command that
# a signal has ended
leave_out_shell() {
	local line rest="" job='^[^ ]*run\.sh: line [0-9]+: +[0-9]+ [A-Z]'
	[[ $error == *"run.sh: line "* ]] || return 0
	while IFS= read -r line; do
		[[ $line =~ $job ]] || rest+=${rest:+$'\n'}$line
	done <<<"$error"
	error=$rest
}

# Reads what the box reported into variables.
read_box() {
	local line key rest
	local -A seen=()
	slurp output "$test_dir/box/out"
	slurp error "$test_dir/box/err"
	leave_out_shell
	box_verdict="" status="" why="" advice="" left=() notes=()
	drowned="" unwatched="" excess=""
	while IFS= read -r line; do
		key=${line%% *}
		rest=${line#* }
		case $key in
		verdict) box_verdict=$rest ;;
		status) status=$rest ;;
		why)
			if [[ $rest == "means: "* ]]; then
				advice=${rest#means: }
			else
				why+=$rest$'\n'
			fi ;;
		left) left+=("$rest") ;;
		note)
			[[ -z ${seen[$rest]-} ]] || continue
			seen[$rest]=1
			notes+=("$rest") ;;
		excess) excess=$rest ;;
		drowned) drowned+=" $rest " ;;
		unwatched) unwatched+="${unwatched:+, }$rest" ;;
		esac
	done <"$test_dir/box/result"
}
