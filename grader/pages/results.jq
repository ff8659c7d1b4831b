# A student's row ($row) and result -> results.jsonl: a line for each test.
.tests[] | {key: $row[0].key, name: $row[0].name, test: .name, gap, points, max_points, verdict,
	passed, open, needs, seconds}
