#!/usr/bin/env bats
load ../../lib/lab

# Most of hello is given, and a student may change it: the tests of gap 0 hold it to
# the handout's word, too.

@test "it builds without a warning" {
	gap 0; points 10
	builds_without_a_warning "The program"
}

@test "the parent learns the sum from the exit status" {
	gap 1; points 20
	scenario './hello 20 22'
	answers_with 42
	expect_output_of sum
	explain "The program" "the child adds all the numbers on the line"
	expect_status 0
	explain "The program" "hello has an exit status of its own: 0 when the sum has arrived"
	cutting exit:1:99
	scenario './hello 20 22'
	expect_called fork
	explain "The program" "a child adds, in a process of its own"
	expect_not_called hello.1/write
	explain "The program" "the child prints nothing: its exit status is the message"
	expect_output 'child: the sum is 99'
	explain "Taking a status apart" "here the child was made to end with 99: the parent must report what came from the child, not what it has worked out itself"
}

# answers_with SUM: that there is an answer, of the right kind; what is wrong with it
# otherwise
answers_with() {
	local chance
	expect_that "that hello finds its child" "$error" without "$error" "o child"
	explain "When there is no answer" "the status was gone: the kernel keeps none for a parent that ignores SIGCHLD, and gives each only once"
	expect_that "text without a zero byte" "$output" without "$output" '\0'
	explain "The program" "the zero byte that ends a string in C was written, too: it is not part of the line"
	expect_that "a line on standard output" "no output" matches "$output" .
	explain "The program" "what printf has put into stdio's buffer is written by fflush, exit, or the end of main; a program that ends by _exit, or by a signal, loses it"
	expect_match '^child: (the sum is|died of signal) -?[0-9]+$'
	explain "The program" "one line, and the parent alone prints it: the child must not, and text that is in stdio's buffer at fork is printed by both"
	expect_that "the answer of a child that ended by itself" "$output" \
		without "$output" "died of"
	explain "Taking a status apart" "WIFEXITED is true of a child that ended by _exit: ask that first, and then read WEXITSTATUS"
	expect_match ' (1?[0-9]?[0-9]|2[0-4][0-9]|25[0-5])$'
	explain "Taking a status apart" "the exit status is only a part of what waitpid stores: WEXITSTATUS takes it out"
	chance=" is [01]$"
	[[ $output =~ $chance ]] || return 0
	expect_output "child: the sum is $1"
	explain "Taking a status apart" "WIFEXITED(status) only says that there is an exit status; WEXITSTATUS(status) is the exit status"
}

@test "any sum up to 255 arrives" {
	gap 1; points 20
	# 129 to 192 is what a shell makes of a death by signal
	local sum a
	sum=$(random 129 192)
	a=$(random 1 127)
	local add="./hello $a $((sum - a))"
	scenario -w "tell '$add' './hello 0' './hello 134' './hello 255'"
	expect_that "that each line ends with a newline" "$output" \
		without "$output" "(and no newline)"
	explain "The program" "a line ends with a newline"
	expect_told './hello 134' '0|1' '~'
	expect_told './hello 0' '0|1' '~'
	expect_told './hello 255' '0|1' '~'
	explain "The program" "one number is enough, and 0 and 255 are numbers like any other"
	[[ $output != *$'./hello 255\n| child: died of signal 6\n'* ]] ||
		expect_told './hello 255' '.*' 'child: the sum is 255'
	explain "The program" "255 still fits into an exit status: only above it does the child call abort"
	expect_told './hello 255' '.*' 'child: the sum is 255'
	explain "Taking a status apart" "an exit status has eight bits: all of 0 to 255 must come through, as a number that is not negative"
	expect_told './hello 134' '.*' 'child: the sum is 134'
	expect_told "$add" '.*' "child: the sum is $sum"
	explain "Taking a status apart" "all of 0 to 255 must come through, also above 128: 128+N for signal N is what a shell makes of a status, and not what waitpid stores"
	expect_told './hello 0' '.*' 'child: the sum is 0'
	explain "Taking a status apart" "0 is a sum like any other: the child ends by _exit(0), and only WIFSIGNALED says that a signal has ended a child"
	expect_told './hello 0' 0 'child: the sum is 0'
	expect_told './hello 255' 0 'child: the sum is 255'
	explain "The program" "hello has an exit status of its own: 0 when a sum has arrived, whatever the sum"
	expect_called fork
	expect_called wait
	explain "The program" "a child adds, in a process of its own, and its parent waits for it"
}

