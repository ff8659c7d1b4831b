#!/usr/bin/env bats
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# handoff

@test "handoff: the child prints into the pipe, not to the screen" {
	gap 1; points 6
	scenario -n './handoff 77'
	expect_match '^parent: starts a child($|[^0-9]*$|.*the child sent 77$)'
	expect_that "that the child is started" "$error" \
		without "$error" "starting the child"
	explain "Standard output is a pipe" "the child's standard output must become the write end before it prints"
}

@test "handoff: text that waits in a buffer is printed once" {
	gap 1; needs 2; points 4
	# Where each line is written as soon as it ends, nothing waits.
	scenario -b plain "tell './handoff 12' 'stdbuf -oL ./handoff 12'"
	[[ $output == *stdbuf*"| parent: the child sent 12"* ]] ||
		expect_told 'stdbuf -oL ./handoff 12' 0 'parent: starts a child
parent: the child sent 12'
	explain "Standard output is a pipe" "the number does not arrive even where no text waits in a buffer: what the child prints must go into the pipe, and the parent must read it there"
	expect_told './handoff 12' 0 'parent: starts a child
parent: the child sent 12'
	explain "Buffers and fork" "fork copies the stdio buffer too, and here the child writes its copy into the pipe, or the parent's text comes twice: flush before fork"
}

@test "handoff: the parent reads what the child printed" {
	gap 2; needs 1; points 6
	local number
	number=$(random 100000000 999999999)
	scenario -w "tell ./handoff './handoff +5' './handoff 0' './handoff $number$number' './handoff -${number}12345678' './handoff 010'"
	expect_told ./handoff 0 "$(<"$BATS_TEST_DIRNAME/expected/handoff.out")"
	explain "Standard output is a pipe" "the parent's standard input must become the read end before it calls scanf"
	expect_told './handoff +5' 0 'parent: starts a child
parent: the child sent 5'
	explain "The programs" "a number may have a sign, + or -: %ld takes both"
	expect_told './handoff 0' 0 'parent: starts a child
parent: the child sent 0'
	explain "The programs" "0 is a number, too: what was read does not say whether something was read, but what scanf returns does"
	expect_told "./handoff $number$number" 0 "parent: starts a child
parent: the child sent $number$number"
	expect_told "./handoff -${number}12345678" 0 "parent: starts a child
parent: the child sent -${number}12345678"
	explain "The programs" "a number may have 18 characters, a sign among them: too many for an int, so %18ld and a long"
	expect_told './handoff 010' 0 'parent: starts a child
parent: the child sent 10'
	explain "The programs" "%ld reads a decimal number, whatever it begins with; %li takes 010 for 8"
	expect_called handoff/fork
	expect_called 'handoff/read:pipe [A-Z]'
	explain "Standard output is a pipe" "a child prints, and its parent reads from the pipe"
}

