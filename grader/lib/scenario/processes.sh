# Processes: whose children they are, stopping them, whether they rest.

# await_children PID N: until the process has N children; sets children, to
# their process ids, the oldest first
await_children() {
	until_holds "process $1 never had $2 children" has_children "$@"
}

# has_children PID N: whether it has N now; sets children, as await_children does
has_children() {
	children=()
	{ read -ra children <"/proc/$1/task/$1/children"; } 2>/dev/null
	((${#children[@]} == $2))
}

# suspend PID: stops it, and returns when it has stopped
suspend() {
	kill -STOP "$1" 2>/dev/null
	until_holds "process $1 never stopped" is_suspended "$1"
}

# is_suspended PID: it has stopped, with all its threads, or it has ended: a condition
# for until_holds
is_suspended() {
	local thread
	is_gone "$1" && return
	[[ $state == T ]] || return
	# They stop one after the other. Those of a traced program are in state t.
	for thread in "/proc/$1/task"/*; do
		is_state "$1/task/${thread##*/}" T || [[ $state == t ]] || return
	done
}

# resume PID: it goes on
resume() { kill -CONT "$1" 2>/dev/null; }

# idle PID: prints "asleep" if the process sleeps while nothing happens, else
# what it does instead. Asleep is one that nothing wakes by itself, or that
# wakes fewer than IDLE_WAKES times while we ourselves wake IDLE_RESTS times: on
# a loaded machine both wake less often.
IDLE_WAKES=3 IDLE_RESTS=100
IDLE_TICKS=20 # of CPU time (10 ms each) are more than going to sleep takes
idle() {
	local pid=$1 ticks before i=0
	cpu_ticks "$pid"
	before=$ticks
	until_holds "process $pid never sleeps" sleeps_or_spins "$pid"
	local wakes=0 woken
	switches "$pid"
	woken=$wakes
	for ((i = 0; i < IDLE_RESTS; i++)); do
		if is_gone "$pid"; then
			echo "it has ended"
			return
		elif ((ticks - before > IDLE_TICKS)); then
			echo "it never sleeps: it used $(((ticks - before) * 10)) ms of CPU time while nothing happened"
			return
		elif sleeps_for_good "$pid"; then
			break
		elif ((wakes - woken >= IDLE_WAKES)); then
			echo "it woke up $((wakes - woken)) times while nothing happened"
			return
		fi
		rest
		cpu_ticks "$pid"
		switches "$pid"
	done
	echo "asleep"
}

sleeps_or_spins() {
	is_gone "$1" || [[ $state == S ]] && return
	cpu_ticks "$1"
	((ticks - before > IDLE_TICKS))
}

# await_rest PID COMPLAINT: until the process has done what there was to do: it
# sleeps, or has ended, or uses CPU time all the while
await_rest() {
	local ticks before
	cpu_ticks "$1"
	before=$ticks
	until_holds "$2" sleeps_or_spins "$1"
}

# cpu_ticks PID: sets ticks, to the CPU time that it has used
cpu_ticks() {
	local stat="" fields
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null
	read -ra fields <<<"${stat##*) }"
	ticks=$((${fields[11]-0} + ${fields[12]-0}))
}

# switches PID: sets wakes, to how often its threads have left the processor
switches() {
	local key value status
	wakes=0
	for status in "/proc/$1/task"/*/status; do
		while read -r key value; do
			[[ $key != *ctxt_switches: ]] || ((wakes += value))
		done 2>/dev/null <"$status"
	done 2>/dev/null
}

# sleeps_for_good PID: every thread sleeps in a call without a time limit, and
# the process has no timer, and no child, that could wake it
sleeps_for_good() {
	local thread key value children
	for thread in "/proc/$1/task"/*; do
		is_in "${thread##*/}" poll ppoll select pselect6 epoll_wait \
			epoll_pwait futex rt_sigtimedwait pause rt_sigsuspend read \
			write wait4 waitid msgrcv msgsnd mq_timedreceive \
			mq_timedsend semop semtimedop restart_syscall || return
		has_no_limit "$thread" || return
	done
	has_children "$1" 0 || return
	[[ ! -s /proc/$1/timers && -z $(find "/proc/$1/fd" -lname '*timerfd*') ]] || return
	while read -r key value; do
		# Bits of SIGALRM, SIGVTALRM and SIGPROF.
		[[ $key != SigCgt: ]] || return $(((16#$value & 0x6002000) != 0))
	done 2>/dev/null <"/proc/$1/status"
	return 1
}

# has_no_limit THREAD: the call that is_in has set, with its arguments, has no time
# limit. A socket may have a limit of its own (SO_RCVTIMEO).
has_no_limit() {
	local argument
	read -ra argument <<<"$arguments"
	case $call in
	poll) (((argument[2] & 0xffffffff) == 0xffffffff)) ;;
	# A poll that was stopped and goes on, with the same arguments (see why/snapshot.c).
	restart_syscall)
		((argument[1] > 0 && argument[1] < 128 &&
			(argument[2] & 0xffffffff) == 0xffffffff)) ;;
	epoll_wait | epoll_pwait) (((argument[3] & 0xffffffff) == 0xffffffff)) ;;
	ppoll | rt_sigtimedwait) ((argument[2] == 0)) ;;
	futex) ((argument[3] == 0)) ;;
	semtimedop) ((argument[3] == 0)) ;;
	mq_timedreceive | mq_timedsend) ((argument[4] == 0)) ;;
	select | pselect6) ((argument[4] == 0)) ;;
	read | write) [[ ! -S $1/fd/$((argument[0])) ]] ;;
	esac
}

# timed COMMAND...: prints its exit status, and how long it took by the scenario's clock
timed() {
	local before=${EPOCHREALTIME/[.,]/} status took
	"$@" >/dev/null
	status=$?
	took=$(((${EPOCHREALTIME/[.,]/} - before) / 100000))
	echo "status $status after $((took / 10)).$((took % 10)) s"
}

# tell COMMAND...: runs these lines of shell, one after the other, and prints what
# came of each. For expect_told.
tell() {
	local command status
	for command; do
		eval "$command" >"$TMPDIR/out" 2>"$TMPDIR/err"
		status=$?
		printf '%s\n' "$ $command"
		print_marked "|" "$TMPDIR/out"
		print_marked "!" "$TMPDIR/err"
		printf '%s\n' "= $status"
	done
}

# print_marked MARK FILE: its lines, each after the mark; zero bytes as \0, which
# a shell would drop
print_marked() {
	local line file=$2
	if IFS= read -r -d '' line <"$file"; then
		sed 's/\x0/\\0/g' "$2" >"$TMPDIR/shown"
		file=$TMPDIR/shown
	fi
	while IFS= read -r line; do
		printf '%s %s\n' "$1" "$line"
	done <"$file"
	[[ -z $line ]] || printf '%s %s (and no newline)\n' "$1" "$line"
}