@test "a death by signal is not an answer" {
	gap 1; points 20
	leaving_core # "there may be many numbers" has deaths without one
	scenario './hello 200 200'
	died_of 6 144
	interrupting hello.1:64
	scenario './hello 1 2'
	died_wherever 64
	interrupting hello.1:KILL
	scenario './hello 200 57'
	died_wherever 9
}

# died_of SIGNAL LOW: that hello tells it; LOW is what the low bits of the sum are
died_of() {
	expect_that "that hello finds its child" "$error" without "$error" "o child"
	explain "When there is no answer" "the status was gone: the kernel gives each only once, and a death by signal is an end like any other: a loop that waits until WIFEXITED is true asks again"
	expect_that "a line on standard output" \
		"no output, exit status $status$(death_of "$status")" matches "$output" .
	explain "The program" "the line goes to standard output; if there is none, hello itself has died, perhaps of the child's signal, or stdio's buffer was lost"
	expect_that "that the child sends no sum" "$output" without "$output" "is $2"
	explain "The program" "the child ended by itself, with a sum that does not fit into an exit status, so that only its low bits arrived: above 255 it must call abort"
	expect_that "a death by signal" "$output" without "$output" "the sum is"
	explain "When there is no answer" "WEXITSTATUS means something only if WIFEXITED is true (with waitid: if si_code is CLD_EXITED); otherwise WTERMSIG tells the signal, and the answer is negative"
	expect_that "a line from the parent" "$output" matches "$output" "^child: died of signal [0-9]+$"
	explain "When there is no answer" "-N for signal N: WTERMSIG is the number of the signal, 1 to 64"
	expect_output "child: died of signal $1"
	explain "Taking a status apart" "WTERMSIG(status) is the signal that ended the child: abort ends it by SIGABRT, which is 6. Here the grader has the child leave a core file, too (by hand it leaves none), which is one more bit of the status: WTERMSIG leaves it out, arithmetic does not"
	expect_status 1
	explain "The program" "hello itself lives on, and ends with 1, not by a signal, nor with the shell's 128+N"
}

# died_wherever SIGNAL: that hello tells it, in whatever place it has come to the child
died_wherever() {
	expect_failed
	explain "The program" "a child adds, whatever the sum, and its parent waits for it: here there was no child to send a signal to"
	expect_output "child: died of signal $1"
	explain "When there is no answer" "a child may die of any signal, 1 to 64 (9 is SIGKILL, 64 SIGRTMIN+30), whatever it was about to do: WTERMSIG tells which one it was"
	expect_status 1
	explain "The program" "hello itself ends with 1 when there is no answer, whichever signal it was"
}

@test "a child that is stopped has not ended" {
	gap 0; needs 1; points 5
	interrupting STOP # the child, or hello
	scenario -n './hello 20 22'
	expect_output 'child: the sum is 42'
	expect_status 0
	if ((${first_status:-0} == 142)); then
		explain "When there is no answer" "hello was ended by SIGALRM while it waited: a child has no time limit, and hello waits for its end for as long as that takes"
	elif [[ $first_came == *"SIGSTOP came to hello when"* ]]; then
		explain "When there is no answer" "hello itself was stopped (SIGSTOP), and went on seconds later: it waits for the end of its child, for as long as that takes, and makes a call again that fails with EINTR because of that, as often as it happens" LEAK ZOMBIE TIMEOUT
		explain "When there is no answer" "hello itself was stopped (SIGSTOP), and its child had ended when it went on: a signal that has come before pause does not end it; waitpid, or sigsuspend with SIGCHLD blocked until then, cannot miss it" HANG
	else
		explain "When there is no answer" "the child was stopped (SIGSTOP), and went on seconds later: hello waits for its end, for as long as that takes, and makes a call again that a signal ends early (EINTR), as often as that happens" LEAK HANG ZOMBIE TIMEOUT
	fi
	expect_failed
	expect_called fork
	explain "The program" "a child adds, in a process of its own"
}