@test "handoff: the parent notices that no number comes" {
	gap 2; needs 1; points 6
	local none='^handoff: the child sent no number$'
	local word tab='./handoff "$(printf "5\t")"' long='./handoff "$(head -c 100000 /dev/zero | tr "\0" 7)"'
	scenario './handoff ""'
	expect_output 'parent: starts a child'
	expect_complaint "$none"
	expect_status 1
	explain "The programs" "the child sent an empty line, and scanf met the end of the input: it has stored no number, but no call has failed (ferror would say so, not feof), so read_number returns 0"
	explain "End of file" "when the child has ended, scanf must see end-of-file; it does once every write end is closed" HANG
	scenario -b plain "tell './handoff soon' './handoff -' './handoff 12abc' './handoff \"5 \"' '$tab' './handoff 0x10' './handoff 5.0' './handoff 1234567890123456789' './handoff +123456789012345678' './handoff %d'"
	expect_told './handoff soon' 1 'parent: starts a child' "$none"
	expect_told './handoff -' 1 'parent: starts a child' "$none"
	explain "The programs" "scanf returns how many values it has stored: with none, there is no number"
	for word in 12abc '"5 "' "${tab#* }" 0x10 5.0; do
		expect_told "./handoff $word" 1 'parent: starts a child' "$none"
	done
	explain "The programs" "this is not a number alone on its line: the character right after the number must be a newline, so read that character, and compare"
	for word in 1234567890123456789 +123456789012345678; do
		expect_told "./handoff $word" 1 'parent: starts a child' "$none"
	done
	explain "The programs" "this has 19 characters, and at most 18 are allowed, a sign among them: %18ld stops there, and what comes next is not a newline"
	expect_told './handoff %d' 1 'parent: starts a child' "$none"
	explain "The programs" "the child prints WORD as it is, by %s: as a format of printf, %d would print a number that is not there"
	scenario "$long"
	expect_complaint "$none"
	expect_status 1
	explain "When the reader leaves" "WORD is larger than a pipe: the child can end only when somebody reads it all, or when no process has the read end open any more, not even the child itself"
	# Where the buffer has 4096 bytes, all but the newline gets through.
	failing handoff.1/write:2:EIO
	scenario './handoff "$(printf %4096s 5)"'
	expect_output 'parent: starts a child'
	expect_status 1
	explain "The programs" "the child's text ended with a 5, and the newline behind it could not be written: a number ended by the end of the input does not count, so ask scanf for the newline, too, and look at how many values it has stored"
}

@test "handoff: standard input may be closed at the start" {
	gap 2; needs 1; points 4
	scenario -b plain './handoff 31 <&-; ./handoff 32 2>&-; ./handoff 33 <&- 2>&-
		./handoff "$(printf %070000d 1)" <&-; ./handoff "$(printf %070000d 1)" 2>&-
		./handoff "" <&-'
	expect_output 'parent: starts a child
parent: the child sent 31
parent: starts a child
parent: the child sent 32
parent: starts a child
parent: the child sent 33
parent: starts a child
parent: starts a child
parent: starts a child'
	explain "Descriptors 0, 1 and 2" "pipe returned 0 as its read end; dup2 to itself does nothing, and closing it then closes standard input"
	explain "Descriptors 0, 1 and 2" "where pipe returned 0 as its read end, that end is in its place, but the parent still has the write end to close" HANG
	interrupting handoff.1:STOP
	scenario './handoff 34'
	expect_output 'parent: starts a child
parent: the child sent 34'
	explain "The programs" "the child was stopped, and went on seconds later: the parent waits for it as long as it takes, asleep in read"
	interrupting
}

@test "handoff: a call that fails is reported, with status 1" {
	gap 2; needs 1; points 4
	failing fork:each:EAGAIN dup2:each:EMFILE read:each:EIO
	scenario './handoff 12'
	in_each_run ends_with_1_and_says_so
	expect_failed
	local means="start_child and read_number return -1 if a call of theirs fails, and a child whose call fails ends with status 1"
	[[ $first_when != *"fork fails"* ]] ||
		means="fork returned -1: there is no child then, and start_child returns -1, too; only 0 says \"I am the child\""
	explain "The programs" "$means" HANG CRASH
	failing handoff/fork:1:EAGAIN
	scenario './handoff 12'
	expect_status 1
	expect_said 'Resource temporarily unavailable'
	explain "The programs" "fork returned -1: start_child returns -1 then, with errno as fork left it, and main says what is wrong"
	failing handoff/dup2:1:EMFILE
	scenario './handoff 12'
	expect_complaint '^handoff: reading from the child: Too many open files$'
	expect_status 1
	explain "The programs" "dup2 failed in the parent: read_number returns -1, with errno as that call left it"
	# Who closes 0 and moves the read end there by fcntl or dup needs no dup2.
	failing handoff/dup2:each:EMFILE handoff/dup:each:EMFILE
	scenario './handoff "$(printf %070000d 1)"'
	expect_status 1
	explain "When the reader leaves" "WORD is larger than a pipe, and after that failed call nobody will read it: the child can end only when no process has the read end open any more, so the parent closes it in any case, before it waits (main closes standard input, and no more)" HANG
}

