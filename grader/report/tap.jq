# Results (the grader's JSON, one for each lab) -> TAP 13: a line for each test, and for
# one that failed a YAML block, in which each text is one line of JSON, which is YAML.
# An optional gap that is not begun is skipped.
include "text";

# (A # would begin a directive.)
def line: visible | gsub("[\n\t]"; " ") | gsub("(?<c>[\\\\#])"; "\\\(.c)");
def field($name; $value):
	if $value == "" then empty else "  \($name): \($value | if type == "string" then cut(20000) | visible else . end | tojson)" end;

[inputs] as $all
| "TAP version 13",
"1..\([$all[].tests[]] | length)",
($all[] | "# \(.lab): \(.score) of \(.max_score) points, seed \(.seed), isolation: \(.isolation)" | visible),
([$all[] | .lab as $lab | .tests[] | . + {lab: $lab}] | to_entries[]
	| "\(.key + 1) - \(.value.lab): \(.value.name | line)" as $words | .value
	| if .open then "ok \($words) # SKIP an optional gap, not begun"
	elif .passed then "ok \($words)"
	else "not ok \($words)",
		"  ---",
		field("verdict"; .verdict), field("points"; .points), field("max_points"; .max_points), field("gap"; .gap),
		field("ran"; .ran // ""), field("message"; .message), field("read"; .handout), field("again"; .replay),
		field("seconds"; .seconds),
		"  ..."
	end)
