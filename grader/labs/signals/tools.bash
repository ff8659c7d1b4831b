# Functions for the scenarios of this lab. What tally prints is in the file log;
# pid is its process id.

reports=0
# When a program dies of a signal that bash traps, bash does not report it.
trap : HUP USR1 USR2 TERM RTMIN RTMIN+{1..3}

# start [COMMAND...]: starts tally (or the command that becomes it) with our
# standard input, and waits until it is ready
start() {
	launch "${@:-./tally}"
	read -r _ pid <log || pid=$server
}

# start_with SIGNAL: starts it with that signal blocked and pending
start_with() {
	start env --block-signal="$1" sh -c "kill -$1 \$\$; exec ./tally"
}

# heard N PATTERN: waits until tally has printed N lines that match (or is gone)
heard() {
	until_holds "tally never printed \"$2\"" heard_or_gone "$2" "$1"
}

heard_or_gone() { has_line log "$@" || is_gone "$server"; }

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

# go: tally, which was suspended, goes on, and takes what was sent meanwhile
go() {
	resume "$pid"
	settle CONT
}

# report: asks for a report, and waits for its end
report() {
	reports=$((reports + 1))
	kill -USR2 "$pid" 2>/dev/null
	heard "$reports" 'lost *'
}

# interrupt: while tally copies the file lines to a pipe that nobody reads,
# signals arrive; then somebody reads. Prints what became of the lines.
interrupt() {
	local total
	start_unread ./tally <lines
	pid=$!
	until_holds "tally never filled the pipe" writes
	for _ in 1 2 3 4; do
		kill -USR1 "$pid" 2>/dev/null
		until_holds "tally never took SIGUSR1" is_settled USR1
	done
	kill -TERM "$pid" 2>/dev/null
	grep ^1 <&3 >copy
	wait "$pid"
	total=$(wc -c <lines)
	if cmp -s lines copy; then
		echo "all $total bytes"
	else
		echo "$(wc -c <copy) bytes, and not the $total that went in"
	fi
}

writes() { is_gone "$pid" || is_blocked "$pid" write writev; }

# said: prints what tally has printed, without the line with its number
said() { sed /^ready/d log; }

# finish [SIGNAL]: ends tally, prints what it said, and returns its status
finish() {
	local status
	send "${1:-TERM}"
	is_gone "$pid" || kill -KILL "$pid"
	wait "$server" 2>/dev/null
	status=$?
	said
	((status != 137)) || echo "(tally went on after SIG${1:-TERM})"
	return $status
}
