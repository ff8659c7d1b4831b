# shellcheck shell=bash
# What the tests of the conductor share.
kit=$(CDPATH="" cd "$BATS_TEST_DIRNAME/../../.." && pwd)
CONDUCT=$kit/.build/tools/conduct
export LABBOX_TOOLS=$kit/.build/tools
export ASAN_OPTIONS=detect_leaks=0

# build PROGRAM [FLAG...]: from PROGRAM.c, into the folder of this file's tests
build() {
	cc -std=gnu11 -g -O1 -w "${@:2}" -o "$BATS_FILE_TMPDIR/bin/$1" \
		"$BATS_TEST_DIRNAME/${1%_asan}.c" -pthread -lrt
}

setup_file() {
	make -s -C "$kit/grader" ../.build/tools/conduct
	mkdir -p "$BATS_FILE_TMPDIR/bin"
	build good
	build good_asan -fsanitize=address,undefined
	build bad
	build bad_asan -fsanitize=address
}

setup() {
	work=$(mktemp -d "$BATS_FILE_TMPDIR/work.XXXXXX")
	cp "$BATS_FILE_TMPDIR"/bin/* "$work"
	cd "$work" || return
	record=$BATS_FILE_TMPDIR/record.$BATS_TEST_NUMBER
}

# conduct OPTION...: runs the conductor; what it says, and the record
conduct() {
	run "$CONDUCT" -o "$record" "$@" 3>&- 4>&-
	if ((status == 125)); then
		skip "ptrace is refused here"
	fi
	echo "$output"
}

# finds VERDICT TEXT OPTION...: a finding of that kind, which tells TEXT and
# can be repeated
finds() {
	conduct "${@:3}"
	[ "$status" = 1 ]
	[[ $output == *": $1: "* ]]
	[[ $output == *"$2"* ]]
	[[ $output == *"(3 of 3 repeats)"* ]]
	grep -qx "verdict $1" "$record"
}

# finds_nothing OPTION...
finds_nothing() {
	conduct "$@"
	[ "$status" = 0 ]
	grep -qx "found 0" "$record"
}

# recorded REGEX: the record has a whole line that matches
recorded() { grep -qxE "$1" "$record"; }

# not_recorded REGEX: it has none
not_recorded() {
	if recorded "$1"; then
		grep -xE "$1" "$record"
		return 1
	fi
}
