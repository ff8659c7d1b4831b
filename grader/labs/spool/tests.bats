#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: how a job enters

@test "submit: a job enters whole, under its number" {
	gap 1; points 6
	local n word
	n=$(random 2000 5000)
	word=w$(random 1000 9999)
	scenario "mkdir spool; seq $n | sed 's/^/$word /' >text; printf 'a\\0b' >bytes; : >empty
		for file in text bytes empty; do ./submit spool \$file; done
		cmp text spool/new/000001; cmp bytes spool/new/000002; contents"
	expect_output '000001
000002
000003
tmp:
new: 000001 000002 000003
out:
done:
failed:'
	explain "How a job enters" "each job is a file of its own in new/, named by its number, with all the bytes of FILE; its temporary name, in tmp/ of the same folder, is gone"
}

@test "submit: killed anywhere, it leaves a whole job or none" {
	gap 1; points 8
	interrupting submit#1:KILL@fsync
	scenario -n 'mkdir spool; printf %s "$long" >text; ./submit spool text >number && echo "submitted" >number
		hold spool/new/000001 "$long" || { [[ -e spool/new/000001 ]] && echo "half a job"; [[ -s number ]] && echo "lost"; }
		./submit spool text; rest=(spool/new/!(00000[12])); echo ${rest[@]}'
	expect_failed
	expect_output '000002'
	explain "How a job enters" "what stands in new/ may be taken at any moment: a job must come there whole, in one step, which rename(2) is, from a name in tmp/, and nothing that is written may come later"
}

@test "submit: the job is on the disk before it is seen" {
	gap 1; points 7
	scenario -w 'mkdir spool; echo one >text; ./submit spool text'
	expect_called 'submit/fsync:file spool.tmp..*' 'submit/fdatasync:file spool.tmp..*'
	explain "When the power fails" "what write(2) has taken is in the memory of the kernel only: fsync the file while it has its temporary name; its new name may come to the disk before it, and then the job is an empty file"
	failing submit/fsync:2:EIO submit/fdatasync:1:EIO
	scenario 'mkdir spool; printf . >spool/seq; echo one >text; ./submit spool text; echo $?; contents'
	expect_output '1
tmp:
new:
out:
done:
failed:'
	expect_complaint '^submit: text: Input/output error$'
	explain "When the power fails" "the job is not on the disk, says fsync: it must not enter (fsync first, then rename), its temporary file goes, and submit ends with 1"
	failing
	scenario -w 'mkdir spool; echo one >text; ./submit spool text'
	expect_called 'submit/fsync:directory spool.new'
	failing submit/rename:each:EXDEV submit/link:each:EXDEV
	scenario 'mkdir spool; echo one >text; ./submit spool text'
	expect_not_called 'submit/fsync:directory spool.new'
	failing submit/fsync:3:EIO
	scenario 'folders; printf . >spool/seq; echo one >text; ./submit spool text; echo $?; ls spool/tmp'
	expect_output 1
	expect_complaint '^submit: text: Input/output error$'
	explain "When the power fails" "a name is in its folder, not in the file: once the job has its name in new/, open that folder, fsync it, and tell if that fails"
}

