# $about and $facts (lines of export.bash and of `student take`), $scores (a list) ->
# a row for each student.
def lines: split("\n") | map(select(. != "") | split("\u001f"));
def all($facts; $word): $facts | map(select(startswith($word + " "))) | map(.[($word | length) + 1:]);
def one($facts; $word): all($facts; $word) | (.[0] // "");

($facts | lines | map({key: .[0], value: .[1]}) | group_by(.key)
	| map({key: .[0].key, value: map(.value)}) | from_entries) as $known
| ($scores | map({key, value: .}) | from_entries) as $scores
| $about | lines | .[]
| ($known[.[0]] // []) as $facts
| $scores[.[0]] as $score
| ([(.[8] | tonumber), (one($facts; "attempts") | if . == "" then 1 else tonumber end)] | max) as $attempts
| one($facts; "fault") as $fault
| one($facts; "problem") as $problem
| {
	key: .[0], system: .[1], name: .[2], id: .[3], login: .[4], email: .[5], time: .[6],
	late: (.[7] != ""), source: .[9],
	attempt: (if $keep == "first" then 1 else $attempts end), attempts: $attempts,
	files: all($facts; "file"), left: all($facts; "left"), notes: all($facts; "note"),
	status: (if $problem != "" then "problem" elif $score != null then "graded" else "fault" end)
  }
| . + {
	problem: (if .status == "problem" then $problem elif .status == "graded" then ""
		elif $fault != "" then $fault else "it has not been graded yet" end),
	score: (if .status == "graded" then $score.score elif .status == "problem" then 0 else null end),
	max_score: ($score.max_score // ($max | tonumber)),
	level: ($score.isolation // {userns: "user namespaces", rootns: "root namespaces",
		uid: "separate user", plain: "same user"}[$level] // $level),
	result: (if .status == "graded" then "students/\(.key)/result.json" else "" end)
  }
