# Functions for the scenarios of this lab. What tally prints is in the file log;
# pid is its process id.

reports=0
declare -A number=([HUP]=1 [INT]=2 [USR1]=10 [USR2]=12 [TERM]=15 [CONT]=18
	[RTMIN]=34 [RTMIN+1]=35 [RTMIN+2]=36 [RTMIN+3]=37)
# Whoever sleeps with a time limit is looked at for longer.
# shellcheck disable=SC2034 # `idle` reads them
IDLE_WAKES=2 IDLE_RESTS=1000
# When a program dies of a signal that bash traps, bash does not report it.
trap : HUP USR1 USR2 TERM RTMIN RTMIN+{1..3}

# start [COMMAND...]: starts tally (or the command that becomes it) with our
# standard input, and waits until it is ready
start() {
	launch "${@:-./tally}"
	read -r _ pid <log || pid=$server
}

# pending SIGNAL...: becomes tally, with these signals blocked and pending. If later
# is set, a program that sends SIGTERM when everybody has slept for a second does;
# and each line of a report is a write.
pending() {
	local signals="$*"
	# shellcheck disable=SC2016 # sh expands them
	exec ${later:+timeout --preserve-status 1} env --block-signal="${signals// /,}" \
		sh -c 'for signal; do kill "-$signal" $$; done; exec ${later:+stdbuf -oL} ./tally' sh "$@"
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

# exposed: prints which signals could kill tally while it waits for room to print `ready`
exposed() {
	local key value kept=0 signal
	mkfifo full
	exec 3<>full
	fill 3
	./tally >full 3>&- &
	await_blocked $! write writev poll ppoll select pselect6
	while read -r key value; do
		case $key in SigBlk: | SigIgn: | SigCgt:) kept=$((kept | 16#$value)) ;; esac
	done <"/proc/$!/status"
	for signal in "${!number[@]}"; do
		[[ $signal == CONT ]] || ((kept & 1 << ${number[$signal]} - 1)) ||
			echo "tally is open to SIG$signal"
	done
	kill -KILL $!
	wait $! 2>/dev/null
	exec 3>&-
	rm full
}

# deaf SIGNAL...: prints which of them tally ignores. One that is blocked is not
# ignored: it can be taken.
deaf() {
	local key value ignored=0 blocked=0 signal
	while read -r key value; do
		case $key in
		SigIgn:) ignored=$((16#$value)) ;;
		SigBlk:) blocked=$((16#$value)) ;;
		esac
	done 2>/dev/null <"/proc/$pid/status"
	for signal; do
		((!(ignored & ~blocked & 1 << ${number[$signal]} - 1))) ||
			echo "tally ignores SIG$signal"
	done
}

settle() { until_holds "tally never took SIG$1" is_settled; }

# is_settled [SIGNAL...]: first nothing is pending, then all its threads sleep: it
# has taken the signal in between. One of these that is blocked may be pending.
is_settled() {
	local key value pending=0 blocked=0 thread signal
	is_gone "$pid" && return
	while read -r key value; do
		case $key in
		SigPnd: | ShdPnd:) pending=$((pending | 16#$value)) ;;
		SigBlk:) blocked=$((16#$value)) ;;
		esac
	done 2>/dev/null <"/proc/$pid/status"
	for signal; do
		pending=$((pending & ~(blocked & 1 << ${number[$signal]} - 1)))
	done
	((pending == 0)) || return
	for thread in "/proc/$pid/task"/*; do
		is_state "$pid/task/${thread##*/}" S || return
	done
}

# queue SIGNAL VALUE [LAST [full]]: sends a signal with a value, or with each up to LAST;
# with "full" only until no more may wait, and prints the last value that was sent
queue() {
	local numbers
	numbers=" $(<"$LABBOX_TOOLS/calls") "
	numbers=${numbers#*rt_sigqueueinfo }
	# signo, errno, code (SI_QUEUE), padding, pid, uid, value, the rest
	# While the queue is full, tally has yet to take what is in it.
	perl -MErrno=EAGAIN,ESRCH -e 'my $full = $#ARGV == 5 && pop;
		my ($call, $pid, $signal, $value, $last) = map { $_ + 0 } @ARGV;
		for (; $value <= $last; $value++) {
			until (syscall($call, $pid, $signal,
				pack("l3 x4 l2 q x96", $signal, 0, -1, $$, $<, $value)) == 0) {
				exit if $! == ESRCH;
				$! == EAGAIN or die "sigqueue: $!\n";
				$last = $value - 1, goto DONE if $full;
				select(undef, undef, undef, 0.001);
			}
		}
		DONE: print "$last\n" if $full' \
		"${numbers%%[!0-9]*}" "$pid" "${number[$1]}" "$2" "${3-$2}" ${4:+"$4"}
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

# in_short: of lines that differ only in a number that goes up by one, the first
# and the last: "SIGRTMIN+0 1 to 1000"
in_short() {
	awk 'function flush() { if (text != "") print text (last > first ? " to " last : "") }
		$1 ~ /^SIGRTMIN/ && $1 == name && $2 == last + 1 { last = $2; next }
		{ flush(); text = $0; name = $1; first = last = $2 }
		END { flush() }'
}

# narrow: the pipes that tally has made hold a page from now on (POSIX promises no
# more), so that not so many signals can fill one
narrow() {
	# 1031 is F_SETPIPE_SZ. The files of a program that is gone are gone, too.
	perl -e 'foreach my $file (glob("/proc/$ARGV[0]/fd/*")) {
			(readlink($file) // "") =~ /^pipe:/ or next;
			open(my $pipe, "+<", $file) or next;
			fcntl($pipe, 1031, 4096);
		}' "$pid"
}

# interrupt: while tally copies the file lines to a pipe that nobody reads,
# thousands of signals arrive, two SIGTERM among them; then somebody reads. Prints
# what became of the lines, and returns its status.
interrupt() {
	local total status signal
	start_unread ./tally <lines
	pid=$!
	until_holds "tally never filled the pipe" writes
	narrow
	# As many as may wait: with what follows, more than a page.
	queue RTMIN 1 $(($(ulimit -i) - 1))
	for signal in USR1 HUP USR1 USR1 TERM TERM; do
		offer "$signal"
	done
	grep -E '^(1|lost)' <&3 | sed '$d' >copy
	wait "$pid"
	status=$?
	total=$(wc -c <lines)
	if cmp -s lines copy; then
		echo "all $total bytes"
	else
		told_difference "$(wc -c <copy)" "$total"
	fi
	return $status
}

# offer SIGNAL: sends it, and waits until tally sleeps again: it has taken the signal,
# or blocks it
offer() {
	kill "-$1" "$pid" 2>/dev/null
	until_holds "tally never took SIG$1" is_settled HUP TERM USR1 RTMIN
}

# told_difference CAME TOTAL: how the file copy differs from the file lines
told_difference() {
	local more=""
	(($1 <= $2)) || more=": $(($1 - $2)) more than went in"
	echo "$1 bytes, and not the $2 that went in$more"
	# Where bytes are missing, the line may have been cut off there.
	[[ -z $more ]] || sed -n 's/^[0-9]\+\(reset\|report\)/inside a line: &/p' copy
	cmp lines copy 2>&1 | sed -n 's/^lines copy differ: \(byte\|char\) \([0-9]*\).*/they differ from byte \2 on/p'
}

# writes: tally waits for room, in the write or before it
writes() {
	is_gone "$pid" || is_blocked "$pid" write writev ||
		{ is_blocked "$pid" poll ppoll select pselect6 epoll_wait epoll_pwait && is_settled; }
}

# brimful: starts tally with a line, and no newline, that just fills the pipe to
# descriptor 3, so that it waits for room for the newline. What it says is in the file said.
brimful() {
	local room
	mkfifo in
	exec 4<>in
	start_unread ./tally <in 2>said 4>&-
	server=$!
	read -r _ pid <&3 || pid=$server
	# F_SETPIPE_SZ and F_GETPIPE_SZ: a page, whatever that is here
	room=$(perl -e 'fcntl(STDIN, 1031, 4096); print fcntl(STDIN, 1032, 0) + 0' <&3)
	head -c "$room" /dev/zero | tr '\0' a >&4
	exec 4>&-
	rm in
	until_holds "tally never filled the pipe" brims
}

brims() { is_gone "$pid" || { writes && (($(bytes_in 3) > 0)); }; }

# said: prints what tally has printed, without the line with its number
said() {
	local line
	while IFS= read -r line; do
		[[ $line == ready* ]] || printf '%s\n' "$line"
	done <log
}

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
