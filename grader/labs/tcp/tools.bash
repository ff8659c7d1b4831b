# Functions for the scenarios of this lab. hubd listens at $port; its process id is
# server. What it says on standard error (said) and what its clients tell (came) is in
# the log, so that the report has it where something waits for ever.
said=$LABBOX_LOG/said came=$LABBOX_LOG/came

# start_hub: starts hubd, and sets port
start_hub() {
	start ./hubd 0 2>"$said"
	read -r _ port <log
}

# start_full_hub: the same, but it has room for `free` clients only, and then no
# descriptor more (the clients that it has places for are more)
start_full_hub() {
	# shellcheck disable=SC2016 # expanded by the shell that becomes hubd
	start bash -c 'ulimit -n 24; for fd in {5..18}; do eval "exec $fd</dev/null"; done
		exec ./hubd 0' 2>"$said"
	read -r _ port <log
	local has=("/proc/$server/fd/"*)
	free=$((24 - ${#has[@]}))
}

# end_hub: shows what hubd has said, ends it, and prints its exit status
end_hub() {
	cat "$said"
	stop
}

# steps: does what standard input says, a step a line, as the clients of hubd (programs/wire.c)
steps() { ./wire "$port"; }

# clients: starts them; they do the steps that are written to descriptor 3
clients() {
	feed ./wire "$port" >"$came"
	wire=$!
}

# serve FAMILY: begins to listen as a hub would, on 4 or 6; sets port. It does the
# steps that are written to descriptor 3
serve() {
	port=""
	clients
	echo "listen $1" >&3
	await_line "$came" 'ready *'
	read -r _ port <"$came"
}

# done_steps: until all steps so far are done
done_steps() {
	echo "say step $((++done_so_far))" >&3
	until_holds "not every step was done" has_line "$came" "step $done_so_far"
}

# finish: no more steps; shows what came
finish() {
	exec 3>&-
	wait "$wire"
	grep -vE '^(ready|step) ' "$came"
}

# settle PID: it has done what there was to do
settle() { await_rest "$1" "process $1 never slept"; }

# has_ipv6: whether this machine has its own address of IPv6
has_ipv6() { grep -q '^00000000000000000000000000000001 ' /proc/net/if_inet6 2>/dev/null; }

# listening: the addresses at which somebody listens at $port, a line each
listening() {
	local hex
	printf -v hex %04X "$port"
	cat /proc/net/tcp /proc/net/tcp6 2>/dev/null |
		awk -v port="$hex" '$4 == "0A" && $2 ~ ":" port "$" { print $2 }' | sed 's/:.*//' | sort
}

# sockets_of PID: how many it has open
sockets_of() { find "/proc/$1/fd" -lname 'socket:*' | wc -l; }
