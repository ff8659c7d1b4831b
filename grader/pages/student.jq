# A student's row ($row) and result ($result, none or one) -> the student's page.
include "page";

def mark: if .passed then "<span class=\"good\">ok</span>"
	elif .open then "<span class=\"dim\">open</span>"
	else "<span class=\"bad\">\(if .verdict == "WRONG" then "FAIL" else .verdict end | text)</span>" end;

def failure:
	element("h3"; "\(.name | text)\(if .gap > 0 then " (gap \(.gap))" else "" end)") +
	element("pre"; .message | text) +
	element("dl";
		(if .handout != "" then element("dt"; "read") + element("dd"; .handout | text) else "" end) +
		element("dt"; "run it again") + element("dd"; element("code"; .replay |
			sub(" -t (?:'[^']*'|[^ ]+)"; "") | text)));

$row[0] as $r | ($result[0] // null) as $s
| page("\($lab): \($r | named)";
	element("h1"; "\($lab | text): \($r | named | text)") +
	element("p"; if $r.status == "graded" then "<strong>\($r.score) of \($r.max_score) points</strong>"
		elif $r.status == "problem" then "<strong>0 of \($r.max_score) points</strong>: \($r.problem | text)"
		else "<strong>Not graded yet</strong>, for a fault of the grader's." end) +
	(if $r.late then element("p"; "Handed in late.") else "" end) +
	(if ($r.notes | length) > 0 then "<ul>\($r.notes | map(element("li"; text)) | join(""))</ul>" else "" end) +
	(if $s == null then "" else
		(if $s.build != "" then element("h2"; "It does not build") + element("pre"; $s.build | text) else "" end) +
		table("The tests"; ["", "points", "test", "gap"];
			$s.tests[] | row((mark | cell), ("\(.points)/\(.max_points)" | number_cell),
				(.name | text | cell), ((if .gap > 0 then "\(.gap)" else "" end) | number_cell))) +
		([$s.tests[] | select((.passed or .open) | not)] as $failed
		| if ($failed | length) == 0 or $s.build != "" then "" else
			element("h2"; "What failed") +
			([$failed[] | select(.name == $s.first)] + [$failed[] | select(.name != $s.first)]
				| map(failure) | join("\n")) end) +
		element("p"; " class=\"dim\""; "Graded with isolation by \($s.isolation | text), seed \($s.seed | text), kit \($s.kit | text)." +
			(if ($s.not_checked // "") != "" then " Not checked: \($s.not_checked | text)." else "" end))
	end))
