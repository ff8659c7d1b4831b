# Results (each a file: students/KEY/result.json) and $rows (a list) -> {row, result} for
# each; $names: see names.jq.
include "names";

(reduce $rows[] as $row ({}; .[$row.key] = $row)) as $row
| inputs
| {row: $row[input_filename | split("/")[-2]], result: .}
| coded($names[0])