# A read that fails may count as the end of the input, and who has read the number and
# the newline may ask whether there is more.
ends_with_1_and_says_so() {
	[[ $faults != *" read("* || $status$output != 0*$'\n'"parent: the child sent 12" ]] ||
		return 0
	status_is 1
	error_matches '^handoff: '
}

@test "handoff: text that cannot be written is an error" {
	gap 1; needs 2; points 2
	local word
	failing handoff.1/dup2:1:EMFILE
	scenario './handoff 12'
	expect_output 'parent: starts a child'
	in_each_run child_ends_with_1
	expect_status 1
	explain "Standard output is a pipe" "dup2 failed in the child, so what it prints would not go into the pipe: it prints nothing, and ends with status 1"
	for word in 12 "$(printf '7%.0s' {1..5000})"; do
		failing handoff.1/write:1:EIO
		scenario "./handoff $word"
		expect_output 'parent: starts a child'
		in_each_run child_ends_with_1
		expect_status 1
	done
	explain "The programs" "the child could not write its text: printf fails only if the text does not fit into the buffer, otherwise fflush does (or exit, which does not tell); it ends with status 1"
	failing handoff/write:1:ENOSPC
	scenario './handoff 12'
	expect_complaint '^handoff: .'
	expect_status 1
	failing
	scenario './handoff 12 >/dev/full'
	expect_complaint '^handoff: .'
	expect_status 1
	explain "The programs" "fflush returns EOF if the text could not be written: what the parent cannot write before fork, it must not leave to the child"
}

child_ends_with_1() {
	check "that the child (handoff.1) ends with status 1" \
		"it ended in another way (the status shown is that of the parent)" \
		matches "$(calls_of handoff.1/exit:1 " ok ")" .
}

# pipeline

@test "pipeline: every command is started" {
	gap 3; points 4
	scenario -n './pipeline no-such-1 "|" no-such-2 "|" no-such-3'
	expect_that "that every child is found" "$error" without "$error" "o child"
	explain "Exit status" "a status was gone when pipeline waited for it: the kernel keeps none for a process that ignores SIGCHLD, and gives each only once"
	expect_that "three lines on standard error, one from each command" \
		"$error" lines_are "$error" 3
	explain "A pipeline" "each command needs a child of its own, and standard error is left to it as it is: there it says why it cannot be executed"
}

@test "pipeline: it runs one command" {
	gap 4; needs 3 5; points 4
	local word
	word=w$(random 1000 9999)
	scenario -n -b plain "mkdir bin; printf '#!/bin/sh\necho mine\n' >bin/mine; chmod +x bin/mine
		tell './pipeline echo $word and more' 'PATH=bin:\$PATH ./pipeline mine'
		rm -r bin"
	expect_told "./pipeline echo $word and more" '.*' "$word and more"
	explain "Running a command" "execvp turns the child into the command"
	expect_told 'PATH=bin:$PATH ./pipeline mine' '.*' mine
	explain "Running a command" "a command is looked for in each folder that PATH names: execvp does that"
}

@test "pipeline: each command reads what the one before it writes" {
	gap 4; needs 3; points 6
	scenario -n -w './pipeline printf "%s\n" pear apple fig "|" sort "|" head -n 2'
	expect_output_of pipeline
	expect_made pipeline/fork 3
	expect_called pipeline/pipe
	explain "A pipeline" "the read end of one pipe is standard input, the write end of the next is standard output"
}

@test "pipeline: the reader sees end-of-file once every writer is done" {
	gap 3; needs 4; points 6
	scenario -n './pipeline echo done "|" cat "|" cat "|" cat'
	expect_output 'done'
	explain "End of file" "a write end of a pipe is still open somewhere, so read waits for more"
	# The same where nobody waits for the commands (gap 5): the last one tells.
	scenario -n 'mkfifo end; exec 3<>end
		./pipeline cat "|" cat "|" sh -c "cat; echo seen >end" 3<&- </dev/null
		read -r line <&3; echo "end-of-file: $line"'
	expect_output 'end-of-file: seen'
	explain "End of file" "a write end of a pipe is still open somewhere, so read waits for more"
}

