# The rules for one lab, in the order in which one works. Each is a function rule_NAME
# that runs in the kit's folder with $lab set and prints what is wrong and what
# to do, a line each; the comment above it is its line in handouts/authors.md.
source grader/lib/lay.bash
source grader/author/lab.bash
rules=() rules_dir=grader/author/rules
source "$rules_dir/sources.bash"
source "$rules_dir/tests.bash"
source "$rules_dir/mutants.bash"
source "$rules_dir/hints.bash"
source "$rules_dir/handout.bash"

# complaints_of LAB: what all rules have to say
complaints_of() {
	local lab=$1 rule
	for rule in "${rules[@]}"; do
		"rule_$rule" || true
	done
}

# lab_lacks LAB: what must be there before its programs can be tried at all
lab_lacks() {
	if [[ -z $(gaps_of "$1") ]]; then
		echo "the reference has a gap"
	elif [[ ! -f labs/$1/Makefile || -n $(lab=$1 rule_sources) ]]; then
		echo "the Makefile and the files agree"
	elif [[ ! -f grader/labs/$1/tests.bats ]]; then
		echo "there are tests"
	fi
}
