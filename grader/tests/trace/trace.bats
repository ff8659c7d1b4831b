#!/usr/bin/env bats
# Pictures of runs: that their arrows are true, and that they can be read.

setup_file() {
	local program
	export kit work
	kit=$(CDPATH="" cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	work=$(mktemp -d "$BATS_TMPDIR/trace.XXXXXX")
	make -s -C "$kit/grader"
	for program in chatter crowd acts; do
		cc -std=gnu11 -g -O1 -w -o "$work/$program" \
			"$BATS_TEST_DIRNAME/$program.c" -pthread -lrt
	done
}

teardown_file() { rm -rf "$work"; }

setup() { cd "$work" || return; }

# record PROGRAM [ARG...]: its events, into the file events
record() {
	local status=0
	"$kit/.build/tools/conduct" -r events "$@" 3>&- 4>&- || status=$?
	((status != 125)) || skip "ptrace is refused here"
}

# draw [OPTION...]: the picture; sets output
draw() {
	run "$kit/.build/draw" "$@" events
	[ "$status" = 0 ]
	echo "$output"
}

# shows REGEX...: each is a line of the picture
shows() {
	local line
	for line; do
		grep -qE -- "$line" <<<"$output" || { echo "not found: $line"; return 1; }
	done
}

# agree KIND SEED SIZE: what the arrows say is what the programs themselves have logged,
# byte for byte, and without a doubt
agree() {
	rm -f log
	record ./chatter "$@"
	# The last messages, by which the first process ends the others, are not logged.
	"$kit/.build/draw" -m events | grep -v '^chatter ' | sort >arrows
	sort log >logged
	(($(wc -l <logged) >= 40))
	diff logged arrows || { echo "chatter $*"; return 1; }
}

@test "an arrow joins the write and the read that moved the bytes: 20 runs" {
	for seed in 1 2 3 4; do
		agree pipe $seed 4096
		agree pipe $seed 30000 # more than there is room for, by three at a time
		agree unix $seed 60000
	done
	for seed in 1 2; do
		agree packet $seed 4096
		agree posix $seed 4096
		agree system-v $seed 4096
		agree unix $seed 500
	done
}

@test "the log and the arrows are not compared in vain" {
	record ./chatter pipe 1 4096
	"$kit/.build/draw" -m events | sort >right
	# Two writes change places.
	awk -F '\t' '$2 == "write" && $1 == 1 { if (!held && n++ == 3) { held = $0; next } }
		{ print } held && $2 == "write" && $1 != 1 { print held; held = "" }' events >moved
	mv moved events
	rm events.data
	"$kit/.build/draw" -m events | sort >wrong
	! cmp -s right wrong
}

@test "a picture is the same each time: no process ids, no times" {
	# Of a pipe's readers, the one that has waited longest is woken; of a socket's all
	# are, and then the kernel's own order decides.
	record ./chatter pipe 7 3000
	draw
	first=$output
	record ./chatter pipe 7 3000
	draw
	[ "$first" = "$output" ]
}

@test "ten processes and a thousand events fit into 80 columns and a few pages" {
	record ./crowd ring
	(($(grep -cE '\b(read|write)\b.*bytes=1\b' events) == 1001))
	draw
	shows '49 times:' '^0   1   2 .* 9$' '├──▶│.* 49 B: pipe A'
	((${#lines[@]} < 100))
	(($(wc -L <<<"$output") <= 80))
	draw -a
	[[ $output != *[!\ -~$'\n']* ]]
	record ./crowd random
	draw
	shows 'rows, in no order:'
	((${#lines[@]} < 300))
	(($(wc -L <<<"$output") <= 80))
}

@test "each kind of object has its arrows" {
	record ./acts post
	draw
	shows '├╌+wake╌+▶░ ' 'maps memory 1'
	record ./acts count
	draw
	shows '├─+8 B─+▶░  eventfd 1'
	record ./acts datagrams
	draw
	shows '◀─+5 B─+.*socket . to socket .' '◀─+0 B─+.*socket . to socket .'
	record ./acts meet
	draw
	shows '░◀─+open─+┤  open fifo gate read end' '◀─+3 B─+.*fifo gate'
	record ./acts end
	draw
	shows '├┄+EOF┄+▶░  pipe A$'
	record ./acts pass
	draw
	shows '1 B.* with pipe A' '◀─+7 B─+┤  pipe A'
}

@test "signals: which kill was handled, which was pending already, which ended it" {
	record ./acts signals
	draw
	shows 'kill SIGUSR1 \(1\)$' 'kill SIGUSR1: is pending already' \
		'┄SIGUSR1┄+▶.*handled \(1\)' '┄SIGKILL┄+▶' '◀─+exit─+.*acts.1: SIGKILL'
}

@test "a descriptor that is left open has a sign, and is red" {
	record ./acts leave
	draw
	shows '!  ! exec true; still has pipe A read end \(3\), pipe A write end'
	draw -c
	shows $'\033\\[31m! exec true'
	draw -s
	shows '<path class="bad"' '^<text .*class="bad">! exec true; still has'
}

@test "of a hang the last moment is drawn: who waits for whom" {
	record ./acts hang || true
	draw
	shows 'Nothing can go on. Who waits for whom:' '├╌+waits for╌+▶░  wait for its end' \
		'! read pipe A; write end is its own \(4\)' '^means: .*write end'
	draw -s
	shows 'class="arrow waits"'
}

@test "an SVG is well-formed, says what it shows, and suits light and dark" {
	record ./chatter pipe 1 4096
	draw -s -t "a <title> & more"
	xmllint --noout - <<<"$output"
	shows '^<title>a &lt;title&gt; &amp; more</title>' '^<desc>Time goes down' 'prefers-color-scheme: dark'
}

@test "what is no file of events is refused" {
	echo "nothing" >events
	run "$kit/.build/draw" events
	[ "$status" = 2 ]
	run "$kit/.build/draw"
	[ "$status" = 2 ]
}

@test "make trace takes the run as it was typed, and draws in ASCII where it must" {
	[ -d "$kit/solutions/pipes" ] || skip "there is no lab pipes"
	# shellcheck disable=SC2016 # as typed
	LC_ALL=C run make -s -C "$kit" trace TREE=solutions LAB=pipes \
		RUN='./pipeline echo "a  b" '\''$HOME'\'' "|" cat'
	echo "$output"
	[ "$status" = 0 ]
	# shellcheck disable=SC2016
	[[ $output == './pipeline echo "a  b" '\''$HOME'\'' "|" cat'* ]]
	[[ $output == *'a  b $HOME' ]]
	[[ $output == *"---fork---"* && $output != *[!\ -~$'\n']* ]]
	# With a call that fails, which the head says.
	run make -s -C "$kit" trace TREE=solutions LAB=pipes RUN='./pipeline true "|" true' \
		FAIL=pipeline/pipe:1:EMFILE
	[[ ${lines[0]} == *", with a call that fails: pipeline/pipe:1:EMFILE" ]]
	[[ $output == *"Too many open files"* ]]
	run make -s -C "$kit" trace LAB=pipes
	[[ $output == *"which run?"* ]]
	run make -s -C "$kit" trace LAB=no-lab RUN=./x
	[[ $output == *"no such lab: no-lab"* ]]
}

@test "the handouts' pictures are what their runs make" {
	[ -d "$kit/solutions" ] || skip "there are no references here"
	# They run sort and head, too, and others make other calls.
	[[ $(sort --version) == *"GNU coreutils"* ]] || skip "these are not GNU's sort and head"
	"$kit/grader/trace/pictures" -c
}
