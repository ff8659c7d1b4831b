#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

# explain_list: if it was seen that select was given a descriptor that was closed, or poll
# none that is open
explain_list() {
	[[ $first_why != *"gather (parent"*"is blocked in poll, without time limit, for no descriptor at all"* ]] ||
		explain "Waiting for many" "poll looks at as many entries as its second argument says, from the first on; those that are -1 it passes over. So that number is how long the list is, not how many of it are left, and where nothing is left, there is nothing to wait for" WRONG ZOMBIE HANG
	[[ $error != *"select: Bad file descriptor"* ]] ||
		explain "Waiting for many" "a descriptor that was closed is still among those that are waited for: after a command's end, c->fd is -1 or another, so make the sets of select anew before each call" WRONG ZOMBIE HANG
}

# explain_select: of three commands: if it was seen that select waits, and not for all
explain_select() {
	explain_list
	[[ $first_why != *"gather (parent"*"is blocked in select"* ]] ||
		(($(grep -c "fd [0-9]* = pipe" <<<"$first_why") >= 3)) ||
		explain "Waiting for many" "select waits for the descriptors shown above, and no others: when it returns, its sets hold only what was ready, so make them anew before each call" WRONG ZOMBIE HANG
}

# explain_hung_up: if it was seen that poll reports a pipe that has hung up, again and again
explain_hung_up() {
	[[ $first_why != *"gather (parent"*"(POLLHUP on fd "* ]] ||
		explain "Hanging up" "the command has ended, and poll reports that as POLLHUP, with no POLLIN (gap 4): call advance then, too, so that read sees the end" WRONG ZOMBIE HANG TIMEOUT
}

# explain_no_pidfd: if it was seen that gather minds that there is no pidfd (valgrind has none)
explain_no_pidfd() {
	[[ $error != *"Function not implemented"* ]] ||
		explain "If you want more" "pidfd_open failed here, as on a system that lacks it: that is no error, so watch_end returns -1, and gather waits for the command when the output of all is over" WRONG ZOMBIE LEAK HANG
}

@test "it builds without a warning" {
	gap 0; points 1
	builds_without_a_warning "The programs"
}

# Gap 1: a command is started

@test "start: a command runs in a shell, its output a pipe" {
	gap 1; points 5
	local word
	word=w$(random 1000 9999)
	scenario -n -w "./gather sync 'x=$word; test -p /proc/\$\$/fd/1 && kind=a || kind=no; echo \"\$x  \$kind pipe \$0\" >made' >log
		await_lines made 1; cat made; rm made"
	expect_output "$word  a pipe sh"
	[[ $output != *"no pipe"* ]] ||
		explain "Starting a command" "the command runs, but its descriptor 1 is no pipe: neither a socket nor a file will do (a pipe that is full makes the command wait, and only a pipe is what is described in \"Hanging up\")"
	expect_called gather/fork gather/pipe
	explain "Starting a command" "each command is a child: its standard output becomes the write end of a pipe, and it executes sh -c with the whole line as one argument"
	scenario -n 'mkfifo gate; exec 9<>gate # so that the second waits for the first, even if gather does not
		seq 2 | ./gather sync "read x; echo \$x >made; echo >gate" "read y <gate; cat >>made; echo end >>made; echo error >&2" >log
		await_line made end; cat made; rm made gate'
	expect_output '1
2
end'
	expect_said '(^|
)error(
|$)'
	explain "Starting a command" "standard input and standard error are left as they are, for each command; only standard output is the pipe (here the first command reads one line, and the second what is left)" HANG
	scenario -n 'mkdir bin; echo "#!/bin/sh" >bin/sh; chmod +x bin/sh; long=$(printf %100000s)
		PATH=$PWD/bin:$PATH ./gather sync "$long echo it ran >made" >log; await_lines made 1; cat made; rm -r bin made'
	expect_output 'it ran'
	explain "The programs" "a COMMAND may be long (this one has 100,000 bytes): it is passed on as it is, without a copy in a buffer; and the shell is /bin/sh, not another sh that PATH names"
}

