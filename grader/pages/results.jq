# {row, result} -> results.jsonl: a line for each test.
select(.result != null) | .row as $row | .result.tests[] | {key: $row.key, name: $row.name, test: .name,
	gap, points, max_points, verdict, passed, open, needs, seconds}
