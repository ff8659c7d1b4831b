# Scenarios that the conductor runs (grader/conduct, which decides who goes next,
# which call fails and when a signal comes) and what its record says. Where
# ptrace is refused, they run without it, and what would have been shown counts
# as shown: the report says that it is lost.

# failing RULE...: the scenarios that follow run with a call that fails:
# pipe:2:EMFILE (the second pipe), pipe:2+:EMFILE (all from there on),
# pipe:2-9:EMFILE (eight of them),
# pipeline.1/dup2:1:EMFILE (made by the first child of pipeline), or
# pipe:each:EMFILE, pipeline/pipe:each:EMFILE (each in turn: a run for each, and
# what is expected is expected of each; nothing is, if no such call is made). WHO
# before the slash is a program (each process that was started as such; pipeline#2
# is the second of them only), or pipeline.1, the first child of one. System calls
# count, by their common names (pipe for pipe2, wait for waitpid and waitid),
# whoever in the C library makes them; so mmap-file, without anonymous memory, is
# better than mmap, and fstat is not that of the standard files. EINTR comes only
# where a signal can end the call. Without a rule no call fails any more.
failing() { will_fail=("$@"); }

# cutting RULE...: the scenarios that follow run with a call that reads or writes
# (read, write, recv, send) only so many bytes: read:1+:1 (all reads get one byte),
# read:each:1 (each in turn), or each (each read and write that may end early, in
# turn); writev:1:5 and sendmsg:1:5, of the first of their pieces; or that ends with
# another status: exit:1:99 (the first process that ends)
cutting() { will_be_cut=("$@"); }

# interrupting SIGNAL: the scenarios that follow run once for each place where the
# signal can come: TERM, pipeline:TERM (it comes to pipeline), TERM@sigaction
# (after the first such call), TERM<sigaction (just before each such call, and when all
# wait). What is expected is expected of each. STOP: it goes on
# when all others wait, and have waited for seconds. With under_schedules 1 it comes
# around sem_getvalue and calls that give a lock away, too, which need not be system calls.
interrupting() { will_come=("$@"); }

# leaving_core: in the scenarios that follow, a child that SIGABRT or its like ends has
# left a core file, and its status says so
leaving_core() { leaves_core=-C; }

# under_schedules N: the scenarios that follow run N times, each time with another
# order of what the processes do; what is expected is expected of each. 0 ends it.
under_schedules() { schedules=$1; }

# expect_failed: the call that was to fail was made, or the signal came
expect_failed() {
	[[ -n $under_last ]] || return 0
	if [[ -n ${will_come[*]} ]]; then
		check "that the signal can come" "it never comes" was_forced
	else
		check "that the call is made" "it is never made" was_forced
	fi
}

# leave_out PATTERN: of the last scenario, the runs whose call that fails matches are
# not judged: those that belong to another gap
leave_out() {
	local i judged_before=("${judged[@]}")
	judged=()
	for i in "${judged_before[@]}"; do
		# shellcheck disable=SC2053 # it is a pattern
		[[ ${o_faults[i]} == $1 ]] || judged+=("$i")
	done
}

# was_forced: it was brought about in some run
was_forced() { [[ -n $faults || "${o_faults[*]}${o_signalled[*]}" == *[!\ ]* ]]; }

# expect_called [WHO/]CALL[:OBJECT]...: the run made one of these system calls,
# with success: fork, pipeline.1/dup2, sigaction:SIGUSR1, 'write:pipe [A-Z]' (a
# regular expression); needs -w, or a word that has the conductor run it
expect_called() { in_each_run one_called "$@"; }

one_called() {
	local call seen=""
	[[ -n $under_last ]] || return 0
	for call; do
		[[ -z $(calls_of "$call" " ok ") ]] || seen=1
	done
	check "a call of $*" "none in this run" is "$seen" 1
}

# expect_called_after BEFORE CALL...: the run made one of these system calls, with
# success, after it had made BEFORE for the last time, if it did:
# expect_called_after 'submit/write:file text' 'submit/fsync:file text'
expect_called_after() { in_each_run called_after "$@"; }