@test "start: a command has no descriptor but 0, 1 and 2" {
	gap 1; needs 2 3 4; points 4
	scenario 'mkfifo gate
		gather async "ls /proc/self/fd >fds1; echo end >>fds1; read x <gate; true" "ls /proc/self/fd >fds2; echo end >>fds2" "ls /proc/self/fd >fds3; echo end >>fds3"
		for i in 1 2 3; do await_line fds$i end; done
		open_gate gate; finish >log; paste -sd " " fds1 fds2 fds3; rm fds? log'
	expect_output '0 1 2 3 end
0 1 2 3 end
0 1 2 3 end'
	explain_list
	explain_hung_up
	explain "Who holds which end" "0, 1 and 2 stay open, and ls itself opens 3; any other is an end of a pipe, of its own or of a command that was started before it, which it does not know about: with O_CLOEXEC none stays" HANG
	expect_quiet
	explain "How it ended" "gather says itself what went wrong. No child processes: there was none to wait for; was it waited for before, or is SIGCHLD ignored, so that no child leaves a status?"
	scenario -d 1100 'limit=$(ulimit -n); for ((fd = 3; fd < 1030 && fd < limit - 50; fd++)); do ((fd == 255)) || eval "exec $fd</dev/null"; done
		./gather sync "find /proc/self/fd -lname \"pipe:*\" -name \"[0-9]?*\""'
	expect_output '1: exit status 0'
	explain "Who holds which end" "when gather started, descriptors 3 to 1,029 were open, so that the ends of its pipe have numbers above: a command that closes those up to some number keeps what is beyond; O_CLOEXEC needs no number"
	failing gather.1/open:1+:EMFILE gather.1/close_range:1+:ENOSYS # some need neither
	scenario './gather sync "find /proc/self/fd -lname \"pipe:*\" -name \"[3-9]\""'
	expect_match '^1: (exit status|signal) [0-9]+$'
	explain "Starting a command" "the child could not find out what it has to close (opendir, open or close_range failed), and ran the shell all the same, with an end of its pipe: say why, and end with 127 by _exit; or use O_CLOEXEC, which needs no such call" HANG
	failing
	# Signals 1 to 28; the C library may have its own ones, 32 and 33, ignored (posix_spawn).
	scenario 'look="grep ^Sig[BI] /proc/self/status | cut -c 1-7,18-24"; ./gather sync "kill -PIPE \$\$"
		./gather sync "$look" | sed -n "s/^1: S/S/p" >in-command; sh -c "$look" | diff - in-command; rm in-command'
	expect_output '1: signal 13'
	explain "The programs" "a command must not start with other signals ignored or blocked than gather itself: what gather ignores (SIGPIPE, say) or blocks stays so in its children, across exec, too; so the child sets that back first"
}

@test "start: the end of the output is seen, again and again" {
	gap 1; needs 2 3; points 5
	with EXITS_FDS=1
	scenario 'ulimit -n 9; commands=(); for i in {1..8}; do commands+=("echo $i"); done
		./gather sync "${commands[@]}" | grep exit'
	expect_output "$(printf '%d: exit status 0\n' {1..8})"
	expect_quiet
	local open
	open=$(noted exits | head -n 1)
	[[ $error != *"Too many open files"* || -z $open ]] ||
		explain "Who holds which end" "with each command something more stays open in gather, until nothing can be opened: $open" WRONG
	[[ $error != *"gather: command "*": Resource temporarily unavailable"* ]] ||
		explain "Waiting for many" "read did not wait: the pipe has O_NONBLOCK, so that read fails with EAGAIN while nothing is there (pipe2 sets it for both ends; a command whose end has it loses output when the pipe is full)" WRONG
	explain "Who holds which end" "gather still has the write end of a pipe: so it never sees end-of-file there (close it once the child has been started), or, after some commands, can open no more" HANG WRONG
}

@test "start: when a call fails" {
	gap 1; needs 2 3 4; points 5
	local rule reason='(Too many open files|Resource temporarily unavailable)'
	for rule in gather/fork:2:EAGAIN gather/pipe:2:EMFILE; do
		failing "$rule"
		scenario './gather sync "echo a" "echo b" "echo c" >log; echo "status $?"; grep exit log'
		expect_output 'status 1
1: exit status 0'
		expect_complaint "^gather: starting command 2: $reason\$"
	done
	explain "The programs" "pipe or fork failed: say \"starting command N\" and the reason (warn adds it), and return -1; otherwise start_command returns 0" HANG ZOMBIE
	with EXITS_FDS=1
	failing pipe:each:EMFILE gather/fork:each:EAGAIN
	scenario './gather async "echo a" "echo b"'
	expect_complaint "^gather: .*$reason\$" # it may be a pipe of its own, of no command
	expect_status 1
	expect_failed
	expect_that "that no end of a pipe stays open in gather" "$(noted exits)" \
		without "$(noted exits | grep -v "in a child$")" "never closed by gather"
	[[ $first_verdict != HANG || $error != *"starting command 1:"* ]] ||
		explain "Waiting for many" "not even the first command was started, so there is nothing to wait for: poll without a time limit, and with nothing in its list, sleeps for ever" HANG
	explain "The programs" "a pipe or a process could not be made: that is said once, with the reason, both ends of the pipe are closed, and the commands that run are gathered to their end" HANG LEAK ZOMBIE
}

