#!/usr/bin/env bats
# What systems export: whose each submission is, and which of the files counts.

setup() {
	source "$BATS_TEST_DIRNAME/class.bash"
	kit=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/class.XXXXXX")
	out=$dir/out
	stand_in "$kit" "$dir/kit"
	mkdir "$dir/in"
	cd "$dir/in" || return
}

teardown() {
	chmod -R u+rwX "$dir"
	rm -rf "$dir"
}

# grade [OPTION...] SUBMISSIONS
grade() {
	run "$dir/kit/grader/class" -o "$out" "${@:1:$#-1}" hello "${*: -1}"
	[ "$status" = 0 ] || { echo "$output" && false; }
	read_rows
}

# moodle_folders: Moodle's export, with folders; two names of older and newer ones
moodle_folders() {
	mkdir -p "Lee Ann_101_assignsubmission_file_" "De la Cruz José_102_assignsubmission_file/lab" \
		"Participant_103_assignsubmission_onlinetext" "Group A_7_assignsubmission_file" \
		"Default group_assignsubmission_file"
	worth 1 >"Lee Ann_101_assignsubmission_file_/hello.c"
	worth 2 >"De la Cruz José_102_assignsubmission_file/lab/hello.c"
	echo text >Participant_103_assignsubmission_onlinetext/onlinetext.html
	worth 3 >"Group A_7_assignsubmission_file/hello.c"
	worth 4 >"Default group_assignsubmission_file/hello.c"
}

@test "Moodle, with folders" {
	moodle_folders
	grade "$dir/in"
	is moodle-101 graded 1
	has moodle-101 name "Lee Ann"
	has moodle-101 id 101
	is moodle-102 graded 2
	has moodle-102 name "De la Cruz José"
	is moodle-103 problem 0
	says moodle-103 "a text was typed in; only files are graded"
	is moodle-7 graded 3
	is "${key_of[Default group]}" graded 4
}

@test "Moodle, without folders, in one zip file that has a folder of its own" {
	mkdir course
	cd course
	worth 1 >"Lee Ann_101_assignsubmission_file_hello.c"
	worth 9 >"Lee Ann_101_assignsubmission_file_notes.h"
	worth 2 >hello.c
	bsdtar -a -cf "Bo_5_ Chris_102_assignsubmission_file_my_1_work.zip" hello.c
	rm hello.c
	cd ..
	bsdtar -a -cf "$dir/course.zip" course
	grade "$dir/course.zip"
	is moodle-101 graded 1
	is moodle-102 graded 2
	has moodle-102 name "Bo_5_ Chris"
	[ "${#row_of[@]}" = 2 ]
}

@test "Canvas: late, anonymous, several files, the same file handed in again" {
	worth 1 >leeann_4711_99_hello.c
	worth 3 >leeann_4711_120_hello-2.c
	worth 2 >leeann_4711_101_hello-1.c
	touch -d 2026-01-01 leeann_4711_120_hello-2.c
	worth 4 >muñozjosé_LATE_4712_100_hello.c
	worth 5 >LATE_anon_x7Yz1_102_hello.c
	mkdir x
	worth 6 >x/hello.c
	bsdtar -a -cf chrisbo_4713_103_lab_1_2_work.zip x
	rm -r x
	echo '<p>' >dorad_4714_text.html
	grade "$dir/in"
	is canvas-4711 graded 3
	has canvas-4711 name leeann
	has canvas-4711 attempts 3
	has canvas-4711 late false
	is canvas-4712 graded 4
	has canvas-4712 late true
	has canvas-4712 name muñozjosé
	is canvas-anon-x7Yz1 graded 5
	has canvas-anon-x7Yz1 late true
	is canvas-4713 graded 6
	is canvas-4714 problem 0
	says canvas-4714 "a text or an address was handed in"

	grade --keep first "$dir/in"
	is canvas-4711 graded 1
	is canvas-4712 graded 4
}

@test "Gradescope: groups, attempts, and folders whose owner is not said" {
	mkdir -p assignment_1_export/submission_{11,12,14}
	cd assignment_1_export
	worth 1 >submission_11/hello.c
	worth 2 >submission_12/hello.c
	worth 4 >submission_14/hello.c
	cat >submission_metadata.yml <<'END'
---
submission_11:
  :submitters:
  - :name: Ann Lee
    :sid: '0100'
    :email: ann@example.edu
  - :name: "Bo \"B\" O'Neil"
    :sid: '0101'
    :email: bo@example.edu
  :created_at: 2026-02-03 10:11:12.131415000 Z
  :score: 0.0
  :status: processed
  :results:
    tests:
    - name: t
  :history:
  - :id: 9
    :created_at: 2026-02-01 10:11:12.131415000 Z
    :results:
      tests:
      - name: t
  - :id: 10
    :created_at: 2026-02-02 10:11:12.131415000 Z
submission_12:
  :submitters:
  - :name: 'Chris: C'
    :sid:
    :email: chris@example.edu
  :created_at: 2026-02-03 10:11:12.131415000 Z
submission_13:
  :submitters:
  - :name: Nobody
END
	grade "$dir/in"
	is gradescope-11 graded 1
	has gradescope-11 name "Ann Lee"
	has gradescope-11 id 0100
	has gradescope-11 login ann
	has gradescope-11 attempts 3
	has gradescope-11 time 2026-02-03T10:11:12Z
	is gradescope-11-2 graded 1
	has gradescope-11-2 name "Bo \"B\" O'Neil"
	is gradescope-12 graded 2
	has gradescope-12 name "Chris: C"
	has gradescope-12 attempts 1
	is gradescope-13 problem 0
	says gradescope-13 "nothing was handed in"
	is gradescope-14 graded 4
	says gradescope-14 "does not say whose it is"
}