called_after() {
	local call seen="" last
	[[ -n $under_last ]] || return 0
	last=$(calls_of "$1" " ok " | tail -n 1)
	# The record has each call where it was made for the last time.
	local calls=${calls#*"$last"}
	for call in "${@:2}"; do
		[[ -z $(calls_of "$call" " ok ") ]] || seen=1
	done
	check "a call of ${*:2}, after the last $1" "none in this run" is "$seen" 1
}

# expect_not_called [WHO/]CALL...: the run made none of them
expect_not_called() { in_each_run none_called "$@"; }

none_called() {
	local call found=""
	[[ -n $under_last ]] || return 0
	for call; do
		found+=$(calls_of "$call" " " | sed -E \
			's/^([^ ]+) ([^ ]+) [^ ]+ [^ ]+ (.*)/\1 calls \2 (\3)/; s/ \(-\)$//')
	done
	check "that nothing calls $*" "$found" is "$found" ""
}

# expect_made [WHO/]CALL[:OBJECT] N: that call was made with success N times
expect_made() { in_each_run made_times "$@"; }

made_times() {
	local line n=0
	[[ -n $under_last ]] || return 0
	while read -r _ _ _ line; do
		n=$((n + ${line%% *}))
	done < <(calls_of "$1" " ok ")
	check "$2 calls of $1" "$n" is "$n" "$2"
}

# calls_of [WHO/]CALL[:OBJECT] ENDED: the lines of the record that match: "pipeline
# fork ok 2 -"
calls_of() {
	local who="[^ ]+" call=${1##*/} object=""
	[[ $1 != */* ]] || who=${1%%/*} who=${who//./\\.}
	[[ $call != *:* ]] || object=".* ${call#*:}\$" call=${call%%:*}
	# What a thread calls, its process calls.
	grep -E "^$who(:[0-9]+)* $call$2$object" <<<"$calls" || true
}

# plan_conduct: sets conduct to the conductor's options, and under to "once",
# "many" or nothing, as the words above have asked
plan_conduct() {
	local rule
	judged=() unforced=""
	for rule in "${will_fail[@]}"; do
		conduct+=(-f "$rule")
		under=${under:-once}
		[[ $rule != *each* ]] || under=many
	done
	for rule in "${will_be_cut[@]}"; do
		conduct+=(-w "$rule")
		under=${under:-once}
		[[ $rule != *each* ]] || under=many
	done
	[[ -z $leaves_core ]] || conduct+=(-C) under=${under:-once}
	for rule in "${will_come[@]}"; do
		conduct+=(-k "$rule") under=many
	done
	if [[ $schedules != 0 ]]; then
		conduct+=(-b -n "$schedules") under=many
		[[ -z ${will_come[*]} ]] || conduct+=(-1 -n 500)
	elif [[ $under == many ]]; then
		conduct+=(-1 -n 500)
	fi
	[[ ! -e $RESULTS/refused ]] || go_without
}

# go_without: the conductor is refused; what it was to bring about does not happen
go_without() {
	under="" conduct=()
	((${#will_fail[@]} + ${#will_come[@]} == 0)) && [[ ${will_be_cut[*]} != *exit:* ]] ||
		unforced=1
}

# conduct_options LEFTOVERS SECONDS: sets options to what the box is to get, and
# whole to how long it may take: of many runs each has SECONDS, by the conductor's clock
conduct_options() {
	local words=("${conduct[@]}")
	under_last=$under
	case $under in
	once) words+=(-O -t 1000000) ;; # the supervisor sees whether it hangs
	many)
		words+=(-a -s $((16#${SEED//[^0-9a-f]/0})))
		[[ $1 == allowed ]] || words+=(-p left) ;&
	again)
		words+=(-t "$(($2 * 1000))")
		whole=$(($2 * 6))
		options+=(-E) ;;
	*) return 0 ;;
	esac
	rm -f "$test_dir/box/conduct.record"
	# Which a program cannot guess.
	CONDUCT_WORD=${SRANDOM:-$RANDOM}-$RANDOM$RANDOM
	export CONDUCT_WORD
	options+=(-x conduct.record -e "CONDUCT=${words[*]}" -e CONDUCT_WORD)
}

# refused: the conductor could not trace: remembers it for the report
refused() {
	[[ $box_verdict == exit && $status == 125 &&
		$error == "conduct: "*" is refused here" ]] || return
	echo "calls that fail, calls that must be seen, orders that are forced (ptrace is refused here)" \
		>"$RESULTS/refused"
}

# lost_record: whether the conductor ended before it had written its record: once, that may
# be the machine; each time, it is the program that ends it
lost_record() {
	[[ -n $under && $box_verdict == exit && $status != 2 ]] &&
		! { is_conductors && grep -q '^runs ' "$test_dir/box/conduct.record"; }
}

# is_conductors: whether the record is the conductor's, and not a program's
is_conductors() {
	local line=""
	read -r line 2>/dev/null <"$test_dir/box/conduct.record" || true
	[[ $line == "conduct 1 $CONDUCT_WORD" ]]
}

# read_conduct: reads the record into o_..., an element for each outcome
read_conduct() {
	local line rest i=-1 last=""
	o_run=() o_signalled=() o_list=() o_verdict=() o_reason=() o_status=() o_faults=() o_left=()
	o_calls=() o_out=() o_err=() o_words=() o_awaiting=() calls="" faults=""
	[[ $box_verdict == exit ]] || [[ -s $test_dir/box/conduct.record ]] || return 0
	while IFS= read -r line; do
		rest=${line#* }
		# Only these are escaped: names of files may look so.
		[[ $line != @(out|err|word)?(-)" "*\\* ]] || printf -v rest %b "$rest"
		case ${line%% *} in
		run)
			i=$((i + 1))
			o_run[i]=$rest o_signalled[i]="" o_list[i]="" o_reason[i]="" o_status[i]="" o_faults[i]=""
			o_left[i]="" o_calls[i]="" o_out[i]="" o_err[i]="" o_words[i]=""
			o_verdict[i]="" o_awaiting[i]="" ;;
		choices) o_list[i]=$rest ;;
		verdict) o_verdict[i]=$rest ;;
		reason) o_reason[i]=$rest ;;
		status) o_status[i]=$rest ;;
		fault) o_faults[i]+=$rest$'\n' ;;
		signalled) o_signalled[i]=1 ;;
		left) o_left[i]+=${rest#process }$'\n' ;;
		awaiting) o_awaiting[i]=$rest ;;
		call) o_calls[i]+=$rest$'\n' ;;
		word) o_words[i]+=$rest$'\n' ;;
		out) o_out[i]+=$rest$'\n' ;;
		out-) o_out[i]+=$rest ;;
		err) o_err[i]+=$rest$'\n' ;;
		err-) o_err[i]+=$rest ;;
		runs) last=1 ;;
		esac
	done 2>/dev/null <"$test_dir/box/conduct.record" || true
	if [[ -z $last ]] || ((i < 0)) || ! is_conductors; then
		o_run=()
		if [[ $status == 2 && $error == "conduct: "* ]]; then
			came=${error%%$'\n'*} came=${came#conduct: }
			fault ERROR "words of the test that make sense"
		else
			came="the record of its calls was lost"
			fault WRONG "a program that can be watched"
		fi
		return
	fi
	calls=${o_calls[0]} faults=${o_faults[0]}
	[[ $under == once ]] || return 0
	# Of one run, the rest came by itself, but what the conductor said is not the
	# program's.
	status=${o_status[0]:-$status}
	error=$(grep -v '^conduct: ' <<<"$error" || true)
	while IFS= read -r line; do
		[[ -z $line ]] || left+=("process"$'\t'"$line"$'\t')
	done <<<"${o_left[0]}"
	[[ ${o_verdict[0]} == left ]] || judge_conduct 0
}

# judge_outcomes LEFTOVERS: what no test allows, in each outcome
judge_outcomes() {
	local i before=${#failures[@]} one_run=""
	judge_log
	judge_children "$1"
	for i in "${!o_run[@]}"; do
		# The usual run, with which the others are compared.
		is_judged "$i" || continue
		judged+=("$i")
		load_outcome "$i"
		judge_conduct "$i"
		((${#failures[@]} > before)) || continue
		! has_failed_since "$before" || tell_outcome "$i"
		return
	done
}

# is_judged I: not the usual run, where something is to be done in turn
is_judged() {
	[[ -z ${will_come[*]} || -n ${o_signalled[$1]} ]] &&
		[[ ${will_fail[*]} != *each* || -n ${o_faults[$1]} ]]
}

# load_outcome I: the facts are those of this run
load_outcome() {
	one_run=1
	output=${o_out[$1]} error=${o_err[$1]} status=${o_status[$1]}
	without_last_newlines output
	without_last_newlines error
	leave_out_shell
	calls=${o_calls[$1]} faults=${o_faults[$1]}
}

# judge_conduct I: the verdict of the conductor itself
judge_conduct() {
	case ${o_verdict[$1]} in
	exit | output | status | silent) ;;
	deadlock | timer)
		came="every process waits for another: ${o_reason[$1]}"
		fault HANG "that it ends" ;;
	alone)
		came="${o_awaiting[$1]:-the scenario waits}: all that was started has ended"
		fault WRONG "that the scenario runs to its end" ;;
	left)
		came="left behind: ${o_reason[$1]:-${o_left[$1]}}"
		# An object: it has its own line, with its name and what removes it.
		[[ ${o_reason[$1]} != "something is "* ]] || came="left behind: ${o_left[$1]%$'\n'}"
		meaning="the program ended before a process that it started: wait for it (waitpid) or end it"
		[[ ${o_left[$1]} != *" ("*"_"* ]] || meaning="it must be removed by whoever made it"
		fault LEAK "nothing left behind" ;;
	crash | died)
		came=${o_reason[$1]}
		fault CRASH "that it does not crash" ;;
	*) # loop, limit
		came=${o_reason[$1]}
		fault TIMEOUT "that it ends" ;;
	esac
}

# in_each_run EXPECTATION...: judges it for each outcome, up to the first that
# fails. If a call that is to fail is never made, there is nothing to judge:
# expect_failed tells.
in_each_run() {
	local before=${#failures[@]} i one_run=""
	if [[ -n $unforced || ($under_last == many && ${#judged[@]} == 0) ]] ||
		[[ $under_last == once && ${#will_fail[@]} != 0 && -z $faults ]]; then
		expectations+=("that it ends")
		return
	elif [[ $under_last != many ]]; then
		"$@"
		[[ $under_last != once ]] || ! has_failed_since "$before" ||
			tell_faults "$faults"
		return
	fi
	for i in "${judged[@]}"; do
		load_outcome "$i"
		"$@"
		((${#failures[@]} > before)) || continue
		! has_failed_since "$before" || tell_outcome "$i"
		return
	done
}

# has_failed_since N: the first failure has come, and there were N until now
has_failed_since() { (($1 == 0 && ${#failures[@]} > 0)); }

# tell_outcome I: adds to the first failure, which it has just brought, what was
# special about that run
tell_outcome() {
	local told=${o_words[$1]}
	[[ ${o_reason[$1]} != *"could not write, and ended with status 0" ]] || tell_lost "$1"
	if [[ -n ${o_faults[$1]} ]]; then
		tell_faults "${o_faults[$1]}"
	elif [[ ${o_list[$1]} != - ]]; then
		# With a signal of ours it is so every time.
		[[ $first_verdict != WRONG || -n ${o_signalled[$1]} ]] ||
			first_verdict=RACE
		[[ -n $told ]] || told=$(words_of "${o_list[$1]}")
		first_when="in one of several runs (number ${o_run[$1]}): ${told%$'\n'}"
		first_came+=$'\n'$first_when
	fi
}

# tell_lost I: the conductor has ended that run where a program lost what it wrote; so
# that, and not what is missing because of it, is what came
tell_lost() {
	first_came=${o_reason[$1]}${output:+$'; until then:\n'$output}
	rm -f "$test_dir/expected" "$test_dir/actual"
}

# tell_faults TEXT: adds to the first failure, which has just come, which calls were
# made to fail, in their order, each once
tell_faults() {
	local line told=""
	while IFS= read -r line; do
		[[ -z $line || $told$'\n' == *"when $line"$'\n'* ]] ||
			told+=${told:+$'\n'"and "}"when $line"
	done <<<"$1"
	[[ -n $told ]] || return 0
	first_when=$told
	first_came+=$'\n'$told
}

# words_of LIST: the last scenario again, by that list, for the words
words_of() {
	local under=again conduct=(-l "$1") leftovers=allowed rule
	# The places are the same only if the same calls stop.
	for rule in "${will_fail[@]}"; do
		[[ $rule == *each* ]] || conduct+=(-f "$rule")
	done
	for rule in "${will_come[@]}"; do
		conduct+=(-k "$rule")
	done
	[[ $schedules == 0 ]] || conduct+=(-b)
	run_box "${last_run[@]}" || return 0
	read_conduct
	printf '%s' "${o_words[0]-}"
}
