#!/usr/bin/env bats
# The rules of the house, for every file of the kit.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cd "$kit" || return
	source grader/lib/lay.bash
	mapfile -t labs < <(cut -f1 labs/list)
}

# The files of the kit: tracked by git where there is one, else all.
files() {
	git ls-files -co --exclude-standard -- "$@" 2>/dev/null | sort -u |
		while read -r file; do [[ ! -f $file ]] || echo "$file"; done
}

@test "the visible top-level entries are the six that the README names" {
	[ "$(ls)" = "Makefile
README.md
grader
handouts
labs
solutions" ]
}

@test "shellcheck is silent" {
	mapfile -t scripts < <(files | while read -r file; do
		if [[ $file == *.bash || $file == *.sh ]] ||
			head -n 1 "$file" | grep -qE '^#!.*bash'; then
			echo "$file"
		fi
	done)
	((${#scripts[@]} > 10))
	# Files are read on their own; what one sets another uses.
	apart=SC1091,SC2030,SC2031,SC2034,SC2154,SC2317
	shellcheck -s bash -e $apart "${scripts[@]}"
	# Tests quote what the box is to expand.
	mapfile -t tests < <(files '*.bats')
	shellcheck -S warning -e $apart "${tests[@]}"
}

@test "every script answers --help" {
	mapfile -t scripts < <(files | while read -r file; do
		[[ ! -x $file || $file == *.bats || $file == .ci/* ]] || echo "$file"
	done)
	((${#scripts[@]} > 10))
	for script in "${scripts[@]}"; do
		run "$script" --help
		[ "$status" = 0 ] && [ -n "$output" ] || { echo "$script"; false; }
	done
}

@test "a file stands once: what has no gap is in labs/ only, and a header has none" {
	for lab in "${labs[@]}"; do
		given=" $(make -s -C "labs/$lab" given) "
		for name in $(make -s -C "labs/$lab" sources); do
			if [[ $given == *" $name "* ]]; then
				[ ! -e "solutions/$lab/$name" ] || { echo "$lab: $name is in solutions/, too"; false; }
			else
				[[ $name == *.c ]]
				grep -q '// BEGIN SOLUTION' "solutions/$lab/$name" ||
					{ echo "$lab: $name has no gap: it belongs to GIVEN"; false; }
			fi
		done
		[ "$(files "solutions/$lab" | wc -l)" = \
			"$(($(grep -l '// BEGIN SOLUTION' solutions/$lab/*.c | wc -l) + 1))" ]
	done
}

@test "clang-format would change nothing" {
	# Starters are made from the references; foreign programs are as they came.
	mapfile -t sources < <(files '*.c' '*.h' |
		grep -vE '/foreign/' | while read -r file; do
			[[ $file == labs/* && -e solutions/${file#labs/} ]] || echo "$file"
		done)
	(( ${#sources[@]} > 10 ))
	clang-format --dry-run -Werror "${sources[@]}"
}

@test "gcc and clang have no warning for the labs, starters and references" {
	for compiler in gcc clang; do
		for lab in "${labs[@]}"; do
			for tree in labs solutions; do
				dir=$(mktemp -d)
				ln -s "$kit/grader" "$dir/grader"
				cp --parents {labs,solutions}/lab.mk \
					{labs,solutions}/"$lab"/{Makefile,*.[ch]} "$dir/"
				lay_library "$kit" "$lab" "$dir/labs/$lab"
				make -s -C "$dir/$tree/$lab" CC=$compiler CPPFLAGS=-Werror
				rm -rf "$dir"
			done
		done
	done
}

@test "gcc and clang have no warning for the grader's own programs" {
	for compiler in gcc clang; do
		make -s -C grader BUILD="$BATS_TMPDIR/build-$compiler" CC=$compiler \
			CFLAGS="-std=gnu11 -O2 -Wall -Wextra -Wshadow -Wvla -Wmissing-prototypes -Werror"
		rm -rf "$BATS_TMPDIR/build-$compiler"
	done
}

@test "every starter is what its reference makes" {
	solutions/starters -c
}

@test "what the handouts show of other files is up to date" {
	handouts/refresh -c
}

@test "every lab is complete" {
	for lab in "${labs[@]}"; do
		for file in labs/$lab/Makefile solutions/$lab/Makefile \
			grader/labs/$lab/demo.sh grader/labs/$lab/tests.bats \
			handouts/$lab.md handouts/$lab.svg; do
			[ -f "$file" ] || { echo "$file is missing"; false; }
		done
		[ "$(ls grader/labs/$lab/mutants/*.patch | wc -l)" -ge 8 ]
		[ "$(ls -d grader/labs/$lab/variants/*/ | wc -l)" -ge 2 ]
		ls grader/labs/$lab/expected/*.out >/dev/null
	done
}

@test "what stands above a lab's library is all that a student must read" {
	for library in labs/*/lib; do
		lab=${library#labs/}
		lab=${lab%/lib}
		[ -f "$library/README.md" ]
		for file in $(make -s -C "labs/$lab" sources); do
			grep -qF "$file" "handouts/$lab.md" ||
				{ echo "handouts/$lab.md does not name $file"; false; }
			while read -r header; do
				[ -f "labs/$lab/$header" ] ||
					{ echo "labs/$lab/$file needs $header of the library"; false; }
			done < <(sed -n 's/^#include "\(.*\)"$/\1/p' "labs/$lab/$file")
		done
	done
}

@test "the points of every lab add up to 100" {
	for lab in "${labs[@]}"; do
		sum=$(grep -oE '\bpoints [0-9]+' "grader/labs/$lab/tests.bats" |
			awk '{ sum += $2 } END { print sum }')
		[ "$sum" = 100 ] || { echo "$lab: $sum"; false; }
	done
}

@test "a test's name fits on a line of the report" {
	long=$(sed -nE 's/^@test "(.*)" \{$/\1/p' grader/labs/*/tests.bats |
		awk 'length > 63')
	[ -z "$long" ] || { echo "$long"; false; }
}

@test "the handout has every section to which a test refers" {
	for lab in "${labs[@]}"; do
		while read -r section; do
			grep -qxE "##+ $section" "handouts/$lab.md" ||
				{ echo "$lab: no section \"$section\""; false; }
		done < <(sed -nE 's/^\t(explain|explain_given|builds_without_a_warning) "([^"]*)".*/\2/p' "grader/labs/$lab/tests.bats")
	done
}

@test "every gap has a test, and every gap has a mutant" {
	for lab in "${labs[@]}"; do
		for gap in $(cat solutions/$lab/*.[ch] | sed -n 's,.*// BEGIN SOLUTION ,,p' | sort -nu); do
			grep -qE "\bgap $gap\b" "grader/labs/$lab/tests.bats" ||
				{ echo "$lab: no test of gap $gap"; false; }
			grep -qx "Gap: $gap" grader/labs/$lab/mutants/*.patch ||
				{ echo "$lab: no mutant of gap $gap"; false; }
		done
	done
}

@test "every mutant names a test that there is" {
	for patch in grader/labs/*/mutants/*.patch; do
		lab=${patch#grader/labs/}
		lab=${lab%%/*}
		name=$(sed -n 's/^Test: //p;/^---/q' "$patch")
		grep -qF "@test \"$name\" {" "grader/labs/$lab/tests.bats" ||
			{ echo "$patch: $name"; false; }
	done
}
