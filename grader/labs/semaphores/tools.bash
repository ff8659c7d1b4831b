# Functions for the scenarios of this lab.

declare -A in pid  # of those in the room, by their names: standard input, process

# use sysv|posix: the program that the functions below run, its name for the sets, and
# the calls in which it waits
use() {
	program=$1 name=/graded calls="futex restart_syscall"  # after SIGCONT
	[[ $1 != sysv ]] || name=key calls="semop semtimedop"
	[[ -e key ]] || : >key
	export LABBOX_SEMAPHORES="0 room"
}

# hold WHO CAPACITY [MS]: starts one that is to enter the room; what it prints is in the file
# WHO
hold() {
	local fd
	mkfifo "$1.in"
	(
		for fd in "${in[@]}"; do exec {fd}<&-; done
		exec "./$program" "$name" hold "${@:2}" <"$1.in" >"$1" 2>&1
	) &
	pid[$1]=$!
	exec {fd}>"$1.in"
	in[$1]=$fd
	rm "$1.in"
}

# enter WHO CAPACITY: starts one, and returns when it is inside
enter() {
	hold "$@"
	await_line "$1" inside
}

# wait_outside WHO CAPACITY: starts one, and returns when it waits
wait_outside() {
	hold "$@"
	# shellcheck disable=SC2086 # one or two calls
	await_blocked "${pid[$1]}" $calls
}

# wait_outside_still WHO: returns when it waits again
wait_outside_still() {
	# shellcheck disable=SC2086 # one or two calls
	await_blocked "${pid[$1]}" $calls
}

# leave WHO: ends its input, and waits for its end; prints what it said
leave() {
	local fd=${in[$1]} status=0
	exec {fd}>&-
	unset "in[$1]"
	wait "${pid[$1]}" || status=$?
	echo "$1: $(tr '\n' , <"$1") status $status"
}

# only_join COMMAND...: joins the set, and does no more, as its fork fails; prints what join
# complains of
only_join() {
	without_fork "$@" >/dev/null 2>"$TMPDIR/complaint"
	grep join: "$TMPDIR/complaint"
}

without_fork() { ./without fork "./$program" "$name" "$@"; }

# held_or_gone: the process $maker is held just before it gives values, or has ended
held_or_gone() { has_line held held || is_gone "$maker"; }

# sets VERB ROLE [ARG...]: makes, raises, lowers, shows or removes the set (end: shows, then removes),
# behind the program's back
sets() { ./sets "$program" "$name" "$2" "$1" "${@:3}"; }

# dine N: starts a table of N philosophers, one meal each, whose forks are all missing; returns when all wait
dine() {
	local zeros=() i
	LABBOX_SEMAPHORES=
	for ((i = 0; i < $1; i++)); do
		zeros+=(0)
		LABBOX_SEMAPHORES+="$i fork$i "
	done
	sets make forks "${zeros[@]}"
	rest # its first call starts a process: now, so that those of the table always have the same numbers
	"./$program" "$name" table "$1" 1 &
	table=$!
	await_children $table "$1"
	all_wait
}

# all_wait: returns when each philosopher waits, or has ended
all_wait() {
	local child
	for child in "${children[@]}"; do
		until_holds "philosopher $child neither waits in $calls nor has ended" waits_or_gone "$child"
	done
}

# nudge: interrupts each philosopher in its wait; the last one first, one after the other, so
# that who waits for a fork in his second step still waits behind whose first it is
nudge() {
	local k child
	for ((k = ${#children[@]} - 1; k >= 0; k--)); do
		child=${children[k]}
		kill -USR1 "$child" 2>/dev/null
		until_holds "philosopher $child, interrupted, neither waits in $calls nor has ended" waits_or_gone "$child"
	done
}

# left: how many philosophers have not eaten
left() {
	local child n=0
	for child in "${children[@]}"; do
		is_gone "$child" || n=$((n + 1))
	done
	echo "$n of ${#children[@]} wait"
}

waits_or_gone() {
	# shellcheck disable=SC2086 # one or two calls
	is_gone "$1" || one_is_in "$1" $calls
}
