# Functions for the scenarios of this lab. An actor (programs/actor.c) is a process that
# is what it was told to be, and pauses.

# actor VARIABLE NAME [WORD...]: starts one, whose standard input is ours, and sets the
# variable to its process id. It has none of our descriptors 3 to 5.
actor() {
	local -n pid=$1
	./actor "${@:2}" <&0 >/dev/null 2>&1 3<&- 4<&- 5<&- &
	pid=$!
	names[pid]=$2
	roles[pid]=$1
}

# on_stage [PID...]: until each of them, or those only, has done what it was told
on_stage() {
	local actor
	(($#)) || set -- "${!names[@]}"
	for actor; do
		until_holds "process $actor never began" is_called "$actor" "${names[actor]}"
	done
}

is_called() {
	! is_gone "$1" || give_up "process $1 has ended"
	[[ $(<"/proc/$1/comm") == "$2" ]]
}

# curtain: ends them
curtain() {
	kill "${!names[@]}"
	wait "${!names[@]}" 2>/dev/null
	names=() roles=()
}

# look PID: what peers says of a process, with the variable of an actor in place of its
# process id, and "shell" for ours; what it says on standard error is in said, too
look() {
	local actor edits=(-e "s/\\b$$ (.*)/shell (bash)/; s|$PWD|/tmp/lab|")
	for actor in "${!roles[@]}"; do
		edits+=(-e "s/\\b$actor (/${roles[actor]} (/")
	done
	./peers "$1" </dev/null >seen 2>said 3<&- 4<&- 5<&-
	echo "status $?"
	# The box has a process that nobody may look into.
	[[ $(<said) == "peers: processes that we may not look into: "+([0-9]) ]] || cat said >&2
	sed "${edits[@]}" seen
}

# twins COMMAND...: makes the file twin and one in another file system, whose name is in
# there, until both have the same inode; where numbers are far apart, they have not
twins() {
	local n
	there=/dev/shm/there
	"$@" twin && "$@" $there
	for ((n = 0; n < 99; n++)); do
		if (($(stat -c %i twin) < $(stat -c %i $there))); then
			rm twin && "$@" twin
		elif (($(stat -c %i twin) > $(stat -c %i $there))); then
			rm $there && "$@" $there
		else
			return
		fi
	done
}

# by_ls: what peers is to say of the FIFOs of every third actor, by ls -l /proc/PID/fd
by_ls() {
	local folders=("${!names[@]}")
	folders=("${folders[@]/#//proc/}")
	folders=("${folders[@]/%//fd}")
	# shellcheck disable=SC2012 # the names are ours
	ls -lU "${folders[@]}" | awk '
		/^\/proc/ { sub("/proc/", ""); sub("/fd:", ""); who = $0; pids[++n] = who }
		/^l.*fifo[.]/ {
			sub(".*/fifo", "fifo", $NF)
			pid[++ends] = who; fd[ends] = $(NF - 2); how[ends] = substr($1, 2, 2); path[ends] = $NF
		}
		END {
			way["r-"] = "read"; way["-w"] = "write"; way["rw"] = "read and write"
			for (p = 1; p <= n; p += 3) {
				print pids[p]
				for (i = 1; i <= ends; i++) {
					if (pid[i] != pids[p]) continue
					print "fd " fd[i] " " path[i] ", " way[how[i]] ":"
					seen = 0
					for (j = 1; j <= ends; j++)
						if (path[i] == path[j] && i != j && (how[i] != how[j] || how[i] == "rw")) {
							print "    " pid[j] " fd " fd[j]
							seen = 1
						}
					if (!seen) print "    nobody seen"
				}
			}
		}'
}

# by_peers: the same, by peers
by_peers() {
	local actor n=0
	for actor in "${!names[@]}"; do
		((n++ % 3)) || ./peers "$actor" 2>>said
	done | sed 's/, child of.*//; s/ (no. [0-9]*)//; s/ [^ ]*\/fifo/ fifo/'
}
