# Expectations about what the preloaded checkers noted. The scenario names the
# checker: scenario -c sigsafe '...'.

# noted CHECKER: the notes of that checker, a line each, with places in the
# student's programs as file:line; only the first, as a program could send notes
# of many
noted() {
	local note told name offset line places=0
	for note in "${notes[@]}"; do
		[[ $note == "$1: "* ]] || continue
		note=${note#"$1: "} told=""
		# Each place once: a source file's name may look like a place, too.
		while [[ $note =~ ([A-Za-z0-9_.-]+)\+(0x[0-9a-f]+) ]]; do
			name=${BASH_REMATCH[1]} offset=${BASH_REMATCH[2]}
			line=""
			((places++ >= 8)) || line=$(place_of "$name" "$offset")
			told+=${note%%"$name+$offset"*}${line:-$name}
			note=${note#*"$name+$offset"}
		done
		printf '%s\n' "$told$note"
	done
}

# place_of PROGRAM OFFSET: file:line. The program's debugging data are the
# student's, so they are read in a box.
place_of() {
	[[ -f $BUILDS/$ran_build/$1 ]] || return 0
	mkdir -p "$test_dir/place"
	# shellcheck disable=SC2016 # that the shell in the box expands them
	"$LABBOX" -d "$test_dir/place" -i "$BUILDS/$ran_build" \
		-l "$LABBOX_LEVEL" -H "$KIT" -t 2 -E /bin/sh -c \
		'exec addr2line -e "$0" "$1"' "$1" "$2" 2>/dev/null || return 0
	head -n 1 "$test_dir/place/out" | sed 's,.*/,,; s, (.*,,'
}

# trust CHECKER: a fault if it may have missed something
trust() {
	meaning="what a checker would find counts only if the program leaves it in place"
	if [[ -n $unwatched ]]; then
		came="$unwatched runs without the grader's checkers"
		fault WRONG "programs that the grader can watch"
	elif [[ -s $BUILDS/plain-behind ]]; then
		read -r came <"$BUILDS/plain-behind"
		fault WRONG "programs that the grader can watch"
	elif [[ $drowned == *" $1 "* ]]; then
		came="so many notes that those of the grader's checker may be lost"
		fault LIMIT "that it leaves the grader's checkers alone"
	fi
	meaning=""
}

# expect_safe_handlers [-j]: no handler called what is not async-signal-safe, left
# by longjmp (-j: that it may), or changed errno; needs -c sigsafe
expect_safe_handlers() {
	local found may="^$"
	[[ ${1-} != -j ]] || may="jmp() out of the handler"
	found=$(noted sigsafe | grep -v -- "$may" | head -n 4 || true)
	expectations+=("handlers that only do what is safe in a handler")
	if [[ -n $found ]]; then
		came=$found
		fault UNSAFE "handlers that only do what is safe in a handler"
	else
		trust sigsafe
	fi
}

# expect_handlers_apart: none of the signals in SIGSAFE_APART (with SIGSAFE_APART="1 2":
# their numbers) can interrupt the handler of another; needs -c sigsafe
expect_handlers_apart() {
	local found
	found=$(noted sigsafe | grep ' can interrupt ' | head -n 4 || true)
	check "handlers that do not interrupt each other" "$found" is "$found" ""
	trust sigsafe
}

# expect_no_exit_in_a_child: no child called exit before it became another program;
# needs `with EXITS_CHILD=1`
expect_no_exit_in_a_child() {
	check "children that end by _exit" "$(noted exits)" \
		without "$(noted exits)" "called exit in a child"
}

# expect_no_race: no two processes used the same shared bytes without an order
# between them; needs -c race
expect_no_race() {
	local found
	found=$(noted race | grep -v '^cannot judge' | head -n 2)
	expectations+=("every use of shared memory ordered")
	if [[ -n $found ]]; then
		came=$found
		fault RACE "every use of shared memory ordered"
	else
		trust race
	fi
}
