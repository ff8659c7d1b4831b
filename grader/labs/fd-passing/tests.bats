#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: a descriptor crosses

# explain_second: if it was seen that take waits, with the only message behind it
explain_second() {
	[[ $first_why != *"carry (pid "*"is blocked in "@(recv|recvmsg|read)"(fd "* ]] ||
		explain "A descriptor crosses" "one message was sent, and take waits for another: the descriptor comes in the recvmsg that gets the first byte of the message; if a recv or read takes the bytes first, it is lost" HANG
}

@test "give, take: the open file itself crosses" {
	gap 1; points 6
	local word
	word=w$(random 1000 9999)
	scenario "echo 12$word >file; ./carry pass file"
	expect_output "message of 4 bytes, no error, with 1 descriptors
$word
$word
open +0"
	local means="one message: the int, and beside it one descriptor (cmsg_len is CMSG_LEN of one int, not CMSG_SPACE, which would send two). What take returns reads on where the file stands, and is closed on exec. Any number from 0 on is a descriptor"
	[[ $output != *"left its descriptor open"* && $output != *"open +"[1-9]* ]] ||
		means="give closes its copy of the descriptor, whatever comes of it: otherwise the vault has one more open after each client"
	[[ $output != *"not closed on exec"* ]] ||
		means="MSG_CMSG_CLOEXEC in recvmsg: what take returns must not be open in a program that is started later"
	[[ $error != *"null pointer of type 'struct cmsghdr'"* ]] ||
		means="CMSG_FIRSTHDR returns NULL where there is no control message: before sendmsg, if msg_control and msg_controllen do not say yet where it is to stand; after recvmsg, if none came"
	explain_second
	explain "A descriptor crosses" "$means"
}

@test "give, take: an error crosses without a descriptor" {
	gap 1; points 4
	scenario './carry errors'
	expect_output 'message of 4 bytes, EXDEV, with 0 descriptors'
	explain "A descriptor crosses" "without a descriptor the message is the int alone, with no control data; take then returns -1 with the error that was sent, whichever it is, as errno"
}

@test "take: what is refused leaves no descriptor open" {
	gap 1; points 8
	scenario './carry odd'
	expect_output 'no byte, 1 descriptor: EBADMSG, open +0
1 byte, 1 descriptor: EBADMSG, open +0
3 bytes, 1 descriptor: EBADMSG, open +0
5 bytes, 1 descriptor: EBADMSG, open +0
8 bytes, 1 descriptor: EBADMSG, open +0
2 descriptors: EBADMSG, open +0
3 descriptors: EBADMSG, open +0
20 descriptors: EBADMSG, open +0
no error, no descriptor: EBADMSG, open +0
error EIO, 1 descriptor: EBADMSG, open +0
error EIO, 3 descriptors: EBADMSG, open +0
error EIO in 3 bytes: EBADMSG, open +0
error EIO in 8 bytes: EBADMSG, open +0
error -1: EBADMSG, open +0
error -1, 1 descriptor: EBADMSG, open +0
error -2^31: EBADMSG, open +0
error EIO, descriptor 0: EBADMSG, open +0
2 descriptors, 0 is free: EBADMSG, open +0'
	local means="each of these messages is one that give does not send: it has another size than an int, or not exactly one descriptor (with error 0), or one beside an error, or a negative error. MSG_TRUNC and MSG_CTRUNC say that more was sent than there was room for"
	[[ $output != *"EBADMSG, open +"[1-9]* ]] ||
		means="descriptors have come, and stay open: CMSG_SPACE of one int has room for two where a long has 8 bytes, and with MSG_CTRUNC those that did fit are open here. Close all of them before you refuse"
	[[ $output != "no byte, 1 descriptor: ECONNRESET"* ]] ||
		means="recvmsg returned 0, and yet it was not the end: a message without a byte may bring a descriptor. So first see what came, and close it; it is the end when no descriptor came either"
	[[ $output != *"error -2^31"*"open +"[1-9]* || $output == *"open +"[1-9]*"error -2^31"* ]] ||
		means="a refused descriptor stays open when its number is 0: any number from 0 on is a descriptor"
	explain "What is refused is closed" "$means"
}

