# What a test says about itself.

# gap N: the test is about gap N; 0 stands for the lab as a whole
gap() { test_gap=$1; }

# points N: what it is worth
points() { test_points=$1; }

# needs N...: these gaps must be filled before this test can pass
needs() { test_needs=$*; }

# explain SECTION TEXT: what it means when an expectation above (up to the
# last explain) fails, and the section of the handout that tells more
explain() {
	explained=1
	if ((${#failures[@]} > failures_explained)); then
		failures_explained=${#failures[@]}
		means=${means:-$2}
	fi
	if ((${#failures[@]})); then
		# What a hang or a leak means in general; and here.
		[[ -n $section || $means == "$2" ]] || means+=$'\n'$2
		section=${section:-$1}
	fi
}

# random LOW HIGH: prints a whole number drawn from the seed; the same line of
# the same test draws the same number each time
random() {
	local hash
	hash=$(cksum <<<"$SEED $BATS_TEST_DESCRIPTION ${BASH_LINENO[0]}")
	printf '%s\n' $(($1 + ${hash%% *} % ($2 - $1 + 1)))
}
