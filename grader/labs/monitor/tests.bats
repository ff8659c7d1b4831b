#!/usr/bin/env bats
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# TODO: a test for each thing that the handout promises, in the order of the gaps; its name is a sentence
