#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: texts of the kernel

@test "field: the line that begins with the whole name" {
	gap 1; points 5
	local n
	n=$(random 1000 99999)
	scenario "t=\$'pgfault_a 1\npgfault\npg 2\nx pgfault 3\npgfault $n\npgfault 5\nlast:0100002\n: z\nend'
		for name in pgfault last pg pgfaul fault x end none; do ./probe field \"\$t\" \$name; done
		./probe field 'pgfault 7' pgfault; ./probe field '' a"
	expect_output "$n
0100002
2
nothing
nothing
pgfault 3
nothing
nothing
7
nothing"
	explain "Texts for people" "a line counts if it begins with the whole name and a colon, blank or tab comes next: not one with a longer name, not the name alone, not a name in the middle of a line. The first line counts, too, and the last, which may have no newline"
	scenario "for t in \$'a:\nb: 2' \$'a: \t\nb: 2' 'a:' \$'a\t: $n' \$'a:\t\t$n' \$'a $n\nb 1' \$'b 1\na \t :  $n'; do
		./probe field \"\$t\" a; done"
	expect_output "


$n
$n
$n
$n"
	explain "Texts for people" "the value begins after all colons, blanks and tabs that follow the name (in cpuinfo a tab, a colon and a blank), and it may be empty: what stands in the next line belongs to another name"
}

@test "parse_stat: the name ends at the last parenthesis" {
	gap 1; points 6
	local pid
	pid=$(random 2 4194304)
	scenario "./probe stat '7 (cat) S $pid 7 0' '8 (a b) R 1 8' '9 (a) R 1) S $pid 9' \$'10 (x) Z 1\n) T 4 5' \
			'20 (a (b) c) t 6' '11 ()) D 3 3' '12 () I 2147483647 0'"
	expect_output "<cat> S $pid
<a b> R 1
<a) R 1> S $pid
<x) Z 1
> T 4
<a (b) c> t 6
<)> D 3
<> I 2147483647"
	explain "Names" "a process chooses its name, and may put blanks, newlines and parentheses into it, or leave it empty: it begins after the first ( and ends before the last ), and what follows is safe to scan"
	scenario "./probe stat '13 ((((((()' '14 cat S 1 1' '' '15 (cat)' ') 16 (' '17 (cat) S' 'cat) S 1 1' \
			'18 (kworker/u513:12-events_power_efficient_and_longer_than_that) I 2 0' \
			'19 (123456789012345678901234567890123456789012345678901234567890123456789) S 2 0' \
			\"\$(printf '20 (%063d) S 2 0' 1)\" \"\$(printf '21 (%064d) S 2 0' 1)\" \"\$(printf '22 (%065d) S 2 0' 1)\""
	expect_output "Invalid argument
Invalid argument
Invalid argument
Invalid argument
Invalid argument
Invalid argument
Invalid argument
<kworker/u513:12-events_power_efficient_and_longer_than_that> I 2
<123456789012345678901234567890123456789012345678901234567890123> S 2
<$(printf %063d 1)> S 2
<$(printf %063d 0)> S 2
<$(printf %063d 0)> S 2"
	explain "Names" "a text without a name in parentheses, a state and a parent is EINVAL; and a name that is too long for name[64] is cut, so that 63 bytes and the zero byte fit"
}

@test "load: the numbers of loadavg, cpuinfo and vmstat" {
	gap 1; points 4
	local n
	n=$(random 100000 551615)
	scenario "mkdir m; echo '0.07 12.50 101.00 3/4194 99' >m/loadavg
		for ((i = 0; i < 300; i++)); do printf 'processor\t: %d\nprocessors_x : 1\nBogoMIPS\t: processor 48.00\n\n' \$i; done >m/cpuinfo
		printf 'nr_free_pages 1\npgfault_x 2\npgfault 18446744073709$n\npgmajfault 3\n' >m/vmstat
		./load m; echo \$?; nproc=\$(grep -c ^processor /proc/cpuinfo); ./load | grep -c \"tasks run, on \$nproc processors\""
	expect_output "load 0.07 12.50 101.00
3 of 4194 tasks run, on 300 processors
18446744073709$n page faults
0
1"
	explain "Texts for people" "load looks up its numbers with field: by the whole name, wherever it stands"
}

