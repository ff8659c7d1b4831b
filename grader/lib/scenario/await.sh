# Runs a scenario inside the box: bash run.sh SCRIPT [TOOLS]
#
# CHECKERS, in the environment, names what to preload into the programs (comma
# between); TOOLS are the lab's own functions. This file is made of lib/scenario/*.sh and lib/run.sh: their
# functions are all that a scenario has besides the shell. They wait for
# conditions, never for time, and say in the log what never came.

# until_holds WHAT CONDITION...: tries the condition until it holds. While it
# waits, the log says for what; the supervisor ends the scenario when half of its
# time is used up by that, or when nothing else can move any more.
until_holds() {
	local what=$1
	shift
	"$@" && return
	printf '%s\n' "$what" >"$LABBOX_LOG/awaiting"
	until "$@"; do
		rest
	done
	rm -f "$LABBOX_LOG/awaiting"
}

# rest: lets others run between two looks at a condition. It reads a FIFO to
# which nobody writes: no process is started, so a loaded machine changes
# nothing.
rest() {
	[[ -p $LABBOX_LOG/rest ]] || mkfifo "$LABBOX_LOG/rest"
	read -rt 0.002 <>"$LABBOX_LOG/rest"
}

# give_up WHAT: ends the scenario: WHAT went wrong, so it cannot go on
give_up() {
	printf '%s\n' "$1" >"$LABBOX_LOG/gave-up"
	exit 98
}

# await_line FILE PATTERN [N]: until FILE has a whole line (N of them) that
# matches PATTERN
await_line() {
	until_holds "the line \"$2\" never came in $1" has_line "$@"
}

# has_line FILE PATTERN [N]: FILE has such a line (N of them): a condition for until_holds
has_line() {
	local line n=${3-1}
	[[ -e $1 ]] && while read -r line; do
		# shellcheck disable=SC2053 # the text may be a pattern
		[[ $line != $2 ]] || ((--n)) || return 0
	done <"$1"
	return 1
}

# await_lines FILE N: until FILE has N lines
await_lines() {
	until_holds "$1 never had $2 lines" has_lines "$1" "$2"
}

# has_lines FILE N: FILE has N lines: a condition for until_holds
has_lines() {
	local lines=()
	[[ -e $1 ]] && mapfile -t lines <"$1" && ((${#lines[@]} >= $2))
}

# await_file FILE: until there is a file, FIFO or socket of that name
await_file() {
	until_holds "$1 never appeared" test -e "$1"
}

# await_gone PID: until the process has ended
await_gone() {
	until_holds "process $1 never ended" is_gone "$1"
}

# is_gone PID: the process has ended: a condition for until_holds
is_gone() { is_state "$1" Z || [[ -z $state ]]; }

# is_state PID LETTER: R runs, S sleeps, T is stopped, Z has ended; sets state,
# empty for a process that is not there
is_state() {
	local stat=""
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null
	stat=${stat##*) }
	state=${stat%% *}
	[[ $state == "$2" ]]
}

# await_asleep PID COMPLAINT: until the process sleeps, whatever it waits for;
# the complaint is for one that ends instead
await_asleep() {
	until_holds "process $1 never sleeps" is_asleep "$@"
}

is_asleep() {
	! is_gone "$1" || give_up "$2"
	[[ $state == S ]]
}

# await_blocked PID CALL...: until the process, or one of its threads, sleeps in
# one of these calls
await_blocked() {
	local pid=$1
	shift
	until_holds "process $pid was never blocked in $*" is_blocked "$pid" "$@"
}

is_blocked() {
	local pid=$1
	shift
	! is_gone "$pid" || give_up "process $pid has ended; it was to wait in $*"
	one_is_in "$pid" "$@"
}

# one_is_in PID CALL...: the process, or one of its threads, sleeps in one of these
# calls; sets call, to its name, and arguments, as the kernel writes them
one_is_in() {
	local pid=$1 thread
	shift
	is_in "$pid" "$@" && return
	for thread in "/proc/$pid/task"/*; do
		[[ ${thread##*/} == "$pid" ]] || ! is_in "${thread##*/}" "$@" || return 0
	done
	return 1
}

# is_in PID CALL...: the process (or thread) sleeps in one of these calls; sets
# call, to its name, and arguments, as the kernel writes them
declare -A call_numbers
is_in() {
	local pid=$1 name number now
	shift
	if ((${#call_numbers[@]} == 0)); then
		while read -r name number; do
			call_numbers[$name]=$number
		done <"$LABBOX_TOOLS/calls"
	fi
	{ read -r now arguments <"/proc/$pid/syscall"; } 2>/dev/null || return 1
	for call; do
		[[ $now == "${call_numbers[$call]-none}" ]] && return
	done
	return 1
}
