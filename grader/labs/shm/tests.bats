#!/usr/bin/env bats
# builds: race
# shellcheck disable=SC2016 # what a scenario says, the box expands
load ../../lib/lab

# never TEXT: `turns wait` found nothing of that kind
never() {
	expect_that "wait_turn is right whatever happens" "$output" \
		without "$output" "$1"
}

# lets_go MAKES ENDS: where a call of MAKES has attached something, ENDS follows
lets_go() { in_each_run let_go "$@"; }

let_go() {
	local last calls=$calls
	[[ -n $under_last ]] || return 0
	last=$(calls_of "$1" " ok " | tail -n 1)
	[[ -n $last ]] || return 0
	calls=${calls#*"$last"}
	expect_that "that what ${1%%:*} brought is let go of" \
		"no ${2#*/} in this run" [ -n "$(calls_of "$2" " ")" ]
}

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# What leads to other failures comes first.

@test "header_fault: each bit of each field counts" {
	gap 3; points 4
	scenario -c race './headers; ./headers unfinished'
	expect_output 'every header judged rightly'
	explain "No field is believed" "every field must be exactly what is expected, neither older nor newer, neither larger nor smaller; report the first that is wrong"
	expect_no_race
	explain "No field is believed" "another process may be filling the header: load the magic number as the atomic that it is, before any other field; a relaxed load, or a copy by memcpy, orders nothing" RACE
}

# sysv

@test "sysv: create makes a segment of the size that it needs" {
	gap 1; points 5
	local room
	room=$(random 100 5000)
	scenario "touch key
		umask 0
		for room in $room 1048576; do
			./sysv key create \$room
			segment key
			./sysv key remove
		done
		./sysv key create 3
		header key
		./sysv key remove"
	expect_match "bytes $((48 + 4 * room)),.*bytes 4194352,"
	explain "The calls" "give shmget the size as it was asked for"
	expect_match "mode 600,.*mode 600,"
	explain "The programs" "the permission bits go among the flags of shmget: SEGMENT_MODE, and no others"
	expect_output "created: room for $room
bytes $((48 + 4 * room)), mode 600, attached 0
removed
created: room for 1048576
bytes 4194352, mode 600, attached 0
removed
created: room for 3
header: size 60
removed"
	explain "Attach and detach" "create fills in both members of *segment: the address at which the new segment is attached, and its size; the header is made from them"
}

@test "sysv: create leaves an existing segment alone" {
	gap 1; points 4
	scenario -n 'touch key
		./sysv key create 5
		./sysv key create 4
		segment key'
	expect_match 'bytes 68'
	explain "Keys and names" "the segment that was there is gone, or another is in its place: create never removes what it has not made itself, neither before shmget nor when that fails"
	expect_output 'created: room for 5
bytes 68, mode 600, attached 0'
	explain "Keys and names" "without IPC_EXCL shmget returns the old segment, and create writes over what others have in it"
	expect_complaint '^sysv: key: a segment is there already$'
	explain "The programs" "create prints nothing itself: it returns -1, with errno as shmget left it"
	# Unfinished, another file's, too small for a table; and nobody has it attached.
	scenario -n -b plain 'touch key
		for damage in "bytes=48 magic=0 version=0 size=0 device=0 inode=0 room=0 written=0 offset=0" \
			"bytes=68 size=68 inode=1" bytes=1; do
			plant key $damage
			./sysv key create 4 2>&1
			segment key
		done'
	expect_match 'bytes 48,.*bytes 68,.*bytes 1,'
	explain "Keys and names" "here the key has a segment already: an unfinished one, then another file's, then one too small for a table; nobody has it attached, and yet it is gone, or another is in its place. It may belong to a create that is about to attach it: create leaves alone whatever has the key, and returns -1 with EEXIST"
	expect_output 'sysv: key: a segment is there already
bytes 48, mode 600, attached 0
sysv: key: a segment is there already
bytes 68, mode 600, attached 0
sysv: key: a segment is there already
bytes 1, mode 600, attached 0'
	explain "Keys and names" "a segment is there already, whatever is in it and whoever uses it: EEXIST, as shmget with IPC_EXCL says; create does not look into it"
	# Whoever looks first sees nothing; then there is one.
	failing shmget:1:ENOENT
	scenario -n 'touch key
		plant key
		./sysv key create 3
		segment key'
	expect_match 'bytes 60'
	explain "Keys and names" "the segment that was there is gone, or another is in its place: create never removes what it has not made itself, neither before shmget nor when that fails"
	expect_output 'bytes 60, mode 600, attached 0'
	explain "Keys and names" "another process can make one after you have looked: only shmget with IPC_EXCL looks and makes in one step"
	expect_complaint '^sysv: key: (a segment is there already|create: No such file or directory)$'
	explain "The programs" "create returns -1, with errno as shmget left it"
}

@test "sysv: create undoes what it made when it cannot attach it" {
	gap 1; points 4
	# The key may lead to another segment by then: it is not asked a second time.
	failing shmget:each:EACCES shmat:each:EACCES shmctl:each:EACCES shmget:2+:EACCES
	scenario 'touch key
		./sysv key create 3; status=$?
		[ -e key ] || echo "the file key is gone"
		exit $status'
	expect_failed
	expect_complaint '^sysv: key: create: Permission denied$'
	expect_status 1
	[[ $output != *"created: room"* ]] ||
		explain "The programs" "a call of its own failed, and create made a segment all the same: if a call may fail for a good reason (ENOENT: there is no segment yet), look which reason it was" LEAK
	explain "The programs" "when a call of its own fails, create returns -1, with errno as that call left it, whatever it says, and prints nothing itself"
	explain "The calls" "shmat returns (void *)-1 when it fails, not NULL" CRASH
	explain "The calls" "a create that fails leaves no segment: when shmat fails it exists already, so remove it by the id that shmget returned: shmctl(id, IPC_RMID, NULL); the key may lead to another one by then" LEAK
	expect_output ""
	explain "The programs" "create removes what it has made and cannot use, and nothing else: the file belongs to others"
	lets_go sysv/shmat sysv/shmdt
	explain "The programs" "what fails after shmat finds the segment attached: detach it, too, before create returns -1"
	failing shmat:1:ENOMEM shmctl:1:EPERM
	scenario -n 'touch key
		./sysv key create 3'
	# In one that asks for the size first, that fails, and nothing is attached.
	if [[ -n $(calls_of sysv/shmat " ") ]]; then
		expect_complaint '^sysv: key: create: Cannot allocate memory$'
		explain "The programs" "keep errno while you clean up: what fails then is not why create failed"
	fi
}

@test "sysv: what one process writes, another one reads" {
	gap 2; needs 1; points 4
	local a b
	a=$(random 100 999)
	b=$(random 100 999)
	scenario 'touch key
		./sysv key create 3
		./sysv key write 1.414 3.142 1.771
		./sysv key read
		./sysv key stat
		./sysv key remove'
	expect_output_of table
	scenario "touch key
		./sysv key create 7
		./sysv key read
		./sysv key write -$a.5 $b
		./sysv key read
		./sysv key remove"
	expect_output "created: room for 7
nothing written
(-$a.5000), ($b.0000)
(-$a.5000), ($b.0000)
removed"
	[[ $output$error != *created*"no segment: not created"* ]] ||
		explain "Keys and names" "the segment is there, but shmget or shmat failed with EINVAL, for which the program has the same words: shmget does so if it is asked for more bytes than the segment has. To find one: size 0, flags 0" WRONG
	explain "The calls" "attach finds the segment that create made; its size is what IPC_STAT says, never a guess"
}

@test "sysv: without a segment it says so, and does not make one" {
	gap 2; points 3
	scenario -n 'touch key
		./sysv key write 1 2>&1
		./sysv key read 2>&1; status=$?
		segment key
		exit $status'
	expect_output "sysv: key: no segment: not created, or removed
$(<"$BATS_TEST_DIRNAME/expected/removed.out")"
	expect_status 1
	explain "Keys and names" "without IPC_CREAT, shmget only finds: size 0 and flags 0 are enough for that"
}

@test "sysv: attach and detach notice that they failed" {
	gap 2; points 2
	failing shmget:each:EACCES shmctl:each:EACCES shmat:each:EACCES shmdt:each:EACCES
	scenario -n 'touch key
		plant key
		mapfile -t before </proc/sysvipc/shm
		./sysv key read >values; status=$?
		mapfile -t after </proc/sysvipc/shm
		((${#after[@]} == ${#before[@]})) || echo "the segment is gone"
		exit $status'
	expect_failed
	expect_complaint '^sysv: (key: attach|detach): Permission denied$'
	expect_status 1
	explain "The calls" "each call can fail: attach and detach then return -1, with errno as the call left it; shmat returns (void *)-1, not NULL" CRASH
	expect_output ""
	explain "Keys and names" "attach and detach remove nothing, whatever fails: the segment is for others, too"
	lets_go sysv/shmat sysv/shmdt
	explain "The programs" "what fails after shmat finds the segment attached: detach it before attach returns -1"
	failing shmctl:1:EACCES shmdt:1:EIO
	scenario -n 'touch key
		plant key
		./sysv key write 1'
	# Without IPC_STAT only detach fails.
	expect_complaint '^sysv: (key: attach: Permission denied|detach: Input/output error)$'
	explain "The programs" "attach returns -1, with errno as the call left it that failed first: keep it while you clean up"
}

@test "sysv: what is not a whole table is refused" {
	gap 2; needs 3; points 3
	scenario -b plain -s 5000000000 'touch key
		refusals sysv key bytes=1 bytes=47 "size=48 bytes=48 room=0 written=0" offset=40 offset=61 room=4 \
			written=4 size=59 bytes=4096 bytes=4294967356'
	expect_output 'bytes=1: sysv: key: refused: too small for a table
bytes=47: sysv: key: refused: too small for a table
size=48 bytes=48 room=0 written=0: nothing written
offset=40: sysv: key: refused: values outside the segment
offset=61: sysv: key: refused: values outside the segment
room=4: sysv: key: refused: values outside the segment
written=4: sysv: key: refused: values outside the segment
size=59: sysv: key: refused: made for another size
bytes=4096: sysv: key: refused: made for another size
'"${output##*$'\n'}"
	explain "Attach and detach" "attach takes whatever has the key, however small, and says how large it is, as IPC_STAT tells: it asks shmget for size 0, with flags 0, and refuses nothing itself; the part that calls it does"
	expect_match 'bytes=4294967356: (sysv: key: (refused: made for another size|attach: Cannot allocate memory)|it cannot be made here)$'
	explain "Attach and detach" "the segment has 4294967356 bytes, which is 60 in a number of 32 bits: keep the size that IPC_STAT says in a size_t, as struct segment does; and attach refuses nothing itself"
}

@test "sysv: watch lets go of each table, and finds the next one" {
	gap 2; needs 1; points 4
	scenario 'touch key
		./sysv key create 3
		./sysv key write 1 2 3
		watch sysv key
		look
		segment key
		./sysv key remove
		./sysv key create 5
		./sysv key write 5 4 3 2 1
		look
		./sysv key remove
		unwatch'
	expect_match 'attached 0'
	explain "Attach and detach" "a segment stays attached until shmdt, with the address that shmat returned"
	expect_output 'created: room for 3
(1.0000), (2.0000), (3.0000)
ready
(1.0000), (2.0000), (3.0000)
bytes 60, mode 600, attached 0
removed
created: room for 5
(5.0000), (4.0000), (3.0000), (2.0000), (1.0000)
(5.0000), (4.0000), (3.0000), (2.0000), (1.0000)
removed'
	explain "Attach and detach" "the key may have another segment by now: find it each time, its id, its size and its address; remember nothing from the last time"
	# Another one gets the key at each place where it can; a reader keeps the old one.
	interrupting 'sysv#2:STOP@shmget'
	scenario -n 'touch key
		plant key bytes=4096 size=4096 room=1012 written=1012
		open_pipe 4096
		printf %4096s >&3
		./sysv key read >&3 & reader=$!
		await_blocked $reader write
		./sysv key stat & plant key bytes=64 size=64 room=4 written=2; wait $!
		kill $reader'
	expect_said '^(sysv: key: no segment: not created, or removed)?$'
	explain "Attach and detach" "the key may lead to another segment at any moment: size and memory are those of one id, which shmget is asked for once"
}

@test "sysv: a reader cannot write, and keeps what was removed" {
	gap 2; needs 1; points 3
	scenario 'touch key
		read_slowly sysv key
		mapped $! SYSV
		./sysv key remove
		cat <&3 | tail -c 27
		wait $!; echo $?'
	expect_match 'mapped r--s'
	explain "Attach and detach" "a reader attaches with SHM_RDONLY"
	expect_output 'created: room for 9000
mapped r--s
removed
, (8999.0000), (9000.0000)
0'
	explain "Attach and detach" "removal takes the key away, and the memory only after the last detach"
	scenario 'touch key; ./sysv key create 2; ./sysv key write 7 8 >/dev/null; read_only key; ./sysv key read; ./sysv key remove'
	expect_output 'created: room for 2
(7.0000), (8.0000)
removed'
	explain "Attach and detach" "the segment can only be read here (its mode is 0400), and that is all that read needs. The last argument of shmget is what you ask for: with 0600 that is to write, too, which is refused (EACCES); 0 asks for nothing, and shmat looks at the rights once more"
	# shellcheck disable=SC2016 # the box expands it
	scenario 'touch key; mkfifo slow; exec 5<>slow
		./sysv key create 9000
		./sysv key write $(seq 9000) >/dev/null
		./sysv key read >slow 5<&- & reader=$!
		await_blocked $reader write
		watch sysv key 5<&-
		look | tail -c 12
		./sysv key remove
		./sysv key create 2
		./sysv key write 7 8
		look | tail -c 40
		./sysv key remove
		unwatch; kill $reader; wait $reader; rm slow'
	expect_output 'created: room for 9000
ready
(9000.0000)
removed
created: room for 2
(7.0000), (8.0000)
(7.0000), (8.0000)
removed'
	explain "Attach and detach" "a segment that was removed keeps its id as long as somebody has it attached, here a reader that waits; so an id of before may still work, and lead to the old table: ask for id and size each time"
}

# Trust

@test "a segment without our magic number is refused" {
	gap 3; needs 5; points 3
	scenario -n 'plant /graded magic=0 version=7
		./posix /graded read'
	expect_complaint '^posix: /graded: refused: not ready, or not ours$'
	expect_status 1
	scenario 'plant /graded magic=0
		before=$(cksum </dev/shm/graded)
		./posix /graded write 5 5 5
		[ "$before" = "$(cksum </dev/shm/graded)" ] && echo "not changed"
		./posix /graded remove'
	expect_output 'not changed
removed'
	explain "No field is believed" "compare the magic number first: if that is wrong, nothing else in the segment means anything"
}

@test "sysv: another file's segment under the same key is refused" {
	gap 3; needs 2; points 3
	scenario 'touch one two
		inode=$(stat -c %i one)
		plant two inode="$inode"
		./sysv two read 2>&1
		./sysv two remove
		plant two device=1
		./sysv two read 2>&1
		./sysv two remove
		plant two
		./sysv two read
		./sysv two remove'
	expect_output 'sysv: two: refused: made for another file with the same key
removed
sysv: two: refused: made for another file with the same key
removed
(1.4140), (3.1420), (1.7710)
removed'
	explain "Keys and names" "ftok packs a file into 32 bits, so two files can have one key; device and inode in the header tell them apart"
}

@test "producer: it joins a chat, and nothing else" {
	gap 3; points 3
	scenario -n 'touch key
		plant key project=C bytes=4096
		echo hello | ./producer key'
	expect_complaint '^producer: key: refused: not ready, or not ours$'
	expect_status 1
	explain "No field is believed" "the same check guards the chat, which has a magic number of its own"
}

# posix

@test "posix: create makes an object of the size that it needs" {
	gap 4; points 4
	local room
	room=$(random 100 5000)
	scenario -n -w './posix /graded create 3000'
	expect_called 'posix/mmap:(12048|12288) bytes shared-file'
	[[ ${first_came-} != *SIGBUS* ]] ||
		explain "The calls" "a new object has no bytes: ftruncate gives it its size, and without that the first store raises SIGBUS" CRASH
	explain "The calls" "map the whole object, with MAP_SHARED: mmap is told its size, not that of a page; munmap would take away what is not mapped, and perhaps somebody else's" CRASH
	with EXITS_FDS=1
	scenario "umask 0
		for room in $room 1048576; do
			./posix /graded create \$room
			stat -c 'bytes %s, mode %a' /dev/shm/graded
			od -A n -t u8 -j 8 -N 8 /dev/shm/graded | sed 's/^ */header: size /'
			./posix /graded remove
		done"
	expect_match "bytes $((48 + 4 * room)),.*bytes 4194352,"
	explain "The calls" "a new object has no bytes: ftruncate gives it its size, as it was asked for"
	expect_match "mode 600.*mode 600"
	explain "The programs" "the permission bits are the third argument of shm_open: SEGMENT_MODE, and no others"
	expect_output "created: room for $room
bytes $((48 + 4 * room)), mode 600
header: size $((48 + 4 * room))
removed
created: room for 1048576
bytes 4194352, mode 600
header: size 4194352
removed"
	explain "Attach and detach" "create fills in both members of *segment: the address where the new object is mapped, with MAP_SHARED, and its size; the header is made from them"
	expect_that "that no descriptor stays open" "$(noted exits)" \
		without "$(noted exits)" "never closed by posix"
	explain "Attach and detach" "the descriptor is not needed once the mapping exists: close it"
}

@test "posix: create leaves an existing object alone" {
	gap 4; points 4
	scenario -n './posix /graded create 5 <&- || {
			rm -f /dev/shm/graded
			./posix /graded create 5 && echo "only with standard input"
		}
		old=$(stat -c %i /dev/shm/graded)
		./posix /graded create 4
		find /dev/shm -maxdepth 1 -name graded -inum "$old" -printf "the old one, bytes %s\n"'
	expect_that "that create needs no standard input" "$output" without "$output" "only with"
	explain "The calls" "with standard input closed, shm_open returns 0: a descriptor like any other; only -1 says that it failed"
	expect_match 'the old one'
	explain "Keys and names" "the object that was there is gone, or another is in its place: create never removes what it has not made itself, neither before shm_open nor when that fails"
	expect_output 'created: room for 5
the old one, bytes 68'
	explain "Keys and names" "without O_EXCL shm_open opens the old object, and create writes over what others have in it"
	expect_complaint '^posix: /graded: a segment is there already$'
	explain "The programs" "create prints nothing itself: it returns -1, with errno as shm_open left it"
	# Empty, unfinished, too small for a table.
	scenario -n -b plain 'for size in 0 68 1; do
			truncate -s $size /dev/shm/graded
			./posix /graded create 4 2>&1
			stat -c "bytes %s" /dev/shm/graded || echo "it is gone"
		done'
	expect_match 'bytes 0.*bytes 68.*bytes 1$'
	explain "Keys and names" "here the name is taken already: by an object of 0 bytes, then by an unfinished one, then by one too small for a table; it is gone, or another is in its place. It may belong to a create that is about to map it: create leaves alone whatever has the name, and returns -1 with EEXIST"
	expect_output 'posix: /graded: a segment is there already
bytes 0
posix: /graded: a segment is there already
bytes 68
posix: /graded: a segment is there already
bytes 1'
	explain "Keys and names" "the name is taken, whatever is in the object: EEXIST, as shm_open with O_EXCL says; create does not look into it"
	# Whoever looks first sees nothing; then there is one.
	failing open:1:ENOENT
	scenario -n 'plant /graded
		./posix /graded create 3
		[ -s /dev/shm/graded ] && echo "the old one"'
	expect_match 'the old one'
	explain "Keys and names" "the object that was there is gone, or another is in its place: create never removes what it has not made itself, neither before shm_open nor when that fails"
	expect_output 'the old one'
	explain "Keys and names" "another process can make one after you have looked: only shm_open with O_EXCL looks and makes in one step"
	expect_complaint '^posix: /graded: (a segment is there already|create: No such file or directory)$'
	explain "The programs" "create returns -1, with errno as shm_open left it"
}

@test "posix: create undoes what it made when it cannot go on" {
	gap 4; points 4
	# A /dev/shm with 2 MiB left, then a full one, where the box has one of its own.
	if [[ $LABBOX_LEVEL == *ns ]]; then
		scenario 'fallocate -l 62M /dev/shm/one 2>/dev/null || head -c 62M /dev/zero >/dev/shm/one
			./posix /large create 1048576 2>&1 && ./posix /large remove
			head -c 40M /dev/zero >/dev/shm/two 2>/dev/null
			./posix /graded create 3; status=$?
			rm /dev/shm/one /dev/shm/two
			exit $status'
		expect_complaint '^posix: /graded: create: No space left on device$'
		expect_status 1
		expect_output 'posix: /large: create: No space left on device'
	fi
	explain "The calls" "ftruncate sets a size and reserves nothing: posix_fallocate does, for as many bytes as it is told (all of them), or returns (not in errno) why not" CRASH
	# Only 4 bytes are in its last page.
	scenario -b plain './posix /graded create 1048565
		reserved /graded
		./posix /graded remove'
	expect_that "that memory is reserved for all of it" "$output" without "$output" "reserved only"
	explain "The calls" "a page that has no memory yet gets it at the first store to it, and when /dev/shm is full by then, that raises SIGBUS: posix_fallocate reserves as many bytes as it is told, from where it is told: it must be all of them, from 0 to size"
	with EXITS_FDS=1
	# An object may get its name last of all (link); what one run has made so, the next
	# would find.
	failing posix/{open,ftruncate,fallocate,mmap-file,link,rename}:each:EACCES
	scenario './posix /graded create 3; status=$?
		if ((status == 0)); then
			rm -f /dev/shm/graded
		elif [ -e /dev/shm/graded ]; then
			echo "/graded is left behind"
		fi
		exit $status'
	expect_failed
	expect_complaint '^posix: /graded: create: Permission denied$'
	expect_status 1
	explain "The programs" "when a call of its own fails, create returns -1, with errno as that call left it, whatever it says; posix_fallocate returns the error instead"
	explain "The calls" "check each call, and compare what mmap returns with MAP_FAILED, not with NULL" CRASH
	explain "The calls" "a create that fails leaves no object: when a call after shm_open fails it exists already, so remove it: shm_unlink" LEAK
	expect_output ""
	explain "The programs" "a create that fails leaves no object: what has its name already when a call fails must be removed"
	expect_that "that no descriptor stays open" "$(noted exits)" \
		without "$(noted exits)" "never closed by posix"
	explain "Attach and detach" "close the descriptor also when create cannot go on"
	# The plain build, in which nothing else unmaps at the end.
	failing posix/{ftruncate,fallocate,link,rename}:each:ENOMEM posix/unlink:1+:EPERM
	scenario -n -b plain './posix /graded create 3 && rm -f /dev/shm/graded'
	expect_complaint '^posix: /graded: create: Cannot allocate memory$'
	explain "The programs" "keep errno while you clean up: what fails then is not why create failed"
	lets_go 'posix/mmap:.*shared-file' posix/munmap
	explain "The programs" "what fails after mmap finds the object mapped: unmap it, too, before create returns -1"
	failing mmap-file:1:ENOMEM close:1:EIO unlink:1:EPERM
	scenario -n './posix /graded create 3'
	expect_complaint '^posix: /graded: create: Cannot allocate memory$'
	explain "The programs" "keep errno while you clean up: what fails then is not why create failed"
}

@test "posix: what one process writes, another one reads" {
	gap 5; needs 4; points 4
	local a b
	a=$(random 100 999)
	b=$(random 100 999)
	scenario './posix /graded create 3
		./posix /graded write 1.414 3.142 1.771
		./posix /graded read <&- ||
			{ ./posix /graded read && echo "only with standard input"; }
		./posix /graded stat
		./posix /graded remove'
	expect_that "that read needs no standard input" "$output" without "$output" "only with"
	explain "The calls" "with standard input closed, shm_open returns 0: a descriptor like any other; only -1 says that it failed"
	expect_output_of table
	scenario "./posix /graded create 7
		./posix /graded read
		./posix /graded write -$a.5 $b
		./posix /graded read
		./posix /graded remove"
	expect_output "created: room for 7
nothing written
(-$a.5000), ($b.0000)
(-$a.5000), ($b.0000)
removed"
	explain "The calls" "only with MAP_SHARED do others see what you store; the size is what fstat says, never a guess"
}

@test "posix: without an object it says so, and does not make one" {
	gap 5; points 2
	scenario './posix /graded write 1 2>&1
		./posix /graded read'
	expect_output 'posix: /graded: no segment: not created, or removed'
	expect_complaint '^posix: /graded: no segment: not created, or removed$'
	expect_status 1
	explain "Keys and names" "without O_CREAT, shm_open only finds" LEAK
}

@test "posix: watch lets go of each table, and finds the next one" {
	gap 5; needs 4; points 4
	# A value more than a page holds, then just as many: each byte short leaves a page.
	scenario './posix /graded create 1013
		./posix /graded write 1 2 3
		watch posix /graded
		look
		held $!
		./posix /graded remove
		./posix /graded create 1012
		./posix /graded write 5 4 3 2 1
		look
		held $!
		./posix /graded remove
		unwatch'
	expect_that "nothing still mapped while it waits" "$output" without "$output" 'still mapped'
	explain "Attach and detach" "an object stays mapped until munmap, which lets go of as many bytes as it is told: the whole size, each time"
	expect_that "no descriptor still open while it waits" "$output" without "$output" 'open /dev'
	explain "Attach and detach" "the descriptor is not needed once the mapping exists: close it"
	expect_output 'created: room for 1013
(1.0000), (2.0000), (3.0000)
ready
(1.0000), (2.0000), (3.0000)
removed
created: room for 1012
(5.0000), (4.0000), (3.0000), (2.0000), (1.0000)
(5.0000), (4.0000), (3.0000), (2.0000), (1.0000)
removed'
	explain "Attach and detach" "the name may have another object by now: open it each time, and ask for its size; remember nothing from the last time"
	# Another one gets the name at each place where it can; fstat is one if it is named.
	interrupting posix:STOP
	failing fstat:99:EACCES
	scenario -n 'table 3 >/dev/shm/graded
		table 4 >/dev/shm/other
		./posix /graded read & mv /dev/shm/other /dev/shm/graded; wait $!'
	expect_quiet
	expect_match '^\(0.0000\), \(0.0000\), \(0.0000\)(, \(0.0000\))?$'
	explain "Attach and detach" "the name may lead to another object at any moment: the size is that of the descriptor, as fstat says, and not of whatever has the name"
}

@test "posix: attach and detach notice that they failed" {
	gap 5; points 2
	# Not together with the checker, which calls fstat, too.
	failing fstat:1:EACCES
	scenario -n 'plant /graded
		./posix /graded read'
	expect_complaint '^posix: /graded: attach: Permission denied$'
	explain "The calls" "fstat can fail, too: attach then returns -1, with errno as fstat left it"
	expect_called posix/close
	explain "Attach and detach" "close the descriptor also when attach cannot go on"
	with EXITS_FDS=1
	failing open:each:EACCES mmap-file:each:EACCES munmap:each:EACCES
	scenario -n 'plant /graded
		./posix /graded read >values; status=$?
		[ -e /dev/shm/graded ] || echo "/graded is gone"
		exit $status'
	expect_failed
	expect_complaint '^posix: (/graded: attach|detach): Permission denied$'
	expect_status 1
	explain "The calls" "each call can fail: attach and detach then return -1, with errno as the call left it; mmap returns MAP_FAILED, not NULL" CRASH
	expect_that "that no descriptor stays open" "$(noted exits)" \
		without "$(noted exits)" "never closed by posix"
	explain "Attach and detach" "close the descriptor also when attach cannot go on"
	expect_output ""
	explain "Keys and names" "attach and detach remove nothing, whatever fails: the object is for others, too"
	failing mmap-file:1:ENOMEM close:1:EIO
	scenario -n 'plant /graded
		./posix /graded write 1'
	expect_complaint '^posix: /graded: attach: Cannot allocate memory$'
	explain "The programs" "keep errno while you clean up: what fails then is not why attach failed"
}

@test "posix: a reader cannot write, and keeps what was removed" {
	gap 5; needs 4; points 3
	scenario 'read_slowly posix /graded
		mapped $! /dev/shm/
		printf "TABL\1\0\0\0\0\0\0\0\0\0\0\0" 1<>/dev/shm/graded # the size is 0 now
		./posix /graded remove
		cat <&3 | tail -c 27
		wait $!; echo $?'
	expect_match 'mapped r--s'
	explain "Attach and detach" "a reader maps with PROT_READ alone, and with MAP_SHARED"
	expect_that "that it cannot be made writable" "$output" without "$output" "may become writable"
	explain "Attach and detach" "what is opened with O_RDWR can be made writable later (mprotect): a reader opens with O_RDONLY"
	expect_that "that detach does not fail" "$error" without "$error" "detach:"
	explain "No field is believed" "munmap failed: tell it the size that attach has put into *segment. The one in the header is no longer true: while the reader was printing, somebody stored a 0 there, as anyone may"
	expect_output 'created: room for 9000
mapped r--s
removed
, (8999.0000), (9000.0000)
0'
	explain "Attach and detach" "removal takes the name away, and the memory only after the last munmap"
}

@test "posix: the values are found by their offset, at any address" {
	gap 5; points 2
	scenario 'plant /graded
		cp /dev/shm/graded /dev/shm/graded-copy
		./posix /graded-copy read
		plant /graded offset=52 room=2 written=2
		./posix /graded read
		rm /dev/shm/graded /dev/shm/graded-copy'
	expect_output '(1.4140), (3.1420), (1.7710)
(3.1420), (1.7710)'
	explain "No pointer in the segment" "an address is valid in one process only: a segment holds offsets from its own start"
}

@test "posix: what is not a whole table is refused" {
	gap 5; needs 3; points 1
	# Where so much cannot be mapped, it is not all brought into memory, either.
	scenario -b plain -s 5000000000 'refusals posix /graded bytes=0 bytes=1 bytes=47 \
			"size=48 bytes=48 room=0 written=0" offset=61 \
			offset=18446744073709551612 room=4 size=59 bytes=4096
		ulimit -v 4000000
		refusals posix /graded bytes=4294967356'
	expect_that "that an object of 0 bytes is no segment" "$output" \
		without "$output" "bytes=0: posix: /graded: refused"
	explain "Keys and names" "an object of 0 bytes does not count as a segment: give mmap the size that fstat says, and it fails with EINVAL by itself"
	expect_output 'bytes=0: posix: /graded: no segment: not created, or removed
bytes=1: posix: /graded: refused: too small for a table
bytes=47: posix: /graded: refused: too small for a table
size=48 bytes=48 room=0 written=0: nothing written
offset=61: posix: /graded: refused: values outside the segment
offset=18446744073709551612: posix: /graded: refused: values outside the segment
room=4: posix: /graded: refused: values outside the segment
size=59: posix: /graded: refused: made for another size
bytes=4096: posix: /graded: refused: made for another size
'"${output##*$'\n'}"
	explain "Attach and detach" "attach maps whatever has the name, however small, and says how large it is, as fstat tells: it refuses nothing itself; the part that calls it does"
	expect_match 'bytes=4294967356: (posix: /graded: (refused: made for another size|attach: Cannot allocate memory)|it cannot be made here)$'
	explain "Attach and detach" "the object has 4294967356 bytes, which is 60 in a number of 32 bits: keep the size that fstat says in a size_t or off_t, and give mmap all of it (here that fails with ENOMEM, and attach says so)"
}

# The chat

@test "wait_turn: whatever the other side does, whenever it does it" {
	gap 6; points 3
	scenario -t 10 -c race './turns wait'
	never "never sleeps"
	explain "The chat" "what waits sleeps on the flag itself, by futex_wait, which sleeps only while the flag has the value that it is told: the one that you saw, whatever it is; any other kind of sleep misses the wake, and no sleep at all burns CPU time"
	never "sleeps although the turn is its own"
	explain "The chat" "give futex_wait the very value that you looked at and found not to be yours: one that is loaded anew may be your turn already, and with it you sleep"
	never "goes to sleep"
	explain "When the other side dies" "what ends the wait is looked for before each sleep, the first one too, and on either side: told_to_end, and other_gone, whose answer counts at once; seen after it, it comes a quarter of a second late"
	never "changes what is in the segment"
	explain "The chat" "a process that waits owns nothing: wait_turn only looks"
	never "nobody's turn"
	explain "The chat" "the turn is yours when the flag says so, and by no other value: anything may be in the segment"
	never "before that"
	explain "The chat" "waking up proves nothing, whether by a wake, a signal or the time limit: return when the turn is yours, other_gone says yes or told_to_end is set, else sleep again"
	never "does not return 0"
	explain "When the other side dies" "a turn that was given counts: look at the flag once more after other_gone and after told_to_end; a turn that is yours comes before both"
	never "does not return"
	explain "When the other side dies" "before each sleep look at all three: the flag, other_gone and told_to_end"
	expect_output 'wait_turn is right whatever happens'
	explain "When the other side dies" "EPIPE when the other side is gone, EINTR when told_to_end is set"
}

@test "give_turn: first the flag, then the wake" {
	gap 6; points 2
	scenario -t 2 './turns give'
	expect_output 'give_turn changes the flag, and wakes the other side'
	explain "The chat" "the other side sleeps on the flag: change the flag, then wake it; a side that is woken too early sleeps again, for a quarter of a second"
	scenario -t 2 -c race './turns order'
	expect_no_race
	explain "The chat" "what was stored before the turn was given must be seen after it: the store to the flag must be a release, the load an acquire; a relaxed or plain access orders nothing" RACE
}

@test "chat: every line arrives, once and in order, until end" {
	gap 6; points 3
	local word long
	word=w$(random 1000 9999)
	long=$(printf '%0256d' 7)
	give input <<<"$word
$long

 end
ending
end
lost"
	scenario -t 5 'converse <input; cat got
		converse </dev/null; cat got
		printf "hello\nis anybody there?" | converse; cat got'
	expect_output "producer: status 0
consumer: status 0
ready
You wrote: $word
You wrote: $long
You wrote: 
You wrote:  end
You wrote: ending
producer: status 0
consumer: status 0
ready
producer: status 0
consumer: status 0
$(<"$BATS_TEST_DIRNAME/expected/chat.out")"
	explain "The chat" "wait_turn may return only when the turn is yours; give_turn must hand it over exactly once"
}

@test "chat: hundreds of lines take no time: each side is woken" {
	gap 6; points 3
	scenario -t 5 'seq 400 | converse
		{ echo ready; seq -f "You wrote: %g" 400; } | cmp - got && echo all'
	expect_output 'producer: status 0
consumer: status 0
all'
	explain "The chat" "the other side sleeps on the flag: change the flag, then wake it; a missing wake costs a quarter of a second" HANG TIMEOUT
}

@test "chat: the side that waits for its turn sleeps" {
	gap 6; points 2
	scenario -t 5 'touch key
		./consumer key >out & consumer=$!
		await_blocked $consumer futex
		echo asleep
		kill $consumer
		wait $consumer'
	expect_output asleep
	explain "The chat" "looking at the flag again and again burns CPU time: sleep on it, with futex_wait"
}

@test "chat: the consumer notices that the producer was killed" {
	gap 6; points 2
	scenario -t 5 'two_talk
		await_blocked $consumer futex
		kill -KILL $producer
		part $consumer'
	expect_output 'You wrote: hello
status 1
consumer: the producer is gone'
	explain "When the other side dies" "a dead process never gives you the turn: ask other_gone before you sleep again" TIMEOUT
	explain "When the other side dies" "a dead process never wakes you: this sleep has no time limit, and each one needs it, so that you can ask other_gone" HANG
}

@test "chat: the producer notices that the consumer was killed" {
	gap 6; points 2
	scenario -t 5 'two_talk
		kill -KILL $consumer
		await_gone $consumer
		tell more; tell and more; tell end
		part $producer'
	expect_output 'You wrote: hello
status 1
producer: the consumer is gone'
	explain "When the other side dies" "a dead process never gives you the turn: ask other_gone before you sleep again" TIMEOUT
	explain "When the other side dies" "a dead process never wakes you: this sleep has no time limit, and each one needs it, so that you can ask other_gone" HANG
}

@test "consumer: a signal ends the wait, and the segment with it" {
	gap 6; points 2
	scenario -t 5 'touch key
		./consumer key >out & consumer=$!
		await_blocked $consumer futex
		kill -TERM $consumer
		wait $consumer'
	expect_complaint '^consumer: waiting for the producer: Interrupted system call$'
	expect_status 1
	explain "The chat" "when told_to_end is set, wait_turn returns -1 with errno EINTR, so that the consumer can remove its segment" HANG TIMEOUT
}

@test "chat: once two talk, the key is removed; no third can join" {
	gap 6; points 2
	scenario -t 5 'two_talk
		echo me too | ./producer key 2>&1
		tell still here
		part $consumer'
	expect_output 'You wrote: hello
producer: key: no consumer
You wrote: still here
status 0'
	explain "Attach and detach" "a segment removed with IPC_RMID has no key any more, and stays until the last one detaches"
}

# Both

@test "bad input: one clear line, and status 2" {
	gap 0; points 0
	scenario -b plain 'for name in table /tmp/table //table / ""; do
			./posix "$name" create 3 2>&1; echo $?
		done
		touch key
		for count in 0 -1 3x 1048577; do
			./sysv key create "$count" 2>&1; echo $?
		done
		for value in nan 1e999 1,5 ""; do
			./sysv key write 1 "$value" 2>&1; echo $?
		done'
	expect_output "posix: not a name, one slash and no other: 'table'
2
posix: not a name, one slash and no other: '/tmp/table'
2
posix: not a name, one slash and no other: '//table'
2
posix: not a name, one slash and no other: '/'
2
posix: not a name, one slash and no other: ''
2
sysv: not a count from 1 to 1048576: '0'
2
sysv: not a count from 1 to 1048576: '-1'
2
sysv: not a count from 1 to 1048576: '3x'
2
sysv: not a count from 1 to 1048576: '1048577'
2
sysv: not a number: 'nan'
2
sysv: not a number: '1e999'
2
sysv: not a number: '1,5'
2
sysv: not a number: ''
2"
	explain_given "The programs"
}

@test "memcheck: no bad memory, no leak, no descriptor left open" {
	gap 0; needs 4 5; points 2
	memcheck_of './posix /graded create 3
		memcheck ./posix /graded write 1 2 3
		./posix /graded remove'
	expect_output 'created: room for 3
(1.0000), (2.0000), (3.0000)
removed'
	explain "Attach and detach" "detach what you attached, close what you opened, and free what you allocate"
}