@test "anything but a number from 0 to 255 is refused" {
	gap 0; points 10
	local text=('""' 12abc 1e2 '"5 "' '5 ""' 'x y') options=('-- 5' -h '5 --help' --help) signs=(+ - '" "') out=(256 1000 -1 '1 256')
	# 5 to those who keep 8, 16, 32 or 64 bits
	local low=(261 65541 4294967301 18446744073709551621) below=(-251 -18446744073709551611)
	local last='$(yes 0 | head -n 9000) x 5' above='200 57 x' long='$(printf x%09000d 0)' percent='"%s%s%s%s%s%s%s%s%n"' words
	printf -v words " './hello %s'" "${text[@]}" "${options[@]}" "${signs[@]}" 0x10 "${out[@]}" "${low[@]}" "${below[@]}" "$last" "$above" "$long" "$percent"
	scenario -b plain "newline=\$'\\n'; tell$words './hello \"5\$newline\"' ./hello"
	refuses "this is not a number from 0 to 255, and the parent must see that before it starts a child: the whole text of each argument counts" "${text[@]}"
	explain "The program" "what is not a number must be refused before a child is started: look at all arguments first, then fork" LEAK ZOMBIE
	expect_told './hello "5$newline"' 2 '' # the message may have that newline, too
	explain "The program" "the newline is part of the argument, but not of a number: a line on standard error, and exit status 2"
	refuses "hello has no options: what begins with - is an argument like any other, and no number; -- too, which getopt leaves out" "${options[@]}"
	refuses "a number has one digit at least: a sign or a blank alone is none" "${signs[@]}"
	refuses "a number is decimal: strtol with base 0 takes 0x10, too; with base 10 it stops at the x" 0x10
	refuses "a number is refused when it is below 0 or above 255, and before a child is started" "${out[@]}"
	refuses "this is not a number from 0 to 255, but its low 8, 16, 32 or 64 bits are 5: look at its size, or for an overflow, before it is kept in a type that is too small for it" "${low[@]}"
	refuses "this is below 0, but its low 8 or 64 bits are 5, which is what an unsigned type keeps: strtoul takes a minus sign, too, and reports nothing" "${below[@]}"
	refuses "x stands behind 9,000 numbers: look at all arguments before the child is started, however many there are" "$last"
	refuses "x stands behind numbers whose sum is above 255: look at all arguments all the same" "$above"
	refuses "this argument has 9,001 characters: what it is copied into must have room for it" "$long"
	refuses "an argument may contain percent signs: print it by %s, and never as a format of its own" "$percent"
	expect_told ./hello 2 '' .
	explain "The program" "without a number there is nothing to add: one line on standard error, exit status 2"
	scenario -w './hello 5 x'
	expect_not_called hello/fork
	expect_status 2
	explain "The program" "x is not a number, and the parent must see that before it starts a child: look at all arguments first, then fork"
}

# refuses TEXT ARGUMENTS...: that hello does not take them; TEXT is for one that adds
# them, or dies
refuses() {
	local means=$1 arguments
	shift
	for arguments; do
		expect_told "./hello $arguments" 2 '' .
	done
	[[ $first_came == *"child: "* ]] || ((${first_status:-0} > 128)) ||
		means="one line on standard error, nothing on standard output, and exit status 2"
	explain "The program" "$means"
}

@test "there may be many numbers" {
	gap 0; needs 1; points 5
	local ones word sum=0
	printf -v ones ' %d' {0..20}
	for word in $ones; do
		sum=$((sum + word))
	done
	local zeros='./hello 010 $(printf %070000d 7) 000'
	local large='./hello $(yes 0 | head -n 70000; yes 255 | head -n 257) 1' line
	scenario -b plain "tell '$zeros' './hello$ones' './hello 1 255' '$large'"
	if [[ $output == *"o child"* ]]; then
		for line in "$zeros" "./hello$ones" './hello 1 255' "$large"; do
			expect_told "$line" '.*' '~^child: '
		done
		explain "When there is no answer" "the status was gone when hello waited for it: the kernel gives each only once, and a handler of SIGCHLD, say, had taken this one"
	fi
	expect_told "$zeros" 0 'child: the sum is 17'
	explain "The program" "numbers are decimal, and may begin with any number of zeros: the second has 70,000 digits, so do not copy it into anything of fixed size"
	expect_told "./hello$ones" 0 "child: the sum is $sum"
	explain "The program" "the child adds all the numbers on the line, however many there are"
	expect_told "./hello 1 255" 1 'child: died of signal 6'
	explain "The program" "256 is the first sum that does not fit: it would arrive as 0"
	expect_told "$large" 1 'child: died of signal 6'
	explain "The program" "70,258 numbers, whose sum is 65536: there may be as many as the line holds, so no array of fixed size, and no short to count them; however large, the sum must be seen to be above 255 (in 16 bits this one is 0)"
}

