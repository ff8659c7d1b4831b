#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: a descriptor crosses

@test "give, take: the open file itself crosses" {
	gap 1; points 8
	local word
	word=w$(random 1000 9999)
	scenario "echo 12$word >file; ./carry pass file"
	expect_output "message of 4 bytes, no error, with 1 descriptors
$word
open +0"
	local means="one message: the int, and beside it one descriptor (cmsg_len is CMSG_LEN of one int, not CMSG_SPACE, which would send two). What take returns reads on where the file stands, and is closed on exec"
	[[ $output != *"left its descriptor open"* && $output != *"open +"[1-9]* ]] ||
		means="give closes its copy of the descriptor, whatever comes of it: otherwise the vault has one more open after each client"
	[[ $output != *"not closed on exec"* ]] ||
		means="MSG_CMSG_CLOEXEC in recvmsg: what take returns must not be open in a program that is started later"
	explain "A descriptor crosses" "$means"
}

@test "give, take: an error crosses without a descriptor" {
	gap 1; points 5
	scenario './carry errors'
	expect_output 'message of 4 bytes, EXDEV, with 0 descriptors'
	explain "A descriptor crosses" "without a descriptor the message is the int alone, with no control data; take then returns -1 with the error that was sent, whichever it is, as errno"
}

@test "take: what is refused leaves no descriptor open" {
	gap 1; points 10
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
error -2^31: EBADMSG, open +0'
	local means="each of these messages is one that give does not send: it has another size than an int, or not exactly one descriptor (with error 0), or one beside an error, or a negative error. MSG_TRUNC and MSG_CTRUNC say that more was sent than there was room for"
	[[ $output != *"open +"[1-9]* ]] ||
		means="descriptors have come, and stay open: CMSG_SPACE of one int has room for two where a long has 8 bytes, and with MSG_CTRUNC those that did fit are open here. Close all of them before you refuse"
	explain "What is refused is closed" "$means"
}

@test "take: when no descriptor can be opened" {
	gap 1; points 4
	scenario './carry full'
	expect_output 'take: EBADMSG
open +0'
	explain "What is refused is closed" "the process had as many descriptors as it may have (RLIMIT_NOFILE): the bytes came, the descriptor did not, and msg_flags has MSG_CTRUNC. There may be no control message at all then: CMSG_FIRSTHDR returns NULL"
}

@test "give, take: when the other side has closed" {
	gap 1; points 4
	scenario './carry gone'
	expect_output 'give: EPIPE, open +0
take: ECONNRESET, open +0
give: EPIPE, open +0
take: ECONNRESET, open +0'
	explain "A descriptor crosses" "with MSG_NOSIGNAL sendmsg fails with EPIPE instead of a signal that kills; close may change errno, so keep it; recvmsg returns 0 when the other side has closed and sent nothing, and take makes ECONNRESET of it"
}

@test "give, take: signals, and calls that fail" {
	gap 1; points 5
	failing carry/sendmsg:each:EINTR carry/recvmsg:each:EINTR
	scenario 'echo 12text >file; ./carry pass file'
	expect_failed
	expect_output 'message of 4 bytes, no error, with 1 descriptors
text
open +0'
	explain "A descriptor crosses" "a call returned -1 with EINTR: a signal came first, and nothing was sent or received; make it again"
	failing carry/sendmsg:each:ENOBUFS carry/recvmsg:2:ENOMEM
	scenario 'echo 12text >file; ./carry pass file; echo $?'
	expect_failed
	expect_output $'1' # the first sendmsg
	expect_complaint '^carry: (give: No buffer space available|take: Cannot allocate memory)$'
	explain "A descriptor crosses" "sendmsg or recvmsg returned -1, and not for a signal: return -1 with that errno (and nothing in between may change it)"
}

# Gap 2: who asks