@test "start: a command without its pipe does not run" {
	gap 1; needs 2 3; points 3
	with EXITS_CHILD=1
	failing dup2:each:EMFILE
	scenario './gather sync "echo lost; echo >made" >log; echo "status $?"; grep exit log; test -e made && echo "it ran"'
	expect_match '^status 1(
1: exit status 127)?$'
	expect_said 'Too many open files'
	expect_no_exit_in_a_child
	was_forced || works_unhindered # some need no dup2
	explain "Starting a command" "dup2 failed in the child: what it prints would go to the screen without a number; say why, and end with 127 by _exit"
	failing gather.1/exec:1:ENOMEM
	scenario './gather sync "echo a" >log; echo "status $?"; grep exit log'
	expect_match '^status 1(
1: exit status 127)?$'
	expect_said 'Cannot allocate memory'
	expect_no_exit_in_a_child
	explain "Starting a command" "exec returns only if it fails, and then the child is still gather: say why, and end with 127 by _exit" ZOMBIE HANG
}

# works_unhindered: where nothing could be made to fail, it must at least work
works_unhindered() {
	failing
	scenario './gather sync "echo kept"'
	expect_output '1: kept
1: exit status 0'
}

# Gap 2: its output is taken

@test "lines: each is printed with the number of its command" {
	gap 2; needs 1; points 5
	local word
	word=w$(random 1000 9999)
	scenario -n "./gather sync 'echo $word; echo; echo \" %d  \"; printf \"last\"' 'seq 3'"
	expect_match "^1: $word
1: 
1:  %d  
1: last
(1: exit status 0
)?2: 1
2: 2
2: 3(
2: exit status 0)?\$"
	explain "Lines" "each line is printed by print_line, an empty one, too; a read may bring many of them; and what stands at the end without a newline is a line, but only if something stands there"
	scenario -n './gather sync "printf \"a\\0b\\n\\377\\r\\n\"" | grep -av exit | od -An -c | tr -s " "'
	expect_output ' 1 : a \0 b \n 1 : 377 \r \n'
	explain "Lines" "any byte may come, and is printed as it is: the null byte, too (the functions for strings, strchr, strlen, %s, stop there), 0xff (which is not EOF), and a carriage return"
}

@test "lines: a line may come in pieces" {
	gap 2; needs 1; points 5
	cutting gather/read:1+:1
	scenario -n './gather sync "printf \"pear\\napple\\n\\nfig\""'
	expect_match '^1: pear
1: apple
1: 
1: fig(
1: exit status 0)?$'
	explain "Lines" "here each read brings one byte: what has come of a line stays in c->part until its newline comes"
}

@test "lines: half a line waits for its rest, and delays nobody" {
	gap 2; needs 1 3 4; points 5
	scenario 'mkfifo gate gate2
		gather async "printf pe; read x <gate; echo ar; read x <gate2" "printf app; echo le; read x <gate" "printf \"fig\\npl\"; read x <gate; echo um; read x <gate2"
		await_output "*le"; await_output "*fig"; settle; grep -v exit log | sort
		exec 3<>gate 4<>gate2; echo go | tee -a /dev/fd/3 /dev/fd/3 >&3; await_output "*ar"; await_output "*um"
		echo go | tee -a /dev/fd/4 >&4; finish >gates; grep -v exit log | sort'
	expect_output '2: apple
3: fig
1: pear
2: apple
3: fig
3: plum'
	explain_select
	explain "Lines" "two commands have begun a line, a third has written one: that is printed at once, whole; the others when they are whole, and nothing of one command stands in the line of another"
	explain "Waiting for many" "a read that is called again, until the line is whole, the buffer full or the output over (in take_output, or in a loop around it), waits for this command, and keeps all others waiting" HANG
	scenario 'mkfifo gate gate2; ./gather async "printf %4096s x; echo >gate; read x <gate2" "read x <gate; echo; echo b; echo >gate2" | grep "^2"; rm gate*'
	expect_output '2: 
2: b
2: exit status 0'
	explain "Lines" "the first command has printed 4,096 bytes, and no newline yet; the newline of the second is not the one that belongs to them, but an empty line: what you keep about a line, you keep for each command"
	scenario 'mkfifo gate gate2; gather async "printf abc; read x <gate" "read x <gate2; echo x; read x <gate2"
		settle; exec 3<>gate2; echo go >&3; await_output "2: x"; open_gate gate; await_output "1: abc"; echo go >&3; finish >gates; grep -v exit log | sort'
	expect_output '1: abc
2: x'
	explain "Lines" "the first command had begun a line, the second wrote a whole one, and then the output of the first was over: what is still in its pipe is read, and its line printed although it has no newline. What you keep about a line, you keep for each command" HANG
}

