# Tries items side by side: source it after grader/lib/interrupt.bash, with $work set.

# jobs_here: how many items at a time. Where boxes share the user with all else,
# they would take each other's IPC objects for their own: one.
jobs_here() {
	local level=${LABBOX_LEVEL-}
	[[ -n $level ]] || level=$(.build/labbox -p 2>/dev/null) || level=plain
	[[ $level != plain ]] || { echo 1; return; }
	nproc
}

# put_items LAB KIND NAME...: the lines for these items; an empty name, where there
# is only one of that kind
put_items() {
	local lab=$1 kind=$2 name
	shift 2
	for name; do printf '%s\t%s\t%s\n' "$lab" "$kind" "$name"; done
}

# status_of N: 0 as it must be, 1 not, 2 it could not be tried
status_of() { cat "$work/$1/status" 2>/dev/null || echo 2; }

# pool JOBS SHOW: tries the items of $work/items ("LAB KIND NAME", tabs between), JOBS at
# a time. Calls SHOW N for each in their order, as soon as it and all before it
# have been tried; then $work/N has status, seconds and says. On a terminal, the
# last line tells how far it is.
pool() {
	rm -rf "${work:?}"/[0-9]*
	in_group pool_run "$@"
}

pool_run() {
	set +m
	local all shown=0 done=0 n start=$SECONDS
	all=$(wc -l <"$work/items")
	progress
	nl -b a -w 1 "$work/items" |
		xargs -d '\n' -n 1 -P "$1" bash grader/author/item.bash "$work" |
		while read -r n; do
			done=$((done + 1))
			while [[ -e $work/$((shown + 1))/status ]]; do
				shown=$((shown + 1))
				no_progress
				"$2" $shown
			done
			progress
		done
	no_progress
}

# How far it is, on a line that is written over.
progress() {
	[[ -t 1 ]] || return 0
	local left=""
	((done == 0)) || left=", about $(((SECONDS - start) * (all - done) / done)) s left"
	printf '\r\033[K%d of %d%s' "$done" "$all" "$left"
}
no_progress() { [[ ! -t 1 ]] || printf '\r\033[K'; }
