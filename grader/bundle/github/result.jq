# The grader's JSON -> what a step of GitHub's classroom actions puts out.
{
	version: 1,
	status: (if .score == .max_score then "pass" else "fail" end),
	max_score: .max_score,
	tests: [.tests[] | {
		name,
		status: (if .passed or .open then "pass" else "fail" end),
		score: .points, max_score: .max_points,
		message: (if .passed or .open then "" else .message[:4000] end),
		test_code: .replay, filename: "", line_no: 0,
		duration: ((.seconds * 1000) | round)
	}]
}
