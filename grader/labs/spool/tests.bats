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
		cmp text spool/new/000001 2>&1; cmp bytes spool/new/000002 2>&1; contents"
	expect_output '000001
000002
000003
tmp:
new: 000001 000002 000003
out:
done:
failed:'
	local means="each job is a file of its own in new/, named by its number, with all the bytes of FILE; its temporary name, in tmp/ of the same folder, is gone"
	[[ $first_came != *@("cmp: "|" differ: ")* ]] ||
		means="the job is not the same as FILE: read until there is nothing more (a read brings only a part), and write all that came, whatever it is: a null byte ends neither a line nor the job"
	[[ $first_came != *"Permission denied"* ]] ||
		means="the daemon is to read the job: make the file with a mode that lets its owner read it, such as 0644"
	[[ $error != *"empty: "* ]] ||
		means="an empty FILE is a job, too: an empty one"
	[[ $error != *"Is a directory"* ]] ||
		explain "When the power fails" "a folder cannot be opened for writing: to fsync it, open it with O_RDONLY"
	explain "How a job enters" "$means"
	# While it waits for more of FILE; it may do without such a file, or want another FILE.
	scenario 'folders; mkfifo pipe; exec 3<>pipe; ./submit spool pipe 3>&- >number 2>said & pid=$!
		await_rest $pid "submit never rests"
		for path in spool/tmp/*; do
			[[ $path == "spool/tmp/000001.$pid" ]] || echo "process $pid has the file $path"
		done
		printf "some " >&3; await_rest $pid "submit never rests"; printf more >&3; exec 3>&-
		if wait $pid && [[ $(<spool/new/000001) != "some more" ]]; then
			echo "submit ended with 0, and the job is not what came from the FIFO"
		fi; rm pipe'
	expect_output ''
	[[ $output != *"came from the FIFO"* ]] ||
		explain "How a job enters" "FILE may be a FIFO, or a file of /proc, of which fstat tells the size 0: copy up to the end of what comes, until read returns 0; go neither by st_size nor by a read that brings less than it was asked for, as more may come to a FIFO later"
	explain "How a job enters" "until it enters, the job has the name tmp/NUMBER.PID, with the process id of submit: two submitters never have the same name, and it can be seen whether the one that made the file still lives"
	# FILE is cut when submit stands still, or has ended.
	interrupting submit:STOP@fsync
	scenario -n 'folders; printf %s "$long" >text; ./submit spool text >number & pid=$!
		until_holds "submit neither stops nor ends" is_suspended $pid; : >text; wait $pid
		tr -d "\0" <spool/new/000001 | cmp - spool/new/000001 2>&1'
	expect_output ''
	explain "How a job enters" "FILE was cut while submit was at work, and null bytes came for what was no longer there: the job is what read has brought, no more, and st_size says nothing of that (whoever makes room beforehand cuts the file to what came in the end)"
	interrupting
	scenario 'folders; mkfifo pipe; exec 3<>pipe; ./high spool pipe 3>&- 2>said & pid=$!
		await_rest $pid "enter never rests"
		for path in spool/tmp/*; do
			[[ $path == spool/tmp/000001.@(4194303|$pid) ]] || echo "process 4194303 has the file $path"
		done
		exec 3>&-; wait $pid; rm pipe'
	expect_output ''
	explain "How a job enters" "a process id may have up to 7 digits (/proc/sys/kernel/pid_max says how high they go on a machine), and tmp/NUMBER.PID must have all of them: an array of NAME bytes (spool.h) has room for any of the names; in a smaller one snprintf leaves the end out, without an error but in what it returns, and sprintf writes behind it" CRASH
	scenario 'folders; echo old >spool/new/000001; echo text >text
		if ./submit spool text >number 2>said; then
			cmp text spool/new/000001 2>&1
		else
			[[ ! -s number ]] || echo "it failed, and printed the number"
		fi
		contents'
	expect_output 'tmp:
new: 000001
out:
done:
failed:'
	explain "How a job enters" "in new/ there was a file of that name: rename replaces it, and link fails with EEXIST; what is not allowed is to say that the job has entered when it has not, or to leave a temporary file"
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
	expect_called_after 'submit/(write|sendfile):file spool.tmp..*' 'submit/fsync:file spool.tmp..*' 'submit/fdatasync:file spool.tmp..*'
	local means="what write(2) has taken is in the memory of the kernel only: fsync the file while it has its temporary name; its new name may come to the disk before it, and then the job is an empty file"
	[[ -z $(calls_of 'submit/fsync:file spool.tmp..*' " ok ") ]] ||
		means="fsync is called, but something is written to the file afterwards: fsync comes after the last byte (what stdio holds back is written by fflush or fclose), and before the job enters"
	[[ -z $(calls_of 'submit/fsync:file [^a-z].*' " ok ") ]] ||
		means="the file that is brought to the disk is not in the spool folder: the temporary file is DIR/tmp/NUMBER.PID, as rename may fail between two file systems"
	explain "When the power fails" "$means"
	failing submit/fsync:2:EIO submit/fdatasync:1:EIO
	scenario 'mkdir spool; printf . >spool/seq; echo one >text; ./submit spool text; echo $?; contents'
	expect_output '1
tmp:
new:
out:
done:
failed:'
	expect_complaint '^submit: text: Input/output error$'
	means="the job is not on the disk, says fsync: it must not enter (fsync first, then rename), its temporary file goes, and submit ends with 1"
	[[ -z $error || $first_came != "$error"* ]] ||
		means="the job has not entered, as it should be, but the reason is wrong: errno must be that of fsync, and each call that cleans up may change it (close, unlink)"
	explain "When the power fails" "$means"
	failing
	scenario -w 'mkdir spool; echo one >text; ./submit spool text'
	expect_called_after 'submit/(rename|link)' 'submit/fsync:directory spool.new'
	[[ -z $(calls_of 'submit/fdatasync:directory spool.new' " ok ") ]] ||
		explain "When the power fails" "fdatasync was called for the folder new/; that does only for files: call fsync"
	means="a name is in its folder, not in the file: once the job has its name in new/, open that folder and fsync it"
	explain "When the power fails" "$means"
	failing submit/rename:each:EXDEV submit/link:each:EXDEV submit/close:each:EIO
	scenario 'mkdir spool; printf . >spool/seq; echo one >text
		./submit spool text >number || [[ ! -e spool/new/000002 ]] || echo "submit failed, and the job has entered"'
	leave_out '*@(directory|tmp/#)*' # the last step; what had no name (O_TMPFILE) before it was linked
	expect_output ''
	explain "When the power fails" "submit says that it has failed, but the job has entered, and it was not the last step that failed: look at what each call returns, close, too, before rename"
	failing submit/fsync:each:EIO
	scenario 'folders; touch -d @0 spool/new old; printf . >spool/seq; echo one >text; ./submit spool text; echo $?; ls spool/tmp
		[[ -e spool/new/000002 || ! spool/new -nt old ]] || echo "the job was in new/, and is not there any more"'
	expect_output 1
	expect_complaint '^submit: (seq|text): Input/output error$'
	means="the job has its name in new/, but the folder could not be brought to the disk: tell that (-1, errno), and leave the job where it is, as a daemon may have it already"
	[[ $error == *"Input/output error"* || -z $error ]] ||
		means="it is told that the last step has failed, but the reason is wrong: errno must be that of fsync, and each call that cleans up may change it (close, unlink)"
	[[ $first_came != 1*.* || $first_when != *"directory spool/new"* ]] ||
		means="the job has entered, only the folder could not be brought to the disk, and a file is left in tmp/: whichever way enter goes, nothing of its own stays there (rename takes the name away; after link it is to be unlinked before anything can fail)"
	explain "When the power fails" "$means"
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
	expect_complaint '^submit: folder: (Is a directory|Invalid argument)$'
	explain "How a job enters" "copy returns -1 if FILE cannot be read: then there is no job"
	scenario 'folders; printf %3000s . >text; (trap "" XFSZ; ulimit -f 2; ./submit spool text); echo $?; contents'
	expect_output '1
tmp:
new:
out:
done:
failed:'
	expect_complaint '^submit: text: File too large$'
	explain "How a job enters" "the disk was full in the middle of a write (here a limit of 2 KiB for a file): it then wrote only the first part, and said so by what it returned; go on with the rest until all is written or a call fails"
}

# Gap 2: from new/ to done/

@test "spoold: jobs are done in order, and moved" {
	gap 2; needs 1; points 5
	local word
	word=w$(random 1000 9999)
	scenario "folders; for i in 10 09 02 11; do put 0000\$i '$word
'; done
		for i in 2 3; do echo '1 half of a result, which a daemon has left' >spool/out/00000\$i; done
		printf 'a\\0b\n' >spool/new/000003; : >spool/new/000004; printf 'a\n\nb' >spool/new/000005
		./spoold -q spool; echo \$?; contents; cat spool/out/*; echo; cat spool/done/000009
		./spoold -q spool; echo \$?; od -An -c spool/failed/*
		put 000012 \"\$long\"; (trap '' XFSZ; ulimit -f 2; ./spoold -q spool >log 2>said); echo \$?; echo spool/@(new|done|failed)/000012"
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
   a  \\0   b  \\n
1
spool/new/000012"
	local means="the job itself moves from new/ to done/, its result stands in out/ under the same number; what is not a text (EILSEQ) moves to failed/, and has no result"
	[[ $output != *"000004 failed"* ]] ||
		means="an empty job is a text without a line, and its result is empty: only EILSEQ sends a job to failed/"
	[[ $output != *"out: 000002 000003"* ]] ||
		means="a job that is not a text has no result: nothing of its number may stand in out/, neither what print_text has written nor what an earlier daemon had left there"
	[[ ($output != *"which a daemon has left"* || $output == *"out: 000002 000003"*) && $error != *"File exists"* ]] ||
		means="a daemon that was killed had left half a result in out/: the next one begins it anew (fopen with \"w\", or O_TRUNC without O_EXCL), so that nothing of it remains"
	[[ $output != *"spool/done/000012" && $output != *"spool/failed/000012" ]] ||
		means="the disk was full in the middle of the result of 000012 (here a limit of 2 KiB for a file): a write then wrote only the first part, and said so by what it returned; go on with the rest until all is written or a call fails, and then the job stays in new/"
	[[ $error != *"another daemon has it"* ]] ||
		explain "One daemon" "the first daemon has ended, and the second one says that it lives: a file that is there means nothing; the lock on it counts, which ends with its process"
	explain "The step that decides" "$means"
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
	[[ $error != *"File exists"* ]] ||
		means="a daemon that was killed had left half a result in out/: the next one begins it anew (fopen with \"w\", or O_TRUNC without O_EXCL), so that nothing of it remains"
	[[ $first_came$output != *"twice"* ]] ||
		means="a client had taken the result already: a job that is in done/ must be out of new/ in the same step, and one rename(2) is one step; copying and removing, or link and unlink, are two"
	[[ $first_came$output != *"not whole"* ]] ||
		means="the result is not what it should be: it was not whole when the job came to done/ (written later, or still in the buffer of stdio), or what a killed daemon had left of it was still there; begin each result anew"
	explain "The step that decides" "$means"
	interrupting spoold#1:KILL@rename
	scenario -n 'put 000001 "$long"; printf "\0" >>spool/new/000001
		for i in 1 2; do ./spoold -q spool >>log; done; contents; each_line_once log'
	expect_output 'tmp:
new:
out:
done:
failed: 000001'
	explain "The step that decides" "a job that is not a text has no result: what print_text has written of it must be gone before the job moves to failed/, as the daemon may be killed right after that, and then nobody comes back to it"
}

@test "spoold: a result is on the disk before its job is done" {
	gap 2; needs 1; points 5
	scenario -w 'put 000001; printf "\0" >spool/new/000002; ./spoold -q spool'
	expect_called_after 'spoold/write:file spool.out.000001.*' 'spoold/fsync:file spool.out.000001.*' 'spoold/fdatasync:file spool.out.000001.*'
	local means="fsync the result before the job moves: until then it is in the memory of the kernel only"
	[[ -z $(calls_of 'spoold/fsync:file spool.out.000001.*' " ok ") ]] ||
		means="fsync is called, but the result is written to the file afterwards: print it, fflush (until then it is in the buffer of stdio, of which the kernel knows nothing), then fsync"
	explain "When the power fails" "$means"
	expect_called 'spoold/fsync:directory spool.out'
	expect_called 'spoold/fsync:directory spool.done'
	expect_called 'spoold/fsync:directory spool.failed'
	[[ -z $(calls_of 'spoold/fdatasync:directory .*' " ok ") ]] ||
		explain "When the power fails" "fdatasync was called for a folder; that does only for files: call fsync"
	explain "When the power fails" "fsync the result, and the folder out/ for its name, before the job moves; then the folder to which it has moved, or after a power failure it may be in new/ again, and done twice"
	failing spoold/rename:each:EIO
	scenario 'folders; put 000001; echo "half of a result" >spool/out/000001; ./spoold -q spool; echo $?'
	expect_output 1
	expect_called 'spoold/fsync:directory spool.out'
	explain "When the power fails" "a daemon that was killed had left out/000001: its name may not be on the disk yet, so fsync the folder out/ all the same before the job moves"
	scenario 'put 000001; ./spoold -q spool; echo $?; echo spool/new/* spool/done/*'
	expect_output '1
spool/new/000001'
	means="rename has failed, so the job is not done: it stays in new/, and do_job returns -1 with errno; look at what rename returns"
	explain "The step that decides" "$means"
	expect_called 'spoold/fsync:file spool.out.000001.*' 'spoold/fdatasync:file spool.out.000001.*'
	expect_called 'spoold/fsync:directory spool.out'
	expect_not_called 'spoold/fsync:directory spool.done'
	explain "When the power fails" "the order is: the result, its name in out/, then rename, then the folder done/; what is on the disk too early, or too late, is of no use"
}

@test "spoold: when a call fails, the job waits for the next one" {
	gap 2; needs 1; points 5
	failing spoold#1/write:each:ENOSPC spoold#1/read:each:EIO spoold#1/fsync:each:EIO spoold#1/rename:each:EIO spoold#1/open:each:EMFILE
	scenario 'folders; touch -d @0 spool/done old; put 000001 "$long"
		for i in 1 2; do
			./spoold -q spool >log; echo $?; take 000001 "$long_result"
			[[ ! -e spool/new/000001 || ! spool/done -nt old ]] || echo "the job was in done/, and is in new/ again"
		done; contents'
	leave_out '*lock*'   # which is gap 4
	leave_out '*device*' # never full: the text may be tried on /dev/null
	expect_failed
	expect_output '1
0
tmp:
new:
out: 000001
done: 000001
failed:'
	expect_complaint '^spoold: (000001|lock|new|tmp|standard output): (No space left on device|Input/output error|Too many open files)$'
	local means="a job whose result could not be written, for any reason but EILSEQ, is neither done nor failed: do_job returns -1, with the errno of what failed, and the job stays in new/"
	[[ $first_when != *" write("*"/out/"* ]] ||
		means="a write of the result has failed, and do_job goes on as if all were well: part of it is written by print_text, the rest, which stdio holds back, by fflush or fclose; look at what each of them returns. Then do_job returns -1, with that errno, and the job stays in new/"
	[[ $first_when != *"spool/done"* && $first_when != *"(done)"* ]] ||
		means="only the last step has failed, to bring the folder done/ to the disk: do_job returns -1, with errno; but the job stays in done/ and its result in out/, as a client may have taken it already"
	[[ $first_when != *rename* ]] ||
		means="rename has failed, so the job is not done: it stays in new/, and do_job returns -1 with errno; look at what rename returns"
	[[ $error != *$'\nspoold: 000001: '* || $output != $'1\n0\n'* ]] ||
		means="there are two lines on standard error: main prints why a job cannot be done, so do_job prints nothing, and only returns -1 with errno set"
	explain "The step that decides" "$means"
	failing spoold#1/rename:each:EIO spoold#1/fsync:each:EIO spoold#1/unlink:each:EIO
	scenario 'put 000001; printf "\0" >>spool/new/000001; mkdir spool/out; echo "half of a result" >spool/out/000001
		./spoold -q spool >log; echo $?; jobs=(spool/@(new|done|failed)/*); echo ${jobs[@]##*/}
		[[ ! -e spool/failed/000001 || ! -e spool/out/000001 ]] || echo "it has failed, and has a result"'
	expect_match $'^[01]\n000001$'
	explain "The step that decides" "what stood in out/ of a job that is not a text could not be removed, and the job moved to failed/ all the same: look at what unlink returns; do_job returns -1, with errno, and the job stays in new/" WRONG HANG TIMEOUT
	leave_out '*unlink*' # whose failure may be made good
	expect_output '1
