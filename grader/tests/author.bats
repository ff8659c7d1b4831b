#!/usr/bin/env bats
# The author's tools: make lab, make check, and what they say.

setup() {
	dir=$(mktemp -d "$BATS_TMPDIR/author.XXXXXX")
	cd "$BATS_TEST_DIRNAME/../.." || return
	mkdir "$dir/kit"
	cp -r Makefile README.md grader handouts labs solutions "$dir/kit/"
	source grader/tests/copied.bash
	copy_build "$dir/kit"
	cd "$dir/kit" || return
	first=$(cut -f1 labs/list | head -n 1)
}

teardown() { rm -rf "$dir"; }

# lab_files: all files but those that a build makes
lab_files() { find . -path ./.build -prune -o -type f -print | sort; }

@test "a name that cannot be, or a lab that there is: one line, status 2, nothing changes" {
	before=$(lab_files; cat labs/list)
	for name in "" Upper two_words -dash a/b a-name-that-is-too-long "$first" check lab test; do
		run grader/author/new-lab -- "$name"
		echo "$name: $output"
		[ "$status" = 2 ]
		[ "${#lines[@]}" = 1 ]
	done
	run grader/author/new-lab -a nosuch fresh
	[ "$status" = 2 ]
	[ "$before" = "$(lab_files; cat labs/list)" ]
}

@test "a new lab stands where it was said, and check says what is to be done, in order" {
	run make -s lab NAME=fresh AFTER="$first"
	[ "$status" = 0 ]
	[ "$(cut -f1 labs/list | sed -n 2p)" = fresh ]
	run grader/check fresh
	echo "$output"
	[ "$status" = 1 ]
	[[ "${lines[0]}" == FAIL* ]]
	# Each line names a place and says what to do there.
	n=$((${#lines[@]} - 2))
	[ "$(grep -cE '^      [^ ]+: .+' <<<"$output")" = "$n" ]
	[[ "$output" == *labs/list:*solutions/fresh*tests.bats:*mutants:*handouts/fresh.md:*handouts/refresh:* ]]
	[[ "$output" != *$'\r'* ]]
}

@test "a lab that was deleted is gone from everywhere" {
	mkdir "$dir/before"
	cp -r Makefile README.md grader handouts labs solutions "$dir/before/"
	run make -s lab NAME=fresh
	handouts/refresh
	rm -r labs/fresh solutions/fresh grader/labs/fresh handouts/fresh.*
	sed -i '/^fresh\t/d' labs/list
	handouts/refresh
	diff -r -x .build . "$dir/before"
}

@test "check: one mutant, with what was said of it; a promise that is not kept" {
	patch=$(find "grader/labs/$first/mutants" -name '*.patch' | sort | head -n 1)
	name=$(basename "$patch" .patch)
	run grader/check -m "^$name\$" "$first"
	echo "$output"
	[ "$status" = 0 ]
	[[ "${lines[0]}" == ok*"mutant $name" ]]
	[[ "$output" == *"came: "* ]]
	sed -i 's/^Says: .*/Says: words that no report has/' "$patch"
	run grader/check -m "^$name\$" "$first"
	echo "$output"
	[ "$status" = 1 ]
	[[ "$output" == *"nothing says \"words that no report has\""* ]]
	[[ "$output" == *"again: grader/grade -a -t .build/check/mutant-$name $first"* ]]
	run grader/check -m nosuch "$first"
	[ "$status" = 2 ]
	run grader/check nosuch
	[ "$status" = 2 ]
}

@test "mutant: makes a patch with a header, and takes one up again" {
	run grader/author/mutant "$first" try
	[ "$status" = 0 ]
	file=$(find ".build/mutants/$first-try/b" -name '*.c' | head -n 1)
	echo '/* a mistake */' >>"$file"
	run grader/author/mutant "$first" try
	[ "$status" = 0 ]
	patch=grader/labs/$first/mutants/try.patch
	grep -q '^Mistake: TODO' "$patch"
	grep -q '^+/\* a mistake \*/$' "$patch"
	sed -i 's/^Mistake: .*/Mistake: mine/' "$patch"
	grader/author/mutant "$first" try
	grep -q 'a mistake' "$file"
	echo '/* another */' >>"$file"
	grader/author/mutant "$first" try
	grep -q '^Mistake: mine$' "$patch"
	grep -q '^+/\* another \*/$' "$patch"
}
