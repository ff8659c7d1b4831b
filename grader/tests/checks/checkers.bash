# shellcheck shell=bash
# For the tests of the checkers: builds them, runs a program under them.

# As the grader builds programs for sigsafe.
SIGSAFE_FLAGS="-fno-builtin -fno-optimize-sibling-calls"

# build_checkers NAME...: checkers and test programs, into $BIN.
build_checkers() {
	export BIN=$BATS_FILE_TMPDIR
	make -s -C "$BATS_TEST_DIRNAME/../../../checks" OUT="$BIN" CHECKERS="$*"
}

# build_program NAME [OUTPUT [FLAG...]]
build_program() {
	local name=$1 output=${2:-$1}
	shift $(($# < 2 ? $# : 2))
	# shellcheck disable=SC2086
	${CC:-gcc} -std=gnu11 -g -O1 -Wall -Wextra -Werror $SIGSAFE_FLAGS \
		"$@" -o "$BIN/$output" "$BATS_TEST_DIRNAME/$name.c" -pthread
}

# under CHECKERS COMMAND...: runs it; its standard error, with the notes, goes
# to the file $notes and its standard output to $output. They act in the test
# programs alone, unless LABBOX_DIR says otherwise.
notes=
under() {
	local word preload=
	for word in $1; do
		preload+=${preload:+:}$BIN/$word.so
	done
	shift
	notes=$BATS_TEST_TMPDIR/notes
	output=$(cd "$BATS_TEST_TMPDIR" && timeout -s KILL 60 env \
		ASAN_OPTIONS=verify_asan_link_order=0 \
		LABBOX_DIR="${LABBOX_DIR-$BIN}" LD_PRELOAD="$preload" \
		"$@" 2>"$notes")
}

# noted PATTERN: exactly one note matches.
noted() {
	if [ "$(grep -cE -- "$1" "$notes")" -ne 1 ]; then
		echo "not noted once: $1"
		cat "$notes"
		return 1
	fi
}

not_noted() {
	if grep -E -- "$1" "$notes"; then
		return 1
	fi
}

# only N: N notes in all.
only() {
	if [ "$(grep -cE '^(sigsafe|exits): ' "$notes")" -ne "$1" ]; then
		echo "not $1 notes:"
		cat "$notes"
		return 1
	fi
}