# Gap 2: the descriptors of a process

@test "list_ends: pipes, FIFOs and sockets, and how each is open" {
	gap 2; needs 1; points 6
	scenario 'mkfifo fifo; exec 3<>fifo; echo x >file
		actor a "a b" pair path fifo 6<fifo 7>fifo 8<>fifo 9<file <file
		on_stage; ./probe ends $a; curtain; rm fifo'
	expect_output '3 socket rw
4 socket rw
6 fifo r
7 fifo w
8 fifo rw'
	explain "Descriptors" "stat of /proc/PID/fd/N, which follows the link, says what it is (S_ISFIFO, S_ISSOCK, st_dev, st_ino), and the text of the link does not: that of a FIFO is its path; the octal flags in /proc/PID/fdinfo/N say how it is open, and O_PATH among them that it is not an end"
}

@test "list_ends: as many as there are, after those in the list" {
	gap 2; needs 1; points 5
	scenario 'mkfifo fifo; exec 3<>fifo; actor a a path fifo many 200 at 255 <fifo; on_stage
		(ulimit -Sn 64; ./probe again $a 9); ./probe once $a; curtain; rm fifo'
	expect_match '^1818 ends, 0 descriptors more
list_ends -1$'
	[[ $output != "1818 ends, 0 descriptors more"$'\n'"list_ends 0" ]] ||
		explain "While you read" "there was no memory for one end, and then there was some for those behind it: list_ends returns -1 all the same, since the list lacks that one"
	explain "Descriptors" "a process may have any number of descriptors, with larger numbers than your own may get: the folder names them all. The list is one for many processes: it grows, and what is in it stays; descriptor 0 is one of them; and each folder and file that is opened is closed, also for a descriptor that is not an end"
	scenario -b plain 'mkfifo fifo; exec 3<>fifo; actor a a at 9 <fifo; on_stage; ./probe full $a; status=$?; curtain; rm fifo; exit $status'
	expect_output 'add_end -1, the list as it was
list_ends -1, 0 descriptors more'
	((status <= 128)) ||
		explain "Descriptors" "there may be any number of ends: add_end was called 20,000 times, or until there was no memory, and the program died of it (exit status 128 + the signal's number), as one does that writes behind the memory it has allocated" CRASH
	[[ $output != *"though there is"* ]] ||
		explain "Descriptors" "there may be any number of ends: add_end fails only while there is no memory, and here it fails when there is some again"
	explain "While you read" "when there is no more memory, add_end leaves the list and its count as they were, and fails; then list_ends fails, too, and closes what it has opened: a list that lacks ends without a word says \"nobody seen\" where somebody is"
}

@test "list_ends: a process that has ended, and one that is refused" {
	gap 2; points 5
	scenario 'actor a hidden hide </dev/null; on_stage; sh -c "exit" & wait $!
		./probe ends $! 2147483647 $a; curtain'
	expect_output 'No such process
No such process
Permission denied'
	explain "While you read" "no such folder means no such process: ESRCH; any other error of opendir is the answer (EACCES, EPERM)"
}

