# Running a lab's tests: which, shared out among how many, and whether bats and
# the results on disk tell the same story.

worker_min=250 # ms of tests: for less, another bats costs more than it brings

# plan LAB: sets names to the tests to run, in the file's order, builds to what
# they need compiled, and weights to how long each takes (ms)
plan() {
	local line name more takes="" memcheck='memcheck '
	declare -A known=()
	if [[ -r $build_folder/seconds/$1 ]]; then
		while read -r takes name; do
			[[ ! $takes =~ ^[1-9][0-9]{0,6}$ ]] || known[$name]=$takes
		done <"$build_folder/seconds/$1"
	fi
	names=() weights=() builds=(plain checked)
	test_files=("$kit/grader/labs/$1/tests.bats")
	[[ -z $hidden || ! -f $hidden/$1.bats ]] || test_files+=("$hidden/$1.bats")
	while read -r line; do
		if [[ $line =~ ^@test\ [\"\'](.*)[\"\']\ \{ ]]; then
			name=${BASH_REMATCH[1]} takes=""
			# bats compares in the same way.
			[[ -z $pattern || $name =~ $pattern ]] || continue
			names+=("$name")
			takes=${known[$name]-}
			weights+=("${takes:-60}")
		elif [[ $line == "# builds: "* ]]; then
			read -ra more <<<"${line#*: }"
			builds+=("${more[@]}")
		elif [[ -z $takes && ${#names[@]} != 0 ]]; then
			# A guess.
			[[ ! $line =~ $memcheck ]] || weights[-1]=$((weights[-1] + 400))
		fi
	done < <(grep -hE '^@test |^# builds: |memcheck ' \
		"${test_files[@]}")
}

# share_out: sets patterns to one for each worker, which matches the tests that
# are its part: the longest first, each to the one that has least to do
share_out() {
	local i n=0 total=0 best least order=() load=()
	for ((i = 0; i < ${#names[@]}; i++)); do
		total=$((total + weights[i]))
	done
	n=$((total / worker_min))
	((n < workers_max)) || n=$workers_max
	((n < ${#names[@]})) || n=${#names[@]}
	((n > 0)) || n=1
	patterns=()
	if ((n == 1)) && [[ -z $pattern ]]; then
		patterns=("")
		return
	fi
	for ((i = 0; i < n; i++)); do
		load[i]=0 patterns[i]=""
	done
	mapfile -t order < <(for i in "${!names[@]}"; do
		echo "${weights[i]} $i"
	done | sort -k1,1nr -k2,2n)
	for i in "${order[@]#* }"; do
		best=0 least=${load[0]}
		for ((n = 1; n < ${#load[@]}; n++)); do
			((load[n] >= least)) || best=$n least=${load[n]}
		done
		load[best]=$((load[best] + weights[i]))
		patterns[best]+="${patterns[best]:+|}${names[i]//[^A-Za-z0-9 ,;:-]/.}"
	done
	for i in "${!patterns[@]}"; do
		patterns[i]="^(${patterns[i]})\$"
	done
}

# workers LAB: one bats for each pattern, side by side
workers() {
	local i filter pids=() watcher=""
	# What bats starts before and after each test, and can do without.
	date() {
		if [[ $* == +%s%N ]]; then
			printf '%s000\n' "${EPOCHREALTIME/[.,]/}"
		else
			command date "$@"
		fi
	}
	mkdir() {
		[[ $1 == "${BATS_RUN_TMPDIR-}"/test/* || ($1 == -p && -d $2) ]] ||
			command mkdir "$@"
	}
	rm() { [[ $1 == -f && $2 == "${BATS_RUN_TMPDIR-}"/* ]] || command rm "$@"; }
	export -f date mkdir rm
	for i in "${!patterns[@]}"; do
		filter=()
		[[ -z ${patterns[i]} ]] || filter=(-f "${patterns[i]}")
		TMPDIR=$work bats --tap "${filter[@]}" \
			"${test_files[@]}" >"$work/tap.$i" \
			2>"$work/bats-error.$i" </dev/null &
		pids+=($!)
	done
	if [[ -t 2 ]]; then
		show_tests_done "$1" &
		watcher=$!
	fi
	wait "${pids[@]}" || true
	[[ -z $watcher ]] || { kill "$watcher" && wait "$watcher" 2>/dev/null; } || true
}

# run_tests LAB
run_tests() {
	local file line n ran=0 failed=0 bad=0 verdict
	printf '%s\n' "${names[@]}" >"$RESULTS/names"
	share_out
	in_group workers "$1" || true

	# bats and the results on disk must tell the same story.
	for file in "$work"/tap.*; do
		while read -r line; do
			[[ ! $line =~ ^(not )?ok\ [0-9] ]] || ran=$((ran + 1))
			[[ $line != "not ok "[0-9]* ]] || failed=$((failed + 1))
		done <"$file"
	done
	[[ $ran == "${#names[@]}" ]] ||
		give_up "$ran of ${#names[@]} tests of $1 ran: $(cat "$work"/bats-error.*)"
	for n in "${!names[@]}"; do
		printf -v file '%s/%03d/verdict' "$RESULTS" $((n + 1))
		verdict=""
		[[ ! -e $file ]] || read -r verdict <"$file" || true
		[[ $verdict == OK ]] || bad=$((bad + 1))
	done
	[[ $bad == "$failed" ]] || give_up "the results of $1 do not agree"
	rm -f "$work"/tap.* "$work"/bats-error.*
}

# remember_seconds LAB: how long each test took, for the next time; does no harm
# where that cannot be written
remember_seconds() {
	local n name seconds file=$build_folder/seconds/$1
	declare -A known=()
	if [[ -r $file ]]; then
		while read -r seconds name; do
			known[$name]=$seconds
		done <"$file"
	fi
	for n in "${!names[@]}"; do
		printf -v name '%s/%03d/seconds' "$RESULTS" $((n + 1))
		read -r seconds <"$name" || [[ -n $seconds ]] || continue
		# "0.1234" to 123 ms, and what bats needs for each
		seconds=${seconds/./}
		known[${names[n]}]=$((10#${seconds:-0} / 10 + 15))
	done
	[[ -d ${file%/*} ]] || mkdir -p "${file%/*}"
	for name in "${!known[@]}"; do
		printf '%s %s\n' "${known[$name]}" "$name"
	done >"$file.$$"
	mv "$file.$$" "$file"
}
