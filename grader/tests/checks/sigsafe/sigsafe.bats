#!/usr/bin/env bats
# The checker sigsafe. RUNS says how often the good programs run (10 unless
# said).

# shellcheck disable=SC2154 # notes and output are set by `under`
load ../checkers

setup_file() {
	build_checkers sigsafe exits fail
	build_program bad sigsafe_bad
	build_program good sigsafe_good
	build_program bad bad_fortified -O2 -D_FORTIFY_SOURCE=2
	build_program bad bad_jumping -O2 -foptimize-sibling-calls
	build_program bad bad_asan -fsanitize=address,undefined
	build_program good good_asan -fsanitize=address,undefined
}

bad() {
	under sigsafe "$BIN/sigsafe_bad" "$1"
}

@test "printf in a handler is reported once, with the line of the call" {
	bad printf
	only 1
	noted '^sigsafe: printf\(\) called in the handler of SIGUSR1 at sigsafe_bad\+0x[0-9a-f]+$'
	place=$(sed -n 's/.*+//p' "$notes")
	line=$(addr2line -e "$BIN/sigsafe_bad" "$place" | sed 's/.*:\([0-9]*\).*/\1/')
	sed -n "${line}p" "$BATS_TEST_DIRNAME/bad.c" | grep 'printf("%d %.1f'
}

@test "printf under a checker prints what it prints alone" {
	bad printf
	[ "$output" = "$("$BIN/sigsafe_bad" printf)" ]
}

@test "malloc and free in a handler are reported" {
	bad malloc
	only 2
	noted 'malloc\(\) called in the handler of SIGUSR1'
	noted 'free\(\) called in the handler of SIGUSR1'
}

@test "warnx, strsignal and syslog in a handler are reported" {
	bad warn
	only 3
	noted 'warnx\(\) called'
	noted 'strsignal\(\) called'
	noted 'syslog\(\) called'
}

@test "a mutex in a handler is reported" {
	bad mutex
	only 2
	noted 'pthread_mutex_lock\(\) called'
	noted 'pthread_mutex_unlock\(\) called'
}

@test "localtime in a handler is reported, and what it calls is not" {
	bad time
	only 1
	noted 'localtime\(\) called'
}

@test "snprintf in a handler with siginfo is reported, and its value arrives" {
	bad info
	only 1
	noted 'snprintf\(\) called in the handler of SIGRTMIN\+2'
	[[ $output == *" 77" ]]
}

@test "errno changed by a handler is reported at the handler" {
	bad errno
	only 1
	noted '^sigsafe: errno changed by the handler of SIGUSR1 at sigsafe_bad'
	place=$(sed -n 's/.*+//p' "$notes")
	addr2line -f -e "$BIN/sigsafe_bad" "$place" | grep -x clobbers_errno
}

@test "siglongjmp out of a handler is a note of its own, and ends the handler" {
	bad jump
	only 1
	noted '^sigsafe: siglongjmp\(\) out of the handler of SIGUSR1 at sigsafe_bad'
}

@test "siglongjmp out of two handlers ends both" {
	bad nested-jump
	only 2
	noted 'siglongjmp\(\) out of the handler of SIGUSR2'
	noted 'errno changed by the handler of SIGUSR1'
}

@test "the inner of two handlers is named, the outer is not" {
	bad nested
	only 1
	noted 'printf\(\) called in the handler of SIGUSR2'
}

@test "handlers installed by signal and sigset are seen" {
	bad signal
	only 1
	noted 'printf\(\) called in the handler of SIGUSR1'
	bad sigset
	only 1
	noted 'printf\(\) called in the handler of SIGUSR1'
}

@test "a handler installed by a child is seen" {
	bad child
	only 1
	noted 'printf\(\) called in the handler of SIGUSR1'
}

@test "exit in a handler is reported, atexit functions are not" {
	bad exit
	only 1
	noted 'exit\(\) called in the handler of SIGUSR1'
	[ "$output" = bye ]
}

@test "exit as a handler is reported" {
	bad exit-itself || [ $? -eq 2 ] # SIGINT is its argument
	only 1
	noted 'exit\(\) called in the handler of SIGINT'
}

@test "with _FORTIFY_SOURCE the names are those of the source" {
	under sigsafe "$BIN/bad_fortified" printf
	noted ': printf\(\) called in the handler of SIGUSR1'
	not_noted _chk
	under sigsafe "$BIN/bad_fortified" jump
	noted 'longjmp\(\) out of the handler of SIGUSR1'
}

@test "a handler whose last call is a jump is seen" {
	under sigsafe "$BIN/bad_jumping" malloc
	noted 'free\(\) called in the handler of SIGUSR1 at bad_jumping'
}

@test "in a program built with sanitizers" {
	under sigsafe "$BIN/bad_asan" printf
	noted 'printf\(\) called in the handler of SIGUSR1 at bad_asan'
	under sigsafe "$BIN/bad_asan" malloc
	noted 'malloc\(\) called in the handler of SIGUSR1 at bad_asan'
	not_noted Sanitizer
	under sigsafe "$BIN/good_asan"
	[ "$output" = fine ]
	[ ! -s "$notes" ]
}

@test "in a program built by clang" {
	command -v clang || skip "no clang here"
	CC=clang build_program bad bad_clang
	CC=clang build_program good good_clang
	under sigsafe "$BIN/bad_clang" printf
	only 1
	noted 'printf\(\) called in the handler of SIGUSR1 at bad_clang'
	under sigsafe "$BIN/bad_clang" nested-jump
	only 2
	under sigsafe "$BIN/good_clang"
	[ "$output" = fine ]
	[ ! -s "$notes" ]
}

@test "under valgrind" {
	under sigsafe valgrind -q "$BIN/sigsafe_bad" printf
	only 1
	noted 'printf\(\) called in the handler of SIGUSR1'
	under sigsafe valgrind -q "$BIN/sigsafe_good"
	[ "$output" = fine ]
	[ ! -s "$notes" ]
}

@test "safe handlers are never reported, alone or with the other checkers" {
	for ((i = 0; i < ${RUNS:-10}; i++)); do
		under sigsafe "$BIN/sigsafe_good"
		[ "$output" = fine ]
		[ ! -s "$notes" ]
		under "fail exits sigsafe" "$BIN/sigsafe_good"
		[ "$output" = fine ]
		[ ! -s "$notes" ]
	done
}

@test "the order of the checkers does not matter" {
	for order in "sigsafe fail exits" "exits fail sigsafe" "sigsafe exits fail" \
		"fail exits sigsafe"; do
		under "$order" "$BIN/sigsafe_bad" malloc
		noted 'malloc\(\) called in the handler of SIGUSR1 at sigsafe_bad\+'
		noted 'free\(\) called in the handler of SIGUSR1 at sigsafe_bad\+'
		under "$order" "$BIN/sigsafe_good"
		[ "$output" = fine ]
		not_noted sigsafe:
	done
}

@test "nothing is reported outside LABBOX_DIR" {
	LABBOX_DIR=/usr under sigsafe "$BIN/sigsafe_bad" printf
	only 0
	LABBOX_DIR=$BIN under sigsafe "$BIN/sigsafe_bad" printf
	only 1
}
