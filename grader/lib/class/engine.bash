# Many students at a time.

# all_keys: a line for each student
all_keys() { (cd "$state/students" && printf '%s\n' *); }

# needs_grading KEY: whether there is something to grade that has not been graded
needs_grading() {
	local folder=$state/students/$1
	[[ -s $folder/taken.json ]] && [[ $(jq -r .problem "$folder/taken.json") == "" ]] &&
		! { [[ -s $folder/result.json ]] && cmp -s "$folder/graded" "$folder/fingerprint"; }
}

# jobs: how many students at a time on one machine
jobs_here() {
	# Without namespaces, boxes of one user are in each other's way.
	if [[ $level == plain ]]; then
		echo 1
	else
		echo "${workers:-$(nproc)}"
	fi
}

# run_parallel ACTION <KEYS
run_parallel() {
	local bar=() machines=()
	[[ ! -t 2 ]] || bar=(--bar)
	[[ -z $hosts || $1 == take ]] || machines=(--sshlogin "$hosts")
	# A student's job that fails says so by what it leaves.
	parallel --will-cite --plain --jobs "$(jobs_here)" "${bar[@]}" "${machines[@]}" \
		"$kit/grader/lib/class/student" "$1" "$state" '{}' || true
}

# run_slurm ACTION <KEYS: one array job, which ends when all of it has
run_slurm() {
	local list=$state/array n
	cat >"$list"
	n=$(wc -l <"$list")
	((n)) || return 0
	sbatch --quiet --wait --array="1-$n${workers:+%$workers}" --output=/dev/null \
		--job-name="ipc-$lab" <<-END || ended=$?
		#!/bin/bash
		exec $(printf %q "$kit/grader/lib/class/student") $1 $(printf %q "$state") \
			"\$(sed -n "\${SLURM_ARRAY_TASK_ID}p" $(printf %q "$list"))"
	END
}

take_all() {
	in_group run_parallel take < <(all_keys)
}

grade_all() {
	local key
	while read -r key; do
		! needs_grading "$key" || echo "$key"
	done < <(all_keys) >"$state/to-grade"
	in_group "run_$engine" grade <"$state/to-grade"
	while read -r key; do
		! needs_grading "$key" || [[ -s $state/students/$key/fault ]] ||
			echo "it did not run" >"$state/students/$key/fault"
	done <"$state/to-grade"
}
