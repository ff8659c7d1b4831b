#!/usr/bin/env bats
# The checker calls.

load ../checkers

setup_file() {
	build_checkers calls exits fail sigsafe
	build_program cases calls_cases
	build_program cases calls_asan -fsanitize=address,undefined
	build_program cases calls_large -D_FILE_OFFSET_BITS=64
	build_program cases calls_static -static
}

@test "every call is noted once, with its class" {
	under calls "$BIN/calls_cases"
	[ "$output" = fine ]
	for call in fork vfork waitpid execl execle execlp open:file open:fifo \
		mmap:shared-file mmap:private-anonymous munmap ftruncate \
		fcntl:lock unlink mkfifo semget semctl syscall:[0-9]+; do
		noted "^calls: calls_cases $call\$"
	done
	not_noted 'pipe|socket|system|shared-anonymous|sigaction'
	noted '^calls: here calls_cases$'
}

@test "the same calls are seen under other names" {
	under calls "$BIN/calls_large"
	[ "$output" = fine ]
	for call in open:file open:fifo mmap:shared-file ftruncate fcntl:lock; do
		noted "^calls: calls_large $call\$"
	done
}

@test "a sanitizer's own calls are not the program's" {
	under calls "$BIN/calls_asan"
	[ "$output" = fine ]
	noted '^calls: calls_asan vfork$'
	noted '^calls: calls_asan execlp$'
	not_noted 'pipe|socket|system|shared-anonymous|sigaction'
}

@test "under valgrind" {
	under calls valgrind -q "$BIN/calls_cases"
	[ "$output" = fine ]
	noted '^calls: calls_cases mmap:shared-file$'
}

@test "a program that the checker is not in does not say that it is here" {
	under calls "$BIN/calls_static"
	[ "$output" = fine ]
	not_noted 'here'
	under calls env -i "$BIN/calls_cases"
	not_noted 'here calls_cases'
}

@test "other programs in a scenario are left alone" {
	under calls bash -c "ls / | cat; $BIN/calls_cases"
	not_noted ' (bash|ls|cat|dash)( |$)'
	noted 'here calls_cases'
}

@test "the order of the checkers does not matter" {
	for order in "sigsafe fail calls exits" "exits calls fail sigsafe"; do
		under "$order" "$BIN/calls_cases"
		[ "$output" = fine ]
		noted '^calls: calls_cases vfork$'
		noted '^calls: calls_cases open:fifo$'
	done
}
