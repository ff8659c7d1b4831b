# All rows (a list) and all results ($results, lines of results.jsonl) -> report.html.
include "page";
include "text";

def share($n; $of): if $of > 0 then $n / $of else 0 end;
def percent($n; $of): "\((share($n; $of) * 100) | round) %";
def median: sort | if length == 0 then 0 elif length % 2 == 1 then .[length / 2 | floor]
	else (.[length / 2 - 1] + .[length / 2]) / 2 end;

. as $rows
| ($rows | map(select(.score != null)) | map(.score * 100 / ([.max_score, 1] | max))) as $marks
| ($rows | map(select(.status == "fault"))) as $faults
| ($results | group_by(.test) | map({test: .[0].test, gap: .[0].gap, max: .[0].max_points,
	passed: (map(select(.passed)) | length), open: (map(select(.open)) | length), all: length,
	seconds: (map(.seconds) | add / length), verdicts: (map(select(.passed | not) | .verdict) |
		group_by(.) | map({word: .[0], n: length}) | sort_by(-.n))})) as $tests
| page("\($lab): \($rows | length) submissions";
	element("h1"; "\($lab | text): \($rows | length) submissions") +
	element("dl"; " class=\"facts\"";
		element("dt"; "graded") + element("dd"; "\($rows | map(select(.status == "graded")) | length)") +
		element("dt"; "nothing to grade") + element("dd"; "\($rows | map(select(.status == "problem")) | length)") +
		element("dt"; "late") + element("dd"; "\($rows | map(select(.late)) | length)") +
		element("dt"; "median") + element("dd"; "\($marks | median | round) of 100") +
		element("dt"; "full marks") + element("dd"; "\($marks | map(select(. >= 100)) | length)") +
		element("dt"; "isolation") + element("dd"; $rows | map(.level) | unique | map(text) | join(", "))) +
	(if ($faults | length) == 0 then "" else
		element("h2"; "Not graded, for a fault of the grader's") +
		element("p"; "These students have no mark yet. Run the same command again.") +
		table("What the grader said"; ["student", "fault"]; $faults[] | row((named | text | cell), (.problem | text(500) | cell))) end) +
	element("h2"; "Marks") +
	table("How many have how many of 100 points"; [{number: "points"}, {number: "students"}, ""];
		[range(0; 11) as $i | if $i == 10 then $marks | map(select(. >= 100))
			else $marks | map(select(. >= $i * 10 and . < $i * 10 + 10)) end | length] as $numbers
		| range(0; 11) as $i
		| row(((if $i == 10 then "100" else "\($i * 10)–\($i * 10 + 9)" end) | number_cell),
			("\($numbers[$i])" | number_cell), (bar(share($numbers[$i]; $numbers | max)) | cell))) +
	element("h2"; "What the class has not understood") +
	table("By gap: the share of its points that were earned, the worst first"; [{number: "gap"}, {number: "earned"}, ""];
		$tests | map(select(.gap > 0 and .max > 0)) | group_by(.gap)
		| map({gap: .[0].gap, earned: (map(.passed * .max) | add), of: (map(.all * .max) | add)})
		| sort_by(share(.earned; .of))[]
		| row(("\(.gap)" | number_cell), (percent(.earned; .of) | number_cell), (bar(share(.earned; .of)) | cell))) +
	table("By test: who passed, the worst first"; ["test", {number: "gap"}, {number: "passed"}, "verdicts"];
		$tests | sort_by(share(.passed; .all))[]
		| row(element("td"; " class=\"name\""; .test | text), ((if .gap > 0 then "\(.gap)" else "" end) | number_cell),
			(percent(.passed; .all) + bar(share(.passed; .all)) | number_cell),
			(.verdicts | map("\(.word | text) \(.n)") | join(", ") | cell))) +
	element("h2"; "Students") +
	table("In the order of the gradebook"; ["student", {number: "points"}, "", "notes"];
		$rows[] | row(element("td"; " class=\"name\""; element("a"; " href=\"students/\(.key | text).html\""; named | text)),
			((if .score == null then "fault" else "\(.score)/\(.max_score)" end) | number_cell),
			element("td"; " class=\"short\""; if .late then "late" else "" end),
			([(.problem | select(. != "")), .notes[]] | map(text(300)) | join("<br>") | cell))) +
	element("h2"; "Slowest tests") +
	table("Mean seconds"; ["test", {number: "seconds"}];
		$tests | sort_by(-.seconds)[:5][] | row((.test | text | cell),
			("\((.seconds * 100 | round) / 100)" | number_cell))) +
	element("h2"; "To be read side by side") +
	(if $unseen != "" then element("p"; "Similar submissions were not looked for: \($unseen | text).")
	elif ($pairs | length) == 0 then element("p"; "No two have as much as 60 % in common, with the starter taken out.")
	else
		element("p"; "Similar texts, with the starter taken out. A reading list; similarity proves nothing.") +
		table("The most similar first"; ["one", "another", {number: "in common"}, ""];
			$pairs[] | row((.a | text | cell), (.b | text | cell), ("\(.percent) %" | number_cell),
				(element("a"; " href=\"pairs/\(.page | text).html\""; "read") | cell))) end))