@test "take: when no descriptor can be opened" {
	gap 1; points 3
	scenario './carry full'
	expect_output 'take, 0 free: EBADMSG
open +0
take, 1 free: EBADMSG
open +0
take, 0 free: EBADMSG
open +0
take, 0 free, no byte: EBADMSG
open +0'
	explain_second
	[[ $output != *"no byte: ECONNRESET"* ]] ||
		explain "What is refused is closed" "recvmsg returned 0, and yet it was not the end: MSG_CTRUNC in msg_flags says that a descriptor was sent, for which there was no number free. At the end nothing is cut"
	explain "What is refused is closed" "the process has almost as many descriptors as it may have (RLIMIT_NOFILE): the bytes came, the descriptor did not, or one of two did, and msg_flags has MSG_CTRUNC. There may be no control message at all then: CMSG_FIRSTHDR returns NULL"
}

@test "give, take: when the other side has closed" {
	gap 1; points 3
	scenario './carry gone'
	expect_output 'SEQPACKET, give: EPIPE, open +0
take: ECONNRESET, open +0
SEQPACKET, give: EPIPE, open +0
take: ECONNRESET, open +0
STREAM, give: EPIPE, open +0
take: ECONNRESET, open +0
STREAM, give: EPIPE, open +0
take: ECONNRESET, open +0'
	local means="with MSG_NOSIGNAL sendmsg fails with EPIPE instead of a signal that kills; close may change errno, so keep it; recvmsg returns 0 when the other side has closed and sent nothing, and take makes ECONNRESET of it"
	[[ $output != *"give: EPIPE, open +"[1-9]* ]] ||
		means="sendmsg has failed, and the descriptor is still open: give closes its copy, sent or not"
	[[ $output != *"take: EBADMSG"* ]] ||
		means="the other side has closed and sent nothing: recvmsg returns 0, no descriptor came, and take makes ECONNRESET of it. Beside MSG_TRUNC and MSG_CTRUNC, msg_flags may have bits that say nothing was cut, such as MSG_CMSG_CLOEXEC"
	explain "A descriptor crosses" "$means"
}

@test "give, take: signals, and calls that fail" {
	gap 1; points 4
	local crossed='message of 4 bytes, no error, with 1 descriptors
text
text
open +0'
	failing carry/sendmsg:1-30:EINTR carry/recvmsg:1-30:EINTR
	scenario 'echo 12text >file; ./carry pass file'
	expect_output "$crossed"
	explain_second
	explain "A descriptor crosses" "a call returned -1 with EINTR: a signal came first, and nothing was sent or received; make it again, each time. give closes its copy after the last try, not before"
	was_forced || { # by other calls, then
		failing
		scenario 'echo 12text >file; ./carry pass file'
		expect_output "$crossed"
		explain "A descriptor crosses" "a message and its descriptors go over, whichever calls that is done by"
	}
	failing carry/sendmsg:each:ENOBUFS carry/recvmsg:2:ENOMEM
	scenario 'echo 12text >file; ./carry pass file; echo $?'
	expect_match $'^(message of 4 bytes, no error, with 1 descriptors\n)?1$'
	expect_complaint '^carry: (give: No buffer space available|take: Cannot allocate memory)$'
	explain "A descriptor crosses" "sendmsg or recvmsg returned -1, and not for a signal: return -1 with that errno (and nothing in between may change it)"
}

# Gap 2: who asks

