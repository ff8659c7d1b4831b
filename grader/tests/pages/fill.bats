#!/usr/bin/env bats
# Marks filled in, in an instructor's export. What Canvas and Moodle look at is taken from
# their import code: lib/gradebook_importer.rb; mod/assign/feedback/offline/importgradeslib.php.

setup() {
	source "$BATS_TEST_DIRNAME/pages.bash"
	set_up
	cd "$dir" || return
}

teardown() { rm -rf "$dir"; }

# fill TEXT: with printf's escapes
fill() {
	printf "$1" >"$dir/export.csv"
	run make_pages -f "$dir/export.csv"
	echo "$output"
}

# filled TEXT: just those bytes came out
filled() { cmp <(printf "$1") "$out/filled-export.csv"; }

canvas_student() { student "canvas-$1" "$2" ".row += {system: \"canvas\", id: \"$1\", login: \"\", name: \"${3-}\"}"; }

@test "Canvas: by id, SIS user id, SIS login id, name; all else byte for byte" {
	canvas_student 11 50
	student s-22 40
	student cd 30 '.row.email = "cd@example.org"'
	student x 20 '.row += {name: "Dee van Dyk", login: ""}'
	student gone 10
	head='Student,ID,SIS User ID,SIS Login ID,Section,"Lab, ""hello"" (7)",Other (8),Current Score,Final Grade\r\n'
	points='    Points Possible,,,,,100,100,(read only),(read only)\r\n'
	fill "$head$points"'"Bee, Al",11,,,"A\n""B"" ",,1,2,C\r\n"Cee, B",12,s-22,,A,"",,,\r\n"Dee, C",13,,CD@example.org,A,7,,,\r\n"van Dyk, Dee",14,,,A, - ,,,\r\n"Nobody, N",15,s-1,n,A,99,,,\r\n"Student, Test",,,,A,,,,\r\n'
	[ "$status" = 0 ]
	filled "$head$points"'"Bee, Al",11,,,"A\n""B"" ",50,1,2,C\r\n"Cee, B",12,s-22,,A,"40",,,\r\n"Dee, C",13,,CD@example.org,A,30,,,\r\n"van Dyk, Dee",14,,,A,20,,,\r\n"Nobody, N",15,s-1,n,A,99,,,\r\n"Student, Test",,,,A,,,,\r\n'
	[ "$output" = "class: export.csv: no row for gone (10 points)" ]
}

@test "Canvas: semicolons, a mark of byte order, no newline at the end" {
	canvas_student 11 50
	fill '\xef\xbb\xbfStudent;ID;Section;hello (7)\nPoints Possible;;;100\nA, B;11;"x;y";'
	[ "$status" = 0 ]
	filled '\xef\xbb\xbfStudent;ID;Section;hello (7)\nPoints Possible;;;100\nA, B;11;"x;y";50'
}

@test "Canvas: the only assignment is meant; of several without the lab's name, none" {
	canvas_student 11 50
	fill 'Student,ID,Section,Week 1 (7),Current Score (8)\nA,11,x,,\n'
	[ "$status" = 0 ]
	filled 'Student,ID,Section,Week 1 (7),Current Score (8)\nA,11,x,50,\n'
	rm "$out"/filled*
	fill 'Student,ID,Section,Week 1 (7),"Week, 2 (8)"\nA,11,x,,\n'
	[ "$status" = 1 ]
	[ "$output" = 'class: export.csv: no column has "hello" in its title; its assignments: "Week 1 (7)", "Week, 2 (8)"' ]
	fill 'Student,ID,Section,hello (7),Hello again (8)\nA,11,x,,\n'
	[ "$status" = 1 ]
	[[ $output == *'several columns have "hello"'* ]]
	fill 'Student,ID,Section,hello (7)\n Points Possible,,,(read only)\nA,11,x,\n'
	[[ $status = 1 && $output == *"read only"* ]]
	[ ! -e "$out/filled-export.csv" ]
	[ -s "$out/gradebook.csv" ]
}

