# What a result depends on besides what was handed in.

# find_level: sets level to what the box grants here
find_level() {
	level=${LABBOX_LEVEL-}
	[[ -n $level ]] || level=$("$labbox" -p 2>&1) || refuse "the box does not start: $level"
	# Hostile programs may be among them.
	[[ $level == *ns || -n $allow_weak ]] || refuse \
		"this machine cannot isolate programs from each other (level $level, see grader/README.md); --allow-weak grades all the same, and every page says so"
}

# version: prints a number that changes with whatever may change a result
version() {
	local folder files=("$kit/grader/grade" "$kit/labs/lab.mk") tests=$kit/grader/labs/$lab
	for folder in "$kit"/grader/{lib,box,why,checks,conduct,report,admit} "$kit/labs/$lab" \
		"$tests"/{tests.bats,tools.bash,programs,linked,expected}; do
		[[ ! -e $folder ]] || mapfile -d '' -t -O "${#files[@]}" files < <(
			find -H "$folder" -type f -not -name '*.o' -print0 | sort -z)
	done
	[[ -z $hidden ]] || files+=("$hidden/$lab.bats")
	{
		printf '%s\n' "$lab" "$level" "$seed"
		"${CC:-cc}" --version | head -n 1
		sha256sum -- "${files[@]}" | cut -c1-64
	} | sha256sum | cut -c1-64
}

# write_settings: what the students' jobs, which may run elsewhere, must know
write_settings() {
	{
		printf '%s\n' "kit=${kit@Q}" "lab=${lab@Q}" "state=${state@Q}" "keep=${keep@Q}" \
			"seed=${seed@Q}" "hidden=${hidden@Q}" "level=${level@Q}" \
			"labbox=${labbox@Q}" "CC=${CC@Q}" "version=$(version)" \
			"count_in=${state@Q}/done"
		declare -p sources given labs
	} >"$state/settings.new"
	mv "$state/settings.new" "$state/settings"
}
