# {row, result} -> the student's page; before each a line with a record separator and
# the key, for split.awk.
include "page";
include "text";

def mark: if .passed then "<span class=\"good\">ok</span>"
	elif .open then "<span class=\"dim\">open</span>"
	else "<span class=\"bad\">\(if .verdict == "WRONG" then "FAIL" else .verdict end | text)</span>" end;

def labelled($what; $words):
	if ($words // "") == "" then "" else element("dt"; $what) + element("dd"; element("pre"; $words | text(4000))) end;

# again: the command for the student's own copy. Tests that are not the kit's are the
# instructor's: a student has no command for them.
def again:
	if test(" -T (?:\\$?'|[^ ])") then ""
	else sub(" -t (?:\\$?'(?:[^'\\\\]|\\\\.|'\\\\'')*'|[^ ]+)"; "") end;

def failure:
	element("h3"; "\(.name | text)\(if .gap > 0 then " <span class=\"dim\">(gap \(.gap))</span>" else "" end)") +
	(if (.came // "") == "" and (.ran // "") == "" then element("pre"; .message | text) else
		element("dl";
			labelled("ran"; .ran) + labelled("standard error"; .stderr) +
			labelled("expected"; if .expected != "" then .expected else .wanted end) +
			labelled("came"; if .expected != "" and .actual != "" then .actual else .came end)) +
		(if (.why // "") == "" then "" else "<pre class=\"picture\">\(.why | text)</pre>" end) end) +
	element("dl";
		(if (.means // "") == "" then "" else element("dt"; "means") + element("dd"; .means | text) end) +
		(if .handout == "" then "" else element("dt"; "read") + element("dd"; .handout | text) end) +
		(.replay | again | if . == "" then "" else
			element("dt"; "run it again") + element("dd"; element("code"; text)) end));

.row as $r | .result as $s
| "\u001e\($r.key)",
page("\($lab): \($r | named)";
	element("h1"; "\($lab | text): \($r | named | text)") +
	element("p"; if $r.status == "graded" then "<strong>\($r.score) of \($r.max_score) points</strong>"
		elif $r.status == "problem" then "<strong>0 of \($r.max_score) points</strong>: \($r.problem | text)"
		else "<strong>Not graded yet</strong>, for a fault of the grader's." end) +
	(if $r.late then element("p"; "Handed in late.") else "" end) +
	(if ($r.notes | length) > 0 then "<ul>\($r.notes | map(element("li"; text)) | join(""))</ul>" else "" end) +
	(if $s == null then element("p"; " class=\"dim\""; "Isolation: \($r.level | text).") else
		(if $s.build != "" then element("h2"; "It does not build") + element("pre"; $s.build | text) else "" end) +
		([$s.tests[] | select((.passed or .open) | not)] as $failed
		| ([$failed[] | select(.name == $s.first)] + [$failed[] | select(.name != $s.first)]) as $failed
		| (if ($failed | length) == 0 or $s.build != "" then "" else
			element("h2"; "Look at this first") + ($failed[0] | failure) end) +
		table("The tests"; ["", {number: "points"}, "test", {number: "gap"}];
			$s.tests[] | row((mark | element("td"; " class=\"short\""; .)), ("\(.points)/\(.max_points)" | number_cell),
				(.name | text | cell), ((if .gap > 0 then "\(.gap)" else "" end) | number_cell))) +
		(if ($failed | length) < 2 or $s.build != "" then "" else
			element("h2"; "What else failed") + ($failed[1:] | map(failure) | join("\n")) end)) +
		element("p"; " class=\"dim\""; "Graded with isolation by \($s.isolation | text), seed \($s.seed | text), kit \($s.kit | text)." +
			(if ($s.not_checked // "") != "" then " Not checked: \($s.not_checked | text)." else "" end))
	end))
