# What can be known about a lab from its files. All paths are from the kit's
# folder, where the callers are.

source grader/lib/labs.bash

# make_targets: what make does besides labs, a line each
make_targets() { sed -nE 's/^\.PHONY: //p' Makefile | tr ' ' '\n' | grep -v '\$'; }

# gaps_of LAB: the numbers of its gaps, a line each
gaps_of() {
	cat "solutions/$1"/*.[ch] 2>/dev/null |
		sed -nE 's,.*// BEGIN SOLUTION ([0-9]+)$,\1,p' | sort -nu
}

# mutants_of LAB, variants_of LAB: their names, a line each
mutants_of() { names "grader/labs/$1/mutants" .patch; }
variants_of() { names "grader/labs/$1/variants"; }

# starters_of LAB: the one that there is has no name
starters_of() { echo; }

# names FOLDER [ENDING]: what is in it, without the ending
names() {
	local path
	for path in "$1"/*"${2-}"; do
		[[ ! -e $path ]] || basename "$path" "${2-}"
	done
}

# tests_of LAB: the names of its tests, a line each
tests_of() { sed -nE 's/^@test "(.*)" \{$/\1/p' "grader/labs/$1/tests.bats"; }

# read_header PATCH: sets header, the caller's, to what the header of a mutant says:
# header[Mistake], header[Test] ...
read_header() {
	local line
	header=()
	while IFS= read -r line && [[ $line != '--- '* ]]; do
		# shellcheck disable=SC2004,SC2034 # a table, of the caller's
		[[ ! $line =~ ^([A-Z][a-z]+):\ *(.*)$ ]] ||
			header[${BASH_REMATCH[1]}]=${BASH_REMATCH[2]}
	done <"$1"
}

# places_of LAB: the folders and files that a lab is made of, a line each
places_of() {
	printf '%s\n' "labs/$1" "solutions/$1" "grader/labs/$1" \
		"handouts/$1.md" "handouts/$1.svg" "handouts/predict/$1.md"
}

# files [PATTERN...]: the files of the kit that match, or are below a folder of that
# name: those that git tracks or would track; all, where there is no git
files() {
	local file pattern
	(($#)) || set -- '*'
	{ git ls-files -co --exclude-standard 2>/dev/null ||
		find . -path ./.build -prune -o -type f -printf '%P\n'; } | sort -u |
		while read -r file; do
			[[ -f $file ]] || continue
			for pattern; do
				# shellcheck disable=SC2053 # it is a pattern
				[[ $file != $pattern && $file != $pattern/* ]] || echo "$file"
			done
		done
}
