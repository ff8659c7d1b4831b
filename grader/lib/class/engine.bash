# Many students at a time: on this machine, on others, or by Slurm.

array_max=1000 # tasks of one array job: what Slurm allows where nobody changed it

# at_once: prints how many students at a time on one machine
at_once() {
	# Without namespaces, boxes of one user are in each other's way.
	if [[ $level == plain ]]; then
		echo 1
	else
		echo "${workers:-$(nproc)}"
	fi
}

# each_host COMMAND...: calls it with each of the other machines
each_host() {
	local host list
	IFS=, read -ra list <<<"$hosts"
	for host in "${list[@]}"; do
		host=${host##+([0-9])/}
		[[ -z $host || $host == : ]] || "$@" "$host"
	done
}

# on_host HOST COMMAND: runs it there; a HOST with a blank is a command itself, as
# GNU parallel has it
on_host() {
	local ssh
	read -ra ssh <<<"${PARALLEL_SSH:-ssh} $1"
	[[ $1 != *" "* ]] || read -ra ssh <<<"$1"
	"${ssh[@]:0:1}" -o BatchMode=yes -o ConnectTimeout=10 "${ssh[@]:1}" "$2" </dev/null
}

# check_host HOST: sets trouble, if it has not the same kit and the same folder
check_host() {
	local said
	said=$(on_host "$1" "cksum <$(printf %q "$state/settings") && $(printf %q "$labbox") -p" \
		2>"$state/words") || {
		said=$(grep -v '^Warning: Permanently' "$state/words" | head -n 1 | tr -cd '[:print:]') || true
		trouble="$1 does not answer, or has not the same folders: ${said:-ssh failed}"
		return 0
	}
	if [[ ${said%%$'\n'*} != "$(cksum <"$state/settings")" ]]; then
		trouble="$1 has another $state than this machine: a folder that both have is needed"
	elif [[ ${said##*$'\n'} != "$level" ]]; then
		trouble="$1 isolates programs in another way (${said##*$'\n'}) than this machine ($level)"
	fi
}

# watch WHAT N: says how far it is, and how long it will take, until the run ends it,
# or has been ended
watch() {
	local never n start=$EPOCHSECONDS left="" passed
	exec {lock}>&- {never}<> <(:)
	while kill -0 $$ 2>/dev/null; do
		n=$(wc -l <"$state/done")
		passed=$((EPOCHSECONDS - start))
		((n == 0 || passed < 2)) || {
			left=$((passed * ($2 - n) / n))
			printf -v left ', %d:%02d min left' $((left / 60)) $((left % 60))
		}
		progress "$1: $n of $2$left"
		read -rt 0.5 -u "$never" || true
	done
}

# run ENGINE ACTION LIST: calls `student` for each line of the file
run() {
	local n what=graded
	n=$(wc -l <"$3")
	((n)) || return 0
	: >"$state/done"
	if [[ -t 2 ]]; then
		[[ $2 == grade ]] || what="looked at"
		watch "$what" "$n" &
		watcher=$!
	fi
	"run_$1" "$2" "$3"
	end_watcher
}

watcher=""
end_watcher() {
	[[ -z $watcher ]] || { kill "$watcher" && wait "$watcher" 2>/dev/null; } || true
	watcher=""
	progress ""
}

run_parallel() {
	local machines=$hosts
	[[ $1 != take ]] || machines=""
	# What became of each is seen from what it leaves, not from what it says.
	in_group setpriv --pdeathsig TERM bash "$kit/grader/lib/class/many" "$1" "$state" \
		"$(at_once)" "$machines" <"$2" || true
}

# run_slurm: one array job; returns when it has ended, or cannot start
run_slurm() {
	local n line said never
	n=$(wc -l <"$2")
	((n <= array_max)) || n=$array_max
	cancel_slurm
	job=$(sbatch --parsable --array="1-$n${workers:+%$workers}" --output=/dev/null \
		--job-name="class-$lab" 2>"$state/words" <<-END
		#!/bin/bash
		sed -n "\${SLURM_ARRAY_TASK_ID}~${n}p" $(printf %q "$2") | while read -r one two; do
			bash $(printf %q "$kit/grader/lib/class/student") $1 $(printf %q "$state") \$one \$two </dev/null
		done
	END
	) || {
		trouble="Slurm takes no job: $(head -n 1 "$state/words" | tr -cd '[:print:]')"
		return 0
	}
	job=${job%%;*}
	echo "$job" >"$state/slurm"
	exec {never}<> <(:)
	while said=$(squeue -h -r -j "$job" -o '%t %r' 2>"$state/words"); do
		[[ -n $said ]] || break
		# Nothing runs, and nothing will.
		if line=$(grep -m 1 -E 'PartitionDown|PartitionInactive|AccountNotAllowed|QOSNotAllowed|BadConstraints|JobHeld|ReqNodeNotAvail|DownOrDrained|DOWN' <<<"$said") &&
			! grep -qvE '^PD ' <<<"$said"; then
			trouble="Slurm does not start the job: ${line#* }"
			break
		fi
		read -rt 1 -u "$never" || true
	done
	exec {never}>&-
	! grep -q 'contact' "$state/words" || trouble="Slurm does not answer: $(head -n 1 "$state/words" | tr -cd '[:print:]')"
	cancel_slurm
}

# cancel_slurm: ends what this run, or one that was ended by force, left in the queue
cancel_slurm() {
	[[ -s $state/slurm ]] || return 0
	scancel "$(<"$state/slurm")" 2>/dev/null || true
	rm -f "$state/slurm"
}

take_all() {
	local key
	printf '%s\n' "${keys[@]}" >"$state/list"
	run parallel take "$state/list"
	refuse_full_disk
	for key in "${keys[@]}"; do
		[[ ! -e $state/students/$key/fingerprint ]] || continue
		faults["$key"]="what was handed in could not be opened: $(last_words)"
	done
}

# last_words: prints the last line of what the jobs said
last_words() {
	[[ -s $state/log ]] || echo "they were ended"
	tail -n 1 "$state/log" | tr -cd '[:print:]' | cut -c1-300
}

# read_fingerprints: sets fingerprints to each student's, empty if there is nothing
# to grade
read_fingerprints() {
	local key fingerprint
	for key in "${keys[@]}"; do
		fingerprint=""
		[[ ! -e $state/students/$key/fingerprint ]] ||
			read -r fingerprint <"$state/students/$key/fingerprint" || true
		fingerprints["$key"]=$fingerprint
	done
}

# grade_all: what is the same is graded once. Sets trouble, if not all could run.
grade_all() {
	local key one
	declare -A seen=()
	mkdir -p "$state/graded"
	for key in "${keys[@]}"; do
		one=${fingerprints[$key]}
		[[ -n $one && -z ${seen[$one]-} && ! -s $state/graded/$one/result.json ]] || continue
		seen[$one]=1
		rm -f "$state/graded/$one/fault"
		echo "$one $key"
	done >"$state/list"
	! [[ -s $state/list && -n $hosts ]] || each_host check_host
	[[ -n $trouble ]] || run "$engine" grade "$state/list"
	local undone=0
	while read -r one key; do
		[[ -s $state/graded/$one/result.json || -s $state/graded/$one/fault ]] || undone=$((undone + 1))
	done <"$state/list"
	((undone == 0)) || trouble=${trouble:-$(full_disk "$state" "${TMPDIR:-/tmp}" ||
		echo "$undone submissions were not graded, run it again: $(last_words)")}
}
