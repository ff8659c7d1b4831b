#!/usr/bin/env bats
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 10
	builds_without_a_warning "The program"
}

@test "the parent learns the sum from the exit status" {
	gap 1; points 30
	scenario './hello 20 22'
	expect_output_of sum
	expect_status 0
	explain "Taking a status apart" "the exit status is only a part of what waitpid stores: WEXITSTATUS takes it out"
}

@test "any sum up to 255 arrives" {
	gap 1; points 30
	local a b
	a=$(random 1 127)
	b=$(random 0 127)
	scenario -w "./hello $a $b; ./hello 0; ./hello 255"
	expect_output "child: the sum is $((a + b))
child: the sum is 0
child: the sum is 255"
	expect_called hello/fork
	expect_called hello/wait
	explain "Taking a status apart" "an exit status has eight bits: all of 0 to 255 must come through"
}

@test "a death by signal is not an answer" {
	gap 1; points 30
	local signal
	scenario './hello 200 200'
	expect_output 'child: died of signal 6'
	expect_status 1
	for signal in 9 15; do
		interrupting hello.1:$signal
		scenario './hello 1 2'
		expect_output "child: died of signal $signal"
		expect_status 1
	done
	explain "When there is no answer" "WEXITSTATUS means something only if WIFEXITED is true; otherwise WTERMSIG tells the signal"
}