@test "pipeline: all commands run at once, whatever the pipe can hold" {
	gap 3; needs 4; points 2
	scenario -n './pipeline head -c 1000000 /dev/zero "|" cat "|" wc -c'
	expect_output 1000000
	explain "How much a pipe holds" "a pipe holds 64 KiB: the writer waits until somebody reads, so nobody may wait for the writer first" HANG
}

@test "pipeline: a writer whose reader has gone is ended by SIGPIPE" {
	gap 3; needs 4; points 4
	scenario -n 'mkfifo end; exec 3<>end
		./pipeline sh -c "yes; echo ended >end" "|" head -n 1 3<&-
		read -r line <&3; echo "yes: $line"'
	expect_output 'y
yes: ended'
	expect_quiet
	explain "When the reader leaves" "the writer must find no open read end, not even its own copy, and SIGPIPE must be neither ignored nor blocked, which a command inherits" HANG
	# What head then prints is for the test of closed descriptors.
	scenario -n 'mkfifo end; exec 3<>end
		./pipeline sh -c "yes; echo ended >end" "|" head -n 1 3<&- <&- >/dev/null
		read -r line <&3; echo "yes: $line"'
	expect_output 'yes: ended'
	explain "Descriptors 0, 1 and 2" "standard input was closed at the start (<&-), so pipe returned 0 as the read end: when start returns, pipeline holds no end of any pipe, whichever number that end has, 0, too, and yes does not hold it either; as long as one of them does, yes gets no SIGPIPE" HANG
}

@test "pipeline: a line may have many commands" {
	gap 3; needs 4; points 2
	# shellcheck disable=SC2016 # the box expands it
	scenario -n -b plain -p 1200 'for i in {1..1030}; do line+=(/ "|"); done
		ulimit -n 24
		./pipeline "${line[@]}" echo far 2>/dev/null'
	expect_output far
	explain "A pipeline" "these are 1031 commands (all but the last cannot be executed), and 24 descriptors: no more than two pipes matter at a time, so make each just before the command that writes into it, and give nothing a fixed size"
}

@test "pipeline: when a pipe cannot be made, the rest is cleaned up" {
	gap 3; needs 4 5; points 4
	local reason='(Too many open files|Resource temporarily unavailable)'
	local held="commands that are already running must see the end of their input, or that nobody reads what they write, so every end of a pipe is closed; then they are waited for, as many as start says it has started"
	with EXITS_FDS=1
	failing pipe:each:EMFILE fork:each:EAGAIN
	scenario './pipeline yes "|" cat "|" head -n 1'
	expect_output ""
	expect_complaint "^pipeline: starting command [1-3] of 3: $reason\$"
	explain "The programs" "a pipe or a process could not be made: start looks at what pipe and fork return, says nothing itself, and returns how many commands it has started, with errno as that call left it (a close that follows may change errno); main says why, in one line"
	explain "A pipeline" "$held" HANG ZOMBIE
	expect_status 1
	expect_failed
	expect_that "that no end of a pipe stays open in pipeline" "$(noted exits)" \
		without "$(noted exits)" "never closed by pipeline"
	explain "A pipeline" "$held"
	failing pipeline/fcntl:each:EMFILE pipeline/dup:each:EMFILE
	scenario -n './pipeline echo through "|" cat <&-'
	in_each_run no_bad_descriptor
	explain "The programs" "an end of a pipe could not be moved, and fcntl or dup returned -1, which is not a descriptor: start looks at what each call returns"
	failing pipeline/fork:2:EAGAIN
	# Whichever is started first.
	scenario './pipeline sh -c "echo kept >copy" "|" sh -c "echo kept >copy"; cat copy; rm -f copy'
	expect_output kept
	explain "A pipeline" "the command that is already running is waited for, not killed: it might be about to end well"
}

no_bad_descriptor() {
	check "that no command gets -1 as a descriptor" "$error" \
		without "$error" "Bad file descriptor"
}

