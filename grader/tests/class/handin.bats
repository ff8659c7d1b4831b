#!/usr/bin/env bats
# make handin: the one archive that a student uploads.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/handin.XXXXXX")
	mkdir "$dir/grader"
	cp -r "$kit/Makefile" "$kit/labs" "$dir/"
	cp -r "$kit/grader/lib" "$kit/grader/learn" "$dir/grader/"
	cd "$dir" || return
	archive=labs/hello/hello-handin.tar
	echo '#include "mine.h"' >>labs/hello/hello.c
	echo '#include "more.h"' >labs/hello/mine.h
	echo >labs/hello/more.h
	echo >labs/hello/unused.c
	echo >labs/hello/notes.txt
}

teardown() { rm -rf "$dir"; }

@test "it holds the lab's files and what they include, nothing else, and says so" {
	run make -s handin LAB=hello
	[ "$status" = 0 ]
	[ "$(tar -tf $archive)" = "hello/hello.c
hello/mine.h
hello/more.h" ]
	[[ "${lines[0]}" == "Upload labs/hello/hello-handin.tar; it holds" ]]
	[[ "$output" == *"  mine.h "*" lines: 1 "*" bytes: 18"* ]]
	[[ "$output" == *"Left out, as no source includes it: unused.c"* ]]
}

@test "the same bytes for the same files" {
	make -s handin LAB=hello
	mv $archive first
	touch -d 2020-01-01 labs/hello/*
	chmod 600 labs/hello/hello.c
	umask 077
	LC_ALL=C.UTF-8 make -s handin LAB=hello
	cmp first $archive
}

@test "it says what the last grade was, and whether something was edited since" {
	run make -s handin LAB=hello
	[[ "$output" == *"It has not been graded yet: make hello" ]]
	mkdir .results
	echo '{"schema": 1, "lab": "hello", "score": 40, "max_score": 100, "seconds": 1, "tests": [' >.results/hello.json
	touch -d 2020-01-01 labs/hello/hello.c
	run make -s handin LAB=hello
	[[ "$output" == *"The last grade: 40/100" ]]
	touch -d 2020-01-01 .results/hello.json
	touch labs/hello/hello.c
	run make -s handin LAB=hello
	[[ "$output" == *"Edited since then: hello.c; make hello grades it again" ]]
}

@test "a file that is missing, a lab that there is not: what to do, exit status 2" {
	rm labs/hello/hello.c
	run bash grader/learn/handin hello
	[ "$status" = 2 ]
	[ "$output" = "handin: labs/hello/hello.c is missing; make reset LAB=hello puts the lab back as it was" ]
	run bash grader/learn/handin nothing
	[ "$status" = 2 ]
	[[ "$output" == "handin: no such lab: nothing (labs/list names them)" ]]
}
