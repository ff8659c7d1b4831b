#!/usr/bin/env bats
# What comes out of a class's run.

setup() {
	source "$BATS_TEST_DIRNAME/pages.bash"
	set_up
}

teardown() { rm -rf "$dir"; }

failed='.result.tests[0] += {passed: false, verdict: "WRONG", points: 0, ran: "./hello 1", wanted: "3",
	came: "4", means: "one too many", handout: "handouts/hello.md, \"Sums\""}
	| .result.tests[1] += {passed: false, verdict: "HANG", points: 0, ran: "./hello 2", wanted: "an end",
	came: "none", why: "hello  waits\n  |  pipe"} | .result.first = "it waits"'

@test "gradebook, results and pages of students; the same bytes each time; what is gone goes" {
	student ann 100
	student bo 0 "$failed"'| .row += {late: true, attempt: 2, notes: ["a, b", "c"]}'
	student cd 0 '.row += {status: "problem", problem: "nothing, \"really\"", result: ""}'
	student ed null '.row += {status: "fault", problem: "it broke", result: ""}'
	make_pages
	cat >"$dir/expected" <<-'END2'
		"key","name","id","login","email","score","max_score","status","late","attempt","problem","notes","level"
		"ann","ann","","ann","",100,100,"graded","",1,"","","user namespaces"
		"bo","bo","","bo","",0,100,"graded","late",2,"","a, b; c","user namespaces"
		"cd","cd","","cd","",0,100,"problem","",1,"nothing, ""really""","","user namespaces"
		"ed","ed","","ed","",,100,"fault","",1,"it broke","","user namespaces"
	END2
	diff "$dir/expected" "$out/gradebook.csv"
	[ "$(jq -r '"\(.key) \(.test) \(.points) \(.verdict)"' "$out/results.jsonl")" = \
		$'ann it adds 100 OK\nann it waits 0 OK\nbo it adds 0 WRONG\nbo it waits 0 HANG' ]
	[ "$(cd "$out/students" && echo *)" = "ann.html bo.html cd.html ed.html" ]
	[ -s "$out/report.html" ]
	grep -q 'Not graded yet' "$out/students/ed.html"
	cp -r "$out" "$dir/first"
	make_pages
	diff -r "$dir/first" "$out"
	sed -i 1d "$out/.state/rows.jsonl"
	make_pages
	[ ! -e "$out/students/ann.html" ]
}

@test "a student's page: the first failure first, as on the terminal, and a command of the student's own" {
	student bo 0 "$failed"
	make_pages
	page=$(sed -n '/<main>/,$p' "$out/students/bo.html")
	[[ $page == *"Look at this first"*"it waits"*"./hello 2"*"an end"*$'class="picture">hello  waits\n  |  pipe</pre>'*"What else failed"*"it adds"*"./hello 1"*"one too many"*"handouts/hello.md"* ]]
	[[ $page == *'<code>grader/grade -s 7 -f &quot;it waits&quot; hello</code>'* ]]
	[[ $page != *"$out"* ]]
	# Tests of the instructor's own are not the student's to run, nor where they lie.
	student ann 0 "$failed"'| .result.tests[].replay |= sub(" -f"; " -T /home/teacher -f")'
	make_pages
	absent 'teacher|run it again' "$out/students/ann.html"
}

@test "a tree with blanks and quotes in its name is not in the student's command" {
	student b 0 "$failed"'| .result.tests[0].replay = "grader/grade -s 7 -t $\u0027/x\\\u0027 y/tree\u0027 -f \"it adds\" hello"'
	student c 0 "$failed"'| .result.tests[0].replay = "grader/grade -s 7 -t \u0027/x\u0027\\\u0027\u0027 y/tree\u0027 -f \"it adds\" hello"'
	make_pages
	for key in b c; do
		grep -q '<code>grader/grade -s 7 -f &quot;it adds&quot; hello</code>' "$out/students/$key.html"
	done
}

@test "the report: what the class has not understood, the worst first" {
	student ann 60
	student bo 0 "$failed"
	student cd 60 '.result.tests[1] += {passed: false, verdict: "HANG", gap: 2}'
	make_pages
	report=$(sed -n '/<main>/,$p' "$out/report.html")
	[[ $report == *"By test"*"it waits"*"33 %"*"HANG 2"*"it adds"*"67 %"* ]]
	[[ $report == *"isolation"*"user namespaces"* ]]
	absent '<script|https?://|@import|url\(' "$out/report.html" "$out/students/bo.html"
}

@test "what changed since another run, by test" {
	student same 60
	student up 0 "$failed"
	student gone 10
	cp -r "$out" "$dir/old"
	rm -r "$out/.state"
	mkdir -p "$out/.state/students"
	student new 5
	student same 60
	student up 60 '.result.tests[1] += {passed: false, verdict: "DEADLOCK"}'
	make_pages -c "$dir/old"
	cat >"$dir/expected" <<-'END2'
		"key","name","test","before","after","points_before","points_after"
		"gone","gone","","","",10,"no submission"
		"new","new","","","","no submission",5
		"up","up","","","",0,60
		"up","up","it adds","WRONG","OK",0,60
		"up","up","it waits","HANG","DEADLOCK",0,0
	END2
	diff "$dir/expected" "$out/compare.csv"
	grep -q '>Students with another result than before: 3. With more points: 1; with fewer: 0.' "$out/compare.html"
	absent 'students/gone.html' "$out/compare.html"
	run make_pages -c "$out"
	[[ $status = 1 && $output == *"own folder"* ]]
	make_pages
	[ ! -e "$out/compare.csv" ]
}