@test "pipeline: a command that cannot be connected ends with 126" {
	gap 4; needs 3 5; points 2
	with EXITS_CHILD=1
	failing dup2:each:EMFILE
	scenario './pipeline seq 20000 "|" cat "|" head -n 1'
	expect_said '^pipeline: .*Too many open files'
	expect_no_exit_in_a_child
	was_forced || works_unhindered # some need no dup2
	failing dup2:1+:EMFILE
	scenario './pipeline echo lost "|" cat'
	expect_output ""
	expect_status 126
	expect_not_called pipeline.1/exit:0
	explain "Running a command" "if dup2 fails, the command would read or write the wrong thing: say why, and end by _exit" HANG
}

# works_unhindered: where nothing could be made to fail, it must at least work
works_unhindered() {
	failing
	interrupting
	scenario -n './pipeline echo through "|" sh -c "cat; exit 3"'
	expect_output through
	expect_status 3
}

@test "pipeline: a command has no descriptor but 0, 1 and 2" {
	gap 4; needs 3; points 4
	scenario -n './pipeline true "|" ls /proc/self/fd "|" cat'
	expect_output '0
1
2
3'
	explain "Who holds which end" "ls itself opens 3; any other is a pipe end that the command inherited and does not know about"
	# shellcheck disable=SC2016 # the box expands it
	scenario -n -b plain -d 1100 'limit=$(ulimit -n); for ((fd = 3; fd < 1030 && fd < limit - 50; fd++)); do ((fd == 255)) || eval "exec $fd</"; done
		./pipeline true "|" find /proc/self/fd -lname "pipe:*" ! -name 2 "|" cat'
	expect_output '/proc/self/fd/0
/proc/self/fd/1'
	explain "Who holds which end" "pipeline was started with many descriptors open, so the ends of its pipes have large numbers, not 3 to 6: whatever number pipe returns, a command has only 0 and 1 of them, so close what pipe returned, rather than all numbers up to one that seems large enough"
}

@test "pipeline: descriptors 0, 1 and 2 may be closed at the start" {
	gap 4; needs 3 5; points 4
	local stays="; what was closed when pipeline was started stays closed in a command: no end of a pipe may stand there"
	scenario -n -b plain "tell closing 'closing 0' 'closing 1' 'closing 2' 'closing 0 1' 'closing 0 2' 'closing 1 2' 'closing 0 1 2'"
	expect_closed
	explain "Who holds which end" "0 of the first command, 1 of the last and 2 of every command are what pipeline itself has under these numbers; the others are ends of a pipe (|)"
	explain "Descriptors 0, 1 and 2" "any of the three numbers may be an end of a pipe: one that is not the command's own must be closed, whatever its number" HANG
	expect_closed 0
	explain_file
	explain "Descriptors 0, 1 and 2" "pipe returned 0: a read end that is standard input already must stay: closing it afterwards closes standard input, and so does exec, if it was made with O_CLOEXEC; but in the command that writes into that pipe it must be closed like any other$stays"
	expect_closed 1
	explain_file
	explain "Descriptors 0, 1 and 2" "pipe returned 1: the read end must leave that number before the write end takes it, and does not stay there either$stays"
	expect_closed 2
	expect_closed 0 1
	expect_closed 0 2
	expect_closed 1 2
	expect_closed 0 1 2
	explain_file
	explain "Descriptors 0, 1 and 2" "any of the three numbers may be an end of a pipe: compare each before it is moved or closed$stays"
	scenario -b plain './pipeline echo through "|" sh -c "cat >&2" <&- >&-'
	expect_said '^through$'
	explain "Descriptors 0, 1 and 2" "pipe returned 0 and 1: when start (gap 3) returns, pipeline holds no end of any pipe, whichever number that end has; as long as it holds a write end, a reader waits for more" HANG
	scenario -n -b plain "tell './pipeline no-such 2>&-'"
	expect_told './pipeline no-such 2>&-' 127 ''
	explain "Running a command" "the message could not be written, and that changed errno: look at it right after execvp"
}

