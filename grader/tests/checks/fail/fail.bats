#!/usr/bin/env bats
# The checker fail.

# shellcheck disable=SC2154 # notes and output are set by `under`
load ../checkers

setup_file() {
	build_checkers fail exits sigsafe
	build_program cases fail_cases
	build_program cases fail_asan -fsanitize=address,undefined
}

@test "the chosen call fails, and says so" {
	FAIL=pipe:2:EMFILE under fail "$BIN/fail_cases"
	only 1
	noted '^fail: pipe call 2 in fail_cases failed with EMFILE at fail_cases\+0x[0-9a-f]+$'
	[ "$(grep '^pipe:' <<<"$output" | paste -sd' ')" = \
		"pipe: ok pipe: EMFILE pipe: ok" ]
}

@test "calls from a number on fail, and a child goes on counting" {
	FAIL=pipe:3+:ENFILE under fail "$BIN/fail_cases"
	only 2
	noted 'pipe call 3 in fail_cases failed with ENFILE'
	noted 'pipe call 4 in fail_cases failed with ENFILE'
	grep -x 'pipe in the child: ENFILE' <<<"$output"
}

@test "each call fails in its own way" {
	FAIL=fork:1:EAGAIN,malloc:1:ENOMEM,mmap:1:EPERM,open:1:EACCES \
		under fail "$BIN/fail_cases"
	for line in 'fork: EAGAIN' 'malloc: ENOMEM' 'mmap: EPERM' 'open: EACCES'; do
		grep -x "$line" <<<"$output"
	done
	only 4
}

@test "a close that fails has closed" {
	FAIL=write:1:ENOSPC,close:1:EIO under fail "$BIN/fail_cases"
	grep -x 'write: ENOSPC' <<<"$output"
	grep -x 'close: EIO' <<<"$output"
	grep -x 'close again: EBADF' <<<"$output"
}

@test "a rule that makes no sense is told" {
	for rule in pipe pipe:0:EMFILE pipe:1:ENOSUCH pips:1:EMFILE pipe:1x:EIO; do
		FAIL=$rule under fail "$BIN/fail_cases"
		only 1
		noted "^fail: cannot understand $rule\$"
	done
}

@test "without FAIL nothing fails" {
	under fail "$BIN/fail_cases"
	[ ! -s "$notes" ]
	[ "$(grep -c ok <<<"$output")" -eq 10 ]
}

@test "in a program built with sanitizers, under valgrind, with all checkers" {
	FAIL=pipe:2:EMFILE,malloc:1:ENOMEM under fail "$BIN/fail_asan"
	grep -x 'malloc: ENOMEM' <<<"$output"
	noted 'pipe call 2 in fail_asan'
	FAIL=pipe:2:EMFILE under fail valgrind -q "$BIN/fail_cases"
	noted 'pipe call 2 in fail_cases'
	for order in "sigsafe fail exits" "exits fail sigsafe"; do
		FAIL=pipe:2:EMFILE,malloc:1:ENOMEM under "$order" "$BIN/fail_cases"
		noted 'pipe call 2 in fail_cases failed with EMFILE at fail_cases\+0x'
		noted 'malloc call 1 in fail_cases failed with ENOMEM at fail_cases\+0x'
	done
}
