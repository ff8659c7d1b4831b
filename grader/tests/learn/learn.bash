# What the tests of the learning loop have in common: a kit with labs of its own, and
# results of its own; the rest is the kit's.

# own_kit KIT FOLDER
own_kit() {
	local name
	mkdir -p "$2/grader"
	for name in .build solutions handouts Makefile; do
		[ ! -e "$1/$name" ] || ln -s "$1/$name" "$2/$name"
	done
	for name in "$1"/grader/*; do
		ln -s "$name" "$2/grader/"
	done
	cp -r "$1/labs" "$2/labs"
}

# small_lab FOLDER: a lab for such a kit, which has no other then: two programs, and
# a gap and a test for each
small_lab() {
	local number name
	rm -r "$1/grader/labs" "$1/labs/"*/
	mkdir -p "$1/labs/two" "$1/grader/labs/two"
	printf 'two\ttwo programs\n' >"$1/labs/list"
	printf 'PROGRAMS = first second\ninclude ../lab.mk\n' >"$1/labs/two/Makefile"
	sed 's/^AT /@/' >"$1/grader/labs/two/tests.bats" <<'END'
#!/usr/bin/env bats
load ../../lib/lab
AT test "it builds without a warning" {
	gap 0; points 10
	builds_without_a_warning "The programs"
}
END
	for number in 1 2; do
		name=$(sed -n ${number}p <<<$'first\nsecond')
		cat >"$1/labs/two/$name.c" <<END
#include <stdio.h>
/* Gap $number: print it. */
int
main(void)
{
	// TODO $number
	printf("0\\n");
	return 0;
}
END
		sed 's/^AT /@/' >>"$1/grader/labs/two/tests.bats" <<END
AT test "$name: prints $number" {
	gap $number; points 45
	scenario ./$name
	expect_output $number
	explain "The programs" "it prints $number"
}
END
	done
}

# fill N: fills that gap of the small lab
fill() {
	local file
	file=labs/two/$(sed -n "$1p" <<<$'first\nsecond').c
	sed -e 's,.*TODO.*,,' -e "s/\"0/\"$1/" "$file" >.filled
	mv .filled "$file" # as editors do
}

# await FILE TEXT [N]: until the text stands in the file (N times)
await() {
	local i
	for ((i = 0; i < 1200; i++)); do
		(($(grep -cF -- "$2" "$1") < ${3:-1})) || return 0
		sleep 0.05
	done
	echo "never came: $2"
	cat "$1"
	return 1
}

# end_watch: by its key; its exit status
end_watch() {
	printf q >&7
	wait "$watch"
}