@test "list_ends: what ends or is closed meanwhile is not an error" {
	gap 2; needs 1; points 6
	# The folder, then what is opened for a descriptor, in whatever way: four rules, so at
	# most four descriptors are lost, and at least one if anything is opened.
	failing probe/open:2:ENOENT probe/open:2:EACCES probe/open:3:ENOENT probe/open:3:ESRCH
	scenario 'mkfifo fifo; exec 3<>fifo; actor a a at 5 at 6 at 7 at 8 at 9 <fifo; on_stage; exec 3<&-
		./probe ends $a; curtain; rm fifo'
	expect_match '^(No such process|Permission denied|([05-8] fifo r
){0,4}[89] fifo r)$'
	explain "While you read" "a descriptor that was in the folder may be closed before you ask what it is, and a process may end: leave it out and go on with the next"
	failing probe/open:1:EMFILE
	scenario './probe ends $$'
	expect_output 'Too many open files'
	failing
	explain "While you read" "that the folder cannot be opened for want of descriptors does not mean that the process has ended: -1, and the errno of opendir"
	scenario './probe unread $$'
	expect_output 'list_ends -1, 0 descriptors more: Cannot allocate memory'
	explain "While you read" "fdopendir fails when there is no memory: then the descriptor is still yours to close"
	scenario 'mkfifo fifo; exec 3<>fifo; actor a a at 7 at 8 <fifo; on_stage; exec 3<&-; ./probe gone 7 $a; ./probe gone 8 $a
		for i in {1..20}; do sh -c : & ended+=($!); done; ./probe ends ${ended[@]} $a >all; tail -n 3 all; curtain; rm fifo'
	expect_output '0 fifo r
8 fifo r
0 fifo r
7 fifo r
0 fifo r
7 fifo r
8 fifo r'
	explain "While you read" "a descriptor that was in the folder may be closed before you ask what it is, as 7 is here after \`probe gone 7\` and 8, the last, after \`probe gone 8\`, and a process may end: leave it out and go on with the next. What errno was left at by that is not what readdir says at the end"
}

# Gap 3: who has the other end