# explain_file: if a command had a file that pipeline had not
explain_file() {
	[[ $output != *[0-2]"?"* ]] ||
		explain "Descriptors 0, 1 and 2" "a number with ? is a file that pipeline was not started with, such as /dev/null: what was closed at the start stays closed in a command"
}

# expect_closed [FD...]: what `closing` prints then
expect_closed() {
	local first="0 1| 2" last="0| 1 2" middle="0| 1| 2" fd
	for fd; do
		case $fd in
		0) first=${first#0 } ;;
		1) last=${last/ 1/} ;;
		2) first=${first% 2} middle=${middle% 2} last=${last% 2} ;;
		esac
	done
	expect_told "closing${*:+ $*}" 0 "first: $first
last: $last
middle: $middle
through"
}

@test "pipeline: a command that cannot start ends by _exit" {
	gap 4; needs 3; points 2
	with EXITS_CHILD=1
	scenario -n './pipeline no-such-%d'
	expect_complaint '^pipeline: no-such-%d: No such file or directory$'
	explain "The programs" "the message is \"pipeline: NAME: reason\", in one line, and NAME is the command, as the line has it (printed by %s, never as a format), and the reason is what errno says"
	expect_no_exit_in_a_child
	explain "Running a command" "exit (err and errx end by it, too) would flush buffers and call functions that the child has only as copies of its parent's"
}

@test "pipeline: the exit status is that of the last command" {
	gap 5; needs 3 4; points 4
	local code large slept="a command may end between a look with WNOHANG and the sleep that follows: a signal that came before pause does not wake it; let waitpid wait, or block SIGCHLD and use sigsuspend"
	code=$(random 3 120)
	large=$(random 129 255)
	scenario "./pipeline false '|' sh -c 'exit $large'; echo \$?
		./pipeline sh -c 'exit $code' '|' true; echo \$?"
	expect_output "$large
0"
	under_schedules 5
	scenario "./pipeline true '|' sh -c 'exit $code'"
	expect_status "$code"
	[[ $first_came$first_why != *"sleeps in pause"* ]] || explain "Exit status" "$slept" HANG
	explain "Exit status" "like a shell, pipeline ends with the status of the last command on the line, 0 to 255, no matter which one ends last"
	under_schedules 9
	scenario './pipeline true'
	expect_status 0
	explain "Exit status" "$slept" HANG
}

@test "pipeline: 127, 126 and 128+N tell what went wrong" {
	gap 5; needs 3 4; points 4
	scenario -b plain './pipeline no-such-command; echo $?
		./pipeline /etc/passwd; echo $?
		./pipeline /etc/passwd/x; echo $?
		./pipeline sh -c "kill -TERM \$\$"; echo $?'
	expect_output '127
126
126
143'
	explain "Exit status" "127: not found (ENOENT, and no other error); 126: not executable; 128+N: ended by signal N"
	leaving_core
	scenario './pipeline sh -c "kill -QUIT \$\$"'
	expect_status 131
	explain "Exit status" "the command left a core file, which is one more bit of what waitpid stores, and CLD_DUMPED in place of CLD_KILLED for waitid: WIFSIGNALED and WTERMSIG leave that bit out, arithmetic does not"
}

@test "pipeline: a wait that a signal interrupts is begun again" {
	gap 5; needs 3 4; points 2
	failing wait:1-30:EINTR
	scenario './pipeline true "|" sh -c "exit 7"'
	expect_status 7
	explain "Exit status" "waitpid that fails with EINTR has not waited, and has stored no status: call it again, as often as that happens (here to the first 30 waits, one after the other)" ZOMBIE
	failing wait:each:EINTR
	scenario './pipeline true "|" sh -c "exit 7"'
	expect_status 7
	# Some wait by sigsuspend or poll, and no wait of theirs can be interrupted.
	was_forced || works_unhindered
	explain "Exit status" "waitpid that fails with EINTR has not waited, and has stored no status: call it again, as often as that happens" ZOMBIE
}