@test "lines: 4,096 bytes are one line, 4,097 are two" {
	gap 2; needs 1; points 5
	scenario -n 'for n in 4095 4096 4097 8192 8193 4096; do lines+="printf %${n}s x; echo; "; done
		./gather sync "{ $lines printf %4096s x; } | tr \" \" x" "printf %4097s x | tr \" \" x" | grep -v exit | awk "{ print \$1, length(\$2) }"'
	expect_output '1: 4095
1: 4096
1: 4096
1: 1
1: 4096
1: 4096
1: 4096
1: 4096
1: 1
1: 4096
1: 4096
2: 4096
2: 1'
	explain "Lines" "PART bytes fit, without the newline; when one more comes that is no newline, PART are printed as a line; not when the buffer is full, as the newline may be next (and a read of size 0, as there is no room, returns 0, but that is not the end)"
	scenario -n './gather sync "head -c 1000000 /dev/zero" | grep -av exit | tr "\\0" 0 | awk "{ n += length(\$2) } END { print n, NR }"'
	expect_output '1000000 245'
	explain "Lines" "a line of a million bytes does not fit: print PART of them, go on. (And a command must be able to wait while its pipe is full: no O_NONBLOCK at its end)"
}

# says_why_read_failed: what is said of the command is not why something else failed later
says_why_read_failed() {
	expect_that "gather: command 1: Input/output error" "$error" without "$error" "command 1: No space"
}

@test "lines: a read that fails, or is interrupted" {
	gap 2; needs 1 3; points 3
	failing gather/read{,v}:{1-30,2-31}:EINTR # thirty times before the first that reads, and before the second
	scenario './gather sync "echo a"'
	expect_output '1: a
1: exit status 0'
	expect_quiet
	explain "Lines" "EINTR: nothing was read, nothing is lost: read again, and again if that is interrupted, too"
	failing gather/read{,v}:1-3:EIO # some may be of something else than a pipe
	scenario './gather sync "echo a; exec >&-" "echo b; exec >&-"'
	expect_match '^([12]: (b|exit status|signal).*
?)*$'
	expect_said '^gather: command 1: Input/output error'
	expect_failed
	expect_status 1
	explain "The programs" "take_output returns -1 if read fails, with errno as read left it; gather says why, and goes on with the other commands" HANG TIMEOUT
	scenario './gather sync "exec yes"'
	expect_output '1: signal 13'
	explain "The programs" "after a read that fails the pipe is closed, in advance: then SIGPIPE ends a command that goes on printing; if it stays open and nobody reads, that command waits for ever when the pipe is full, and gather for the command" HANG TIMEOUT
	failing gather/read{,v}:each:EIO
	scenario './gather sync "printf half" >/dev/full'
	in_each_run says_why_read_failed
	explain "The programs" "a read failed when half a line was there, and standard output was full: gather must say why read failed (Input/output error), so take_output keeps errno before it prints what is left, and sets it again"
}

# Gap 3: its end

@test "end: an exit status or a signal, and what gather returns" {
	gap 3; needs 1 2; points 5
	local code
	code=$(random 3 254)
	scenario -b plain "tell \"./gather sync true 'echo a'\" \"./gather sync true 'exit $code' 'exit 255' true\" \"./gather sync 'kill -TERM \\\$\\\$' true\" \"./gather sync true ''  'kill -KILL \\\$\\\$'\" './gather sync no-such-command 2>&-'"
	expect_told "./gather sync true 'echo a'" 0 '1: exit status 0
2: a
2: exit status 0'
	expect_told "./gather sync true 'exit $code' 'exit 255' true" 1 "1: exit status 0
2: exit status $code
3: exit status 255
4: exit status 0"
	expect_told "./gather sync 'kill -TERM \$\$' true" 1 '1: signal 15
2: exit status 0'
	expect_told "./gather sync true ''  'kill -KILL \$\$'" 1 '1: exit status 0
2: exit status 0
3: signal 9'
	expect_told './gather sync no-such-command 2>&-' 1 '1: exit status 127'
	explain "How it ended" "WIFEXITED and WEXITSTATUS, WIFSIGNALED and WTERMSIG; end_command returns 0 only for a command that ended with status 0"
	leaving_core
	scenario './gather sync "kill -QUIT \$\$"'
	expect_output '1: signal 3'
	explain "How it ended" "a signal ended the command, and it left a core file: waitpid tells that by one more bit of the status, which WTERMSIG leaves out; waitid by CLD_DUMPED in the place of CLD_KILLED"
}

