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
		if [[ -z $means ]]; then
			means=$2
			section=$1
		fi
		failures_explained=${#failures[@]}
	fi
}

# random LOW HIGH: prints a whole number drawn from the seed; the same test
# with the same seed draws the same numbers
random() {
	local hash
	draws=$((draws + 1))
	hash=$(cksum <<<"$SEED $BATS_TEST_DESCRIPTION $draws")
	drawn=$(($1 + ${hash%% *} % ($2 - $1 + 1)))
	printf '%s\n' "$drawn"
}