@test "is_peer: only the user that may ask" {
	gap 2; points 7
	scenario './carry peer'
	expect_output 'this user: 1
another one: 0
user 7 connected, user 7 may ask: 1
user 7 of group 8 connected, user 8 may ask: 0
user 7 with process 2147483647 connected, user 2147483647 may ask: 0
user 7 connected, user 0 may ask: 0
user 7 connected, the user of the vault may ask: 0
user 0 connected, user 7 may ask: 0
user 0 connected, user 0 may ask: 1
user 2^32 - 2 connected and may ask: 1
user 2^32 - 2 connected, 65534 may ask: 0
the kernel does not say, 7 may ask: 0
the kernel does not say, 0 may ask: 0
no socket, user 0 may ask: 0
open +0'
	local means="the kernel says who connected (struct ucred: process, user, group): its user counts, and no other; user 0 is one like the others. When getsockopt fails it has said nothing, whatever is in the struct, and the answer is 0"
	[[ $output != $'this user: 1\nanother one: 0\nuser 7 connected, user 7 may ask: 0\n'* ]] ||
		means="user 7 connected, and user 7 may ask. The process that connected (2147483647) has ended since, which does not matter: compare the user in struct ucred with uid, and ask nothing else (kill, /proc, geteuid)"
	explain "Who asks" "$means"
}

@test "vault: a wrong peer gets nothing" {
	gap 2; needs 1 3; points 3
	scenario 'folder; me=$(id -u); for uid in $((me + 1)) 4294967294 $me; do
			start ./vault -u $uid box sock; ./fetch sock file; echo $?; stop
		done'
	expect_output '1
status 0
1
status 0
inside
0
status 0'
	expect_said $'^(fetch: file: Operation not permitted\n?){2}$'
	explain "Who asks" "vault -u UID serves that user, and refuses all others with EPERM"
}

# Gap 3: the folder is the border

# unless_open MEANS: MEANS, unless a descriptor is open too many
unless_open() {
	local means=$1
	[[ $output != *"open +"[1-9]* || $output == *outside* ]] ||
		means="after open_inside a descriptor is open that was not open before (open +1): what is opened and then refused is closed again. Step by step, this holds for each folder on the way, also when the part after it cannot be opened"
	printf '%s' "$means"
}

@test "open_inside: files of the folder, and of those below" {
	gap 3; points 5
	scenario 'folder; echo dots >box/..dots; echo more >box/sub/a..b; echo long >box/plans; dots=$(printf "./%.0s" {1..125}); longest=$(printf %0255d); echo longest >box/$longest
		./carry find box file sub/file sub/deep/file ..dots sub/a..b ./file none sub/none none/file ${dots}plans $longest | sed "s|^$dots|250 bytes, |; s|^$longest|255 bytes|"'
	expect_output 'file: inside
sub/file: inside in sub
sub/deep/file: inside in deep
..dots: dots
sub/a..b: more
./file: inside
none: no such file
sub/none: no such file
none/file: no such file
250 bytes, plans: long
255 bytes: longest'
	explain "The folder is the border" "$(unless_open "what lies in the folder, at any depth, is opened for reading, and closed on exec; a name that only looks like .. is a name like any other, ./file is file, and a name may have 255 bytes (NAME_MAX), also in one part; what is not there is ENOENT")"
}

@test "open_inside: no name leads out" {
	gap 3; points 6
	scenario 'folder; ./carry open box file ../out/file .. ../box/file sub/../../out/file sub/deep/../../../out/file "$PWD/out/file" "$PWD/box/file" /dev/null //etc/passwd ./../out/file ""
		cd box; ../carry open sub ../file'
	expect_match '^file: inside
([^:]*: refused
){10}: refused
\.\./file: refused$'
	explain "The folder is the border" "$(unless_open "a name that begins with / or goes up by .. leaves the folder, wherever in the name it stands: openat alone does not prevent that")"
}

@test "open_inside: no link is followed, wherever it leads" {
	gap 3; points 6
	scenario 'folder; ln -s ../out box/link; ln -s ../out/file box/leaf; ln -s "$PWD/out" box/absolute
		ln -s sub box/near; ln -s sub/file box/nearleaf; ln -s none box/dangling; ln -s ../../out box/sub/link; ln -s loop box/loop
		./carry open box file link/file leaf absolute/file near/file nearleaf sub/link/file loop near/deep/file sub/link/../file
		./carry open box dangling
		exec 7<out/file
		./carry open /proc/$$ root/etc/passwd cwd/out/file fd/7 cwd/box/file exe'
	expect_output 'file: inside
link/file: refused
leaf: refused
absolute/file: refused
near/file: refused
nearleaf: refused
sub/link/file: refused
loop: refused
near/deep/file: refused
sub/link/../file: refused
dangling: refused
root/etc/passwd: refused
cwd/out/file: refused
fd/7: refused
cwd/box/file: refused
exe: refused'
	explain "The folder is the border" "$(unless_open "a symbolic link may lead anywhere, also in the middle of a name, and those in /proc lead to what a process has open: O_NOFOLLOW looks at the last part only")"
}

