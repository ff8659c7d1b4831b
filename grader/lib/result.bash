# A lab's result: what the report reads besides the tests' own, and the report.

# What a level below namespaces cannot do.
note_lost() {
	[[ -z $other_compiler ]] ||
		echo "what gcc and clang warn about (this compiler is neither)" >>"$RESULTS/lost"
	case $LABBOX_LEVEL in
	uid)
		echo "that programs keep off each other's and the system's names (no namespaces here)"
		((8#$(stat -c %a "$kit") % 2 == 0)) ||
			echo "programs that read the answers (all may read the kit: chmod 700 ends that)"
		;;
	plain) echo "programs that attack the grader (no namespaces and no user of their own here)" ;;
	esac >>"$RESULTS/lost"
}

# stand_in: where the compiler cannot build for a checker, the plain programs
# run instead, and what that checker would have found is named as lost
stand_in() {
	local name what
	[[ -e $BUILDS/plain-built ]] || return 0
	for name in "${builds[@]:2}"; do
		[[ ! -e $BUILDS/$name-built ]] || continue
		case $name in
		race) what="races in shared memory" ;;
		traced) what="calls that are not safe in a handler" ;;
		*) what="what the build \"$name\" is for" ;;
		esac
		echo "$what (this compiler cannot build for that)" >>"$RESULTS/lost"
		rm -rf "${BUILDS:?}/$name"
		ln -s plain "$BUILDS/$name"
	done
}

# note_result LAB START: the facts of the whole run, which began at START (us)
note_result() {
	local us=$((${EPOCHREALTIME/[.,]/} - $2))
	[[ ! -e $RESULTS/refused ]] || cat "$RESULTS/refused" >>"$RESULTS/lost"
	printf '%s' "${#names[@]}" >"$RESULTS/planned"
	printf '%s' "$1" >"$RESULTS/lab"
	printf '%s' "$tree" >"$RESULTS/tree"
	printf '%s' "$hidden" >"$RESULTS/hidden"
	printf '%s' "$seed" >"$RESULTS/seed"
	printf '%s' "$version" >"$RESULTS/kit"
	printf '%s' "$(isolation "$1")" >"$RESULTS/isolation"
	printf '%d.%03d' $((us / 1000000)) $((us % 1000000 / 1000)) >"$RESULTS/seconds"
}

# isolation LAB: how the boxes were isolated: as any of them says
isolation() {
	local file key rest
	for file in "$BUILDS/level" "$RESULTS"/[0-9]*/box/result \
		"$work/$1"/{,objects/*/}box/result; do
		[[ -e $file ]] || continue
		while read -r key rest; do
			[[ $key != level ]] || { echo "$rest"; return; }
		done <"$file"
	done
	echo "none, nothing ran"
}

# report LAB: prints the report; with -o, the result goes to its place. Sets
# status to what the whole command's would be.
report() {
	local colour=() learner=() to
	progress ""
	exec {to}>&1
	[[ -z $ci ]] || exec {to}>>"$work/json"
	[[ ! -t 1 || -n ${NO_COLOR-} ]] || colour=(-c)
	[[ -z $kept ]] || learner=(-l)
	status=0
	"$build_folder/report" "${colour[@]}" "${learner[@]}" "${all[@]}" "${format[@]}" "$RESULTS" >&"$to" ||
		status=$?
	exec {to}>&-
	[[ ${#format[@]} != 0 || ! -s $RESULTS/behind ]] ||
		printf '\n  Left behind, as no source includes it: %s\n' "$(paste -sd ' ' "$RESULTS/behind")"
	[[ -z $kept || $status != 0 || ${#labs[@]} != 1 || ${#format[@]} != 0 ]] ||
		printf '\n  Full marks. What comes next: make next\n'
	[[ -z $pattern || $status != 0 || ${#format[@]} != 0 || -n $hidden || $tree != labs ]] ||
		printf '\n  Only what -f names has run: make %s grades the whole lab.\n' "$1"
	if [[ -n $out && $status != 2 ]]; then
		"$build_folder/report" "${learner[@]}" -j "$RESULTS" >"$out/.$1.$$" || (($? == 1))
		mv "$out/.$1.$$" "$out/$1.json"
	fi
}
