# What changed since another run: $before and $after, {row, result} for each
# student. $csv: compare.csv, else compare.html.
include "page";
include "text";

def by_key: map({key: .row.key, value: .}) | from_entries;
def tests: if . == null or .result == null then {} else
	.result.tests | map({key: .name, value: {points, verdict: (if .open then "open" else .verdict end)}}) | from_entries end;
def score: if . == null then "no submission" elif .row.score == null then "not graded" else .row.score end;
def points: if . == null then "" else .points end;
def verdict: if . == null then "none" else .verdict end;
def difference($was; $is): if ($was | type) == "number" and ($is | type) == "number" then
	$is - $was | if . > 0 then "+\(.)" else "\(.)" end else "" end;

($before | by_key) as $old | ($after | by_key) as $new
| [([$old, $new] | map(keys_unsorted[]) | unique[]) as $key
	| $old[$key] as $was | $new[$key] as $is
	| ($was | tests) as $first | ($is | tests) as $second
	| {key: $key, page: ($is != null), name: (($is // $was).row | .name // ""), was: ($was | score), is: ($is | score),
		tests: [([$first, $second] | map(keys_unsorted[]) | unique[]) as $test
			| {name: $test, was: $first[$test], is: $second[$test]}
			| select(.was != .is)]}
	| if .was == "no submission" or .is == "no submission" then .tests = [] else . end
	| select(.was != .is or .tests != [])] as $changed
| if $csv then
	(["key", "name", "test", "before", "after", "points_before", "points_after"] | @csv),
	($changed[] | . as $one
		| ([(.key, .name | harmless), "", "", "", .was, .is] | @csv),
			(.tests[] | [($one.key, $one.name, .name | harmless), (.was | verdict | harmless),
				(.is | verdict | harmless), (.was | points), (.is | points)] | @csv))
else
	page("\($lab): what changed";
		element("h1"; "\($lab | text): what changed") +
		element("p"; "Students with another result than before: \($changed | length). " +
			"With more points: \($changed | map(select(difference(.was; .is)[:1] == "+")) | length); " +
			"with fewer: \($changed | map(select(difference(.was; .is)[:1] == "-")) | length).") +
		(if ($changed | length) == 0 then "" else
			table("By test"; ["test", {number: "more"}, {number: "fewer"}, {number: "verdict only"}];
				[$changed[].tests[]] | group_by(.name)[] | map((.is.points // 0) - (.was.points // 0)) as $points
				| row((.[0].name | text | element("td"; " class=\"name\""; .)), (($points | map(select(. > 0)) | length | tostring) | number_cell),
					(($points | map(select(. < 0)) | length | tostring) | number_cell),
					(($points | map(select(. == 0)) | length | tostring) | number_cell))) +
			table("By student"; ["student", {number: "before"}, {number: "after"}, "", "tests"];
				$changed[]
				| row((if .page then element("a"; " href=\"students/\(.key | text).html\""; named | text) else (named | text) end
						| element("td"; " class=\"name\""; .)),
					(.was | tostring | number_cell), (.is | tostring | number_cell),
					(difference(.was; .is) | number_cell),
					(.tests | map("\(.name | text): \(.was | verdict | text) → \(.is | verdict | text)") | join("<br>") | cell))) end))
end
