# Rules about the tests of a lab.
rules+=(tests shell outputs points names gap_tests)

# rule_tests: `tests.bats` begins with `load ../../lib/lab`; each test says `gap` and
# `points`; a line `# builds: race` or `# builds: traced` names the builds that its
# checkers need
rule_tests() {
	local file=grader/labs/$lab/tests.bats words
	[[ -f $file ]] || { echo "$file is missing"; return; }
	grep -qx 'load ../../lib/lab' "$file" ||
		echo "$file: its first lines are #!/usr/bin/env bats and load ../../lib/lab"
	words=$(bats --count "$file" 2>&1) || echo "$file: bats cannot read it: $words"
	left_to_write "$file" "grader/labs/$lab/tools.bash"
	awk -v file="$file" '
		/^# builds: / { builds = $0 }
		/^@test / { name = $0; sub(/^@test /, "", name); sub(/ \{$/, "", name); seen = "" }
		{ seen = seen "\n" $0 }
		/^}/ && name != "" {
			if (seen !~ /\n\tgap [0-9]+/) print file ": " name ": say which gap it is about: gap N (0: the lab as a whole)"
			if (seen !~ /[\t ]points [0-9]+/) print file ": " name ": say what it is worth: points N"
			name = ""
		}
		/scenario .*-c [a-z,]*race/ && builds !~ / race/ { needs["race"] }
		/scenario .*-c [a-z,]*sigsafe/ && builds !~ / traced/ { needs["traced"] }
		END { for (build in needs) print file ": below the first line: # builds: " build }' "$file"
}

# rule_shell: `shellcheck` is silent about `tests.bats` and `tools.bash`
rule_shell() {
	local file words level
	for file in grader/labs/"$lab"/{tests.bats,tools.bash} $(files "grader/labs/$lab" | grep '\.bash$'); do
		[[ -f $file ]] || continue
		# Tests quote what the box is to expand.
		level=style
		[[ $file != *.bats ]] || level=warning
		words=$(shell_check "$level" "$file") || echo "$file: shellcheck: ${words%%$'\n'*}"
	done
}

# shell_check LEVEL FILE...: files are read on their own: what one sets another uses
shell_check() {
	shellcheck -f gcc -S "$1" -s bash \
		-e SC1091,SC2030,SC2031,SC2034,SC2154,SC2317,SC2329 "${@:2}"
}

# rule_outputs: outputs stand in `expected/*.out`; a test expects each, and the handout shows it
rule_outputs() {
	local name
	[[ -n $(names "grader/labs/$lab/expected" .out) ]] ||
		echo "grader/labs/$lab/expected: no outputs: write what a program prints into NAME.out, expect it with expect_output_of NAME, show it in the handout"
	for name in $(names "grader/labs/$lab/expected" .out); do
		grep -qE "expect_output_of $name\b|expected/$name\.out" "grader/labs/$lab/tests.bats" ||
			echo "grader/labs/$lab/expected/$name.out: no test expects it: expect_output_of $name"
		grep -qxF "<!-- output $lab/$name.out -->" "handouts/$lab.md" ||
			echo "handouts/$lab.md: show expected/$name.out: <!-- output $lab/$name.out -->, <!-- end -->, and run handouts/refresh"
	done
}

# rule_points: the points add up to 100
rule_points() {
	local sum
	sum=$(grep -oE '\bpoints [0-9]+' "grader/labs/$lab/tests.bats" |
		awk '{ sum += $2 } END { print sum + 0 }')
	((sum == 100)) ||
		echo "grader/labs/$lab/tests.bats: its points add up to $sum, not 100"
}

# rule_names: a test's name fits on a line of the report, 63 characters, and is there once
rule_names() {
	tests_of "$lab" | awk -v file="grader/labs/$lab/tests.bats" '
		length > 63 { print file ": " length - 63 " characters too long: " $0 }
		seen[$0]++ { print file ": two tests have this name: " $0 }'
}

# rule_gap_tests: every gap has a test, and `gap` and `needs` name gaps that exist
rule_gap_tests() {
	local gap gaps
	gaps=$'\n'$(gaps_of "$lab")$'\n'
	for gap in $gaps; do
		grep -qE "^[[:space:]]+gap $gap\b" "grader/labs/$lab/tests.bats" ||
			echo "grader/labs/$lab/tests.bats: gap $gap has no test"
	done
	while read -r gap; do
		[[ $gap == 0 || $gaps == *$'\n'$gap$'\n'* ]] ||
			echo "grader/labs/$lab/tests.bats: a test is about gap $gap, which the reference does not have"
	done < <(grep -oE '^[[:space:]]+gap [0-9]+|needs [0-9 ]+' "grader/labs/$lab/tests.bats" |
		grep -oE '[0-9]+' | sort -nu)
}
