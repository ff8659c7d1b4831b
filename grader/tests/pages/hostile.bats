#!/usr/bin/env bats
# Nothing of a student's reaches a page or a CSV unescaped.

setup() {
	source "$BATS_TEST_DIRNAME/pages.bash"
	set_up
}

teardown() { rm -rf "$dir"; }

# all_files: what came out, to be looked at
all_files() { find "$out" -path "$out/.state" -prune -o -type f -print; }

@test "escape sequences, C1, marks of direction and HTML, in each field: shown, not obeyed" {
	local bad='"<script>x()</script>\u001b[31m\u009b2J\u202egnp\u2066\ufeff\u200b\"&\u0027 onload=x\u007f"'
	student evil 10 ".row += {name: $bad, id: $bad, login: $bad, email: $bad, source: $bad, level: $bad,
		notes: [$bad], files: [$bad], left: [$bad]} | .result.tests[0] += {passed: false, verdict: \"WRONG\"}
		| .result.not_checked = $bad | .result.seed = $bad
		| .result.tests[0] |= reduce (\"name\", \"message\", \"ran\", \"wanted\", \"came\", \"stderr\", \"why\",
			\"means\", \"handout\", \"replay\") as \$f (.; .[\$f] = $bad)"
	student built 0 ".result.build = $bad"
	student problem 0 ".row += {status: \"problem\", problem: $bad, result: \"\"}"
	student fault null ".row += {status: \"fault\", problem: $bad, result: \"\"}"
	for options in "" -a; do
		make_pages $options
		mapfile -t files < <(all_files)
		[ ${#files[@]} = 7 ]
		is_clean "${files[@]}"
		absent '<script|onload=x[^&<]*>' "$out"/*.html "$out"/students/*.html
	done
	make_pages
	grep -q '&lt;script&gt;x()&lt;/script&gt;&lt;U+001B&gt;\[31m&lt;U+009B&gt;2J&lt;U+202E&gt;gnp' "$out/students/evil.html"
	absent '"&amp;|"&[^#a-z]' "$out/students/evil.html"
}

@test "a spreadsheet takes nothing for a formula" {
	local name
	for name in '=cmd' '+1' '-1' '@x' '\t=1' '\r=1' ' =1' '\u200b=1' '\n@1' '\uff1d1' '\uff0b1' '\uff0d1' '\uff20x'; do
		student "k$((++n))" 1 ".row += {name: \"$name|x\", id: \"$name\", login: \"$name\", email: \"$name\", notes: [\"$name\"]}"
	done
	student last 0 '.row += {status: "problem", problem: "=1", result: ""}'
	cp -r "$out" "$dir/old"
	jq -c '.score += 1' "$out/.state/rows.jsonl" >"$dir/rows"
	cp "$dir/rows" "$out/.state/rows.jsonl"
	make_pages -c "$dir/old"
	absent '(^|,)"? *([=+@-]|＝|＋|－|＠)' "$out/gradebook.csv" "$out/compare.csv"
	grep -q "\"'=cmd|x\"" "$out/gradebook.csv"
	[ "$(wc -l <"$out/gradebook.csv")" = 15 ]
}

@test "invalid UTF-8, a line of a megabyte, and a hundred thousand control characters" {
	student long 5 '.result.tests[0] += {passed: false, verdict: "WRONG", came: ("x" * 1000000), expected: "", ran: ("\u001b" * 100000)}'
	student bytes 5 '.result.tests[0] += {passed: false, verdict: "WRONG", came: "BYTES"} | .row.notes = ["BYTES"]'
	sed -i 's/BYTES/\xff\xc0\x80\xed\xa0\x80/' "$out/.state/students/bytes/result.json" "$out/.state/rows.jsonl"
	make_pages
	mapfile -t files < <(all_files)
	is_clean "${files[@]}"
	[ "$(stat -c %s "$out/students/long.html")" -lt 100000 ]
	grep -q '996000 characters more' "$out/students/long.html"
}