@test "submit: when a call fails, nothing is left behind" {
	gap 1; points 7
	failing submit/read:each:EIO submit/write:each:ENOSPC submit/rename:each:EXDEV submit/link:each:EIO
	scenario 'folders; printf %s "$long" >text; ./submit spool text; echo $?
		hold spool/new/000001 "$long" || [[ ! -e spool/new/000001 ]] || echo "half a job"
		rest=(spool/tmp/*); echo ${rest[@]}'
	expect_failed
	expect_output 1
	expect_complaint '^submit: (text|seq|standard output): (Input/output error|No space left on device|Invalid cross-device link)$'
	explain "How a job enters" "a job that could not be written, or moved, does not enter, and its temporary file is removed; errno is that of the call that failed, not of those that clean up"
	failing submit/open:each:EMFILE
	scenario 'folders; echo one >text; ./submit spool text; echo $?; ls spool/tmp'
	expect_output 1
	expect_complaint '^submit: (text|seq|spool): Too many open files$'
	explain "How a job enters" "any call may fail, and submit then says why, and ends with 1"
	failing
	scenario 'folders; mkdir folder; ./submit spool folder; echo $?; contents'
	expect_output '1
tmp:
new:
out:
done:
failed:'
	expect_complaint '^submit: folder: Is a directory$'
	explain "How a job enters" "copy returns -1 if FILE cannot be read: then there is no job"
}

# Gap 2: from new/ to done/

@test "spoold: jobs are done in order, and moved" {
	gap 2; needs 1; points 5
	local word
	word=w$(random 1000 9999)
	scenario "for i in 10 09 02 11; do put 0000\$i '$word
'; done
		printf 'a\\0b\n' >spool/new/000003; : >spool/new/000004; printf 'a\n\nb' >spool/new/000005
		./spoold -q spool; echo \$?; contents; cat spool/out/*; echo; cat spool/done/000009
		./spoold -q spool; echo \$?; od -An -c spool/failed/*"
	expect_output "000002 done
000003 failed
000004 done
000005 done
000009 done
000010 done
000011 done
0
tmp:
new:
out: 000002 000004 000005 000009 000010 000011
done: 000002 000004 000005 000009 000010 000011
failed: 000003
1 $word
1 a
2 
3 b1 $word
1 $word
1 $word

$word
0
   a  \\0   b  \\n"
	explain "The last step" "the job itself moves from new/ to done/, its result stands in out/ under the same number; what is not a text (EILSEQ) moves to failed/, and has no result"
}

@test "spoold: killed anywhere: no job lost, half, or done twice" {
	gap 2; needs 1; points 8
	interrupting spoold#1:KILL@write
	scenario -n 'put 000001 "$long"; for i in 1 2; do ./spoold -q spool >>log; take 000001 "$long_result"; done
		contents; each_line_once log'
	expect_failed
	expect_output 'tmp:
new:
out: 000001
done: 000001
failed:'
	local means="after any call the daemon may be gone: until out/NUMBER is whole the job must stay in new/, then one rename takes it to done/, and nothing is written to its result any more"
	[[ $first_came$output != *"twice"* ]] ||
		means="a client had taken the result already: a job that is in done/ must be out of new/ in the same step, and one rename(2) is one step; copying and removing, or link and unlink, are two"
	[[ $first_came$output != *"not whole"* ]] ||
		means="the result is not what it should be: it was not whole when the job came to done/ (written later, or still in the buffer of stdio), or what a killed daemon had left of it was still there; begin each result anew"
	explain "The last step" "$means"
}

@test "spoold: a result is on the disk before its job is done" {
	gap 2; needs 1; points 5
	# It is stopped at each place after the first fsync, and goes on when all others wait.
	interrupting spoold:STOP@fsync
	scenario 'put 000001; ./spoold -q spool >log & pid=$!
		until_holds "spoold was not stopped" is_suspended $pid; cat spool/out/000001; wait $pid; echo $?'
	expect_failed
	expect_output '1 text 000001
0'
	explain "When the power fails" "when fsync is called, the result is still in the buffer of stdio, of which the kernel knows nothing: fflush first"
	interrupting
	scenario -w 'put 000001; printf "\0" >spool/new/000002; ./spoold -q spool'
	expect_called 'spoold/fsync:file spool.out.000001' 'spoold/fdatasync:file spool.out.000001'
	expect_called 'spoold/fsync:directory spool.out'
	expect_called 'spoold/fsync:directory spool.done'
	expect_called 'spoold/fsync:directory spool.failed'
	explain "When the power fails" "fsync the result, and the folder out/ for its name, before the job moves; then the folder to which it has moved, or after a power failure it may be in new/ again, and done twice"
	failing spoold/rename:each:EIO
	scenario 'put 000001; ./spoold -q spool; echo $?; echo spool/new/* spool/done/*'
	expect_output '1
spool/new/000001'
	expect_called 'spoold/fsync:file spool.out.000001' 'spoold/fdatasync:file spool.out.000001'
	expect_called 'spoold/fsync:directory spool.out'
	expect_not_called 'spoold/fsync:directory spool.done'
	explain "When the power fails" "the order is: the result, its name in out/, then rename, then the folder done/; what is on the disk too early, or too late, is of no use"
}

@test "spoold: when a call fails, the job waits for the next one" {
	gap 2; needs 1; points 5
	failing spoold#1/write:each:ENOSPC spoold#1/read:each:EIO spoold#1/fsync:each:EIO spoold#1/rename:each:EIO spoold#1/open:each:EMFILE
	scenario 'put 000001 "$long"
		for i in 1 2; do ./spoold -q spool >log; echo $?; take 000001 "$long_result"; done; contents'
	expect_failed
	expect_output '1
0
tmp:
new:
out: 000001
done: 000001
failed:'
	expect_complaint '^spoold: (000001|lock|new|tmp|standard output): (No space left on device|Input/output error|Too many open files)$'
	explain "The last step" "a job whose result could not be written, for any reason but EILSEQ, is neither done nor failed: do_job returns -1, with the errno of what failed, and the job stays in new/"
}

@test "spoold: what is not a text fails, and is not waited for" {
	gap 2; needs 1; points 3
	scenario 'folders; mkfifo spool/new/000001; mkdir spool/new/000002; ln -s /etc/passwd spool/new/000003
		for i in {04..19}; do put 0000$i; printf "\0" >spool/new/0000$((10#$i + 20)); done
		for name in .000040 0000040 00040 000040~; do echo no >spool/new/$name; done
		sh -c "ulimit -n 12; exec ./spoold -q spool" | grep -c done; contents; rm spool/failed/000001'
	expect_output '16
tmp:
new: 0000040 000040~ 00040
out: 000004 000005 000006 000007 000008 000009 000010 000011 000012 000013 000014 000015 000016 000017 000018 000019
done: 000004 000005 000006 000007 000008 000009 000010 000011 000012 000013 000014 000015 000016 000017 000018 000019
failed: 000001 000002 000003 000024 000025 000026 000027 000028 000029 000030 000031 000032 000033 000034 000035 000036 000037 000038 000039'
	explain "The last step" "print_text says EILSEQ for what is not a text, and the job moves to failed/; each file is closed again, on the way to failed/, too (this spoold may have 12 descriptors)" WRONG HANG
}

# Gap 3: the daemon waits

@test "spoold: it sleeps until a job enters" {
	gap 3; needs 1 2; points 6
	scenario 'folders; start ./spoold spool; idle $server
		echo one >one; ln one spool/new/000001; await_line log "000001 done"; idle $server
		move 000002; await_line log "000002 done"; idle $server
		: >x; mv x spool/new/$(printf "%0255d" 0); idle $server
		for i in {3..9}; do move 00000$i; done; await_line log "000009 done"; idle $server
		stop; mapfile -t -n 9 lines <log; printf "%s\n" "${lines[@]:1}"'
	expect_output 'asleep
asleep
asleep
asleep
asleep
status 0
000001 done
000002 done
000003 done
000004 done
000005 done
000006 done
000007 done
000008 done'
	local means="a job enters new/ by rename (IN_MOVED_TO) or by link (IN_CREATE), and inotify tells only of the events that it was asked for"
	[[ $output != *@("never sleeps"|"woke up")* ]] ||
		means="what inotify has told must be read, or the next poll comes back at once, again and again; and nobody looks into new/ every now and then"
	[[ $error != *"Invalid argument"* ]] ||
		means="an event has a name of up to 255 bytes behind it; a read whose buffer does not hold the first event fails with EINVAL"
	[[ $why != *"blocked: SIGTERM"* ]] ||
		means="SIGTERM stays blocked: the mask that is blocked for the look at ended must be put back after the wait, or the next wait has it blocked, too"
	explain "How the daemon waits" "$means" WRONG HANG TIMEOUT
}

@test "spoold: a job that enters just before it sleeps is done" {
	gap 3; needs 1 2; points 6
	# It is stopped at each place after "ready", and goes on when all others wait. With a
	# folder in the way of its result, it says at once when it takes the job.
	interrupting spoold:STOP@write
	scenario -n 'mkdir -p spool/out/000001; daemon; read -r line <&5
		: >spool/new/000001; wait $server; echo "status $?"'
	expect_failed
	expect_output 'status 1'
	expect_complaint '^spoold: 000001: '
	explain "How the daemon waits" "the job entered after the daemon had looked into new/, and before it began to watch (or its event was read unseen, before the look): watch first, then look, and look again after each event" WRONG HANG TIMEOUT
}

@test "spoold: SIGTERM ends it, wherever it comes" {
	gap 3; needs 1 2; points 6
	interrupting spoold#1:TERM@inotify_init
	scenario -n 'put 000001 "one
"; ./spoold spool >log; echo "status $?"; take 000001 "1 one
"
		./spoold -q spool >>log; take 000001 "1 one
"; each_line_once log; contents'
	expect_failed
	expect_output 'status 0
tmp:
new:
out: 000001
done: 000001
failed:'
	explain "How the daemon waits" "between a look at ended and a wait the signal may come, and then the wait never ends: keep it blocked from the look on, and let ppoll unblock it for the wait only; EINTR is not an error then" HANG TIMEOUT WRONG
	interrupting spoold:INT@inotify_init
	scenario './spoold . >log; echo "status $?"'
	expect_output 'status 0'
	explain "How the daemon waits" "SIGINT is to end it as SIGTERM does, wherever it comes: both are blocked for the look at ended, and neither while it waits" WRONG HANG TIMEOUT
	interrupting
	scenario 'for signal in INT TERM; do
			start ./spoold .; kill -$signal $server; wait $server; echo "status $?"
		done'
	expect_output 'status 0
status 0'
	explain "How the daemon waits" "SIGTERM or SIGINT ends the wait, with 0: neither may be blocked while it waits" WRONG HANG TIMEOUT
	failing spoold/poll:each:ENOMEM spoold/select:each:ENOMEM spoold/epoll_wait:each:EFAULT
	scenario './spoold . >log; echo $?'
	expect_output 1
	expect_complaint '^spoold: wait: (Cannot allocate memory|Bad address)$'
	explain "How the daemon waits" "only EINTR is not an error: if the wait fails, await_job returns -1, with errno as it was" WRONG HANG TIMEOUT
	failing spoold/inotify_init:each:EMFILE spoold/inotify_add_watch:each:ENOSPC
	scenario 'folders; ./spoold spool; echo $?'
	expect_output 1
	expect_complaint '^spoold: watch: (Too many open files|No space left on device)$'
	explain "How the daemon waits" "a user can have only so many inotify instances and watches: what cannot be watched is told, by -1 and errno"
}

# Gap 4: one daemon

@test "spoold: a second daemon is refused" {
	gap 4; needs 3; points 5
	scenario 'folders; start ./spoold spool; first=$server
		for i in 1 2; do attempt ./spoold spool; attempt ./spoold -q spool; suspend $first; done
		[[ $(<spool/lock) == $first ]] && echo "its process id"; wc -c <spool/lock | grep -qx $((${#first} + 1)) || echo "and more"
		[[ $(stat -c %A spool/lock) == -rw* ]] || echo "it cannot be written by the next daemon"
		resume $first; stop; attempt ./spoold spool; ls spool'
	expect_output 'spoold: spool: another daemon has it
status 1
spoold: spool: another daemon has it
status 1
spoold: spool: another daemon has it
status 1
spoold: spool: another daemon has it
status 1
its process id
status 0
ready
status 0
done
failed
lock
new
out
tmp'
	local means="as long as the first one lives, working, asleep or stopped, a second one is refused, and changes nothing of lock: not even by opening it (O_TRUNC); and the file stays when the daemon ends"
	[[ $output != *"its process id"$'\n'"and more"* ]] ||
		means="lock is to hold the process id of the daemon, a line with its newline, and nothing else"
	[[ $why != *"the lock is held by"* ]] ||
		means="the second one waits for the lock, though it is to say at once that there is a daemon: LOCK_NB (or F_SETLK)"
	explain "One daemon" "$means" WRONG HANG TIMEOUT
}

@test "spoold: the lock of a dead daemon is taken over" {
	gap 4; needs 3; points 5
	scenario 'folders; leave_stale ./spoold spool; start ./spoold spool
		[[ $(<spool/lock) == $server ]] && echo "taken over"; stop
		for text in "" 0 1 -1 $$ $PPID 4194303 99999999999999999999 junk "1 2 3 4 5 6 7 8 9 10"; do
			echo "$text" >spool/lock; start ./spoold spool
			echo $server | cmp - spool/lock || echo "after: $text"; stop
		done
		: >spool/lock; attempt ./spoold spool'
	expect_output "taken over
$(for ((i = 0; i < 11; i++)); do echo status 0; done)
ready
status 0"
	local means="whatever stands in the file: if its daemon does not live any more, the lock is free. A process id says little, as another process may have it by now; a lock of the kernel (flock, fcntl) ends with its process"
	[[ $output != *"after: "* ]] ||
		means="the lock was taken over, but the file does not hold the process id alone: what stood there before must go (ftruncate)"
	explain "One daemon" "$means" WRONG HANG TIMEOUT
	failing spoold/open:1:EACCES
	scenario 'put 000001; ./spoold -q spool; echo $?; echo spool/new/*'
	expect_output '1
spool/new/000001'
	expect_complaint '^spoold: [^ ]+: Permission denied$'
	failing spoold/flock:each:ENOLCK spoold/fcntl:each:ENOLCK spoold/ftruncate:each:EIO
	scenario 'put 000001; ./spoold -q spool; echo $?; echo spool/new/*'
	expect_output '1
spool/new/000001'
	expect_complaint '^spoold: [^ ]+: (No locks available|Input/output error)$'
	explain "One daemon" "who has no lock is not the daemon: lock_spool returns -1, with errno set"
}

@test "spoold: of ten that start at once, one is the daemon" {
	gap 4; needs 3; points 6
	under_schedules 3
	scenario 'crowd 10; end_owner'
	expect_output 'ready, 9 refused
its owner: status 137'
	explain "One daemon" "whoever looks first and locks afterwards finds what was so a moment ago: two see a dead daemon, and both take over; one call must decide, and who loses touches nothing" WRONG RACE HANG
}

@test "spoold: one that comes late steals no lock" {
	gap 4; needs 3; points 6
	# The first is stopped at each place, and goes on when the second is the daemon.
	interrupting 'spoold#1:STOP'
	scenario 'crowd 2; kill -KILL ${crowd[@]} 2>none; wait'
	expect_failed
	expect_output 'ready, 1 refused'
	explain "One daemon" "one looked, then the other became the daemon, and the first went on by what it had seen: what is removed or made then belongs to a daemon that lives; the look and the taking must be one call" WRONG RACE HANG
	failing
}

# Gap 5 (optional)

@test "spoold: it sweeps up what dead submitters left (optional)" {
	gap 5; points 0
	scenario 'folders; (exit 0) & dead=$!; wait $dead; sleep 9 & alive=$!
		for name in 000018.$dead 000002.$alive 000003.0 000004.-1 000005.${dead}x 000006.99999999999 \
			000007. 000008.+$dead "000009. $dead" 12.$dead 0000010.$dead x00011.$dead 000012-$dead notes .000013.$dead; do
			echo a >"spool/tmp/$name"; names+=("$name"); done
		./spoold -q spool; echo $?; kill $alive; wait $alive 2>/dev/null
		for i in ${!names[@]}; do [[ -e "spool/tmp/${names[i]}" ]] || echo "name $i is gone"; done'
	expect_output '0
name 0 is gone'
	explain "If you want more" "kill(pid, 0) fails with ESRCH if there is no such process; only then its file may go: EPERM is a process, too, and 0, -1 and what is not a number are none"
	failing spoold/open:each:EMFILE
	scenario 'folders; ./spoold -q spool; echo $?'
	expect_output 1
	expect_complaint '^spoold: (lock|new|tmp): Too many open files$'
	explain "If you want more" "if tmp/ cannot be read, errno says why"
}

# All

@test "together: two jobs, one of them not a text" {
	gap 0; needs 1 2 4; points 2
	scenario 'mkdir spool; printf "pears\nplums\n" >list; together'
	expect_output_of together
	explain "The programs" "a job goes from FILE to tmp/, new/ and done/ or failed/, and its result to out/"
}

@test "bad input: one clear line, and a status that is not 0" {
	gap 0; points 2
	local words
	scenario 'mkdir folder; tell ./submit "./submit a" "./submit a b c" ./spoold "./spoold -q" "./spoold a b" "./spoold -q a b" \
			"./submit folder none" "./submit none /dev/null" "./spoold none" "./spoold -q none"; ls folder'
	for words in ./submit './submit a' './submit a b c'; do
		expect_told "$words" 2 '' '^usage: submit DIR FILE$'
	done
	for words in ./spoold './spoold -q' './spoold a b' './spoold -q a b'; do
		expect_told "$words" 2 '' '^usage: spoold \[-q\] DIR$'
	done
	expect_told './submit folder none' 1 '' '^submit: none: No such file or directory$'
	expect_told './submit none /dev/null' 1 '' '^submit: none: No such file or directory$'
	expect_told './spoold none' 1 '' '^spoold: none: No such file or directory$'
	expect_told './spoold -q none' 1 '' '^spoold: none: No such file or directory$'
	explain_given "The programs"
}