@test "open_inside: only regular files, and without waiting" {
	gap 3; points 6
	scenario 'folder; mkfifo box/fifo
		./carry open box file sub sub/deep . fifo fifo/file file/file sub/ sub/deep/ sub/file
		./carry open /dev null zero tty full'
	expect_match '^file: inside
([^:]*: refused
){8}sub/file: inside in sub
([^:]*: refused
){2}tty: refused
full: refused$'
	explain "The folder is the border" "$(unless_open "a folder, a FIFO or a device is refused, and its descriptor closed again: ask fstat for what was opened. Without O_NONBLOCK, open waits until somebody writes to the FIFO, for ever")" WRONG HANG TIMEOUT
	failing carry/fstat:each:EIO
	scenario 'folder; ./carry open box file'
	expect_output 'file: refused'
	explain "The folder is the border" "$(unless_open "what cannot be looked at is refused, and its descriptor closed again")"
	failing carry/open:each:EMFILE
	scenario 'folder; ./carry open box sub/file 2>&1'
	expect_failed
	expect_match $'^(sub/file: (refused|inside in sub)\n?)?(carry: .*: Too many open files)?$'
	explain "The folder is the border" "$(unless_open "a folder or file could not be opened: return -1 with that errno, and close what is open")"
	failing
	# An old kernel, or a container, has no openat2.
	scenario 'folder; ln -s ../out box/link; ln -s ../out/file box/leaf; ln -s sub box/near; ln -s ../../out box/sub/link; mkfifo box/fifo
		for error in ENOSYS EPERM; do
			./partner without $error ./carry open box file sub/file link/file leaf near/file sub/link/file ../out/file sub/../../out/file "$PWD/out/file" sub fifo
		done'
	expect_match '^(file: (inside|refused)
sub/file: (inside in sub|refused)
([^:]*: refused
?){9}){2}$'
	explain "The folder is the border" "$(unless_open "openat2 failed with ENOSYS or EPERM, as on an old kernel or in a container, and what was done instead follows a link or .. out of the folder, or opens what is no file: O_NOFOLLOW looks at the last part only. Without openat2 either refuse, or go step by step")" WRONG HANG TIMEOUT
}

@test "open_inside: renames at any moment let nothing out" {
	gap 3; points 8
	local means="between a look at the name (lstat, realpath) and the open, what it stands for was exchanged: look and open must be one step, by openat2, or by openat with O_NOFOLLOW, folder by folder, each relative to the descriptor of the one before"
	# It is stopped at each place after the mark, and goes on when all others wait.
	interrupting carry#1:STOP@pipe
	local without
	for without in '' 'without="./partner without ENOSYS"; ' 'without="./partner without EPERM"; '; do
		scenario "$without"'folder; ln -s ../out box/link; meanwhile sub/file ./partner exchange box/sub box/link'
		expect_failed
		expect_match '^sub/file: (inside in sub|refused)$'
		explain "Between the look and the open" "$(unless_open "$means")" WRONG HANG TIMEOUT
		scenario "$without"'folder; ln -s ../../out box/sub/link; meanwhile sub/deep/file ./partner exchange box/sub/deep box/sub/link'
		expect_match '^sub/deep/file: (inside in deep|refused)$'
		explain "Between the look and the open" "$(unless_open "$means")" WRONG HANG TIMEOUT
		scenario "$without"'folder; ln -s ../out/file box/leaf; meanwhile file ./partner exchange box/file box/leaf'
		expect_match '^file: (inside|refused)$'
		explain "Between the look and the open" "$(unless_open "$means")" WRONG HANG TIMEOUT
		scenario "$without"'folder; mkfifo box/fifo; meanwhile file ./partner exchange box/file box/fifo; ./carry open box sub/file'
		expect_match $'^file: (inside|refused)\nsub/file: inside in sub$'
		explain "Between the look and the open" "$(unless_open "it was a file when you looked, and a FIFO when you opened it: open with O_NONBLOCK, and ask fstat for what was opened")" WRONG HANG TIMEOUT
		scenario "$without"'folder; meanwhile sub/../file mv box/sub out/sub'
		expect_match '^sub/\.\./file: (inside|refused)$'
		explain "Between the look and the open" "$(unless_open "the folder sub was moved out of the vault before .. was taken, and its .. is another folder then: to count how deep a name goes is not enough")" WRONG HANG TIMEOUT
	done
}