@test "peers: a pipe joins its readers with its writers" {
	gap 3; needs 1 2; points 8
	scenario 'mkfifo p; exec 3<>p 4<p 5>p 3<&-
		actor r reader <&4; actor w "a (writer" at 9 <&5
		actor b both <&4 9>&5; exec 4<&- 5<&-
		on_stage; look $r; echo; look $w; look $b; curtain; rm p'
	expect_status 0
	output=${output#status 0$'\n'}
	local others=${output#*$'\n\n'}
	output=${output%%$'\n\n'*}
	expect_output_of pipe
	expect_that "probe look of w and of b" "$others" is "$others" 'status 0
w (a (writer), child of shell (bash)
fd 0 /tmp/lab/p, write:
    r (reader) fd 0
    b (both) fd 0
fd 9 /tmp/lab/p, write:
    r (reader) fd 0
    b (both) fd 0
status 0
b (both), child of shell (bash)
fd 0 /tmp/lab/p, read:
    w (a (writer) fd 0
    w (a (writer) fd 9
    b (both) fd 9
fd 9 /tmp/lab/p, write:
    r (reader) fd 0
    b (both) fd 0'
	explain "The other end" "a reader's other ends are all descriptors, whatever their numbers, of any process, its own too, by which the same pipe can be written"
}

@test "peers: an end to read and write joins with all, but not itself" {
	gap 3; needs 1 2; points 4
	scenario 'mkfifo p q; exec 3<>p; actor a both at 9 <&3; actor r reader <p; exec 3<>q; actor l alone <&3; exec 3<&-
		on_stage; look $a; look $r; look $l; curtain; rm p q'
	expect_output 'status 0
a (both), child of shell (bash)
fd 0 /tmp/lab/p, read and write:
    a (both) fd 9
    r (reader) fd 0
fd 9 /tmp/lab/p, read and write:
    a (both) fd 0
    r (reader) fd 0
status 0
r (reader), child of shell (bash)
fd 0 /tmp/lab/p, read:
    a (both) fd 0
    a (both) fd 9
status 0
l (alone), child of shell (bash)
fd 0 /tmp/lab/q, read and write:
    nobody seen'
	explain "The other end" "what is open to read and write is the other end of every other descriptor, but not of itself"
}

@test "peers: two FIFOs with the same inode, in two file systems" {
	gap 3; needs 1 2; points 4
	scenario 'twins mkfifo; exec 3<>twin; actor a here <twin; exec 3<>$there; actor b there 9>$there </dev/null; exec 3<&-
		on_stage; look $a; curtain; rm twin $there'
	expect_output 'status 0
a (here), child of shell (bash)
fd 0 /tmp/lab/twin, read:
    nobody seen'
	explain "The other end" "each file system counts its inodes for itself: only device and inode together say which object it is"
}

@test "peers: TCP, the two ends of each connection" {
	gap 3; needs 1 2; points 8
	# One after the other: so the server's descriptors have an order.
	scenario 'actor s server serve port 5 </dev/null; await_file port
		actor a four call4 port </dev/null; on_stage $a; actor b six call6 port </dev/null; on_stage $b
		actor c "four, twice" twice port pair </dev/null; on_stage; look $s; look $a; look $b; look $c; curtain'
	expect_output 'status 0
s (server), child of shell (bash)
fd 3 TCP:
    nobody seen
fd 4 TCP:
    a (four) fd 3
fd 5 TCP:
    b (six) fd 3
fd 6 TCP:
    b (six) fd 4
fd 7 TCP:
    c (four, twice) fd 3
fd 8 TCP:
    c (four, twice) fd 4
status 0
a (four), child of shell (bash)
fd 3 TCP:
    s (server) fd 4
status 0
b (six), child of shell (bash)
fd 3 TCP:
    s (server) fd 5
fd 4 TCP:
    s (server) fd 6
status 0
c (four, twice), child of shell (bash)
fd 3 TCP:
    s (server) fd 7
fd 4 TCP:
    s (server) fd 8
fd 5 socket: /proc does not say
fd 6 socket: /proc does not say'
	if [[ $output == *"    a (four) fd 3"*"    c (four, twice) fd 3"*"    c (four, twice) fd 4"*"    s (server) fd 4"* ]] &&
		[[ $output == *"b (six) fd "@(3*"b (six) fd 3"|4*"b (six) fd 4")* || $output == *"s (server) fd "@(5*"s (server) fd 5"|6*"s (server) fd 6")* ]]; then
		explain "TCP" "b has two connections by IPv6, from ports that differ in their last digit only: compare addresses whole, port and all (an IPv6 address has 32 digits before its colon)"
	fi
	explain "TCP" "the other end is the line of the table, be it the last, with both addresses exchanged: its local one is our remote one, and its remote one our local one, each with its port. The server's address alone is that of all its connections, and of the socket that listens; that one has no other end: 0, nobody seen. A socket that is not in the table is NO_TCP"
	scenario 'actor a unix pair </dev/null; on_stage; look $a; curtain; actor a alone self </dev/null; on_stage; look $a; curtain'
	expect_output 'status 0
a (unix), child of shell (bash)
fd 3 socket: /proc does not say
fd 4 socket: /proc does not say
status 0
a (alone), child of shell (bash)
fd 3 TCP:
    nobody seen'
	[[ $output == *"fd 4 socket: /proc"* ]] ||
		explain "TCP" "a socket that is not in the table is NO_TCP, also where the table has no lines at all"
	explain "TCP" "a socket may be connected to its own address; but nothing is joined with itself"
}

@test "peers: a scene of 20 processes, as ls and lsof see it" {
	gap 3; needs 1 2; points 6
	local i wiring=
	for ((i = 1; i <= 20; i++)); do
		wiring+="actor a$i 'no. $i' at 1$(random 0 9) <>fifo.$(random 1 4) 6<fifo.$(random 1 6) 7>fifo.$(random 1 6); "
	done
	scenario "mkfifo fifo.{1..6}; for i in {1..6}; do exec {fd}<>fifo.\$i; fds+=(\$fd); done
		$wiring"'
		for fd in "${fds[@]}"; do exec {fd}<&-; done; on_stage
		by_peers >by.peers; diff <(by_ls) by.peers
		! command -v lsof >which || comm -13 <(lsof -OwFpf fifo.* | sed "s/^p//; s/^f/ fd /" | awk "!/f/ { pid = \$0; next } { print pid \$0 }" | sort -u) \
			<(awk "/^[0-9]/ { pid = \$1 } /^fd/ { print pid \" fd \" \$2 } /^  .*fd/ { print \$1 \" fd \" \$3 }" by.peers | sort -u)
		grep -c "^fd" by.peers
		curtain; rm fifo.*'
	expect_match '^[67][0-9]$'
	explain "The other end" "lines with < are what ls -l /proc/PID/fd of all processes says, lines with > what peers prints; those without are ends that peers has found and lsof has not"
}

@test "peers: names stay on one line, and the refused are counted" {
	gap 3; needs 1 2; points 4
	scenario 'mkfifo p; exec 3<>p; actor r reader <p; actor a $'"'a) R 1\n2 (b'"' 9>p </dev/null; actor h $'"'\\\\ hid\\e[7m'"' hide 9>p </dev/null; exec 3<&-
		on_stage; look $r; sed "s/[0-9]*$/N/" said; look $h; sed "s/$h/PID/" said; curtain; rm p'
	expect_output 'status 0
r (reader), child of shell (bash)
fd 0 /tmp/lab/p, read:
    a (a) R 1\0122 (b) fd 9
peers: processes that we may not look into: N
status 1
peers: PID: Permission denied'
	explain "While you read" "one process that we may not look into is no reason to end: it is counted, and the others are shown; only when it is the very one that was asked for, there is nothing to show"
}

# Gap 4: tables

@test "objects: System V objects, as ipcs shows them" {
	gap 4; points 8
	scenario '{ ipcmk -M 4097 -p 0640; ipcmk -M 1 -p 0000; ipcmk -S 7 -p 0604; ipcmk -Q -p 0622; } >made
		id() { sed -n "s/^$1.*: //p" made; }
		perl -e "msgsnd(\$ARGV[0], pack(q(l! a*), 5, q(x) x 129), 0) or die \$!" "$(id Message)"
		./objects 2>said | grep "^... 0x" >by.objects
		for kind in m s q; do ipcs -$kind | tr -s " " | sed -n "s/ *$//; s/^0x/$kind 0x/p"; done | sed "s/^m /shm /; s/^s /sem /; s/^q /msg /" >by.ipcs
		for id in "shm 0x[^ ]* $(id Shared | sed -n 1p)" "shm 0x[^ ]* $(id Shared | sed -n 2p)" "sem 0x[^ ]* $(id Semaphore)" "msg 0x[^ ]* $(id Message)"; do
			diff <(grep "^$id " by.objects) <(grep "^$id " by.ipcs) && echo the same; done
		ipcrm $(id Shared | sed "s/^/-m /") -s $(id Semaphore) -q $(id Message)'
	expect_output 'the same
the same
the same
the same'
	explain "Tables" "lines with < are what objects prints, lines with > what ipcs prints"
}

# count_words TEXT: how many words each line has, without dest and locked
count_words() { sed 's/ dest//; s/ locked//' <<<"$1" | awk '{ print NF }'; }

# same_words LIST TEXT: of each line of the output, the words of those numbers are the
# same as in TEXT (but dest and locked)
same_words() { is "$(words_at "$1" "$output")" "$(words_at "$@")"; }
words_at() { sed 's/ dest//; s/ locked//' <<<"$2" | cut -s -d " " -f "$1"; }

@test "objects: keys, numbers and perms at their limits" {
	gap 4; points 9
	scenario 'mkdir v s q
		{ echo head; printf "%10d %10d  %4o %21lu %5u %5u  %5lu %5u %5u %5u %5u %10lu %10lu %10lu %21lu %21lu\n" \
			-1 2147483647 03600 18446744073709551615 1 2 4294967298 4294967294 5 6 7 8 9 10 11 12 \
			2147483647 0 07 2147483648 1 1 0 4294967293 1 1 1 1 1 1 0 0 \
			-2147483648 1 01000 0 1 1 1 4294967293 1 1 1 1 1 1 0 0 \
			0 2 02777 4294967296 1 1 1 4294967293 1 1 1 1 1 1 0 0; } >v/shm
		{ echo head; printf "%10d %10d  %4o %10lu %5u %5u %5u %5u %10lu %10lu\n" \
			-559038737 5 0600 32000 4294967294 1 2 3 4 5; } >v/sem
		{ echo head; printf "%10d %10d  %4o  %10lu %10lu %5u %5u %5u %5u %5u %5u %10lu %10lu %10lu\n" \
			1 6 0644 4294967297 4294967298 1 2 4294967294 1 2 3 4 5 6; } >v/msg
		./objects v s q; echo $?'
	local all='shm 0xffffffff 2147483647 4294967294 600 18446744073709551615 4294967298 dest locked
shm 0x7fffffff 0 4294967293 7 2147483648 0
shm 0x80000000 1 4294967293 0 0 1 dest
shm 0x00000000 2 4294967293 777 4294967296 1 locked
sem 0xdeadbeef 5 4294967294 600 32000
msg 0x00000001 6 4294967294 644 4294967297 4294967298
0'
	expect_output "$all"
	if [[ $(count_words "$output") == "$(count_words "$all")" ]]; then
		same_words 2 "$all" || explain "Tables" "the kernel prints a key with a sign; here it is 0x and eight digits"
		same_words 4 "$all" || explain "Tables" "the owner is the user in the column uid; cuid is who made it"
		same_words 5 "$all" || explain "Tables" "PERMS is the nine lowest bits, octal, without zeros before them"
		same_words 6- "$all" || explain "Tables" "bytes and counts are unsigned, of 64 bits, each of them"
		explain "Tables" "of the bits of perms above the nine lowest 01000 means dest and 02000 locked, each for itself: a segment may be both, and only shm has them"
	fi
	[[ $error != *"Invalid argument"* ]] ||
		explain "Tables" "what was refused is like the lines of the kernel: its keys have a sign, -1 for 0xffffffff, and its bytes and counts have up to 64 bits"
	explain "Tables" "KIND KEY ID OWNER PERMS, and then what a segment, a set or a queue has more"
	expect_quiet
	explain "Tables" "these tables are like those of the kernel: there is nothing to complain of"
	scenario 'mkdir v s q; for k in shm sem msg; do
			short="1 2 600 4 5 6 7"; [ $k != sem ] || short="1 2 600 4 x"
			for text in "1 2 600 4" "$short" "1 2" "x 2 600 4 5 6 7 8 9" "1 x 600 4 5 6 7 8 9" "1 2 x 4 5 6 7 8 9" "1 2 600 x 5 6 7 8 9" "1 2 600 4 x 6 7 x 9"; do
				: >v/shm >v/sem >v/msg; printf "head\n1 2 600 4 5 6 7 8 9\n%s\n" "$text" >v/$k
				./objects v s q >out; status=$?; mapfile -t lines <out; echo "$status ${#lines[@]}"; done; done 2>&1 | sort | uniq -c | sed "s/^ *//"'
	expect_output '24 1 1
8 objects: v/msg: Invalid argument
8 objects: v/sem: Invalid argument
8 objects: v/shm: Invalid argument'
	explain "Tables" "a line in which one of the numbers that you print is missing, be it the last, or is not a number, does not come from the kernel: EINVAL, and nothing is printed of it"
}

@test "objects: a table of 200 lines; those of POSIX; what is missing" {
	gap 4; points 4
	scenario 'mkdir v s q; for k in shm sem msg; do echo head >v/$k; done
		for ((i = 0; i < 200; i++)); do echo "$i $i 600 $i 1 1 $i 4294967293" >>v/shm; done
		head -c 5000 /dev/zero >s/data; : >"s/sem.a b"; mkdir s/folder; ln -s data s/link; : >q/queue; chmod 640 s/data q/queue; chmod 606 s/sem*
		./objects v s q >all; echo $?; grep -c "^shm 0x" all; tail -n 3 all | sed "s/ $(id -un 2>/dev/null) / ME /" | sort
		rm v/sem; ./objects v none q | tail -n 2 | sed "s/ $(id -un 2>/dev/null) / ME /"'
	expect_output '0
200
msg /queue ME 640
sem /a b ME 606
shm /data ME 640 5000
shm 0x000000c7 199 4294967293 600 199 199
msg /queue ME 640'
	expect_said '^objects: v/sem: No such file or directory
objects: none: No such file or directory$'
	explain "Tables" "what is not there, or may not be read, gets one line on standard error; the rest is shown"
}

# Gap 5 (optional)

@test "peers: who maps the same file (optional)" {
	gap 5; needs 1 2 3; points 0
	scenario 'truncate -s 8192 "a file" other third
		actor w writer map "a file" </dev/null; actor l looker look "a file" </dev/null; actor o own own "a file" look other </dev/null
		actor h half half "a file" </dev/null; actor m "look too" look other half "a file" look other look third </dev/null
		on_stage; look $w; look $l; look $o; look $h; look $m | sort; curtain'
	expect_output 'status 0
w (writer), child of shell (bash)
mapping /tmp/lab/a file:
    l (looker)
    h (half)
    m (look too)
status 0
l (looker), child of shell (bash)
mapping /tmp/lab/a file:
    w (writer)
    h (half)
    m (look too)
status 0
o (own), child of shell (bash)
mapping /tmp/lab/other:
    nobody seen
status 0
h (half), child of shell (bash)
mapping /tmp/lab/a file:
    w (writer)
    l (looker)
    m (look too)
    h (half)
    l (looker)
    nobody seen
    nobody seen
    w (writer)
m (look too), child of shell (bash)
mapping /tmp/lab/a file:
mapping /tmp/lab/other:
mapping /tmp/lab/third:
status 0'
	scenario 'twins truncate -s 4096; actor a twins look twin look $there </dev/null; on_stage
		look $a | grep -c ^mapping; curtain; rm twin $there'
	expect_output 2
	scenario 'truncate -s 4096 one two three; actor a a look one look two look three </dev/null
		on_stage; ./probe mapped $a; curtain'
	expect_output "list_mappings -1"
	[[ $output != "list_mappings 0" ]] ||
		explain "While you read" "there was no memory for one object, and then there was some for those behind it: list_mappings returns -1 all the same, since the list lacks that one"
	explain "If you want more" "a line of maps with an s is a shared mapping, of the object with that device (two numbers, hexadecimal) and inode, and may write if any of the object's lines has a w; one who only reads is joined with those who may write"
}

# All

@test "bad input: one clear line, and status 2" {
	gap 0; points 2
	scenario 'tell ./peers "./peers 1 2" "./peers 0" "./peers -1" "./peers 1x" "./peers \"\"" "./peers 4294967297" "./peers \" 1\"" \
		"./objects a" "./objects a b" "./load a b"'
	local words
	for words in ./peers './peers 1 2' './peers 0' './peers -1' './peers 1x' './peers ""' './peers 4294967297' './peers " 1"'; do
		expect_told "$words" 2 '' '^peers: usage: peers PID$'
	done
	expect_told './objects a' 2 '' '^objects: usage: objects \[SYSVIPC SHM MQUEUE\]$'
	expect_told './objects a b' 2 '' 'usage'
	expect_told './load a b' 2 '' '^load: usage: load \[FOLDER\]$'
	explain_given "The programs"
}

@test "peers: a process that is not there" {
	gap 2; points 2
	scenario 'sh -c exit & wait $!; tell "./peers 2147483647"'
	expect_told './peers 2147483647' 1 '' '^peers: 2147483647: No such process$'
	explain "While you read" "list_ends says ESRCH, and peers ends with that"
}

@test "memcheck: without bad memory or a leak" {
	gap 0; needs 1 2 3 4; points 2
	memcheck_of 'mkfifo p; actor a both path p <>p; on_stage; memcheck ./peers $a >out; grep -c "^fd" out; curtain; rm p'
	expect_output 1
	explain "The programs" "free what you allocate, close what you open, and stay inside your arrays"
}