@test "end: it waits for this command, and begins again after EINTR" {
	gap 3; needs 1 2; points 4
	failing gather/wait:{1-30,2-31}:EINTR gather/pidfd_open:1+:ENOSYS # each wait thirty times
	scenario -n './gather sync "exit 3" "exit 4"'
	expect_output '1: exit status 3
2: exit status 4'
	expect_that "that no interrupted call is an error" "$error" without "$error" Interrupted
	explain_no_pidfd
	explain "How it ended" "a wait that fails with EINTR has not waited: call it again, as often as that happens"
	failing
	scenario -n 'mkfifo gate1 gate2
		(sh -c "read x <gate1; exit 7" & exec ./gather sync "exec >&-; read x <gate2; exit 3") >log & gather=$!
		await_children $gather 2; open_gate gate1; await_gone ${children[0]}; settle; open_gate gate2; finish; cat log'
	expect_output 'status 1
1: exit status 3'
	explain "How it ended" "gather may have children from before it became gather, which are not among its commands: wait for c->pid, not for any child"
	failing gather/wait:1+:ECHILD # the first may be of something else than end_command
	scenario -n './gather sync true "echo b"'
	expect_output '2: b'
	expect_said '^gather: command 1: No child processes
gather: command 2: No child processes$'
	expect_status 1
	explain "How it ended" "after any error but EINTR there is no status: say so, and return 1" TIMEOUT
}

@test "end: a command that is stopped has not ended" {
	gap 3; needs 1 2; points 2
	scenario -n 'mkfifo gate; gather sync "printf half; exec >&-; echo \$\$ >first; read x <gate; exit 3"
		await_lines first 1; rm first; await_children $gather 1; suspend $children; idle $gather; cat log; resume $children
		open_gate gate; finish; cat log'
	expect_that "1: half, while the command is stopped" "$output" without "$output" $'asleep\nstatus'
	explain "Lines" "the output of the command is over, and ended without a newline: what is there is printed then, when read returns 0, and not only when the command has ended"
	expect_output 'asleep
1: half
status 1
1: half
1: exit status 3'
	explain "How it ended" "the command has closed its output, and was stopped: it may go on, so wait for it asleep; WUNTRACED also brings a command that is only stopped, and WNOHANG does not wait"
}

@test "end: it comes after the last line, whoever wrote that" {
	gap 3; needs 1 2; points 3
	scenario 'mkfifo gate gate2; gather sync "{ read x <gate; echo late; } & exit 3" "read x <gate2; echo next"
		settle; cat log; open_gate gate; await_output "1: exit status 3"; open_gate gate2; finish; cat log'
	expect_output 'status 1
1: late
1: exit status 3
2: next
2: exit status 0'
	explain "How it ended" "the command has ended, but a child of its own still writes: the output is over when read returns 0, not when the command has ended"
	explain "How it ended" "that the first command has ended is to be seen before the second one prints: the line must have left gather's own buffer (fflush) when end_command returns" HANG
}

# sync and async

@test "sync: one after the other: the sum" {
	gap 3; needs 1 2; points 4
	scenario 'mkfifo gate{1..3}; gather sync "echo begins; read x <gate1; echo ends" "echo begins; read x <gate2; echo ends" "echo begins; read x <gate3; echo ends"
		for i in 1 2 3; do await_output "$i: begins"; settle; open_gate gate$i; done; finish; cat log'
	expect_output 'status 0
1: begins
1: ends
1: exit status 0
2: begins
2: ends
2: exit status 0
3: begins
3: ends
3: exit status 0'
	explain "The sum and the longest" "a command begins only when the one before it has ended, so the times add up"
	under_schedules 1
	scenario './gather sync "sleep 3; echo three" "sleep 1; echo one" "sleep 2; echo two" | grep -v exit
		timed ./gather sync "sleep 3" "sleep 1" "sleep 2"'
	expect_output "$(<"$BATS_TEST_DIRNAME/expected/sync.out")
status 0 after 6.0 s"
	explain "The sum and the longest" "3, 1 and 2 seconds, one after the other, are 6" HANG TIMEOUT
}