@test "a folder for each, archives and clones side by side; other files are passed over, by name" {
	mkdir -p ann bo/.git chris/src
	worth 1 | tee ann/hello.c >bo/hello.c
	worth 2 >chris/src/hello.c
	tar -C chris -czf dora.tar.gz src
	echo >marks.csv
	grade "$dir/in"
	[[ "$output" == *"class: passed over: marks.csv"* ]]
	is ann graded 1
	has bo system git
	is chris graded 2
	is dora graded 2
	[ "${#row_of[@]}" = 4 ]
}

@test "the folder of what comes out may lie among what was handed in" {
	mkdir ann
	worth 1 >ann/hello.c
	out=$dir/in/class-hello
	mkdir "$out"
	grade "$dir/in"
	is ann graded 1
	[ "${#row_of[@]}" = 1 ]
}

@test "a clone of the whole kit, or of several labs: this lab's folder counts" {
	mkdir -p ann/.git ann/labs/{hello,pipes} ann/grader/labs/hello/variants/x bo/hello bo/pipes
	worth 1 >ann/labs/hello/hello.c
	worth 2 >ann/grader/labs/hello/variants/x/hello.c
	worth 3 >ann/labs/pipes/hello.c
	(cd ann/grader && touch {a..z}{1..3}.c)
	worth 4 >bo/hello/hello.c
	worth 5 >bo/pipes/hello.c
	touch -d 2026-01-01 ann/labs/hello/hello.c bo/hello/hello.c
	grade "$dir/in"
	is ann graded 1
	is bo graded 4
	[ "$(ls "$out/.state/students/ann/tree/hello")" = hello.c ]
}

@test "one folder that is laid out like labs/, or one student's archive, is one submission" {
	mkdir labs
	worth 3 >labs/hello.c
	mkdir labs/lib
	grade "$dir/in/labs"
	is labs graded 3
	[ "${#row_of[@]}" = 1 ]
	mkdir hello
	mv labs/hello.c hello
	tar -cf hand-in.tar hello
	grade "$dir/in/hand-in.tar"
	is hello graded 3
	[ "${#row_of[@]}" = 1 ]
}

@test "paths and links in the archive of all that lead out are left out" {
	mkdir ann
	worth 1 >ann/hello.c
	echo secret >"$dir/secret.c"
	ln -s "$dir/secret.c" bo
	mkdir chris
	ln -s "$dir/secret.c" chris/hello.c
	tar -cf all.tar ann bo chris
	tar -rPf all.tar --transform 's,ann,../../../../../up,' ann
	grade all.tar
	is ann graded 1
	is bo problem 0
	says bo "it is a link"
	is chris problem 0
	[ -z "$(find "$out" -name up)" ] && [ ! -e "$dir/up" ]
	[ -z "$(grep -r secret "$out")" ]
}

@test "no submissions: what was looked for, exit status 2" {
	echo >readme.txt
	run "$dir/kit/grader/class" -o "$out" hello "$dir/in"
	[ "$status" = 2 ]
	[[ "$output" == *"no submissions in $dir/in: looked for an export of Moodle, Canvas or Gradescope, git clones, and "* ]]
	# One that was not fetched to its end: nobody is left without a row.
	mkdir ann bo
	worth 1 | tee ann/hello.c >bo/hello.c
	tar -czf whole.tar.gz ann bo
	head -c 100 whole.tar.gz >part.tar.gz
	run "$dir/kit/grader/class" -o "$out" hello part.tar.gz
	[ "$status" = 2 ]
	[[ "$output" == "class: $dir/in/part.tar.gz is not an archive, or a broken one: "* ]]
	run "$dir/kit/grader/class" -o "$out" hello readme.txt
	[ "$status" = 2 ]
	[[ "$output" == "class: $dir/in/readme.txt is not an archive, or a broken one: "* ]]
}

@test "what make handin makes is taken; of two, the newer" {
	rm "$dir/kit/labs"
	cp -r "$kit/labs" "$dir/kit/labs"
	cp "$kit/Makefile" "$dir/kit/"
	mkdir "Lee Ann_101_assignsubmission_file_"
	cd "Lee Ann_101_assignsubmission_file_"
	worth 3 >"$dir/kit/labs/hello/hello.c"
	make -s -C "$dir/kit" handin LAB=hello
	mv "$dir/kit/labs/hello/hello-handin.tar" .
	worth 4 >"$dir/kit/labs/hello/hello.c"
	make -s -C "$dir/kit" handin LAB=hello
	mv "$dir/kit/labs/hello/hello-handin.tar" "hello-handin (1).tar"
	touch -d 2026-01-01 ./*
	grade "$dir/in"
	is moodle-101 graded 4
	touch -d 2026-01-02 hello-handin.tar
	grade "$dir/in"
	is moodle-101 graded 3
}

@test "a whole class of all kinds, in each layout: every row as expected" {
	[ -d "$kit/solutions/hello" ] || skip "there is no lab hello"
	for layout in moodle canvas gradescope git; do
		"$BATS_TEST_DIRNAME/crowd" -n 10 hello $layout "$dir/$layout"
		# (The stand-in gives nobody full marks.)
		sed -i 's/full$/less/' "$dir/$layout/expected"
		out=$dir/out-$layout
		grade "$dir/$layout/in"
		"$BATS_TEST_DIRNAME/crowd" -c "$out" "$dir/$layout"
	done
}
