# What a test says about itself.

# gap N: the test is about gap N; 0 stands for the lab as a whole
gap() { test_gap=$1; }

# points N: what it is worth
points() { test_points=$1; }

# needs N...: these gaps must be filled before this test can pass
needs() { test_needs=$*; }

# left_open: the gap, for no points, was not begun, in a way that its contract allows; a
# failure is shown as "open" then, as if its TODO still stood
left_open() { left_open=1; }

# explain SECTION TEXT [VERDICT...]: what it means when one of the expectations
# since the previous explain fails, and the section of the handout that tells
# more. A verdict such as HANG or LEAK comes with a general sentence, which is
# shown instead unless VERDICT names it. If several stand in a row, the first one
# that names the verdict is used, otherwise the first. A lab sets explain_also to
# the verdicts that all of its texts are meant for.
explain_also=""
explain() {
	local text=$2 here=$1
	shift 2
	explained=1
	((${#failures[@]})) || return 0
	explained_at=${explained_at:-${#expectations[@]}}
	((explained_at == ${#expectations[@]})) || return 0
	if [[ " $explain_also $* " == *" $first_verdict "* ]]; then
		own=${own:-$text} own_section=${own_section:-$here}
	fi
	plain=${plain:-$text} section=${section:-$here}
}

# random LOW HIGH: prints a whole number drawn from the seed; the same line of
# the same test draws the same number each time
random() {
	local hash
	hash=$(cksum <<<"$SEED $BATS_TEST_DESCRIPTION ${BASH_LINENO[0]}")
	printf '%s\n' $(($1 + ${hash%% *} % ($2 - $1 + 1)))
}