@test "what fails is not an answer" {
	gap 0; needs 1; points 10
	local ignored='(trap "" CHLD; exec ./hello 20 22)' cut='(trap "" XFSZ; ulimit -f 1; exec ./hello 20 22 >>nearly-full)' full='./hello 20 22 >/dev/full'
	local closed='./hello 20 22 >&- 2>&-' by_line='stdbuf -oL ./hello 20 22 >&-' unread='to_nobody ./hello 20 22'
	local in_vain="SIGCHLD was ignored when hello began: a child that ends while it is leaves no status and sends no signal, so there is nothing to wait for. Change that before fork"
	local abort='(trap "" ABRT; exec ./with-abort-blocked ./hello 255 2)'
	local none="fork returned -1: there is no child, and so no sum; -1 is neither the child's 0 nor a process id (for waitpid it is any child, and hello has one of which it knows nothing)"
	failing hello/fork:1+:EAGAIN
	scenario -n './with-child ./hello 20 22'
	expect_output ""
	[[ $first_came != "with-child"* ]] ||
		explain "The program" "hello had other children, of which it knew nothing, and has waited for one, though its own could not be started: their status is not hello's to take, not even to clear up"
	explain "The program" "$none"
	explain "The program" "fork fails each time (EAGAIN): hello may not try for ever, but says so, and ends with 1" TIMEOUT HANG
	expect_status 1
	explain "The program" "$none"
	failing
	scenario -n -b plain "printf '%1020s' >nearly-full
		tell '$full' '$cut' '$ignored' '$abort' './with-child ./hello 20 22' '$closed' '$by_line' '$unread'"
	expect_told "$full" 1 ''
	if ((${first_status:-0} == 0)); then
		explain "The program" "the line could not be written. printf may only have put it into stdio's buffer; what cannot be written then shows at fflush (ferror remembers it), or at write, if you call that yourself"
	else
		explain "The program" "the line could not be written, and hello saw that: like every failure, this is exit status 1 (2 is for wrong arguments)"
	fi
	case $(grep -c '^= ' <<<"$output") in # so many have ended
	2)
		explain "When there is no answer" "SIGCHLD was ignored when hello began, so waitpid fails (ECHILD), however often it is called: try again after EINTR only" TIMEOUT
		explain "The program" "$in_vain" HANG ;;
	4) explain "The program" "hello had other children, of which it knew nothing, and one of them lives on: wait for the one whose id fork returned, and for no other" HANG ;;
	esac
	expect_told "$cut" 1 ''
	explain "The program" "the file takes only four bytes more: write stores those and says so, and fails when it is called for the rest: hello must notice that"
	expect_told "$ignored" '.*' '~^(child: the sum is 42)?$'
	explain "When there is no answer" "SIGCHLD was ignored when hello began, so waitpid failed and stored nothing: look at what it returns, and print no sum then (to change SIGCHLD after fork may be too late)"
	expect_told "$ignored" '0|1' '~'
	explain "The program" "SIGCHLD was ignored when hello began: the status is 1, as for every failure (2 is for wrong arguments), or 0 with the right sum"
	[[ $output == *"$ $ignored"$'\n| '* ]] || expect_told "$ignored" 1 ''
	explain "The program" "SIGCHLD was ignored when hello began, and no sum was told: that is a failure like any other, and exit status 1"
	expect_told "$abort" 1 'child: died of signal 6'
	explain "The program" "SIGABRT was ignored and blocked when hello began: abort ends the child all the same, raise and kill do not"
	expect_told './with-child ./hello 20 22' 0 '~^child: the sum is 42'
	explain "The program" "hello had other children, of which it knew nothing: two had ended with 7, and one lives on: wait for the one whose id fork returned"
	expect_told './with-child ./hello 20 22' 0 'child: the sum is 42'
	explain "The program" "hello had other children, of which it knew nothing, and has waited for one: a loop that waits until the right one comes takes the status of the others"
	expect_told "$closed" 1 ''
	explain "The program" "standard output was closed when hello began, and standard error, too, so there is no line: what hello opens gets the first number that is free, 1, and takes what is meant for standard output"
	expect_told "$by_line" 1 ''
	explain "The program" "standard output is closed, and here each line is written at its end, as on a terminal: printf has failed then, and fflush, which has nothing more to write, succeeds; ferror knows of both"
	expect_told "$unread" '1|141' ''
	explain "The program" "nobody reads the pipe, and SIGPIPE was ignored when hello began, so it is write that fails (EPIPE): nobody has got the line, and that is exit status 1, as for every error"
	interrupting 'hello:STOP<sigaction'
	scenario -n "$ignored; echo \"status \$?\""
	expect_match '^child: the sum is 42|^status 1$'
	explain "The program" "SIGCHLD was ignored when hello began, and hello was stopped before it changed that: a child that ends while SIGCHLD is ignored leaves no status, and waitpid fails (ECHILD). Change it before fork, and look at what waitpid returns: no sum is told then, and the status is 1"
	explain "The program" "$in_vain" HANG TIMEOUT
}