@test "async: all at once: the longest" {
	gap 4; needs 1 2 3; points 8
	scenario 'mkfifo gate{1..6}
		gather async "echo begins; read x <gate1; echo ends; read x <gate4" "echo begins; read x <gate2; echo ends; read x <gate5" "echo begins; read x <gate3; echo ends; read x <gate6"
		for i in 1 2 3; do await_output "$i: begins"; done
		for i in 3 1 2; do settle; open_gate gate$i; await_output "$i: ends"; done
		for i in 4 5 6; do open_gate gate$i; done; finish; grep ends log'
	expect_match '(^|
)3: ends
1: ends
2: ends$'
	explain_select
	explain "The sum and the longest" "all three begin before one ends, and whichever has something to print, the last one, too, is heard at once: start all before you wait for any, and then wait for all of them, not for one" HANG
	under_schedules 1
	scenario './gather async "sleep 3; echo three" "sleep 1; echo one" "sleep 2; echo two" | grep -v exit
		timed ./gather async "sleep 3" "sleep 1" "sleep 2"'
	expect_match "^$(<"$BATS_TEST_DIRNAME/expected/async.out")
status [01] after 3.0 s\$"
	explain "The sum and the longest" "3, 1 and 2 seconds, all at once, are 3, and the first line comes after one" HANG TIMEOUT
	scenario './gather async "sleep 4000; echo late; sleep 1" "echo soon" | grep -v exit'
	expect_output '2: soon
1: late'
	explain "Waiting for many" "a command says nothing for an hour (the clock of this run goes faster): that is not its end; poll waits without a limit" HANG TIMEOUT ZOMBIE
	scenario -c turns './gather async "echo apple" "echo pear"'
	expect_lines '1: apple
1: exit status 0
2: pear
2: exit status 0'
	explain "Check yourself" "two lines came at once, and did not stay whole: threads that print a line by several calls (printf, fwrite, putchar, say) need a lock around all of them, as each call has its turn by itself" RACE
}

@test "async: a pipe that has hung up may hold data" {
	gap 4; needs 1 2 3; points 5
	scenario 'mkfifo gate; gather async "read x <gate; seq 10000"
		await_children $gather 1; settle; suspend $gather; open_gate gate
		await_gone ${children[0]}; resume $gather; finish; grep -c "^1: [0-9]" log; tail -n 1 log | cut -c 4-'
	expect_output 'status 0
10000
exit status 0'
	explain "Hanging up" "the command had written 48,894 bytes and ended before gather looked: poll reports POLLIN and POLLHUP, and many reads are needed; only read, when it returns 0, says that all was read"
}

@test "async: it sleeps while nothing comes" {
	gap 4; needs 1 2 3; points 6
	scenario 'mkfifo gate1 gate2 gate3; gather async "echo \$\$ >first; echo a; read x <gate1" "exec >&-; read x <gate2; exit 2" "echo c; read x <gate3"
		await_output "1: a"; await_output "3: c"; idle $gather
		open_gate gate1; await_gone $(cat first); rm first; idle $gather
		open_gate gate2; open_gate gate3; finish'
	expect_output 'asleep
asleep
status 1'
	explain "Hanging up" "one command has ended, another has closed its output, and nothing comes: gather wakes up only when something does, so poll has no time limit. And a pipe that has hung up is reported at once, again and again, as long as it is in the list: after end-of-file it is closed, and waited for no more (events 0 does not help: POLLHUP comes unasked)" TIMEOUT
	explain "Hanging up" "a command that closed its output has not ended: to wait for that now keeps all others waiting" HANG
}

