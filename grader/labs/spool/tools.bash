# Functions for the scenarios of this lab. The spool folder is spool. Many of them run
# some dozen times in a test: they start no program where the shell will do.
shopt -s nullglob extglob

# folders: makes the spool folder, with all its parts and no job
folders() { mkdir -p spool/{tmp,new,out,done,failed}; }

# long: a text whose result is more than stdio writes at once; long_result: that
printf -v long '%1500s' ""
long=${long// /x}
# shellcheck disable=SC2034 # scenarios use it
long_result=$'1 '$long$'\n2 '$long$'\n3 '$long$'\n'
long=$long$'\n'$long$'\n'$long$'\n'

# put NUMBER [TEXT]: a job, before there is a daemon; makes the folders, too
put() {
	[[ -d spool/new ]] || mkdir -p spool/new
	printf %s "${2-text $1$'\n'}" >"spool/new/$1"
}

# move NUMBER [TEXT]: a job enters, by rename
move() {
	put "../tmp/$1" "${2-text $1$'\n'}"
	mv "spool/tmp/$1" "spool/new/$1"
}

# hold FILE TEXT: FILE is there, and holds TEXT, to the letter
hold() {
	local text
	# What ends at a null byte has one, which TEXT cannot have.
	[[ -e $1 ]] && ! IFS= read -rd '' text <"$1" && [[ $text == "$2" ]]
}

# take [NUMBER TEXT]: as a client, takes the result of the job, which is to be TEXT, out
# of the folder as soon as the job is done, and puts the word "taken" there
declare -A taken
take() {
	[[ -e "spool/done/$1" ]] || return 0
	if [[ -z ${taken[$1]-} ]]; then
		hold "spool/out/$1" "$2" || echo "the job $1 is done, and its result is not whole"
		taken[$1]=1
		echo taken >"spool/out/$1"
	elif ! hold "spool/out/$1" $'taken\n'; then
		echo "the job $1 was done twice"
	fi
}

# contents: lists what is where in the spool folder
contents() {
	local folder path line
	for folder in tmp new out "done" failed; do
		line=$folder:
		for path in "spool/$folder"/*; do
			line+=" ${path##*/}"
		done
		echo "$line"
	done
}

# each_line_once FILE: tells which lines it has twice
each_line_once() {
	local line
	local -A seen
	while read -r line; do
		[[ -z ${seen[$line]-} ]] || echo "printed twice: $line"
		seen[$line]=1
	done <"$1"
}

# daemon [OPTION]: starts it in the background; descriptor 5 reads what it prints. Sets
# server.
daemon() {
	exec 5< <(exec ./spoold "$@" spool)
	# shellcheck disable=SC2034 # scenarios use it
	server=$!
}

# crowd N: starts N daemons at once, here, where a dead one has left its lock, and waits until
# each is ready or has said why not; sets crowd, to their process ids
crowd() {
	local i text
	crowd=()
	echo 4194304 >lock # more than any process has
	exec 5<> <(:)      # what the daemons say, a line each
	for ((i = 0; i < $1; i++)); do
		./spoold . >&5 2>&5 5<&- &
		crowd+=($!)
	done
	head -n "$1" <&5 >lines # read would take them a byte at a time
	read -rd "" text <lines
	echo "$(count "ready" "$text") ready, $(count "another daemon has it" "$text") refused"
}

# rivals: starts a daemon that ends when there is no job, where a dead one has left its lock,
# and another at the same time, which stays; tells how many had the lock. If the first is
# stopped, it goes on when the second sleeps, or has ended.
rivals() {
	local first second text had=0
	echo 4194304 >lock # more than any process has
	./spoold -q . >>said 2>&1 &
	first=$!
	./spoold . >>said 2>&1 &
	second=$!
	wait $first && had=1
	kill -KILL $second 2>none
	wait $second 2>none
	read -rd "" text <said
	echo "$((had + $(count "ready" "$text"))) became the daemon, $(count "another daemon has it" "$text") refused"
}

# count WORDS TEXT: how often they are in it; a line may come between the parts of another
count() {
	local rest=${2//"$1"/}
	echo $(((${#2} - ${#rest}) / ${#1}))
}

# end_owner: kills the one of the crowd whose process id stands in lock, and tells how it
# ended; all of them, if none does
end_owner() {
	local pid=""
	read -r pid <lock || true
	if [[ -z $pid || " ${crowd[*]} " != *" $pid "* ]]; then
		echo "lock holds the process id of none of them: \"$pid\""
		kill -KILL "${crowd[@]}" 2>none
		wait
		return
	fi
	kill -KILL "$pid"
	wait "$pid"
	echo "its owner: status $?"
}

# is_locked FILE: a process has a lock on it, of flock or fcntl
is_locked() {
	perl -e 'use Fcntl qw(:DEFAULT :flock);
		open(my $file, "+<", $ARGV[0]) or die "$ARGV[0]: $!\n";
		exit 0 if !flock($file, LOCK_EX | LOCK_NB);
		# struct flock, where off_t has 64 bits
		my $lock = pack("s s x4 q q l x4", F_WRLCK, 0, 0, 0, 0);
		fcntl($file, F_GETLK, $lock) or die "F_GETLK: $!\n";
		exit(unpack("s", $lock) == F_UNLCK);' "$1"
}

# has_taken PID: no signal waits for it that it does not block
has_taken() {
	local key value pending=0 blocked=0
	while read -r key value; do
		case $key in
		SigPnd: | ShdPnd:) pending=$((pending | 16#$value)) ;;
		SigBlk:) blocked=$((16#$value)) ;;
		esac
	done <"/proc/$1/status"
	((!(pending & ~blocked)))
}

# sleeps PID: prints "asleep" if the process sleeps until something comes, else what it does
sleeps() {
	local said call
	said=$(idle "$1")
	if is_in "$1" nanosleep clock_nanosleep ||
		{ is_in "$1" poll ppoll select pselect6 epoll_wait epoll_pwait && ! has_no_limit "/proc/$1"; }; then
		said+=", but only for a time: it is in $call"
	fi
	echo "$said"
}

# together: what the handout shows
together() {
	./submit spool list
	./submit spool spoold
	./spoold -q spool
	cat spool/out/000001
	find spool -type f | sort
}