@test "open_inside: a folder and a link exchanged again and again" {
	gap 3; points 2
	# In full: SWAPS=10000. What must not be left to luck is in the test before.
	local swaps=${SWAPS:-200}
	scenario "folder; ln -s ../out box/link; ./carry storm box $swaps"
	expect_output "$swaps exchanges, 0 files from outside; at the end: inside in sub"
	explain "Between the look and the open" "a folder of the vault and a link to a folder outside are exchanged all the time; what is opened must be a file of the one, or nothing"
}

@test "vault: it serves clients in any order, and ends" {
	gap 3; needs 1 2; points 2
	local word
	word=w$(random 1000 9999)
	scenario "folder; echo $word >box/file; start ./vault box sock"'
		mkfifo end; ./partner silent sock <end >log2 & silent=$!; exec 6>end; await_line log2 connected
		./fetch sock file; ./fetch sock sub/../../out/file; echo $?; ./fetch sock none; echo $?
		for i in x fnone x$(printf "%0300d" 1); do ./partner ask sock "$i"; done
		idle $server; ls /proc/$server/fd | wc -l >n1
		for i in {1..5}; do ./fetch sock file >/dev/null; ./fetch sock none 2>/dev/null; done
		until_holds "the vault keeps descriptors of clients that have gone" same_number $server n1
		exec 6>&-; wait $silent; stop; rm end; [[ ! -e sock ]] && echo "the socket is gone"'
	expect_output "$word
1
1
EINVAL
ENOENT
EINVAL
asleep
status 0
the socket is gone"
	explain "The programs" "the vault serves each client, also while another one is silent; afterwards it has no more descriptors open than before"
	interrupting vault:STOP@accept
	scenario 'folder; start ./vault box sock; ./fetch sock file; stop'
	expect_output 'inside
status 0'
	expect_quiet
	explain "A descriptor crosses" "the vault was stopped for seconds before it had answered: take waits until the message comes, as long as that takes"
	interrupting
}

# Gap 4: memory that nobody can change

