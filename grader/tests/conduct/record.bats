#!/usr/bin/env bats
# What the conductor records: evidence, faults, lists to repeat a run.

load conductor

@test "a call is evidence, with who made it, and on what" {
	conduct ./good forks
	recorded 'call good pipe ok 1 -'
	recorded 'call good fork ok 3 -'
	recorded 'call good\.2 write ok 1 pipe A'
	recorded 'call good\.2 exit ok 1 1'
	recorded 'call good read ok [0-9]+ pipe A'
	not_recorded 'call .* socket .*'
}

@test "what the loader calls is no evidence, nor what the shell does" {
	conduct sh -c './good status 3; true'
	recorded 'call good exit ok 1 3'
	not_recorded 'call (good|sh) (open|read|mmap|fork) .*'
}

@test "threads are told from processes, and commands by their names" {
	conduct ./good threads
	recorded 'call good thread ok 6 -'
	not_recorded 'call good fork .*'
	conduct ./good spawns
	recorded 'call good fork ok 3 -'
	recorded 'call good wait ok [23] -'
}

@test "the named call fails, and the record says so" {
	conduct -f wait:1:EINTR ./bad unchecked_wait
	recorded 'fault bad wait for bad\.1 fails with EINTR'
	[ "$output" = 0 ]
	conduct -f good/waitid:1:EINTR ./good forks
	not_recorded 'fault .*'
	conduct -f write:2+:ENOSPC ./good forks
	[ "$(grep -c '^fault good\.[23] write(4 = pipe A) fails with ENOSPC' "$record")" = 2 ]
}

@test "fstat, and mmap of a file, stop only where they are to fail" {
	conduct -f fstat:1:EACCES -f mmap-file:1:ENOMEM ./good looks_at_file
	recorded 'fault good fstat fails with EACCES'
	recorded 'fault good mmap fails with ENOMEM'
	[ "$output" = "-1 -1" ]
	conduct ./good looks_at_file
	[ "$output" = "0 1" ]
	not_recorded 'call good (fstat|mmap) .*'
}

@test "EPIPE comes with SIGPIPE, unless it is turned off" {
	conduct -f write:1:EPIPE sh -c './bad dies_of_pipe; echo status $?'
	[[ $output == *"status 141"* ]]
	conduct -f write:1:EPIPE sh -c 'trap "" PIPE; ./bad dies_of_pipe; echo status $?'
	[[ $output == *"status 0"* ]]
}

@test "EINTR comes only where a signal can end the call" {
	conduct -f read:1:EINTR ./good nonblocking
	not_recorded 'fault .*'
	conduct -f read:1:EINTR ./bad one_read
	recorded 'fault bad read.3 = pipe A. fails with EINTR'
}

@test "a thread answers to the name of its process" {
	conduct -f good/write:1:EIO ./good thread_writes
	recorded 'fault good:1 write\(.* fails with EIO'
}

@test "a call that is begun again counts once" {
	conduct -f read:2:EIO ./good begins_again
	not_recorded 'fault .*'
	[ "$output" = "r 6" ]
}

@test "a rule that makes no sense is refused" {
	for rule in pipe pipe:0:EMFILE pipe:1:ENOSUCH pips:1:EMFILE pipe:1x:EIO; do
		run "$CONDUCT" -f "$rule" ./good forks
		[ "$status" = 2 ] || { echo "$rule"; false; }
	done
}

@test "a list repeats the run that it comes from" {
	echo 4 >"$BATS_FILE_TMPDIR/expected"
	conduct -n 100 -x "$BATS_FILE_TMPDIR/expected" ./bad last_to_end
	list=$(sed -n 's/^choices //p' "$record" | tail -n 1)
	for i in {1..10}; do
		run "$CONDUCT" -l "$list" ./bad last_to_end
		[[ $output == *"ended with status 4."* ]]
		[ "${lines[0]}" = 3 ] || [ "${lines[-1]}" = 3 ]
	done
	run "$CONDUCT" -l 'no list' ./bad last_to_end
	[ "$status" = 2 ]
}

@test "what a program leaves in the system is named, and removed" {
	conduct -n 3 -a -p left -f shmctl:1:EPERM ./good messages
	recorded 'left a System V segment \(shmctl IPC_RMID\)'
	file=/dev/shm/conduct-test.$$
	conduct -n 1 sh -c "echo left >$file"
	recorded "left $file .*"
	[ ! -e "$file" ]
}

@test "different outcomes are told apart, and counted" {
	conduct -n 60 ./bad last_to_end
	[ "$status" = 0 ]
	[ "$(grep -c '^run ' "$record")" = 2 ]
	recorded 'out 3'
	recorded 'out 4'
	[ "$(awk '/^times/ { n += $2 } END { print n }' "$record")" = 60 ]
}

@test "others outside take part, with -O" {
	mkfifo in out
	"$CONDUCT" -O sh -c 'read -r line; echo "got $line"; exit 3' <in >out 3>&- 4>&- &
	exec 5>in 6<out
	sleep 0.1
	echo text >&5
	read -r line <&6
	[ "$line" = "got text" ]
	wait $! || [ $? = 3 ]
}

@test "where ptrace is refused, it says so, with a status of its own" {
	# A traced process cannot be traced again.
	run "$CONDUCT" "$CONDUCT" ./good forks
	[ "$status" = 125 ]
	[[ $output == *"ptrace is refused here" ]]
}

@test "a zero byte that is printed stands as two characters, and what follows it is kept" {
	conduct -a -n 2 -b sh -c 'printf "a\0b\n"; printf "\0c\n" >&2'
	recorded 'out a\\\\0b'
	recorded 'err \\\\0c'
}
