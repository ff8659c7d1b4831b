#!/usr/bin/env bats
# What was found, for editors: grade -g, and the tasks of VS Code that read it.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cd "$kit" || return
	[ -d solutions/hello ] || skip "there is no lab hello"
	make -s -C grader
	tree=$BATS_TEST_TMPDIR/tree
	mkdir -p "$tree"
	cp -r solutions/hello "$tree/"
	source=$tree/hello/hello.c
}

# found: grades the lab; sets problems to what VS Code makes of it, a line each:
# "FILE LINE SEVERITY MESSAGE"
found() {
	run grader/grade -g -t "$tree" hello
	problems=$(jq -rR --argjson matcher "$(matcher)" '
		$matcher.pattern as $is | [match($is.regexp).captures[].string] as $part | select($part | length > 0)
		| [$part[$is.file - 1, $is.line - 1, $is.severity - 1, $is.message - 1]] | join(" ")' <<<"$output")
	echo "$output"
}

# matcher: of the task that grades
matcher() {
	jq -c '[.tasks[] | select(.args | index("-g")).problemMatcher][0]' .vscode/tasks.json
}

# line_of PATTERN: the first line of the source with that
line_of() { grep -nm 1 -- "$1" "$source" | cut -d : -f 1; }

# is_problem FILE LINE SEVERITY MESSAGE: one of the problems begins so
is_problem() {
	grep -F -- "$tree/hello/$1 $2 $3 $4" <<<"$problems" || { echo "no problem $*"; return 1; }
}

@test "full marks: nothing is found, and the points are told" {
	found
	[ "$status" = 0 ] && [ -z "$problems" ]
	[[ "$output" == "hello "*" 100/100 "* ]]
}

@test "on a terminal, which editors make for it, nothing else is printed" {
	sed -i 's/WIFEXITED/!WIFEXITED/' "$source"
	run script -qec "grader/grade -g -f sum -t '$tree' hello" /dev/null </dev/null
	echo "$output"
	[[ "$output" != *$'\033'* && "${lines[0]}" == "$tree/hello/hello.c:"*": error: "* ]]
}

@test "a gap that is open: its tests fail at its TODO line" {
	awk -f solutions/starter.awk solutions/hello/hello.c >"$source"
	found
	[ "$status" = 1 ]
	is_problem hello.c "$(line_of '// TODO 1')" error 'the parent learns the sum from the exit status: expected '
	is_problem hello.c "$(line_of '// TODO 1')" note 'there may be many numbers [needs gap 1]'
	[ "$(cut -d ' ' -f 2,3 <<<"$problems" | sort | uniq -c | xargs)" = \
		"3 $(line_of '// TODO 1') error 3 $(line_of '// TODO 1') note" ]
}

@test "a gap that is filled: its tests fail at its function" {
	sed -i 's/WIFEXITED/!WIFEXITED/' "$source"
	found
	[ "$status" = 1 ]
	is_problem hello.c "$(line_of '^answer')" error 'the parent learns'
}

@test "what the sanitizers and the compiler find is at the line that they name" {
	sed -i 's/^\treturn WIFEXITED/\tint spare;\n\tvolatile int zero = 0, none = 1 \/ zero;\n\n\t(void)none;\n&/' "$source"
	found
	[ "$status" = 1 ]
	is_problem hello.c "$(line_of 'int spare')" warning "unused variable"
	is_problem hello.c "$(line_of '1 / zero')" error "the parent learns the sum from the exit status: expected that it does nothing undefined, came Division by zero"
}

@test "what does not build: the compiler's words, and the linker's, at their lines" {
	printf '#include "mine.h"\nint no = thing;\nint sum(void);\nint twice(void) { return 2 * sum(); }\n' >>"$source"
	echo 'int half' >"$tree/hello/mine.h"
	found
	[ "$status" = 1 ]
	is_problem hello.c "$(line_of 'int no')" error ""
	is_problem mine.h 1 error ""
	sed -i '/^int no/d' "$source"
	echo 'int twice(void);' >"$tree/hello/mine.h"
	found
	is_problem hello.c "$(line_of 'int twice')" error "undefined reference to"
	# What the grader refuses, before any compiler.
	ln -sf /etc/passwd "$source"
	found
	is_problem hello.c 1 error "leads out of the folder that was handed in"
	[ "$(wc -l <<<"$problems")" = 1 ]
	rm "$source"
	found
	is_problem hello.c 1 error "is missing"
}

@test "paths are relative to the kit, and what waits or is optional is no error" {
	dir=$BATS_TEST_TMPDIR/result
	mkdir -p "$dir"/{001,002,003,004,005}
	cd "$dir"
	printf 'x' | tee lab tree seed isolation kit >/dev/null
	printf 'labs' >tree
	printf '5' >planned
	printf '2 a.c:7\n4 a.c:30\n' >todo
	printf 'file a.c:1\nmain-prog a.c:90\ngap-1 a.c:40\ngap-2 a.c:5\ngap-3 a.c:50\n' >places
	one() {
		printf '%s' "$2" >"$1/gap"
		printf '%s' "$3" >"$1/points"
		printf '%s' "$4" >"$1/name"
		printf '%s' "$5" >"$1/ran"
		printf 'WRONG' >"$1/verdict"
	}
	one 001 1 5 waits ./prog
	printf '2' >001/needs
	one 002 0 0 given 'echo x | ./prog y'
	one 003 4 0 optional ./prog
	one 004 3 0 begun ./prog
	one 005 1 5 lines ./prog
	printf 'one\ntwo \033[2J %0200d' 0 >005/came
	run "$kit/.build/report" -g "$dir"
	echo "$output"
	[ "${lines[0]}" = "labs/x/a.c:40: note: waits [gap 1, needs gap 2]" ]
	[ "${lines[1]}" = "labs/x/a.c:90: error: given [no points]" ]
	[ "${lines[2]}" = "labs/x/a.c:30: note: optional [gap 4, optional, not begun]" ]
	[ "${lines[3]}" = "labs/x/a.c:50: warning: begun [gap 3, no points]" ]
	[[ "${lines[4]}" == 'labs/x/a.c:40: error: lines, came one | two \x1b[2J 000'*'0 ... [gap 1, 0/5]' ]]
	[ "${#lines[@]}" = 6 ]
}

@test "the task that grades at every save reads the same lines, and the two that bound them" {
	[ "$(jq -c '[.tasks[].problemMatcher | select(length > 0) | del(.background)] | unique | length' .vscode/tasks.json)" = 1 ]
	for pattern in $(jq -r '.tasks[].problemMatcher | select(length > 0).background // empty |
		.beginsPattern, .endsPattern | gsub(" .*"; "")' .vscode/tasks.json); do
		grep -q "echo \"${pattern#^} \$lab\"" grader/learn/*.bash
	done
}

@test "each gap of each lab has its place when it is filled" {
	for lab in $(cut -f1 labs/list); do
		awk -v todo=/dev/null -f grader/lib/places.awk solutions/"$lab"/*.c |
			sed -nE 's/^gap-([0-9]+) .*/\1/p' | sort -n >"$BATS_TEST_TMPDIR/places"
		cat solutions/"$lab"/*.c | sed -nE 's,.*// BEGIN SOLUTION ([0-9]+)$,\1,p' | sort -nu |
			diff - "$BATS_TEST_TMPDIR/places" || { echo "$lab: a comment \"Gap N:\" above the function"; false; }
	done
}
