# Rules about the wrong and the right programs of a lab.
rules+=(mutants headers variants)
mutants_least=10 variants_least=2

# rule_mutants: ten mistakes or more in `mutants/`, one at least of each gap
rule_mutants() {
	local n gap
	n=$(mutants_of "$lab" | wc -l)
	((n >= mutants_least)) ||
		echo "grader/labs/$lab/mutants: $n mistakes, not $mutants_least or more: grader/author/mutant $lab NAME begins one"
	for gap in $(gaps_of "$lab"); do
		grep -qx "Gap: $gap" "grader/labs/$lab/mutants"/*.patch 2>/dev/null ||
			echo "grader/labs/$lab/mutants: no mistake in gap $gap (Gap: $gap)"
	done
}

# rule_headers: the header of a mutant has Mistake, Gap, Test, Verdict, Says; names a
# test, a gap (or 0) and a verdict that exist; and its patch applies
rule_headers() {
	local name patch key value laid tests gaps verdicts
	local -A header
	laid=$(mktemp -d)
	lay . "$lab" "$laid/$lab" 2>/dev/null || true
	tests=$(tests_of "$lab") gaps=$(echo 0 && gaps_of "$lab")
	verdicts=$(echo WRONG && sed -nE 's/^\| ([A-Z]+) \|.*/\1/p' handouts/README.md)
	for name in $(mutants_of "$lab"); do
		patch=grader/labs/$lab/mutants/$name.patch
		read_header "$patch"
		for key in Mistake Gap Test Verdict Says; do
			value=${header[$key]-}
			case $key,$value in
			*, | *TODO:*) echo "$patch: its header lacks $key: ${value#TODO: }" ;;
			Test,*) has_line "$tests" "$value" ||
				echo "$patch: no test has the name of its header, \"$value\"" ;;
			Verdict,*) has_line "$verdicts" "$value" ||
				echo "$patch: handouts/README.md has no verdict $value" ;;
			Gap,*) has_line "$gaps" "$value" ||
				echo "$patch: the reference has no gap $value" ;;
			esac
		done
		patch -s --dry-run -d "$laid/$lab" -p1 <"$patch" >/dev/null 2>&1 ||
			echo "$patch: does not apply to the reference: make it again: grader/author/mutant $lab $name"
	done
	rm -rf "$laid"
}

# has_line TEXT LINE: it is one of the lines of the text
has_line() { [[ $'\n'$1$'\n' == *$'\n'"$2"$'\n'* ]]; }

# rule_variants: two correct programs in another style or more in `variants/STYLE/`,
# each with only the files that differ from the reference's
rule_variants() {
	local n name file
	n=$(variants_of "$lab" | wc -l)
	((n >= variants_least)) ||
		echo "grader/labs/$lab/variants: $n styles, not $variants_least or more: a folder each, with the files that differ from the reference"
	for name in $(variants_of "$lab"); do
		for file in $(names "grader/labs/$lab/variants/$name"); do
			[[ $(words sources) =~ (^|[[:space:]])"$file"($|[[:space:]]) ]] ||
				echo "grader/labs/$lab/variants/$name/$file: not a file of the lab"
			! cmp -s "grader/labs/$lab/variants/$name/$file" "solutions/$lab/$file" ||
				echo "grader/labs/$lab/variants/$name/$file: the same as the reference: remove it"
		done
	done
}
