# Reading the hints of a lab, grader/labs/LAB/hints.md:
#
#	## Gap 1
#	### Where to look
#	### The idea
#	### Nearly the code
#
# for each gap, with text, and code indented by four, below each.

# hints_of LAB: the whole
hints_of() { cat "grader/labs/$1/hints.md" 2>/dev/null || true; }

# level_name LEVEL: its heading
level_name() {
	case $1 in
	1) echo "Where to look" ;;
	2) echo "The idea" ;;
	3) echo "Nearly the code" ;;
	esac
}

# hint_of LAB GAP LEVEL: what stands below that heading
hint_of() {
	hints_of "$1" | awk -v gap="## Gap $2" -v level="### $(level_name "$3")" '
		/^## / { in_gap = $0 == gap }
		/^##/ { wanted = in_gap && $0 == level; next }
		wanted && (/[^ \t]/ || begun) { begun = 1; print }'
}
