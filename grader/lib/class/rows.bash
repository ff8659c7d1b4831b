# One line for each student: what everything that comes out is made of.

# row KEY: prints it, as JSON
row() {
	local folder=$state/students/$1 taken result=() fault=""
	taken=$folder/taken.json
	[[ -s $taken ]] || { taken=/dev/null; fault="the files could not be taken"; }
	if [[ -s $folder/result.json ]] && cmp -s "$folder/graded" "$folder/fingerprint"; then
		result=("$folder/result.json")
	elif [[ -s $folder/fault ]]; then
		fault=$(<"$folder/fault")
	fi
	jq -cn --arg fault "$fault" --arg level "$level" --arg max "$max_score" \
		--slurpfile about "$folder/about.json" --slurpfile taken "$taken" \
		--slurpfile result "${result[0]:-/dev/null}" \
		-f "$kit/grader/lib/class/row.jq"
}

# write_rows: $state/rows.jsonl, and what it tells of the whole run
write_rows() {
	local key
	max_score=$(grep -E '^	(gap [0-9]+; )?.*points [0-9]+' "$kit/grader/labs/$lab/tests.bats" |
		sed -E 's/.*points ([0-9]+).*/\1/' | paste -sd+ | bc 2>/dev/null) || max_score=100
	while read -r key; do
		row "$key"
	done < <(all_keys) >"$state/rows.new"
	mv "$state/rows.new" "$state/rows.jsonl"
}

# summary: prints how many rows of which kind there are; the exit status
summary() {
	local faults
	jq -rs --arg out "$out" '
		"\(length) students: \(map(select(.status == "graded")) | length) graded" +
		(map(select(.status == "problem")) | if length > 0 then ", \(length) with nothing that can be graded" else "" end) +
		"; see \($out)/report.html"' "$state/rows.jsonl"
	faults=$(jq -r 'select(.status == "fault") | "  \(.key): \(.problem)"' "$state/rows.jsonl")
	[[ -z $faults ]] || {
		printf 'not graded, for a fault that is not theirs (run it again):\n%s\n' "$faults" >&2
		exit 1
	}
}
