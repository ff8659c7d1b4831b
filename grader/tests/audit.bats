#!/usr/bin/env bats
# A sample of the audit; `make audit` runs it all.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
}

sample() {
	run "$kit/grader/audit" -q "$1"
	echo "$output"
	[ "$status" = 0 ]
}

@test "hello: reference, gaps, mutants and variants" { sample hello; }
@test "signals: reference, gaps, mutants and variants" { sample signals; }
@test "pipes: reference, gaps, mutants and variants" { sample pipes; }
@test "shm: reference, gaps, mutants and variants" { sample shm; }
@test "sockets: reference, gaps, mutants and variants" { sample sockets; }
@test "mmap-queue: reference, gaps, mutants and variants" { sample mmap-queue; }
@test "doors: reference, gaps, mutants and variants" { sample doors; }