@test "pipeline: a command that is stopped has not ended" {
	gap 5; needs 3 4; points 2
	local who
	# The first is seen to be ended by the second, which then has nothing to read.
	for who in pipeline.1 pipeline.2; do
		interrupting "$who:STOP@dup2"
		scenario './pipeline echo on "|" sh -c "read word && exit 3"'
		expect_status 3
		was_forced || works_unhindered
	done
	explain "Exit status" "the command was stopped by a signal, and went on seconds later: WUNTRACED also brings a child that is only stopped, and whoever waits for a certain time only, and then goes on or ends the command, gives up too early" LEAK HANG ZOMBIE TIMEOUT
}

@test "pipeline: a wait that fails for good is not repeated for ever" {
	gap 5; needs 3 4; points 2
	failing pipeline/wait:1+:ECHILD
	scenario -n './pipeline true'
	expect_failed
	explain "Exit status" "each command, even a single one, is a child, and pipeline learns from a wait what became of it"
	explain "Exit status" "only EINTR means wait again" TIMEOUT
}

@test "pipeline: it ends only when every command has ended" {
	gap 5; needs 3 4; points 4
	# shellcheck disable=SC2016 # the box expands it
	scenario -b plain 'mkfifo gate away
		(sh -c "echo \$\$ >stranger; read line <away; exit 7" &
			exec ./pipeline sh -c "exec >&-; read line <gate; exit 3" "|" sh -c "echo \$\$ >last") &
		await_lines stranger 1
		await_lines last 1
		await_gone "$(cat last)"
		echo go >away
		await_gone "$(cat stranger)"
		await_asleep $! "pipeline ended before its first command"
		echo go >gate
		wait $!; echo $?
		rm gate away last stranger'
	expect_output 0
	explain "Exit status" "the last command may end first, and so may a child that pipeline had before it became pipeline (by exec), which is not one of the commands: each of these must be waited for; a child that nobody waits for stays a zombie"
	# shellcheck disable=SC2016 # the box expands it
	scenario -b plain 'mkfifo gate
		(trap "" CHLD; exec ./pipeline sh -c "echo \$\$ >first" "|" sh -c "read line <gate") &
		await_lines first 1
		await_gone "$(cat first)"
		await_asleep $! "pipeline ended before its last command (SIGCHLD is ignored here, so the first wait fails when the first command has ended)"
		echo go >gate
		wait $!; echo $?
		rm gate first'
	expect_match '^[0-9]+$'
	explain "Exit status" "a wait that fails says nothing about the other commands: wait for each of them all the same"
}

# Both

@test "bad input: one clear line, and status 2" {
	gap 0; points 2
	scenario -b plain "tell ./pipeline './handoff 1 2' './pipeline true \"|\" \"|\" true' './pipeline \"|\" touch made' './pipeline touch made \"|\"' './pipeline \"|\"'; ls"
	expect_told ./pipeline 2 '' '^usage: '
	expect_told './handoff 1 2' 2 '' 'usage: handoff'
	expect_told './pipeline true "|" "|" true' 2 '' 'command 2 of 3 is empty'
	expect_told './pipeline "|" touch made' 2 '' 'command 1 of 2 is empty'
	expect_told './pipeline touch made "|"' 2 '' 'command 2 of 2 is empty'
	expect_told './pipeline "|"' 2 '' 'command 1 of 2 is empty'
	expect_that "that no command is started" "touch was started" without "$output" $'\nmade'
	explain_given "The programs"
}

@test "memcheck: no bad memory, no leak, no descriptor left open" {
	gap 0; needs 1 2 3 4 5; points 2
	with EXITS_FDS=1
	scenario -b plain './handoff 5'
	expect_that "that handoff and its child close what they do not use" "$(noted exits)" \
		without "$(noted exits)" "never closed by handoff"
	explain "Standard output is a pipe" "when dup2 has made an end descriptor 0 or 1, it has two names, and the one that pipe returned must be closed; so must the other end: in the child (gap 1), and in the parent (gap 2)"
	memcheck_of 'memcheck ./handoff 5; memcheck ./pipeline echo a "|" cat'
	expect_output 'parent: starts a child
parent: the child sent 5
a'
	explain "Who holds which end" "close what you do not use, and free what you allocate"
}
