#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 1
	builds_without_a_warning "The programs"
}

# Gap 1: a command is started

@test "start: a command runs in a shell, its output a pipe" {
	gap 1; points 5
	local word
	word=w$(random 1000 9999)
	scenario -n -w "./gather sync 'x=$word; test -p /proc/\$\$/fd/1 && echo \"\$x  a pipe \$0\" >made' >log
		await_lines made 1; cat made; rm made"
	expect_output "$word  a pipe sh"
	expect_called gather/fork gather/pipe
	explain "Starting a command" "each command is a child: its standard output becomes the write end of a pipe, and it executes sh -c with the whole line as one argument"
	scenario -n 'echo in | ./gather sync "cat >made; echo error >&2" >log; await_lines made 1; cat made; rm made'
	expect_match '^in$'
	expect_said '(^|
)error(
|$)'
	explain "Starting a command" "standard input and standard error are left as they are; only standard output is the pipe" HANG
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
	explain "Who holds which end" "0, 1 and 2 stay open, and ls itself opens 3; any other is an end of a pipe, of its own or of a command that was started before it, which it does not know about: with O_CLOEXEC none stays" HANG
	expect_quiet
	explain "How it ended" "gather says itself what went wrong. No child processes: there was none to wait for; was it waited for before, or is SIGCHLD ignored, so that no child leaves a status?"
}

@test "start: the end of the output is seen, again and again" {
	gap 1; needs 2 3; points 5
	scenario 'ulimit -n 9; commands=(); for i in {1..8}; do commands+=("echo $i"); done
		./gather sync "${commands[@]}" | grep exit'
	expect_output "$(printf '%d: exit status 0\n' {1..8})"
	expect_quiet
	explain "Who holds which end" "gather still has the write end of a pipe: so it never sees its end (close it once the child is there), or, after some commands, can open no more" HANG WRONG
}

