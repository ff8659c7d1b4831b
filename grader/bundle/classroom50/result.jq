# The grader's JSON -> result.json; what the run is about comes from the environment.
{
	schema: "classroom50/result/v1",
	classroom: (env.CLASSROOM // ""), assignment: (env.ASSIGNMENT // .lab),
	assignment_type: (env.ASSIGNMENT_TYPE // "individual"), owner: (env.OWNER // env.GITHUB_REPOSITORY_OWNER // ""),
	submission: (env.SUBMISSION_TAG // ""), commit: (env.COMMIT_URL // ""),
	release: (env.RELEASE_URL // ""), review: (env.REVIEW_URL // ""),
	datetime: $datetime,
	score: .score, "max-score": .max_score,
	tests: [.tests[] | {"test-name": .name, passed, score: .points, "max-score": .max_points,
		gap, verdict, message: .message[:4000], handout}]
}
