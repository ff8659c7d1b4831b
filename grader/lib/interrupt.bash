# What a script needs that runs others and may be interrupted: it ends what it
# runs, waits until that has cleaned up after itself, and then calls its own
# clean_up, as it does at its usual end.
running="" interrupted=""

# in_group COMMAND...: runs it in a process group of its own, so that it and all
# that it starts can be ended together. A signal does not wait for its end.
in_group() {
	local status=0
	set -m
	"$@" &
	running=$!
	set +m
	wait "$running" || status=$?
	running=""
	return $status
}

end_all() {
	trap '' INT TERM HUP
	if [[ -n $running ]]; then
		kill -TERM -- "-$running" 2>/dev/null || true
		wait "$running" 2>/dev/null || true
		# What it started cleans up by itself; nothing is removed under its feet.
		local i
		for ((i = 0; i < 1000; i++)); do
			kill -0 -- "-$running" 2>/dev/null || break
			sleep 0.01
		done
	fi
	clean_up
}
trap end_all EXIT
# A terminal that closes may send two signals: the second must not end what the first does.
trap 'trap "" INT TERM HUP; interrupted=1; exit 2' INT TERM HUP
# What runs in a group of its own may print, whatever the terminal thinks of background jobs.
trap '' TTOU