@test "start: when a call fails, those that run are gathered" {
	gap 1; needs 2 3 4; points 5
	local rule reason='(Too many open files|Resource temporarily unavailable)'
	failing gather/fork:3:EAGAIN
	scenario './gather async "echo a" "exit 3" "echo c >made" "echo d >made" | grep exit; cat made'
	expect_lines '1: exit status 0
2: exit status 3'
	expect_said '^gather: starting command 3: Resource temporarily unavailable'
	explain "The programs" "those before the command that cannot be started run to their end, and are gathered; none after it is started: they are started in their order" HANG ZOMBIE
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

@test "lines: half a line waits for its rest, and keeps nobody" {
	gap 2; needs 1 3 4; points 5
	scenario 'mkfifo gate gate2
		gather async "printf pe; read x <gate; echo ar; read x <gate2" "printf app; echo le; read x <gate" "printf \"fig\\npl\"; read x <gate; echo um; read x <gate2"
		await_output "*apple"; await_output "*fig"; settle; grep -v exit log | sort
		exec 3<>gate 4<>gate2; echo go | tee -a /dev/fd/3 /dev/fd/3 >&3; await_output "*ar"; await_output "*um"
		echo go | tee -a /dev/fd/4 >&4; finish >gates; grep -v exit log | sort'
	expect_output '2: apple
3: fig
1: pear
2: apple
3: fig
3: plum'
	explain "Lines" "two commands have begun a line, a third has written one: that is printed at once, whole; the others when they are whole, and nothing of one command stands in the line of another"
	explain "Waiting for many" "a read that is called again, until the line is whole, the buffer full or the output over (in take_output, or in a loop around it), waits for this command, and keeps all others waiting" HANG
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

@test "lines: a read that fails, or is interrupted" {
	gap 2; needs 1 3; points 3
	failing gather/read:each:EINTR
	scenario './gather sync "echo a"'
	expect_output '1: a
1: exit status 0'
	expect_quiet
	explain "Lines" "EINTR: nothing was read, nothing is lost: read again"
	failing gather/read:1-3:EIO # some may be of something else than a pipe
	scenario './gather sync "echo a; exec >&-" "echo b; exec >&-"'
	expect_match '^([12]: (b|exit status|signal).*
?)*$'
	expect_said '^gather: command 1: Input/output error'
	expect_failed
	expect_status 1
	explain "The programs" "take_output returns -1 if read fails, with errno as read left it; gather says why, and goes on with the other commands" HANG TIMEOUT
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
	explain "How it ended" "the command left a core file, which is one more bit of the status: WTERMSIG leaves it out"
}

@test "end: it waits for this command, and begins again after EINTR" {
	gap 3; needs 1 2; points 4
	failing gather/wait:each:EINTR
	scenario -n './gather sync "exit 3" "exit 4"'
	expect_output '1: exit status 3
2: exit status 4'
	expect_quiet
	explain "How it ended" "a wait that fails with EINTR has not waited: call it again"
	failing
	scenario -n 'mkfifo gate1 gate2
		(sh -c "read x <gate1; exit 7" & exec ./gather sync "exec >&-; read x <gate2; exit 3") >log & gather=$!
		await_children $gather 2; open_gate gate1; await_gone ${children[0]}; settle; open_gate gate2; finish; cat log'
	expect_output 'status 1
1: exit status 3'
	explain "How it ended" "gather may have children from before it became gather, which are none of its commands: wait for c->pid, not for any child"
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
	scenario -n 'mkfifo gate; gather sync "exec >&-; echo \$\$ >first; read x <gate; exit 3"
		await_lines first 1; rm first; await_children $gather 1; suspend $children; idle $gather; cat log; resume $children
		open_gate gate; finish; cat log'
	expect_output 'asleep
status 1
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
	scenario 'mkfifo gate; gather sync "echo begins; read x <gate; echo ends" "echo begins; read x <gate; echo ends" "echo begins; read x <gate; echo ends"
		for i in 1 2 3; do await_output "$i: begins"; settle; open_gate gate; done; finish; cat log'
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

@test "async: one that only closed its output keeps nobody" {
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
}

@test "async: one that never stops keeps nobody" {
	gap 4; needs 1 2 3; points 4
	scenario -n 'mkfifo gate gate2
		./gather async "yes always more" "read x <gate; echo b; read x <gate2" | {
			head -n 1000 >first; open_gate gate
			for i in {1..30000}; do read -r line; [[ $line != 2* ]] || break; done; echo "$line"
		}
		rm gate* first'
	expect_output '2: b'
	explain "Waiting for many" "there is always more to read from the first command: after one read, look at the others" TIMEOUT HANG
}

@test "async: many commands, and too many" {
	gap 4; needs 1 2 3; points 4
	scenario -p 500 'ulimit -n 209; commands=(); for i in {1..200}; do commands+=("echo $i; exit $((i % 2))"); done
		./gather async "${commands[@]}" >log; echo "status $?"; sort -n log | grep -c "^\([0-9]*\): \1$"; grep -c "exit status" log'
	expect_output 'status 1
200
200'
	expect_quiet
	explain "The programs" "a command needs one descriptor of gather's, and nothing has a fixed size; the first may end before the last has executed its shell" HANG LEAK
	scenario -n 'ulimit -n 9; commands=(); for i in {1..33}; do commands+=("echo $i"); done
		./gather async "${commands[@]}" >log; echo "status $?"; grep -c "exit status" log'
	expect_match '^status 1
[1-6]$'
	expect_complaint '^gather: starting command [0-9]+: Too many open files$'
	explain "The programs" "when no more can be started, the others are gathered: what was not started is not waited for, and not in the list of poll (which must not be longer than the limit of descriptors)" HANG LEAK
	interrupting gather.2:STOP
	scenario -n 'ulimit -n 16; ./gather async "echo a" "echo b" | sort'
	expect_output '1: a
1: exit status 0
2: b
2: exit status 0'
	explain "Who holds which end" "the second command was stopped for seconds, say before it executed the shell: until then it has a copy of the pipe of the first, so that this one is not closed everywhere when gather closes it (epoll still reports it)" HANG TIMEOUT
	interrupting
	failing gather/poll:2:EINTR
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

@test "async: an end is told when it comes (optional)" {
	gap 5; needs 1 2 3 4; points 0
	scenario 'mkfifo gate1 gate2; gather async "read x <gate1" "exec >&-; read x <gate2; exit 4" "exit 3"
		await_output "3: exit status 3"; open_gate gate2; await_output "2: exit status 4"
		open_gate gate1; finish; cat log'
	expect_output 'status 1
3: exit status 3
2: exit status 4
1: exit status 0'
	explain "If you want more" "the third command had ended, and the first was still running: its end is an event like any other, and needs a descriptor that poll can wait for" HANG
}

# All

@test "what cannot be written is an error" {
	gap 2; needs 1 3; points 1
	scenario '{ ./gather sync "echo a; echo >made"; echo $? >&3; ./gather sync true; echo $? >&3; } 3>&1 >/dev/full; ls made; rm made'
	expect_output '1
1
made'
	expect_said '^gather: standard output: .*
gather: standard output: '
	explain "The programs" "standard output is full: that is said at the end, with status 1, and the commands run all the same; and so when a command prints nothing, so that only the line of its end is lost (main looks at ferror(stdout), which knows of printf and its like only)"
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
	explain "Who holds which end" "close what you do not use, and free what you allocate"
}