000001'
	explain "The step that decides" "on its way to failed/ a job is as safe as on its way to done/: if rename, or the fsync of a folder, fails, do_job returns -1, with errno" WRONG HANG TIMEOUT
}

@test "spoold: what is not a text fails, and is not waited for" {
	gap 2; needs 1; points 3
	scenario 'folders; mkfifo spool/new/000001; mkdir spool/new/000002; ln -s /etc/passwd spool/new/000003
		for i in {04..19}; do put 0000$i; printf "\0" >spool/new/0000$((10#$i + 20)); done
		ln -s nowhere spool/new/000040
		for name in .000040 0000040 00040 000040~; do echo no >spool/new/$name; done
		sh -c "ulimit -n 12; exec ./spoold -q spool" | grep -c done; contents; rm spool/failed/000001'
	expect_output '16
tmp:
new: 0000040 000040~ 00040
out: 000004 000005 000006 000007 000008 000009 000010 000011 000012 000013 000014 000015 000016 000017 000018 000019
done: 000004 000005 000006 000007 000008 000009 000010 000011 000012 000013 000014 000015 000016 000017 000018 000019
failed: 000001 000002 000003 000024 000025 000026 000027 000028 000029 000030 000031 000032 000033 000034 000035 000036 000037 000038 000039 000040'
	[[ $error != *"spoold: 000002: "* ]] ||
		explain "The step that decides" "000002 is a folder, which moves to failed/, too: rename moves it; link makes no second name for a folder, and unlink does not remove one" WRONG HANG
	[[ $error != *": No such file or directory"* ]] ||
		explain "The step that decides" "000003 and 000040 are symbolic links, 000040 to a file that is not there; neither is a regular file, so both move to failed/, and rename moves the link itself. access and stat ask for the file to which it leads; print_text says EILSEQ" WRONG HANG
	explain "The step that decides" "print_text says EILSEQ for what is not a text, and the job moves to failed/; each file is closed again, on the way to failed/, too (this spoold may have 12 descriptors)" WRONG HANG
}

# Gap 3: the daemon waits

@test "spoold: it sleeps until a job enters" {
	gap 3; needs 1 2; points 4
	scenario 'folders; start ./spoold spool; sleeps $server
		echo one >one; ln one spool/new/000001; await_line log "000001 done"; sleeps $server
		move 000002; await_line log "000002 done"; sleeps $server
		: >x; mv x spool/new/$(printf "%0255d" 0); sleeps $server
		suspend $server; : >spool/new/x; move 000003; resume $server; await_line log "000003 done"; sleeps $server
		for i in {4..9}; do move 00000$i; done; await_line log "000009 done"; sleeps $server
		echo "is told to end"; stop; mapfile -t -n 9 lines <log; printf "%s\n" "${lines[@]:1}"'
	expect_output 'asleep
asleep
asleep
asleep
asleep
asleep
is told to end
status 0
000001 done
000002 done
000003 done
000004 done
000005 done
000006 done
000007 done
000008 done'
	local means="a job enters new/ by rename (IN_MOVED_TO) or by link (IN_CREATE), and inotify tells only of the folder and the events that it was asked for"
	[[ $first_came != *"000003 done"* ]] ||
		means="two events came before the daemon could read: one of a name that is not a job, and one of a job. One read may bring many events, so do not go by the first alone: whatever has come, return, and next_job looks into new/"
	[[ $output != *"is told to end"* ]] ||
		means="SIGTERM came while it slept, and it waits on: after EINTR look at ended again before you wait"
	[[ $why != *"read("*"inotify"* ]] ||
		means="it sleeps in read, from which it comes back only with an event: a signal does not end that (SA_RESTART begins the read again), nor is there a second event after the last. Sleep in ppoll only, and read once after it, or with IN_NONBLOCK until EAGAIN"
	[[ $output != *"only for a time"* ]] ||
		means="it wakes up after a while, whether or not something has come, and nobody looks into new/ every now and then: wait without a time limit, until inotify or a signal ends the wait"
	[[ $error != *"Interrupted system call"* ]] ||
		means="a signal has ended the wait, with EINTR: that is not an error, but what await_job waits for; it returns 0"
	[[ $error != *"temporarily unavailable"* ]] ||
		means="with IN_NONBLOCK, EAGAIN says only that there is no event any more: that is the end of the reading, not an error"
	[[ $output != *@("never sleeps"|"woke up")* ]] ||
		means="what inotify has told must be read, or the next poll comes back at once, again and again; what the daemon itself does in new/ must not wake it, either (IN_ALL_EVENTS tells of each look into the folder); and nobody looks into new/ every now and then"
	[[ $error != *"Invalid argument"* ]] ||
		means="an event has a name of up to 255 bytes behind it; a read whose buffer does not hold the first event fails with EINVAL"
	[[ $why != *"blocked: SIGTERM"* ]] ||
		means="SIGTERM stays blocked: the mask that is blocked for the look at ended must be put back after the wait, or the next wait has it blocked, too"
	explain "How the daemon waits" "$means" WRONG HANG TIMEOUT
}

@test "spoold: it notices as many as enter at once" {
	gap 3; needs 1 2; points 2
	# An event of such a name has 32 bytes: any usual buffer is full to the last of them.
	scenario 'folders; start ./spoold spool; suspend $server; echo one >one
		perl -e "link q(one), sprintf(q(spool/new/%06d), \$_) or die \$! for 1 .. 512"
		resume $server; await_line log "000512 done"; sleeps $server; stop'
	expect_output 'asleep
status 0'
	[[ $why != *"read("*"inotify"* ]] ||
		explain "How the daemon waits" "512 jobs entered while the daemon was stopped, and it sleeps in read of the inotify descriptor: a read that fills its buffer does not say that there is more. Read once after ppoll, or with IN_NONBLOCK until EAGAIN" HANG
	explain "How the daemon waits" "512 jobs entered while the daemon was stopped, and each is to be done: whatever has come, look into new/ until no job is left, then wait" HANG TIMEOUT
	# Nobody is told more at once than the kernel keeps; then comes IN_Q_OVERFLOW.
	scenario 'folders; read -r most </proc/sys/fs/inotify/max_queued_events; ((most <= 65536)) || most=0
		start ./spoold spool; suspend $server; echo one >one
		perl -e "for (1 .. \$ARGV[0]) { \$x = q(spool/new/x) . \$_ % 2; link q(one), \$x or die \$!; unlink \$x }" $((most + 9))
		move 000001; resume $server; await_line log "000001 done"; sleeps $server; stop'
	expect_output 'asleep
status 0'
	explain "How the daemon waits" "more names came at once than the kernel keeps events, and the one of the job was lost: for the lost ones there is a last event, IN_Q_OVERFLOW, whose wd is -1; whatever the event, look into new/" HANG TIMEOUT
}

@test "spoold: a job that enters just before it sleeps is done" {
	gap 3; needs 1 2; points 6
	# It is stopped at each place after "ready", and goes on when all others wait. With a
	# folder in the way of its result, it says at once when it takes the job.
	interrupting spoold:STOP@write
	scenario -n 'mkdir -p spool/out/000001; daemon; read -rN 6 line <&5
		: >spool/new/000001; wait $server; echo "status $?"'
	expect_failed
	expect_output 'status 1'
	expect_complaint '^spoold: 000001: '
	explain "How the daemon waits" "the job entered after the daemon had looked into new/, and before it began to watch (or its event was read unseen, before the look): watch first, then look, and look again after each event" WRONG HANG TIMEOUT
}

@test "spoold: SIGTERM ends it, wherever it comes" {
	gap 3; needs 1 2; points 6
	local after
	for after in inotify_init write; do # write: that of "ready", if it watches by another call
		interrupting "spoold#1:INT@$after"
		scenario -n 'put 000001 "one
"; ./spoold spool >log; echo "status $?"; take 000001 "1 one
"
			./spoold -q spool >>log; take 000001 "1 one
"; each_line_once log; contents'
		! was_forced || break
	done
	expect_failed
	expect_output 'status 0
tmp:
new:
out: 000001
done: 000001
failed:'
	explain "How the daemon waits" "between a look at ended and a wait SIGINT (or SIGTERM) may come, and then the wait never ends: keep both blocked from the look on, and let ppoll unblock them for the wait only; EINTR is not an error then" HANG TIMEOUT WRONG
	# Who blocks none makes no such call, and gets the signal when it sleeps.
	interrupting 'spoold:TERM<sigprocmask'
	scenario -n 'folders; echo one >spool/new/000001; ./spoold spool >log; echo "status $?"'
	expect_output 'status 0'
	explain "How the daemon waits" "the signal came when spoold was about to block it, and ended had been looked at by then: the handler sets it, and nobody looks again before the wait. Block first, then look, then wait" HANG TIMEOUT WRONG
	interrupting spoold:TERM@sigaction
	scenario './spoold . >log; echo "status $?"'
	expect_output 'status 0'
	explain "How the daemon waits" "whenever the signal comes, even before ready, it ends the daemon: ended stays 1 once the handler has set it, and nobody but the handler writes to it" WRONG HANG TIMEOUT
	interrupting
	scenario 'folders; open_pipe; env --block-signal=USR1 ./spoold spool >&3 & server=$!; read -r line <&3
		move 000001; read -r line <&3; fill 3
		suspend $server; for i in 2 3 4; do move 00000$i; done; resume $server; await_blocked $server write
		n=$(bytes_in 3); kill -USR1 $server; kill $server
		until_holds "SIGTERM never comes" has_taken $server; head -c $n <&3 >none; wait $server; echo "status $?"; contents'
	expect_output 'status 0
tmp:
new: 000003 000004
out: 000001 000002
done: 000001 000002
failed:'
	[[ $output != "status 138"*"new: 000003 000004"* ]] ||
		explain "How the daemon waits" "SIGUSR1 was blocked when this daemon was started, and came after it had waited once; it ended the daemon, so it was not blocked any more: after the wait put back the mask that was there before (the third argument of sigprocmask), not an empty one" WRONG HANG TIMEOUT
	[[ $error != *"standard output: Interrupted system call"* ]] ||
		explain "The programs" "SIGTERM came while the daemon printed \"000002 done\" into a full pipe, and the write failed with EINTR: main sets the handler with SA_RESTART, so that such a write goes on (ppoll ends with EINTR all the same)" WRONG
	[[ $output == *"new: "*"000004"* ]] ||
		explain "How the daemon waits" "SIGTERM came while the daemon worked at 000002, after it had waited once, and it went on with the next: SIGTERM was still blocked then, or nobody looked at ended. Put the mask back after each wait" WRONG HANG TIMEOUT
	explain "How the daemon waits" "SIGTERM came while the daemon worked at 000002, after it had waited once: it does that job to its end, and leaves the others in new/. Put the mask back after each wait" WRONG HANG TIMEOUT
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
	local means="only EINTR is not an error: if the wait fails, await_job returns -1, with errno as it was"
	[[ $first_verdict != TIMEOUT ]] ||
		means="the wait ends again and again, though nothing has come: it has a time limit, or is no wait at all; wait without a limit, until inotify or a signal ends the wait"
	explain "How the daemon waits" "$means" WRONG HANG TIMEOUT
	failing spoold/inotify_init:each:EMFILE spoold/inotify_add_watch:each:ENOSPC
	scenario 'folders; ./spoold spool; echo $?'
	expect_output 1
	expect_complaint '^spoold: watch: (Too many open files|No space left on device)$'
	explain "How the daemon waits" "a user can have only so many inotify instances and watches: what cannot be watched is reported, by -1 and errno"
}

# Gap 4: one daemon

@test "spoold: a second daemon is refused" {
	gap 4; needs 3; points 5
	scenario 'folders; start ./spoold spool; first=$server
		for i in 1 2; do attempt ./spoold spool; attempt ./spoold -q spool; suspend $first; done
		[[ $(tr -d "\\0" <spool/lock) == $first ]] && echo "its process id"
		case $(wc -c <spool/lock) in $((${#first} + 1))) ;; 0) echo "it is empty" ;; *) echo "and more" ;; esac
		is_locked spool/lock || echo "it has no lock"
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
	[[ $output != ready* ]] ||
		means="the second one became a daemon, too: the lock must be exclusive (LOCK_EX), on the file lock itself (not one that another is renamed over), and stay: it goes when its descriptor is closed, or that of a copy; a lock of fcntl goes when any descriptor of the file is closed"
	[[ $output == *"its process id"* || $output == ready* ]] ||
		means="as long as the daemon lives, lock is to hold its process id, whatever a second one tries: that one changes nothing of lock, not even by opening it (O_TRUNC); and what stdio holds back is not in the file yet (fflush)"
	[[ $output != *"its process id"$'\n'"and more"* ]] ||
		means="lock is to hold the process id of the daemon, a line with its newline, and nothing else"
	[[ $output != *"it has no lock"* || $output == ready* ]] ||
		means="what counts is a lock of the kernel on the file lock, as long as the daemon lives; here that file has none"
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
	leave_out '*fcntl(*spool/new/*' # what stdio asks about a job
	expect_output '1
spool/new/000001'
	expect_complaint '^spoold: [^ ]+: (No locks available|Input/output error)$'
	failing spoold/write:1:ENOSPC
	scenario 'put 000001; ./spoold -q spool; echo $?; echo spool/new/*'
	expect_output '1
spool/new/000001'
	expect_complaint '^spoold: [^ ]+: No space left on device$'
	explain "One daemon" "without the lock, or without its process id in the file, it is not the daemon: lock_spool returns -1, with errno set, and EAGAIN only if there is another daemon"
}

@test "spoold: of ten that start at once, one is the daemon" {
	gap 4; needs 3; points 6
	under_schedules 3
	scenario 'crowd 10; end_owner'
	expect_output '1 ready, 9 refused
its owner: status 137'
	[[ $output != *"1 ready, 9 refused"*"none of them"* ]] ||
		explain "One daemon" "one is the daemon, and lock does not hold its process id: one that was refused has changed the file, perhaps by opening it (O_TRUNC), or the daemon has not written it by the time it is ready" WRONG
	explain "One daemon" "whoever looks first and locks afterwards acts on what was true a moment ago: two see a dead daemon, and both take over; one call must decide, and the loser touches nothing" WRONG RACE HANG
}

@test "spoold: one that comes late steals no lock" {
	gap 4; needs 3; points 6
	# The first is stopped at each place (not in what is given), and goes on when the
	# second is the daemon. It has no job, and ends: nothing is gained by stopping it asleep.
	interrupting 'spoold#1:STOP@mkdir'
	scenario 'rivals'
	expect_failed
	expect_output '1 became the daemon, 1 refused'
	explain "One daemon" "one looked, then the other became the daemon, and the first went on by what it had seen: what is removed or made then belongs to a daemon that lives; the look and the taking must be one call" WRONG RACE HANG
	interrupting
	# As if the first one had made the file just now.
	failing spoold#2/open:1:ENOENT
	scenario 'start ./spoold .; ./spoold -q . >said 2>&1; read -r pid <lock
		[[ $pid == "$server" ]] && echo "its process id"; stop'
	expect_output 'its process id
status 0'
	explain "One daemon" "when the second one looked there was no file lock; then the first one made it and became the daemon; and the second one emptied it or made its own: open with O_CREAT, without O_TRUNC (fopen with \"a+\", not \"w\"), and write only with the lock" WRONG RACE HANG
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
	explain "If you want more" "kill(pid, 0) fails with ESRCH if there is no such process; only then may its file go: with EPERM there is a process, and 0, -1 and what is not a number are not process ids"
	failing spoold/kill:each:EPERM # the process is somebody else's
	scenario 'folders; echo a >spool/tmp/000002.4000000; ./spoold -q spool; echo $?; ls spool/tmp'
	expect_output '0
000002.4000000'
	explain "If you want more" "kill(pid, 0) failed with EPERM, so there is such a process, of another user, and it may still be writing: only after ESRCH its file may go"
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
