# Runs a scenario inside the box: bash run.sh LIMIT SCRIPT
#
# LIMIT is how many seconds an await_* call waits; CHECKERS, in the environment,
# names what to preload into the programs (comma between). The functions here are all
# that a scenario has besides the shell. They wait for conditions, never for
# time, and say in the log what never came.
limit=$1

# until_holds WHAT CONDITION...: tries the condition until it holds; at the
# limit it ends the scenario and says in the log that WHAT never came. While it
# waits, the log says so too: if nobody else can move, it is a deadlock.
# Between two tries it rests on a FIFO to which nobody writes: no process is
# started, so a loaded machine changes nothing.
until_holds() {
	local what=$1 now end
	shift
	"$@" && return
	now=${EPOCHREALTIME/[.,]/}
	end=$((now + limit * 1000000))
	[[ -p $LABBOX_LOG/rest ]] || mkfifo "$LABBOX_LOG/rest"
	printf '%s\n' "$what" >"$LABBOX_LOG/awaiting"
	until "$@"; do
		now=${EPOCHREALTIME/[.,]/}
		((now < end)) || give_up "$what"
		read -rt 0.002 <>"$LABBOX_LOG/rest"
	done
	rm -f "$LABBOX_LOG/awaiting"
}

give_up() {
	printf '%s\n' "$1" >"$LABBOX_LOG/gave-up"
	exit 98
}

# await_line FILE PATTERN: until FILE has a whole line that matches PATTERN
await_line() {
	until_holds "the line \"$2\" never came in $1" has_line "$1" "$2"
}

has_line() {
	local line
	[[ -e $1 ]] && while read -r line; do
		# shellcheck disable=SC2053 # the text may be a pattern
		[[ $line == $2 ]] && return
	done <"$1"
	return 1
}

# await_lines FILE N: until FILE has N lines
await_lines() {
	until_holds "$1 never had $2 lines" has_lines "$1" "$2"
}

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

is_gone() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
	[[ ${stat##*) } == Z* ]]
}

# await_blocked PID CALL...: until the process sleeps in one of these calls
await_blocked() {
	local pid=$1
	shift
	until_holds "process $pid was never blocked in $*" is_blocked "$pid" "$@"
}

declare -A call_numbers
is_blocked() {
	local pid=$1 name number now
	shift
	! is_gone "$pid" || give_up "process $pid has ended; it was to wait in $*"
	if ((${#call_numbers[@]} == 0)); then
		while read -r name number; do
			call_numbers[$name]=$number
		done <"$LABBOX_TOOLS/calls"
	fi
	{ read -r now _ <"/proc/$pid/syscall"; } 2>/dev/null || return 1
	for name; do
		[[ $now == "${call_numbers[$name]-none}" ]] && return
	done
	return 1
}

# memcheck PROGRAM [ARG...]: runs it under valgrind; the log goes to the grader
memcheck() {
	valgrind -q --leak-check=full --show-leak-kinds=definite,indirect \
		--track-fds=yes --child-silent-after-fork=no \
		--log-file="$LABBOX_LOG/memcheck.%p" "$@"
}

# What the sanitizers and the checkers find goes to the log, and to the notes.
export ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0:log_path=$LABBOX_LOG/asan
export UBSAN_OPTIONS=print_stacktrace=1:log_path=$LABBOX_LOG/asan
export RACE_STATE=$TMPDIR/race # what the checker of races shares
preload=""
for name in ${CHECKERS//,/ }; do
	preload+=${preload:+:}$LABBOX_TOOLS/$name.so
done
[[ -z $preload ]] || export LD_PRELOAD=$preload
unset name preload
eval "$2"
