# The grader's JSON -> results.json.
{
	score: .score,
	execution_time: .seconds,
	output: (if .build != "" then "It does not build:\n\n" + .build else
		"Isolation: \(.isolation).\(if .not_checked != "" then " Not checked here: \(.not_checked | gsub("\n"; "; "))." else "" end)" end),
	output_format: "text",
	visibility: "visible",
	stdout_visibility: "hidden",
	extra_data: {kit: .kit, lab: .lab, seed: .seed, isolation: .isolation},
	tests: [.tests | to_entries[] | .key as $n | .value | {
		name, name_format: "text", number: "\($n + 1)",
		score: .points, max_score: .max_points,
		status: (if .passed then "passed" else "failed" end),
		output: (if .passed then "" elif .open then "not begun" else
			.message + (if .handout != "" then "\nread: " + .handout else "" end) end)[:20000],
		output_format: "text", visibility: "visible",
		tags: (if .gap > 0 then ["gap \(.gap)"] else [] end)
	}]
}
