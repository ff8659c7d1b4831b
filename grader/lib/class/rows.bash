# One line for each student: what everything that comes out is made of.

# hand_over: each student gets the result of what they handed in
hand_over() {
	local key one by text
	for key in "${keys[@]}"; do
		one=${fingerprints[$key]}
		if [[ -z $one || ! -s $state/graded/$one/result.json ]]; then
			rm -f "$state/students/$key/result.json"
			[[ -z $one ]] || faults["$key"]=$(head -c 500 "$state/graded/$one/fault" 2>/dev/null ||
				echo "it has not been graded yet")
			continue
		fi
		[[ ! $state/students/$key/result.json -nt $state/graded/$one/result.json ||
			$state/students/$key/fingerprint -nt $state/students/$key/result.json ]] || continue
		read -r by <"$state/graded/$one/by"
		text=$(<"$state/graded/$one/result.json")
		printf '%s\n' "${text//"/students/$by/tree"/"/students/$key/tree"}" \
			>"$state/result.new"
		mv "$state/result.new" "$state/students/$key/result.json"
	done
}

# points: prints what the lab's tests are worth
points() {
	local files=("$kit/grader/labs/$lab/tests.bats")
	[[ -z $hidden ]] || files+=("$hidden/$lab.bats")
	awk 'match($0, /(^|[;\t ])points [0-9]+/) {
		n = substr($0, RSTART, RLENGTH); sub(/.* /, "", n); sum += n
	} END { print sum + 0 }' "${files[@]}"
}

# write_rows: $state/rows.jsonl
write_rows() {
	local key
	for key in "${keys[@]}"; do
		[[ ! -s $state/students/$key/result.json ]] ||
			printf '%s\0' "$state/students/$key/result.json"
	done | xargs -0r jq -c '{key: (input_filename | split("/")[-2]), score, max_score,
		isolation}' >"$state/scores"
	# (A fault is said first, lest it be lost among what was taken.)
	for key in "${keys[@]}"; do
		[[ -z ${faults[$key]-} ]] || printf '%s\037fault %s\n' "$key" "${faults[$key]}"
		[[ ! -e $state/students/$key/taken ]] || while IFS= read -r line; do
			printf '%s\037%s\n' "$key" "$line"
		done <"$state/students/$key/taken"
	done >"$state/facts"
	jq -cn --arg level "$level" --arg max "$(points)" --arg keep "$keep" \
		--rawfile about "$state/about" --rawfile facts "$state/facts" \
		--slurpfile scores "$state/scores" -f "$kit/grader/lib/class/rows.jq" >"$state/rows.new"
	mv "$state/rows.new" "$state/rows.jsonl"
	rm -f "$state"/{scores,facts,list,words,done}
}

# prune: results that nobody has any more
prune() {
	local folder
	declare -A used=()
	for folder in "${fingerprints[@]}"; do
		[[ -z $folder ]] || used[$folder]=1
	done
	for folder in "$state/graded"/*; do
		[[ -n ${used[${folder##*/}]-} ]] || rm -rf "$folder"
	done
}

# summary: prints how many rows of which kind there are, and what could not be graded
summary() {
	jq -rs --arg out "$out" '
		def n(word): map(select(.status == word)) | length;
		"\(length) students: \(n("graded")) graded" +
		(if n("problem") > 0 then ", \(n("problem")) with nothing that can be graded" else "" end) +
		(if n("fault") > 0 then ", \(n("fault")) not graded, for a fault that is not theirs" else "" end) +
		"; see \($out)/report.html"' "$state/rows.jsonl"
	jq -r 'select(.status == "fault") | "  \(.key): \(.problem)"' "$state/rows.jsonl" |
		head -n 20 >&2
}