@test "a name that two have is nobody's; a number of another system's is no number here" {
	student a 1 '.row += {name: "Ann Lee", login: ""}'
	student b 2 '.row += {name: "Bo Ray", login: ""}'
	student c 3 '.row += {name: "ann lee", login: ""}'
	student d 4 '.row += {system: "moodle", id: "11", name: "D", login: ""}'
	fill 'Student,ID,Section,hello (7)\n"Lee, Ann",1,x,\n"Ray, Bo",2,x,\n"Ray, Bo",3,x,\nE,11,x,\n'
	[ "$status" = 0 ]
	filled 'Student,ID,Section,hello (7)\n"Lee, Ann",1,x,\n"Ray, Bo",2,x,\n"Ray, Bo",3,x,\nE,11,x,\n'
	[ "${#lines[@]}" = 4 ]
}

@test "Moodle: by the participant's number, then the address; feedback of several lines stays" {
	student moodle-123 50 '.row += {system: "moodle", id: "123"}'
	student bo 40 '.row += {email: "Bo@example.org"}'
	student moodle-9 30 '.row += {system: "moodle", id: "9", name: "N"}'
	head='Identifier,"Full name","Email address",Status,Grade,"Maximum Grade","Last modified (grade)","Feedback comments"\n'
	fill "$head"'"Participant 123","A A",a@b,"Submitted, late",,20.00,-,"<p>x\n\n""y"", z"\n"Participant 124",B,bo@example.org,s,3.00,20.00,-,\n"Participant 125",C,c@d,s,,20.00,-,'
	[ "$status" = 0 ]
	filled "$head"'"Participant 123","A A",a@b,"Submitted, late",50,20.00,-,"<p>x\n\n""y"", z"\n"Participant 124",B,bo@example.org,s,40,20.00,-,\n"Participant 125",C,c@d,s,,20.00,-,'
	[ "${lines[1]}" = "class: export.csv: no row for N (30 points)" ]
	[ "${lines[0]}" = "class: export.csv: it counts up to 20 points, the lab up to 100; the marks are not converted" ]
	fill 'Identifier,Grade\nParticipant 123,\n'
	[[ $status = 1 && $output == *'"Last modified (grade)"'* ]]
}

@test "Moodle in another language: the column before the maximum, which is the same in each row" {
	student moodle-123 50 '.row += {system: "moodle", id: "123"}'
	head='ID,"Vollständiger Name",Matrikelnummer,Status,Bewertung,Bestwertung,"Zuletzt geändert (Bewertung)","Feedback als Kommentar"\n'
	fill "$head"'"Teilnehmer/in123","A A",7001,Abgegeben,,"100,00",-,\n"Teilnehmer/in124",B,7001,"Keine Abgabe","3,00","100,00",-,x\n'
	[ "$status" = 0 ]
	filled "$head"'"Teilnehmer/in123","A A",7001,Abgegeben,50,"100,00",-,\n"Teilnehmer/in124",B,7001,"Keine Abgabe","3,00","100,00",-,x\n'
	[ "$output" = "" ]
	# No number that we know, or no column that it could be.
	fill "$head"'"Teilnehmer/in125",A,7001,,,"100,00",-,\n'
	[[ $status = 1 && $output == *"neither an export of Canvas"* ]]
	fill "$head"'"Teilnehmer/in123",A,7001,s,,"100,00",-,\n"Teilnehmer/in124",B,7002,s,,"50,00",-,\n'
	[[ $status = 1 && $output == *"neither an export of Canvas"* ]]
}

@test "a problem is a mark of 0, a fault of the grader's is none" {
	student canvas-1 0 '.row += {system: "canvas", id: "1", status: "problem", problem: "x", result: ""}'
	student canvas-2 null '.row += {system: "canvas", id: "2", status: "fault", problem: "x", result: ""}'
	fill 'Student,ID,Section,hello (7)\nA,1,x,\nB,2,x,5\n'
	filled 'Student,ID,Section,hello (7)\nA,1,x,0\nB,2,x,5\n'
	[ "$output" = "class: export.csv: no mark for canvas-2: not graded yet" ]
}

@test "what is no export is refused with its columns, and nothing reaches the terminal" {
	student a 1
	fill 'Na\033[2Jme\xc2\x9b,"Mark\n"\na,1\n'
	[ "$status" = 1 ]
	[[ $output == *"neither an export of Canvas"*'"Na?[2Jme'*'"Mark?"' ]]
	is_clean <(echo "$output")
	fill ''
	[[ $status = 1 && $output == *"nothing in it" ]]
	fill 'Student,ID,Section,hello (7)\n"A,1,x,\n'
	[[ $status = 1 && $output == *"quotation mark"* ]]
	fill 'S\0t\0u\0'
	[[ $status = 1 && $output == *"UTF-8"* ]]
}
