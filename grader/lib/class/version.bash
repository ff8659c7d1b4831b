# What a result depends on besides what was handed in.

# build_grader: the grader's own programs; sets level to what the box grants here
build_grader() {
	local words
	words=$("$kit/grader/grade" -q -f '^$' "$lab" 2>&1) || true
	labbox=$kit/.build/labbox
	[[ -x $labbox ]] || refuse "the grader's own programs do not build: $words"
	level=${LABBOX_LEVEL-}
	[[ -n $level ]] || level=$("$labbox" -p 2>&1) || refuse "the box does not start: $level"
}

# check_level: hostile programs may be among them
check_level() {
	[[ $level == *ns || -n $allow_weak ]] || refuse \
		"this machine cannot isolate programs from each other (level $level, see grader/README.md); --allow-weak grades all the same, and every page says so"
}

# version: prints a number that changes with whatever may change a result
version() {
	local folder files=()
	for folder in "$kit"/grader/{lib,box,why,checks,conduct,report,admit,labs/"$lab"} \
		"$kit/labs/$lab"; do
		mapfile -d '' -t -O "${#files[@]}" files < <(find "$folder" -type f -print0 | sort -z)
	done
	files+=("$kit/grader/grade" "$kit/labs/lab.mk")
	[[ -z $hidden ]] || files+=("$hidden/$lab.bats")
	{
		printf '%s\n' "$lab" "$level" "$seed"
		"${CC:-cc}" --version
		sha256sum -- "${files[@]}" | cut -c1-64
	} | sha256sum | cut -c1-64
}

# write_settings: what the students' jobs, which may run elsewhere, must know
write_settings() {
	printf '%s\n' "kit=${kit@Q}" "lab=${lab@Q}" "state=${state@Q}" "keep=${keep@Q}" \
		"seed=${seed@Q}" "hidden=${hidden@Q}" "level=${level@Q}" \
		"version=$(version)" >"$state/settings.new"
	mv "$state/settings.new" "$state/settings"
}