@test "is_peer: only the user that may ask" {
	gap 2; points 10
	scenario './carry peer'
	expect_output 'this user: 1
another one: 0
user 7 connected, user 7 may ask: 1
user 7 of group 8 connected, user 8 may ask: 0
user 7 with process 9 connected, user 9 may ask: 0
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
	explain "Who asks" "the kernel says who connected (struct ucred: process, user, group): its user counts, and no other; user 0 is one like the others. When getsockopt fails it has said nothing, whatever is in the struct, and the answer is 0"
}

@test "vault: a wrong peer gets nothing" {
	gap 2; needs 1 3; points 4
	scenario 'folder; me=$(id -u); for uid in $((me + 1)) 4294967294 $me; do
			start ./vault -u $uid box sock; ./fetch sock file; echo $?; stop
		done'
	expect_output 'ready
1
status 0
ready
1
status 0
ready
inside
0
status 0'
	expect_said '^(fetch: file: Operation not permitted\n?){2}$'
	explain "Who asks" "vault -u UID serves that user, and refuses all others with EPERM"
}

# Gap 3: the folder is the border

@test "open_inside: files of the folder, and of those below" {
	gap 3; points 6
	scenario 'folder; echo dots >box/..dots; echo more >box/sub/a..b; ./carry open box file sub/file sub/deep/file ..dots sub/a..b ./file none sub/none none/file'
	expect_output 'file: inside
sub/file: inside in sub
sub/deep/file: inside in deep
..dots: dots
sub/a..b: more
./file: inside
none: no such file
sub/none: no such file
none/file: no such file'
	explain "The folder is the border" "what lies in the folder, at any depth, is opened for reading, and closed on exec; a name that only looks like .. is a name as any other; what is not there is ENOENT"
}

@test "open_inside: no name leads out" {
	gap 3; points 8
	scenario 'folder; ./carry open box ../out/file .. ../box/file sub/../../out/file sub/deep/../../../out/file "$PWD/out/file" "$PWD/box/file" /dev/null //etc/passwd ./../out/file ""
		cd box; ../carry open sub ../file'
	expect_match '^([^:]*: refused
){10}: (refused|no such file)
\.\./file: refused$'
	explain "The folder is the border" "a name that begins with / or goes up by .. leaves the folder, wherever in the name it stands: openat alone does not mind"
}

@test "open_inside: no link is followed, wherever it leads" {
	gap 3; points 8
	scenario 'folder; ln -s ../out box/link; ln -s ../out/file box/leaf; ln -s "$PWD/out" box/absolute
		ln -s sub box/near; ln -s sub/file box/nearleaf; ln -s none box/dangling; ln -s ../../out box/sub/link; ln -s loop box/loop
		./carry open box link/file leaf absolute/file near/file nearleaf sub/link/file loop near/deep/file sub/link/../file
		./carry open box dangling | sed "s/no such file/refused/"
		exec 7<out/file
		./carry open /proc/$$ root/etc/passwd cwd/out/file fd/7 cwd/box/file task/$$/cwd/out/file exe'
	expect_output 'link/file: refused
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
'"task/"
	explain "The folder is the border" "a symbolic link may lead anywhere, also in the middle of a name, and those in /proc lead to what a process has open: O_NOFOLLOW looks at the last part only"
}

@test "open_inside: only regular files, and without waiting" {
	gap 3; points 5
	scenario 'folder; mkfifo box/fifo
		./carry open box sub sub/deep . fifo sub/ sub/deep/
		./carry open /dev null zero tty full'
	expect_match '^([^:]*: refused
){8}tty: (refused|no such file)
full: refused$'
	explain "The folder is the border" "a folder, a FIFO or a device is refused, and its descriptor closed again: ask fstat for what was opened. Without O_NONBLOCK, open waits until somebody writes to the FIFO, for ever" WRONG HANG TIMEOUT
	failing carry/fstat:1+:EIO carry/open:each:EMFILE
	scenario 'folder; ./carry open box file none'
	expect_that "nothing is opened without being looked at" "$output" matches "$output" "^(file: refused.none: (refused|no such file)|)$|inside"
	explain "The folder is the border" "a call failed"
}
