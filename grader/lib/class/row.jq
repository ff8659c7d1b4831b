# One student's row: $about, $taken and $result are lists of one object, or empty.
($about[0]) as $a | ($taken[0] // {}) as $t | ($result[0] // null) as $r
| $a + {
	files: ($t.files // []), notes: ($t.notes // []),
	status: (if $fault != "" then "fault" elif ($t.problem // "") != "" then "problem"
		elif $r != null then "graded" else "fault" end)
  }
| . + {
	problem: (if .status == "fault" then (if $fault != "" then $fault else "it did not run" end)
		else ($t.problem // "") end),
	score: (if .status == "graded" then $r.score elif .status == "problem" then 0 else null end),
	max_score: ($r.max_score // ($max | tonumber)),
	level: ($r.isolation // $level),
	result: (if .status == "graded" then "students/\($a.key)/result.json" else "" end)
  }
