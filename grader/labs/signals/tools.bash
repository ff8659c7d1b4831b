# Functions for the scenarios of signals.bats, which read them with `. ./tools`.
# Standard output of tally is the file out.

reports=0
# When a program dies of a signal that bash traps, bash does not report it.
trap : HUP USR1 USR2 TERM RTMIN RTMIN+{1..3}

# start [COMMAND...]: starts tally (or the command that becomes it) with our
# standard input, and waits until it is ready
start() {
	"${@:-./tally}" <&0 >out &
	child=$!
	heard 1 'ready *'
	read -r _ pid <out || pid=$child
}

# start_with SIGNAL: starts it with that signal blocked and pending
start_with() {
	start env --block-signal="$1" sh -c "kill -$1 \$\$; exec ./tally"
}

# heard N PATTERN: waits until tally has printed N lines that match (or is gone)
heard() {
	until_holds "tally never printed \"$2\"" has_said "$1" "$2"
}

has_said() {
	local n=0 line
	[[ -e out ]] && while read -r line; do
		# shellcheck disable=SC2053 # it is a pattern
		[[ $line != $2 ]] || n=$((n + 1))
	done <out
	((n >= $1)) || is_gone "$child"
}

# send SIGNAL...: sends them one by one, and waits each time until tally has
# taken the signal and sleeps again
send() {
	local signal
	for signal; do
		kill "-$signal" "$pid" 2>/dev/null
		settle "$signal"
	done
}

settle() { until_holds "tally never took SIG$1" is_settled; }

# is_settled [SIGNAL]: first nothing is pending, then it sleeps: it has run the
# handler in between. If SIGNAL is blocked, it may be pending.
is_settled() {
	local key value pending=0 blocked=0
	is_gone "$pid" && return
	while read -r key value; do
		case $key in
		SigPnd: | ShdPnd:) pending=$((pending | 16#$value)) ;;
		SigBlk:) blocked=$((16#$value)) ;;
		esac
	done 2>/dev/null <"/proc/$pid/status"
	[[ -z ${1-} ]] || pending=$((pending & ~(blocked & 1 << $(kill -l "$1") - 1)))
	((pending == 0)) && is_state "$pid" S
}

is_state() {
	local stat
	{ read -r stat <"/proc/$1/stat"; } 2>/dev/null
	[[ ${stat##*) } == "$2"* ]]
}

rests() { is_gone "$1" || is_state "$1" S; }

# queue SIGNAL VALUE: sends a signal with a value
queue() {
	local numbers
	numbers=" $(<"$LABBOX_TOOLS/calls") "
	numbers=${numbers#*rt_sigqueueinfo }
	# signo, errno, code (SI_QUEUE), padding, pid, uid, value, the rest
	perl -e 'syscall($ARGV[0] + 0, $ARGV[1] + 0, $ARGV[2] + 0,
		pack("l3 x4 l2 q x96", $ARGV[2], 0, -1, $$, $<, $ARGV[3])) == 0
		or die "sigqueue: $!\n"' "${numbers%%[!0-9]*}" "$pid" \
		"$(kill -l "$1")" "$2"
}

# stop, go: what is sent to tally between the two waits in the kernel
stop() {
	kill -STOP "$pid"
	until_holds "tally never stopped" is_state "$pid" T
}

go() {
	kill -CONT "$pid"
	settle CONT
}

# report: asks for a report, and waits for its end
report() {
	reports=$((reports + 1))
	kill -USR2 "$pid" 2>/dev/null
	heard "$reports" 'lost *'
}

# idle: prints whether tally sleeps in a while in which nothing happens
idle() {
	local before wakes
	until_holds "tally never sleeps" rests "$pid"
	mkfifo rest
	before=$(switches)
	read -rt 0.2 <>rest
	wakes=$(($(switches) - before))
	rm rest
	if is_gone "$pid"; then
		echo "tally has ended"
	elif ((wakes < 3)); then
		echo "asleep"
	else
		echo "it woke up $wakes times in 0.2 s in which nothing happened"
	fi
}

switches() {
	awk '/ctxt_switches/ { n += $2 } END { print n + 0 }' "/proc/$pid/status" 2>/dev/null
}

# interrupt: while tally copies the file lines to a pipe that nobody reads,
# signals arrive; then somebody reads. Prints what became of the lines.
interrupt() {
	local total
	mkfifo full
	exec 3<>full
	./tally <lines >full 3>&- & pid=$!
	until_holds "tally never filled the pipe" writes
	for _ in 1 2 3 4; do
		kill -USR1 "$pid" 2>/dev/null
		until_holds "tally never took SIGUSR1" is_settled USR1
	done
	kill -TERM "$pid" 2>/dev/null
	exec 4<full 3>&-
	grep ^1 <&4 >copy
	wait "$pid"
	rm full
	total=$(wc -c <lines)
	if cmp -s lines copy; then
		echo "all $total bytes"
	else
		echo "$(wc -c <copy) bytes, and not the $total that went in"
	fi
}

writes() { is_gone "$pid" || is_blocked "$pid" write writev; }

# said: prints what tally has printed, without the line with its number
said() { sed /^ready/d out; }

# finish [SIGNAL]: ends tally, prints what it said, and returns its status
finish() {
	local status
	send "${1:-TERM}"
	is_gone "$pid" || kill -KILL "$pid"
	wait "$child" 2>/dev/null
	status=$?
	said
	((status != 137)) || echo "(tally went on after SIG${1:-TERM})"
	return $status
}
