# Rules about what helps a student on.
rules+=(hints compare)
source grader/learn/gaps.bash
source grader/learn/hints.bash

# rule_hints: `hints.md` has for every gap with points the three levels: where to look,
# the idea, nearly the code. The first two hold no line of the solution, the third
# at most a third of them
rule_hints() {
	local file=grader/labs/$lab/hints.md gap level
	[[ -f $file ]] || { echo "$file is missing: three hints for each gap: ## Gap 1, ### Where to look, ### The idea, ### Nearly the code"; return; }
	left_to_write "$file"
	grep -n '^##' "$file" | grep -vE ':(## Gap [1-9][0-9]*|### (Where to look|The idea|Nearly the code))$' |
		sed "s|^\([0-9]*\):\(.*\)|$file:\1: not a heading that hints have: \2|"
	for gap in $(required_gaps "$lab"); do
		for level in 1 2 3; do
			[[ -n $(hint_of "$lab" "$gap" $level) ]] ||
				echo "$file: gap $gap has no hint \"### $(level_name $level)\""
		done
	done
	for gap in $(gaps_of "$lab"); do
		for level in 1 2 3; do
			hint_of "$lab" "$gap" $level | gives_away "$gap" $level |
				sed "s|^|$file: gap $gap, $(level_name $level): |"
		done
	done
}

# gives_away GAP LEVEL: what the hint on standard input holds of the solution, and may
# not: whole lines in which something is called or assigned
gives_away() {
	awk -v gap="$1" -v level="$2" '
		function squeezed(line) { gsub(/[ \t`]/, "", line); return line }
		NR == FNR { hint[squeezed($0)] = 1; next }
		/\/\/ BEGIN SOLUTION/ { inside = $NF == gap; next }
		/\/\/ END SOLUTION/ { inside = 0 }
		!inside || /\/\/ STUB/ || !/[A-Za-z_]\(| = / { next }
		(squeezed($0) in seen) { next }
		{
			line = squeezed($0)
			seen[line] = 1
			all++
			if (line in hint) {
				given++
				sub(/^[ \t]+/, "")
				which = which (which == "" ? "" : "  ") $0
			}
		}
		END {
			if (given > (level == 3 ? all / 3 : 0))
				print "gives away " given " of " all " lines of the solution: " which
		}' - "solutions/$lab"/*.c
}

# rule_compare: `compare.md` names a variant in its first line, `Variant: STYLE`, and
# says below how it differs from the reference, and why
rule_compare() {
	local file=grader/labs/$lab/compare.md variant
	[[ -f $file ]] || { echo "$file is missing: its first line is Variant: STYLE, and below it stands why that differs from the reference"; return; }
	left_to_write "$file"
	variant=$(sed -n '1s/^Variant: *//p' "$file")
	[[ -n $variant && -d grader/labs/$lab/variants/$variant ]] ||
		echo "$file: its first line does not name a folder in variants/: Variant: STYLE"
	[[ -n $(sed 1d "$file") ]] || echo "$file: say why the reference and the variant differ"
}