@test "copy_sealed: the bytes of the file, and nobody changes them" {
	gap 4; points 7
	scenario ': >empty; echo x >small; head -c 5000 /dev/urandom >pages; head -c 1048576 /dev/zero >most; head -c 1048577 /dev/zero >more; head -c 3000000 /dev/zero >many
		for file in empty small pages most more many /proc/sys/kernel/ostype; do ./carry seal $file; done'
	expect_output '0 bytes, open +1
2 bytes, open +1
5000 bytes, open +1
1048576 bytes, open +1
EFBIG, open +0
EFBIG, open +0
6 bytes, open +1'
	local means="whoever has the descriptor can write to it, change its size, or seal it further: F_ADD_SEALS with all four seals, once the bytes are there"
	[[ $output != *"1048577 bytes"* && $output != *EFBIG*EFBIG*EFBIG* ]] ||
		means="1,048,576 bytes (SNAPSHOT_BYTES) are copied, one more is EFBIG"
	[[ $output != *"not those of the file"* ]] ||
		means="the memory has other bytes than can be read from fd: copy until read returns 0. What fstat says is not how much can be read: the size of a file in /proc is 0, and a file may grow"
	[[ $output != *EPERM* ]] ||
		means="F_ADD_SEALS fails with EPERM: without MFD_ALLOW_SEALING, memfd_create makes memory that has F_SEAL_SEAL from the beginning"
	[[ $output != *"open +"[12]$'\n'*"EFBIG, open +1"* ]] ||
		means="when the copy fails (EFBIG), the descriptor of the memory is closed again"
	explain "Seals" "$means"
	scenario 'mkfifo pipe; ./carry seal pipe & carry=$!; exec 3>pipe; echo one >&3
		await_asleep $carry "copy_sealed did not wait for the rest of the pipe"
		echo two >&3; exec 3>&-; wait $carry; rm pipe'
	expect_output '8 bytes, open +1'
	explain "Seals" "of a pipe, or of a file in /proc, a read brings what is there just now, and more may come: copy until read returns 0" WRONG HANG TIMEOUT
	# Of 0 bytes, says fstat. (Not all calls that copy can copy it.)
	scenario 'for i in {1..9}; do printf -v "v$i" %0120000d 0; export "v$i"; done; ./carry seal /proc/self/environ'
	expect_match '^(EFBIG|EINVAL), open \+0$'
	explain "Seals" "more than 1,048,576 bytes (SNAPSHOT_BYTES) can be read from this file, and fstat says 0. Such a file is in /proc, and any file may grow after fstat: count the bytes that are read, and one more is EFBIG"
}

@test "copy_sealed: calls that fail, and short ones" {
	gap 4; points 3
	failing carry/memfd_create:each:EMFILE
	scenario 'echo text >file; ./carry seal file'
	expect_failed
	expect_output 'EMFILE, open +0'
	failing carry/memfd_create:each:EMFILE carry/read:1:EIO
	scenario 'echo text >file; ./carry seal file'
	expect_failed
	expect_match '^(EMFILE|EIO), open \+0$'
	failing carry/fcntl:1:EBUSY
	scenario 'echo text >file; ./carry seal file'
	expect_failed
	expect_output 'EBUSY, open +0'
	explain "Seals" "if the memory cannot be made, filled or sealed, copy_sealed returns -1 with that errno, and closes what it has opened"
	failing
	# (Not all calls that copy can copy it.)
	scenario './carry fail'
	expect_match '^65536 bytes, then EIO: (EIO|EINVAL), open \+0
1048576 bytes, then EIO: (EIO|EINVAL), open \+0$'
	explain "Seals" "a read failed, after so many bytes: what came before is a part, and no copy. copy_sealed returns -1 with that errno, whichever read it is, also the one that only looks whether there is more than SNAPSHOT_BYTES"
	scenario 'for bytes in 0 10 1048576; do interrupted $bytes; done'
	expect_match '^0 bytes, a signal, 1 byte: (EINTR, open \+0|1 bytes, open \+1)
10 bytes, a signal, 1 byte: (EINTR, open \+0|11 bytes, open \+1)
1048576 bytes, a signal, 1 byte: (EINTR|EFBIG), open \+0$'
	explain "Seals" "a signal came while a read waited for more, and it returned -1 with EINTR: that is not the end, whichever read it is. Make it again, or return -1 with that errno" WRONG HANG TIMEOUT
}

@test "map_sealed: only what can neither change nor shrink" {
	gap 4; points 6
	scenario './carry map'
	expect_output 'sealed: mapped by WRITE and SHRINK, whatever else is sealed
empty: mapped, size 0
a file: refused'
	local means="F_SEAL_WRITE and F_SEAL_SHRINK must both be there; others may be missing, and none stands for one of the two (F_SEAL_FUTURE_WRITE leaves mappings that exist writable). A failed F_GET_SEALS is -1, in which each bit is set. Nothing can be mapped of 0 bytes"
	[[ $output != *"empty: mapped, size "[1-9]* ]] ||
		means="of what is empty the result is \"\", and size is set, too: to 0"
	[[ $output != *"size 5001, not"* ]] ||
		means="the memory has more than 4 GiB, and size is what is left over of that in 32 bits, as in an int: off_t and size_t have room for it"
	explain "Seals" "$means"
	explain "Seals" "each byte of the memory was read, of 1 byte to more than SNAPSHOT_BYTES (that limit is copy_sealed's): all of it is mapped, as fstat tells its size" CRASH
}

