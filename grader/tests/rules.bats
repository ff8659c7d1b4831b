#!/usr/bin/env bats
# The rules of the house. Those for each lab are in grader/author/rules.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cd "$kit" || return
	source grader/author/rules.bash
	source grader/tests/drawn.bash
}

# silent COMMAND...: it prints nothing, and succeeds
silent() {
	local words
	words=$("$@" 2>&1) || true
	echo "$words"
	[ -z "$words" ]
}

# of_the_kit: drops the files of the labs, which their own rules look at
of_the_kit() { grep -vE '^(labs|solutions|grader/labs)/[^/]+/'; }

@test "the visible top-level entries are the six that the README names" {
	[ "$(ls)" = "Makefile
README.md
grader
handouts
labs
solutions" ]
}

@test "shellcheck is silent" {
	mapfile -t scripts < <(files | of_the_kit | while read -r file; do
		if [[ $file == *.bash || $file == *.sh ]] ||
			head -n 1 "$file" | grep -qE '^#!.*bash'; then
			echo "$file"
		fi
	done)
	((${#scripts[@]} > 10))
	silent shell_check style "${scripts[@]}"
	mapfile -t tests < <(files '*.bats' | of_the_kit)
	silent shell_check warning "${tests[@]}"
}

@test "every script answers --help" {
	mapfile -t scripts < <(files | while read -r file; do
		[[ $file != *.bats && $file != .ci/* ]] || continue
		read -rN 2 start <"$file" || true
		[[ ! -x $file && ($start != "#!" || $file == *.bash) ]] || echo "$file"
	done)
	((${#scripts[@]} > 10))
	for script in "${scripts[@]}"; do
		run bash -c '[[ -x $1 ]] || set -- bash "$1"; "$@" --help' _ "$script"
		[ "$status" = 0 ] && [ -n "$output" ] || { echo "$script"; false; }
	done
}

@test "clang-format would change nothing" {
	mapfile -t sources < <(files '*.c' '*.h' | of_the_kit)
	((${#sources[@]} > 10))
	clang-format --dry-run -Werror "${sources[@]}"
}

@test "gcc or clang, which the commit draws, has no warning for the grader's own programs" {
	# Clang warns of the same at any level of optimization; gcc sees more at a higher one.
	read -r compiler level < <(printf '%s\n' "gcc -O2" "clang -O0" | drawn 1)
	make -s -C grader BUILD="$BATS_TEST_TMPDIR/build" CC="$compiler" all "$BATS_TEST_TMPDIR/build/mutate" \
		CFLAGS="-std=gnu11 $level -Wall -Wextra -Wshadow -Wvla -Wmissing-prototypes -Werror"
}

@test "a quarter of the labs, which the commit draws, keep the rules for a lab" {
	# All of them: grader/audit.
	# (In a shell of its own: bats watches each command of this one, which is slow.)
	# shellcheck disable=SC2016 # that shell expands them
	labs | drawn $((($(labs | wc -l) + 3) / 4)) |
		xargs -n 3 -P "$(nproc)" bash -c 'source grader/author/rules.bash; for lab; do complaints_of "$lab"; done' \
		_ >"$BATS_TEST_TMPDIR/complaints" 2>&1
	cat "$BATS_TEST_TMPDIR/complaints"
	[ ! -s "$BATS_TEST_TMPDIR/complaints" ]
}

@test "make help tells of each of its targets" {
	run make help
	for target in $(make_targets); do
		[[ $target == @(start|help) || "$output" == *"make $target"* ]] || { echo "$target"; false; }
	done
}

@test "what belongs to a lab belongs to one in labs/list" {
	for place in labs/*/ solutions/*/ grader/labs/*/ handouts/*.svg handouts/*.md handouts/predict/*; do
		name=$(basename "$place")
		name=${name%%.*}
		[[ $place == handouts/@(README|setup|authors|instructors|preface|choosing|speed).md ]] ||
			labs | grep -qx -- "$name" || { echo "$place: $name is not in labs/list"; false; }
	done
}

@test "what the handouts and the README show of other files is up to date" {
	handouts/refresh -c
}

@test "no page but a lab's own names a lab by hand, and no link leads nowhere" {
	for file in README.md handouts/{README,setup,authors,instructors,preface,choosing}.md; do
		silent other_labs "$file"
		silent dead_links "$file"
	done
}

# anchors FILE: of its headings, as GitHub makes them
anchors() {
	awk '/^```/ { code = !code } !code && sub(/^#+ /, "")' "$1" |
		LC_ALL=C tr 'A-Z ' 'a-z-' | LC_ALL=C tr -cd 'a-z0-9_\n-'
}

@test "each heading of the lecture notes leads to a section of a handout, and none is left over" {
	rows=$(sed -n '/^<!-- map -->/,/^<!-- end -->/p' handouts/README.md | grep -E '^\| ([0-9]|\(all of it\))')
	[ "$(wc -l <<<"$rows")" = "$(wc -l <handouts/headings)" ]
	silent grep -vE '\| \[[^]]+\]\([a-z-]+\.md#[^)]+\).* \|$' <<<"${rows//README/readme}"
	# Nothing says that it covers what is no heading.
	silent comm -13 <(cut -f1 handouts/headings | sort) \
		<(sed -nE 's/^<!-- covers (.*) -->$/\1/p' handouts/*.md | tr ' ' '\n' | sort -u)
}

@test "each link into a page leads to a heading that is there" {
	for file in README.md handouts/*.md; do
		while IFS='#' read -r page anchor; do
			page=${page:-${file##*/}}
			[[ -e $page && $file == README.md ]] || page=handouts/$page
			anchors "$page" | grep -qxF -- "$anchor" || { echo "$file: no heading #$anchor in $page"; false; }
		done < <(grep -oE '\]\([^):]*#[^)]*\)' "$file" | sed 's/^](//; s/)$//')
	done
}

@test "handouts/authors.md names each word of the grader's that a test uses" {
	mapfile -t files < <(
		sed -nE 's,^source "\$lib/(.*)"$,grader/lib/\1,p' grader/lib/lab.bash
		ls grader/lib/run.sh grader/lib/scenario/*.sh
	)
	((${#files[@]} > 10))
	functions() { sed -nE 's/^([a-z_]+)\(\) .*/\1/p' "$@" | sort -u; }
	sed 's/#.*//' grader/labs/*/{tests.bats,tools.bash} |
		sed -nE 's/^[[:space:]]*(! )?([a-z_]+)( .*)?$/\2/p' | sort -u >"$BATS_TEST_TMPDIR/used"
	sed -nE 's/^\| `([a-z_]+)[` ].*/\1/p' handouts/authors.md | sort -u >"$BATS_TEST_TMPDIR/named"
	# (Not a scenario's own word of that name.)
	functions "${files[@]}" | comm -12 - "$BATS_TEST_TMPDIR/used" |
		comm -23 - <(functions grader/labs/*/tools.bash) >"$BATS_TEST_TMPDIR/needed"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/needed")" -gt 30 ]
	silent comm -23 "$BATS_TEST_TMPDIR"/{needed,named}
}

@test "the grader knows no lab by its name" {
	names=$(labs | paste -sd '|')
	mapfile -t sources < <(files Makefile grader 'solutions/*' handouts/refresh handouts/transcripts handouts/book labs/lab.mk |
		of_the_kit | grep -vE '^grader/(tests|hostile)/')
	((${#sources[@]} > 10))
	run grep -nE "\b(labs|solutions|handouts|mutants)/($names)\b" "${sources[@]}"
	echo "$output"
	[ "$status" = 1 ]
}