@test "async: one that only closed its output delays nobody" {
	gap 4; needs 1 2 3; points 5
	scenario 'mkfifo gate{0..3}; gather async "echo \$\$ >first" "read x <gate0; exec >&-; echo >second; read x <gate1; exit 4" "read x <gate2; echo b; read x <gate3"
		await_lines first 1; await_gone $(cat first); settle; open_gate gate0
		await_lines second 1; rm first second; settle; open_gate gate2; await_output "3: b"; settle; open_gate gate1; open_gate gate3; finish; sort log'
	expect_output 'status 1
1: exit status 0
2: exit status 4
3: b
3: exit status 0'
	explain "Hanging up" "the end of its output is not the end of the command: to wait for that now keeps all others waiting. (Where gap 5 is filled: advance changes c->fd, so the list of poll must follow)" HANG
	scenario 'mkfifo gate gate2; gather async "{ read x <gate; echo late; } & echo \$\$ >first; exit 3" "echo \$\$ >second; read x <gate2; exit 4"
		await_lines first 1; await_gone $(cat first); await_lines second 1; settle
		open_gate gate2; await_gone $(cat second); rm first second; settle; open_gate gate; finish; sort log'
	expect_output 'status 1
1: exit status 3
1: late
2: exit status 4'
	expect_quiet
	explain "How it ended" "the first command has ended, and a child of its own still writes; meanwhile the second one ended. The output is over when read returns 0, and not before; and a wait for any child may bring the end of another command, which is then lost" HANG
}

@test "async: one that never stops delays nobody" {
	gap 4; needs 1 2 3; points 4
	# All pipes are full, as nobody reads what gather prints, before the first and the last command go on.
	scenario -n -p 200 -d 200 'mkfifo gate{1..3} out; line=$(printf %0100d 0); for i in {2..71}; do more[i]="exec yes $line"; done
		./gather async "read x <gate1; echo a; read x <gate3" "${more[@]}" "read x <gate2; echo b; read x <gate3" >out & gather=$!
		exec 3<out; await_children $gather 72; for child in ${children[@]:1:70}; do await_blocked $child write; done
		open_gate gate1; open_gate gate2; head -n 20000 <&3 | grep -m 2 -v 00 | sort; kill -KILL $gather; rm gate* out'
	expect_output '1: a
72: b'
	explain "Waiting for many" "there is always more to read from 70 commands, and the first and the last have a line: after one read (in take_output, gap 2), look at the others; and each time poll returns, go through the whole list, however many have something, or those at its end (or at its beginning) are never heard" TIMEOUT HANG
}

@test "async: many commands, and too many" {
	gap 4; needs 1 2 3; points 4
	scenario -p 500 -d 420 'commands=(); for i in {1..200}; do commands+=("echo $i; exit $((i % 2))"); done
		./gather async "${commands[@]}" >log; echo "status $?"; sort -n log | grep -c "^\([0-9]*\): \1$"; grep -c "exit status" log'
	expect_output 'status 1
200
200'
	expect_quiet
	explain "The programs" "with one descriptor for the pipe of each command, and one for its end, there are enough; nothing has a fixed size; the first may end before the last has executed its shell" HANG LEAK
	scenario -n 'ulimit -n 9; commands=(); for i in {1..33}; do commands+=("echo $i"); done
		./gather async "${commands[@]}" >log; echo "status $?"; grep -c "exit status" log'
	expect_match '^status 1
[1-6]$'
	expect_complaint '^gather: starting command [0-9]+: Too many open files$'
	[[ $error != *": Error 24"* && $error != *"sh: "*"Too many open files"* ]] ||
		explain "Who holds which end" "gather came to its limit of 9 descriptors, and a command could open nothing, either: so it had gather's (start_command, gap 1). A child that closes its copies itself may need a descriptor to find them (opendir), and there is none left; O_CLOEXEC needs none" WRONG HANG LEAK
	explain "The programs" "when no more can be started, the others are gathered: what was not started is not waited for, and not in the list of poll (which must not be longer than the limit of descriptors)" HANG LEAK
	failing gather/fork:3:EAGAIN
	scenario 'mkfifo gate; gather async "echo a; read x <gate; echo b" "exit 3" "echo c >made" "echo d >made"
		await_output "1: a"; settle; open_gate gate; finish; cat log; cat made'
	expect_lines 'status 1
1: a
1: b
1: exit status 0
2: exit status 3'
	expect_said '^gather: starting command 3: Resource temporarily unavailable'
	explain_list
	explain_hung_up
	explain "The programs" "those before the command that cannot be started run to their end, and all that they print is gathered until then; none after it is started: they are started in their order" HANG ZOMBIE
	failing
	scenario -d 1100 'limit=$(ulimit -n); for ((fd = 3; fd < 1023 && fd < limit - 50; fd++)); do ((fd == 255)) || eval "exec $fd</dev/null"; done
		./gather async "echo a" "echo b" "echo c" "exit 4" >log; echo "status $?"; sort log'
	expect_output 'status 1
1: a
1: exit status 0
2: b
2: exit status 0
3: c
3: exit status 0
4: exit status 4'
	[[ $output != *"1: exit status 0"*"4: exit status 4"* ]] ||
		explain "Who holds which end" "every end was seen, but not every line. A command has a copy of the pipes that were made before its own until it has executed its shell: so long epoll still reports a pipe that gather has closed. Take it out of the list first (EPOLL_CTL_DEL)" WRONG
	explain "Waiting for many" "descriptors 3 to 1,022 were open when gather was started: poll takes any number; select's fd_set has no room for one above 1,023, and FD_SET writes beyond it" WRONG CRASH HANG TIMEOUT
	interrupting gather.2:STOP
	scenario -n 'ulimit -n 16; ./gather async "echo a" "echo b" | sort'
	expect_output '1: a
1: exit status 0
2: b
2: exit status 0'
	explain "Who holds which end" "the second command was stopped for seconds, say before it executed the shell: until then it has a copy of the pipe of the first, so that this one is not closed everywhere when gather closes it (epoll still reports it)" HANG TIMEOUT
	interrupting
	failing gather/poll:2-31:EINTR
	scenario 'mkfifo gate1 gate2; gather async "echo a; read x <gate1" "read x <gate2; echo b"
		await_output "1: a"; open_gate gate2; await_output "2: b"; open_gate gate1; finish; sort log'
	expect_output 'status 0
1: a
1: exit status 0
2: b
2: exit status 0'
	expect_quiet
	explain "Waiting for many" "EINTR: a signal came, and nothing else: the results are not to be looked at, wait again" ZOMBIE HANG
}