@test "codes in place of names: in each file and its name, the same each time; the key apart" {
	student lee-ann 0 "$failed"'| .row += {name: "Ann-Marie O'"\\u0027"'Lee", id: "777123", login: "amlee", email: "annie@example.org",
		source: "Lee Ann.zip", notes: ["Lee Ann.zip held more"], files: ["hello.c"]}
		| .result.tests[0] += {came: "by ANN-MARIE O\u0027LEE (amlee)", stderr: "/home/annie/x", ran: "./hello amlee", why: "amlee waits"}
		| .result.build = "by ANN-MARIE O\u0027LEE: /home/amlee/hello.c:1: error"'
	# A page has nothing of what failed where it does not build.
	student built 5 "$failed"'| .row += {name: "Rosa", login: "rosa"} | .result.tests[0] |= with_entries(
		if .key | IN("ran", "wanted", "came", "stderr", "why", "means") then .value = "of Rosa" else . end)'
	student gone 10 '.row.name = "Wilhelmina"'
	cp -r "$out" "$dir/old"
	sed -i '/"gone"/d' "$out/.state/rows.jsonl"
	student b 1 '.row += {name: "b", login: "b"}'
	printf 'int x; /* (c) Ann-Marie, amlee */\n' >"$out/.state/students/lee-ann/tree/hello/hello.c"
	make_pages
	make_pages -a -c "$dir/old"
	absent -i 'ann|marie|lee|777123|wilhel|rosa' "$out"/*.* "$out"/students/* "$out/pairs" -r
	[ -z "$(find "$out" -path "$out/.state" -prune -o -iname '*ann*' -print)" ]
	code=$(sed -n 's/^"\([^"]*\)","lee-ann","Ann-Marie.*/\1/p' "$out/.state/names.csv")
	[[ $code == student-* && -s $out/students/$code.html ]]
	grep -q "/home/$code/hello.c" "$out/students/$code.html"
	[ "$(stat -c %a "$out/.state/names.csv")" = 600 ]
	cp -r "$out" "$dir/first"
	student later 3
	make_pages -a
	cmp "$dir/first/students/$code.html" "$out/students/$code.html"
}

@test "similar submissions, with the starter taken out, side by side" {
	command -v sim_c >/dev/null || skip "sim_c is not installed"
	own() { for n in {1..9}; do echo "static int f$n(int a, int *b) { for (int i = 0; i < a; i++) b[i] $1= a * $n; return *b; }"; done; }
	for key in ann bo cd; do
		student $key 10
		cp "$kit/labs/hello/hello.c" "$out/.state/students/$key/tree/hello/hello.c"
	done
	own + >>"$out/.state/students/ann/tree/hello/hello.c"
	own + | sed 's/\ba\b/amount/g; s,$, // <b>\x1b[31m\xff,' >>"$out/.state/students/bo/tree/hello/hello.c"
	make_pages
	[ "$(cd "$out/pairs" && echo *)" = 1.html ]
	is_clean "$out/pairs/1.html" "$out/report.html"
	page=$(<"$out/pairs/1.html")
	[[ $page == *"ann and bo"*"static int f1(int a"*"static int f1(int amount"*"&lt;b&gt;"* ]]
	grep -q 'pairs/1.html' "$out/report.html"
	make_pages -a
	absent '\b(ann|bo)\b' "$out/pairs/1.html" "$out/report.html"
	[ -e "$out/pairs/1.html" ]
}

@test "similar submissions that could not be looked for: one line, and the report says so" {
	command -v sim_c >/dev/null || skip "sim_c is not installed"
	student ann 10
	cp "$kit/labs/hello/hello.c" "$out/.state/students/ann/tree/hello/"
	make_pages
	grep -q 'No two have as much as 60 %' "$out/report.html"
	# What it says, and that it ends by force, as it would in the box.
	cp -r "$kit/grader/pages" "$dir/pages"
	mkdir "$dir/grader"
	mv "$dir/pages" "$dir/grader/pages"
	ln -s "$kit/grader"/* "$dir/grader/" 2>/dev/null || true
	ln -s "$kit"/{labs,.build} "$dir/"
	printf 'echo "sim_c: no <memory>" >words; kill -9 $$\n' >"$dir/grader/pages/similar.sh"
	run "$dir/grader/pages/make" "$out" hello
	echo "$output"
	[ "$status" = 0 ]
	[[ "$output" == "class: similar submissions are not listed: sim_c failed: sim_c: no <memory> (exit 137)" ]]
	grep -q 'not looked for: sim_c failed: sim_c: no &lt;memory&gt; (exit 137)' "$out/report.html"
}
