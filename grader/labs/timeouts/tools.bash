# Functions for the scenarios of this lab.

# shellcheck disable=SC2016 # until_ended expands what it is to do

# pester COMMAND...: sends it SIGUSR1 every 0.3 s, ten times at most; prints its
# status, and how many came before its end. What it says but "still waiting" goes
# to standard error.
pester() { until_ended 'kill -USR1 $pid' "$@"; }

# drip COMMAND...: the same, with a byte into the FIFO instead of the signal; it stays open
drip() { until_ended 'exec 3<>fifo; printf x >&3' "$@"; }

until_ended() {
	local what=$1 pid n=0
	shift
	"$@" 2>said &
	pid=$!
	while ((n < 10)) && sleep 0.3 && ! is_gone "$pid"; do
		eval "$what"
		n=$((n + 1))
	done
	kill "$pid" 2>/dev/null
	wait "$pid"
	echo "$? after $n"
	sed '/^deadline: still waiting$/d' said >&2
	rm said
}

drained() { (($(bytes_in 3) == 0)); }