@test "async: an end is reported when it comes (optional)" {
	gap 5; needs 1 2 3 4; points 0
	scenario 'mkfifo gate{1..4}; gather async "read x <gate1" "read x <gate2; exec >&-; read x <gate4; exit 4" "read x <gate3; exit 3"
		await_children $gather 3; settle; fds=(/proc/$gather/fd/*); open_gate gate2
		until_holds "the second command never closed its output" test ! -e /proc/${children[1]}/fd/1; settle; open_gate gate3
		until_holds "gather never printed a line \"3: exit status 3\"" ended_or_unwatched ${#fds[@]}
		open_gate gate4; [[ $unwatched ]] || await_output "2: exit status 4"
		open_gate gate1; finish; cat log; [[ -z $unwatched ]] || echo "$unwatched"'
	[[ $output != *"no descriptor"* ]] || left_open # watch_end returns -1, as it may
	expect_output 'status 1
3: exit status 3
2: exit status 4
1: exit status 0'
	explain "If you want more" "the third command had ended, and the first was still running: its end is an event like any other, and needs a descriptor that poll can wait for" HANG
}

# All

@test "what cannot be written is an error" {
	gap 2; needs 1 3; points 1
	scenario '{ ./gather sync "echo a" "echo >made"; echo $? >&3; ./gather sync true "echo >made2"; echo $? >&3; } 3>&1 >/dev/full; ls made*; rm -f made*'
	expect_output '1
1
made
made2'
	expect_said '^gather: standard output: .*
gather: standard output: '
	[[ $output != $'1\n0\n'* ]] ||
		explain "How it ended" "the line of the end (gap 3) was still in the buffer of printf when main looked at ferror(stdout): what is left there is written only at exit, where nobody sees that it fails; so end_command calls fflush. (Of what write(2) writes, ferror does not know at all)" WRONG
	explain "The programs" "standard output is full: that is said at the end, with status 1, and all commands run all the same, so neither take_output nor end_command ends anything; and so when a command prints nothing, so that only the line of its end is lost (main looks at ferror(stdout), which knows of printf and its like only)"
}

@test "bad input: one clear line, and status 2" {
	gap 0; points 1
	scenario -b plain "tell ./gather './gather sync' './gather async' './gather both true' './gather \"\" true'"
	local line
	for line in ./gather './gather sync' './gather async' './gather both true' './gather "" true'; do
		expect_told "$line" 2 '' '^gather: usage: gather sync.async COMMAND'
	done
	explain_given "The programs"
}

@test "memcheck: no bad memory, no leak, no descriptor left open" {
	gap 0; needs 1 2 3 4; points 2
	memcheck_of 'memcheck ./gather async "echo a; printf b" true'
	expect_lines '1: a
1: b
1: exit status 0
2: exit status 0'
	explain_no_pidfd
	explain "Who holds which end" "close what you do not use, and free what you allocate"
}
