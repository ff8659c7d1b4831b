# The grader's JSON -> results.json, which may have at most 1 MB.
if .build != "" then
	{gradable: false, format_errors: ["It does not build:\n" + .build[:20000]]}
else {
	gradable: true,
	score: (if .max_score > 0 then .score / .max_score else 0 end),
	message: "Isolation: \(.isolation).",
	output: (.not_checked | if . != "" then "Not checked here: " + . else "" end),
	tests: [.tests[] | {
		name, description: (if .gap > 0 then "gap \(.gap)" else "" end),
		points: .points, max_points: .max_points,
		message: (if .open then "not begun" else "" end),
		output: (if .passed or .open then "" else .message[:4000] end)
	}]
} end