@test "map_sealed: the memory shrinks at any moment" {
	gap 4; points 5
	interrupting carry#1:STOP@pipe
	scenario 'exec 5<> <(:); ./partner hold <&5 >said & holder=$!; await_line said ready
		./carry reopen /proc/$holder/fd/3 & pid=$!
		until_holds "it was not stopped" is_suspended $pid; echo go >&5; await_line said sealed
		wait $pid; kill $holder; wait $holder'
	expect_failed
	expect_match '^(EPERM|10 bytes, the last is a)$'
	explain "Seals" "its size was asked for before its seals were looked at: whoever has made it cut it in between, and what was mapped beyond its end is SIGBUS. First the seals, then fstat, then mmap" WRONG CRASH
	interrupting
	failing carry/fcntl:2:EINVAL
	scenario './carry one'
	expect_failed
	expect_match '^(EINVAL|EPERM)$'
	failing carry/fstat:each:EIO carry/mmap-file:each:ENOMEM
	scenario './carry one 2>/dev/null'
	expect_match '^(EIO|ENOMEM|5000 bytes, the first is 0|)$'
	explain "Seals" "a call of map_sealed failed: it returns NULL with that errno. When F_GET_SEALS fails it returns -1, in which each bit is set; when mmap fails it returns MAP_FAILED, which is not NULL"
}

@test "vault, snapshot: a copy that nobody can change" {
	gap 4; needs 1 2 3; points 2
	scenario 'folder; seq 100000 >box/long; start ./vault box sock
		./snapshot sock long | cmp - box/long && echo same; ./snapshot sock ../out/file; echo $?
		: >box/file; ./snapshot sock file; echo $?; stop'
	expect_output 'same
1
0
status 0'
	explain "Seals" "snapshot gets sealed memory from the vault, and maps it"
}

# All

@test "together: a file, a snapshot, a name that leads out" {
	gap 0; needs 1 2 3 4; points 1
	scenario 'together'
	expect_output_of together
	explain "The programs" "the vault opens the file, and the client gets the descriptor"
}

@test "bad input: one clear line, and a status that is not 0" {
	gap 0; points 1
	local words
	scenario 'mkdir folder; tell ./vault "./vault a" "./vault a b c" "./vault -x a b" "./vault -u" "./vault none sock" "./vault folder folder" \
		"./vault -u -1 folder s" "./vault -u 4294967295 folder s" "./vault -u 1x folder s" \
		./fetch "./fetch a" "./fetch a b c" ./snapshot "./snapshot a" "./fetch none a" "./snapshot none a"'
	for words in ./vault './vault a' './vault a b c' './vault -x a b' './vault -u'; do
		expect_told "$words" 2 '' '^vault: usage: vault \[-u UID\] DIR SOCKET$'
	done
	for words in '-1' 4294967295 1x; do
		expect_told "./vault -u $words folder s" 2 '' '^vault: UID is a number from 0 to 4294967294$'
	done
	expect_told './vault none sock' 1 '' '^vault: none: No such file or directory$'
	expect_told './vault folder folder' 1 '' '^vault: folder: Address already in use$'
	for words in ./fetch './fetch a' './fetch a b c'; do
		expect_told "$words" 2 '' '^fetch: usage: fetch SOCKET NAME$'
	done
	for words in ./snapshot './snapshot a'; do
		expect_told "$words" 2 '' '^snapshot: usage: snapshot SOCKET NAME$'
	done
	expect_told './fetch none a' 1 '' '^fetch: none: No such file or directory$'
	expect_told './snapshot none a' 1 '' '^snapshot: none: No such file or directory$'
	explain_given "The programs"
}
