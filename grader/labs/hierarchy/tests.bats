#!/usr/bin/env bats
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

clock_words="now is called alone here, by a program whose clocks are the test's: all but CLOCK_MONOTONIC are set back all the time, as an administrator or NTP may do"
side_words="is called alone here; the other end of its link, and the clocks, are the test's"

# shuffle N: 1 to N, in an order that the seed gives
shuffle() {
	local step
	step=$(random 7 23)
	seq 1 "$1" | awk -v step="$step" '{ print $1 * step * 7919 % 104729, $1 }' | sort -n | sed 's/.* //'
}

# explain_counted: if the last answer was wrong and counted, that is what is wrong
explain_counted() {
	local counted='Bad message, ([0-9]+) messages, ([0-9]+) sent'
	[[ ! $output =~ $counted || ${BASH_REMATCH[1]} != "${BASH_REMATCH[2]}" ]] ||
		explain "Proof" "ping $side_words. A wrong answer comes, is found, and is counted all the same: messages is the number of right answers, so compare first, then count" WRONG
}

# explain_unseen SIDE: if a wrong message was taken for right, and that says why
explain_unseen() {
	local unseen
	[[ $output =~ =[^:]*:\ 0, ]] || return 0
	unseen=$(grep -E '^[a-z]+ .*: 0, ' <<<"$output") || return 0
	grep -qvE ' (echo=11|again=12): ' <<<"$unseen" ||
		explain "Proof" "$1 $side_words. All bytes of one message are wrong, 65536 of them (echo=11) or 1048576 (again=12). Whoever counts them in 8 or 16 bits is back at 0 then: the first wrong byte is enough" WRONG
	case $unseen in
	*" wrong="*$'\n'* | *$'\n'*" wrong="*) ;;
	*" swap="*)
		explain "Proof" "$1 $side_words. In one message two bytes that are neighbours have changed places (swap): their sum is that of the right ones, and so is their XOR, but the message is wrong. Compare byte by byte, as memcmp does" WRONG ;;
	*$'\n'*) ;;
	*" half="*)
		explain "Proof" "$1 $side_words. Of one message only the first half is written into the memory that $1 gave (half); the rest is what was there before. What nobody has read was not received: do not put there beforehand what is to come" WRONG ;;
	*" wrong=0 "*)
		explain "Warm-up" "$1 $side_words. The last byte of the first message is wrong, in a warm-up trip: they do not count, but they are checked like all others, every byte" WRONG ;;
	esac
}

# right SIDE WARMUP TRIPS: what `sides` prints of a side that has done as it must
right() {
	local side=$1 trip wall=0 samples="" n=0
	shift
	for ((trip = $1; trip < $1 + $2; trip++)); do
		wall=$((wall + 1500 * (trip + 1) + 7))
		((n++ >= 5)) || samples+=" $((1500 * (trip + 1) + 7))"
	done
	echo "$side: 0, $(($1 + $2)) messages, $(($1 + $2)) sent, $(($1 + $2)) received
wall $wall"
	[[ $side != ping ]] || echo "$2 samples:$samples"
}

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: the clock

@test "now: nanoseconds that have passed, over any seconds" {
	gap 1; points 8
	local ns
	ns=$(random 1000 999999)
	scenario -b plain "./sides clock 1 999 $ns 5000000000 2147483648 86400000000000"
	expect_output "1: 1
999: 999
$ns: $ns
5000000000: 5000000000
2147483648: 2147483648
86400000000000: 86400000000000"
	if [[ $output == *": -"* ]]; then
		explain "The clock" "$clock_words. Time went back: by a clock that tells the time of day, by nanoseconds without their seconds, by another number of them in a second than 1,000,000,000, or by seconds that an int does not hold (64 bits do)" WRONG
	fi
	[[ ! $output =~ $'\n'$ns": "[1-9][0-9]{0,2}$'\n'.*"86400000000000: "[1-9][0-9]{0,5}$ ]] ||
		explain "The clock" "$clock_words. A day went by on that clock, and now did not see it: it does not ask clock_gettime; what a processor counts (rdtsc) are its own ticks, not nanoseconds" WRONG
	[[ $output != *$'\n2147483648: 214'[48]000000$'\n'* ]] ||
		explain "The clock" "now is called alone here, by a program whose clocks are the test's, and goes on in steps of 4 ms: a coarse clock (CLOCK_MONOTONIC_COARSE) does not count every nanosecond, CLOCK_MONOTONIC does" WRONG
	explain "The clock" "$clock_words. The time between two calls is wrong: seconds and nanoseconds both count, in an integer of 64 bits (a double holds 53 of them), and every nanosecond does" WRONG CRASH
}

@test "now: a clock that cannot be read ends the program" {
	gap 1; points 2
	local when
	for when in "" " later"; do
		scenario -b plain "./sides clock$when"
		expect_complaint .
		expect_failure
		explain "The clock" "clock_gettime fails here${when:+, at the second call of now and not at the first}: say so, and exit; a time that was never written is not a time"
	done
}

# Gap 2: percentiles

@test "percentile: of 100 samples, each is one of them" {
	gap 2; points 8
	shuffle 100 | give samples
	scenario './percentile $(seq 1 100) <samples'
	expect_output "$(seq 1 100 | sed 's/.*/p& &/')"
	explain "Percentiles" "of 1, 2 ... 100 in any order, p1 is 1, p50 is 50, p99 is 99 and p100 is 100. One too many is an index that counts from 0, or a product that is not a whole number (7 percent of 100)" WRONG CRASH
}

@test "percentile: of few, of one, of an odd number" {
	gap 2; points 6
	scenario 'some() { printf "%s\n" $1 | ./percentile $2 | sed "s/p.* //" | xargs; }
		some "7" "1 50 99 100"; some "3 1" "1 49 50 51 100"
		some "30 10 20" "33 34 66 67 100"; some "9 1 8 2 7 3 6 4 5 10" "1 10 11 50 90 91 99"
		some "5 5 5 1 5 9 5" "14 15 50 85 86 100"'
	expect_output '7 7 7 7
1 1 1 3 3
10 20 20 30 30
1 1 2 5 9 10 10
1 5 5 5 9 9'
	[[ $output != '7 7 7 7
1 1 1 3 3
10 20 20 30 30
1 1 2 5 9 10 10
'* ]] ||
		explain "Percentiles" "of 5 5 5 1 5 9 5, in order 1 5 5 5 5 5 9, every sample counts, those that are the same, too: p15 to p85 are 5" WRONG CRASH
	explain "Percentiles" "the smallest sample for which so many percent of all, or more, are not larger: of 3 samples p33 is the first one, p34 the second; and one sample is every percentile" WRONG CRASH
}

@test "percentile: times of any length are put in order" {
	gap 2; points 6
	scenario 'printf "%s\n" 5000000000 1 4294967297 2147483649 86400000000000 3000000000 2 4294967296 -3000000000 4611686018427387903 |
		./percentile 10 20 30 40 50 60 70 80 90 100'
	expect_output 'p10 -3000000000
p20 1
p30 2
p40 2147483649
p50 3000000000
p60 4294967296
p70 4294967297
p80 5000000000
p90 86400000000000
p100 4611686018427387903'
	explain "Percentiles" "a comparison that returns the difference of two samples turns long long into int, and 4294967296 into 0: compare, and return -1, 0 or 1" WRONG CRASH
	# The time of a scenario is what it uses: n * n steps are a hundred times as many.
	scenario -b plain -t 20 'seq 1000000 | ./percentile 50 99; seq 1000000 -1 1 | ./percentile 50; yes 7 | head -n 1000000 | ./percentile 50'
	expect_output 'p50 500000
p99 990000
p50 500000
p50 7'
	explain "Percentiles" "a million samples (measure -n makes as many): 1, 2 ... 1000000, then 1000000 ... 2, 1, then all the same. A quicksort that takes the first or the last one as its pivot parts off one sample at a time here, and so does one that puts all that are the same on one side; to compare each sample with each other is n * n steps, too: they never come to an end, or, one call within another for each sample, use up the stack. qsort(3) does" TIMEOUT CRASH WRONG
	scenario -b plain -t 60 './sides compare; status=$?; seq 20000 -1 1 | ./percentile 1 50; exit $status'
	expect_status 0
	expect_output 'p50 40
p50 of others in the same memory: 70
p100 of 43000000: 1
p1 200
p50 10000'
	if [[ $output == *"the other way round"* ]]; then
		explain "The calls" "./sides calls percentile with a qsort of its own, which asks compare about two samples, and then the other way round. If one is the smaller, compare returns less than 0 one way and more than 0 the other: x > y alone is never less than 0, and not every qsort sorts by that" WRONG
	fi
	[[ $status == 0 || $output != *"same memory: 70"* || $output == *"p100 of"* ]] ||
		explain "Percentiles" "./sides calls percentile for 43000000 samples, 344 MB, and dies: a copy of them, in an array or by alloca, finds no room on the stack (8 MiB), so sort them where they are; and an index that is computed in an int may lead out of the array" WRONG CRASH
	[[ $output != *"same memory: 70"* || $output == *"p100 of 43000000: 1"* ]] ||
		explain "Percentiles" "./sides calls percentile for 43000000 samples, of which the last is 1 and all others are 0: p100 is the last. The number of samples times the rank does not fit into an int, nor into another 32 bits: n is a size_t, so count in one (a float holds whole numbers to 16777216)" WRONG CRASH
	explain "Percentiles" "of 10, 20 ... 70 in any order, then of 1, 4, 9, 70, 100, 200 and 300 in the same memory (as each round of measure has new samples there: sort at each call), and of 20000, 19999 ... 1: there may be any number of samples" WRONG CRASH
	scenario 'printf "%s\n" 9223372036854775807 9223372036854775806 -9223372036854775808 -2 1 | ./percentile 20 40 60 80 100
		printf "%s\n" -5 -1 -9 | ./percentile 33 66 100'
	expect_output 'p20 -9223372036854775808
p40 -2
p60 1
p80 9223372036854775806
p100 9223372036854775807
p33 -9
p66 -5
p100 -1'
	[[ $output != *$'\np80 9223372036854775807\np100 9223372036854775806\n'* ]] ||
		explain "Percentiles" "the two largest of these numbers differ by 1, and are taken for the same: a double holds 53 bits, a long long 64. Compare the samples as they are" WRONG CRASH
	explain "Percentiles" "the numbers are the smallest long long, the two largest, and a few between, then three below 0. The difference of two that are far apart does not fit into a long long: compare by < and >, and begin with a sample, not with 0 or another value that no sample is sure to reach" WRONG CRASH
}

@test "percentile: any ranks of any number of samples" {
	gap 2; points 4
	local n
	n=$(random 101 299)
	shuffle "$n" | give samples
	scenario './percentile 1 13 29 50 57 90 99 100 <samples'
	expect_output "$(for rank in 1 13 29 50 57 90 99 100; do
		echo "p$rank $(((n * rank + 99) / 100))"
	done)"
	explain "Percentiles" "of 1, 2 ... $n in any order pP is the smallest that is no less than P * $n / 100, a whole number" WRONG CRASH
	scenario 'seq 1 10 | ./percentile 50 90 99'
	expect_output_of percentile
	explain "Percentiles" "of 1, 2 ... 10"
}

# Gap 3: ping and pong

@test "ping: a sample for each trip that counts, and for no other" {
	gap 3; needs 1; points 8
	local warmup short
	warmup=$(random 2 9)
	short="$(right ping "$warmup" 3)
$(right ping 0 1)"
	scenario -b plain "./sides ping 64 $warmup 3 | grep -v -e cpu -e allocated; ./sides ping 1 0 1 | grep -v -e cpu -e allocated; ./sides ping 64 1 4 slow=2 | grep -v -e cpu -e allocated"
	expect_output "$short
ping slow=2: 0, 5 messages, 5 sent, 5 received
wall 10000021028
4 samples: 3007 10000004507 6007 7507"
	[[ $output != *"a request is sent before the answer has come"* ]] ||
		explain "Warm-up" "ping $side_words. A trip is there and back: the next request is sent when the answer to the last one has come. Otherwise nobody knows how long a trip took; and where both sides send and there is no room left, each waits for the other to receive" WRONG
	[[ $output != *"kept up to date"* ]] ||
		explain "Proof" "ping $side_words. report->messages is looked at whenever a message is sent or received: it counts the right answers that have come until then, those of the warm-up, too, so that it can be told how far a round came that was given up" WRONG CRASH
	[[ $output != *"what is sent is not the request"* ]] ||
		explain "Proof" "ping $side_words. What ping sends in each trip is request(trip), warm-up or not, and the number goes on: with 2 trips of warm-up, the first that counts is trip 2, not 0 again" WRONG CRASH
	[[ ! $output =~ $'\n1 samples: 1507'($'\n'|$) || $output == *$'\nwall 1507\n'* ]] ||
		explain "Proof" "ping $side_words. In the second run (./sides ping 1 0 1) there is no warm-up, and one trip that counts: wall is its time, 1507. So wall begins before the first trip that counts, also if that is the very first, and not after the last of the warm-up" WRONG CRASH
	[[ $output != "$short"$'\nping slow=2: 0, 5 messages'* ]] ||
		explain "The clock" "ping $side_words, and one trip takes 10 s. A sample is the time of a trip, wall that of all: 10000000000 ns, which is more than 32 bits hold; from now() to samples a time is a long long" WRONG CRASH
	explain "Warm-up" "ping $side_words: to send takes 1000 ns in the first trip, 2000 in the next, to receive 507, 1007 ... A sample is the time from just before the request is sent until the answer has come; those of the warm-up trips do not count, nor do they belong to wall, but they are played, and checked" WRONG CRASH HANG TIMEOUT
	scenario -b plain './sides ping 64 1 3 check=700 | grep samples; ./sides ping 64 1 3 tick=10 | compare_wall'
	expect_output '3 samples: 3007 4507 6007
wall is longer than 3 samples together'
	[[ $output != '3 samples: 3007 5207 6707'* ]] ||
		explain "Proof" "ping $side_words, and memcmp takes 700 ns: each sample but the first has the look at the answer before it in it. A sample begins just before its own request is sent, not when the last trip ends: read the clock again" WRONG CRASH HANG TIMEOUT
	[[ $output != '3 samples: 3007 4507 6007'* ]] ||
		explain "Proof" "ping $side_words, and each look at the clock takes 10 ns: wall is the time that passes from the first trip that counts to the end of the last, with all that is done between" WRONG CRASH HANG TIMEOUT
	explain "Proof" "ping $side_words, and memcmp takes 700 ns: read the clock as soon as the answer has come, and look at the answer afterwards" WRONG CRASH HANG TIMEOUT
}

@test "ping: every answer is looked at, every byte of it" {
	gap 3; needs 1; points 8
	local byte
	byte=$(random 100 4000)
	scenario -b plain "./sides ping 1048576 1 3 wrong=2 at=1048575 | head -n 1; ./sides ping 4096 1 3 wrong=1 at=$byte | head -n 1
		./sides ping 1 2 2 wrong=3 at=0 | head -n 1; ./sides ping 64 3 2 wrong=0 at=63 | head -n 1; ./sides ping 700 3 70 wrong=72 at=699 | head -n 1
		./sides ping 4096 0 2 swap=1 at=$byte | head -n 1"
	expect_output "ping wrong=2 at=1048575: -1: Bad message, 2 messages, 3 sent, 3 received
ping wrong=1 at=$byte: -1: Bad message, 1 messages, 2 sent, 2 received
ping wrong=3 at=0: -1: Bad message, 3 messages, 4 sent, 4 received
ping wrong=0 at=63: -1: Bad message, 0 messages, 1 sent, 1 received
ping wrong=72 at=699: -1: Bad message, 72 messages, 73 sent, 73 received
ping swap=1 at=$byte: -1: Bad message, 1 messages, 2 sent, 2 received"
	explain_counted
	explain_unseen ping
	explain "Proof" "ping $side_words, and one bit of one answer is wrong, in the first byte, the last, or between: that is found, in a warm-up trip too, and ends the round with EBADMSG" WRONG CRASH HANG TIMEOUT
}

@test "ping: an echo is not an answer, nor is an old answer" {
	gap 3; needs 1; points 6
	scenario -b plain './sides ping 64 1 3 echo=2 | head -n 1; ./sides ping 1 0 3 echo=0 | head -n 1
		./sides ping 64 1 3 again=1 | head -n 1; ./sides ping 1 1 30 again=20 | head -n 1
		./sides ping 64 1 3 half=2 | head -n 1
		./sides ping 65536 1 11 echo=11 | head -n 1; ./sides ping 1048576 1 12 again=12 | head -n 1'
	expect_output 'ping echo=2: -1: Bad message, 2 messages, 3 sent, 3 received
ping echo=0: -1: Bad message, 0 messages, 1 sent, 1 received
ping again=1: -1: Bad message, 1 messages, 2 sent, 2 received
ping again=20: -1: Bad message, 20 messages, 21 sent, 21 received
ping half=2: -1: Bad message, 2 messages, 3 sent, 3 received
ping echo=11: -1: Bad message, 11 messages, 12 sent, 12 received
ping again=12: -1: Bad message, 12 messages, 13 sent, 13 received'
	explain_counted
	explain_unseen ping
	explain "Proof" "ping $side_words. What comes back is its own request, as if nobody were there, or the answer of the trip before, as if a message were lost: it must be answer(trip), whose number goes on from the warm-up trips" WRONG CRASH HANG TIMEOUT
}

@test "pong: it answers the right request, and no other" {
	gap 3; needs 1; points 8
	local warmup
	warmup=$(random 2 9)
	scenario -b plain "./sides pong 64 $warmup 3 | grep -v -e cpu -e allocated; ./sides pong 1 0 1 | grep -v -e cpu -e allocated; ./sides pong 1048576 1 70 | grep -v -e cpu -e wall -e allocated
		./sides pong 1048576 1 3 wrong=2 at=1048575 | head -n 1; ./sides pong 1 2 2 wrong=3 at=0 | head -n 1
		./sides pong 64 3 2 wrong=0 at=63 | head -n 1; ./sides pong 64 1 3 echo=2 | head -n 1; ./sides pong 64 1 3 again=1 | head -n 1
		./sides pong 64 1 3 half=2 | head -n 1; ./sides pong 64 1 3 swap=2 at=40 | head -n 1
		./sides pong 65536 1 11 echo=11 | head -n 1; ./sides pong 1048576 1 12 again=12 | head -n 1"
	expect_output "$(right pong "$warmup" 3)
$(right pong 0 1)
pong: 0, 71 messages, 71 sent, 71 received
pong wrong=2 at=1048575: -1: Bad message, 2 messages, 2 sent, 3 received
pong wrong=3 at=0: -1: Bad message, 3 messages, 3 sent, 4 received
pong wrong=0 at=63: -1: Bad message, 0 messages, 0 sent, 1 received
pong echo=2: -1: Bad message, 2 messages, 2 sent, 3 received
pong again=1: -1: Bad message, 1 messages, 1 sent, 2 received
pong half=2: -1: Bad message, 2 messages, 2 sent, 3 received
pong swap=2 at=40: -1: Bad message, 2 messages, 2 sent, 3 received
pong echo=11: -1: Bad message, 11 messages, 11 sent, 12 received
pong again=12: -1: Bad message, 12 messages, 12 sent, 13 received"
	explain_unseen pong
	explain "Proof" "pong $side_words: request(trip) must come, every byte of it, and answer(trip) goes back, whose number goes on from the warm-up trips; another request is EBADMSG, in a warm-up trip, too, is not counted and gets no answer; wall begins when the last warm-up answer has been sent (without warm-up, at the start), before pong waits for the first request that counts, and ends with the last answer" WRONG CRASH HANG TIMEOUT
}

@test "ping, pong: a link that fails ends the round, with its error" {
	gap 3; needs 1; points 4
	scenario -b plain 'for fault in send=0 send=3 receive=0 receive=3 gone=3; do
			./sides ping 64 1 3 $fault | head -n 1; ./sides pong 64 1 3 $fault | head -n 1
		done'
	# Whether pong counts before it answers is left open.
	expect_match '^ping send=0: -1: Connection reset by peer, 0 messages, 0 sent, 0 received
pong send=0: -1: Connection reset by peer, [01] messages, 0 sent, 1 received
ping send=3: -1: Connection reset by peer, 3 messages, 3 sent, 3 received
pong send=3: -1: Connection reset by peer, [34] messages, 3 sent, 4 received
ping receive=0: -1: Connection reset by peer, 0 messages, 1 sent, 0 received
pong receive=0: -1: Connection reset by peer, 0 messages, 0 sent, 0 received
ping receive=3: -1: Connection reset by peer, 3 messages, 4 sent, 3 received
pong receive=3: -1: Connection reset by peer, 3 messages, 3 sent, 3 received
ping gone=3: -1: Broken pipe, 3 messages, 3 sent, 3 received
pong gone=3: -1: Broken pipe, [34] messages, 3 sent, 4 received$'
	[[ $output != *"gone=3: 0, "* || $output == *" send="[03]": 0, "* ]] ||
		explain "Proof" "send returns -1 with EPIPE in the last trip: the other side has gone, and this message has not come. That is an error like any other: return -1 with that errno" WRONG
	explain "Proof" "send, or receive, returns -1 here: ping and pong return -1 then, with its errno, and neither send nor receive anything more" WRONG CRASH HANG TIMEOUT
}

@test "ping, pong: nothing is allocated between the messages" {
	gap 3; needs 1; points 2
	scenario -b plain 'for side in ping pong; do ./sides $side 4096 3 20 | grep -e ^$side -e allocated; done'
	expect_output 'ping: 0, 23 messages, 23 sent, 23 received
pong: 0, 23 messages, 23 sent, 23 received'
	explain "Warm-up" "malloc takes time, and now and then a lot of it; so do calloc and aligned_alloc, and mmap, whose pages are not there yet: what ping and pong need is there before the first message"
	scenario './sides ping 1048576 0 1 | head -n 1; ./sides pong 1048576 0 1 | head -n 1'
	expect_output 'ping: 0, 1 messages, 1 sent, 1 received
pong: 0, 1 messages, 1 sent, 1 received'
	explain "Warm-up" "a message has up to MESSAGE_MAX bytes (1048576), and the longest comes here: the memory into which it is received must have room for all of them" WRONG CRASH
}

@test "measure: two processes, each mechanism, sound rows" {
	gap 3; needs 1 2; points 6
	scenario './measure -1 -c -n 40 -w 5 -r 2 -t 60000 >csv 2>said; echo $?; sound csv 2 40 64; wc -l <csv; sort -u said; rm csv said'
	expect_match '^0
[0-9]+ mechanisms?, all rows are sound
[0-9]+
'
	if [[ $output == *"odd row"* ]]; then
		explain "The programs" "an odd row: of each round p50 must be more than 0, p90 no less than it, p99 no less than that, and wall_s no less than half of the trips take by p50. All rounds have their samples in the same memory" WRONG
	fi
	explain "The programs" "ping and pong play in two processes here, over every mechanism that this machine has; a round counts if both sides have seen all 45 messages, warm-up and all, and both return 0"
	explain "When it goes wrong" "each side waits for the other: ping for an answer that pong does not send, or pong for a request" HANG TIMEOUT
}

@test "measure: a long message takes longer, and a file longest" {
	gap 3; needs 1 2; points 2
	scenario -b plain './measure -1 -c -n 30 -w 5 -r 3 -t 60000 -b 64,1048576 pipe unix-stream >csv && p50 pipe 64 csv && p50 pipe 1048576 csv
		./measure -1 -c -n 30 -w 5 -r 3 -t 60000 spool-file >csv && p50 spool-file 64 csv; rm csv'
	if [[ $output =~ ^([0-9]+)$'\n'([0-9]+)$'\n'([0-9]+)$ ]]; then
		expect_that "that 1 MiB by a pipe takes ten times as long as 64 bytes, or more" \
			"${BASH_REMATCH[1]} ns and ${BASH_REMATCH[2]} ns" \
			[ "${BASH_REMATCH[2]}" -ge $((10 * BASH_REMATCH[1])) ]
		expect_that "that a file takes twice as long as a pipe, or more" \
			"${BASH_REMATCH[1]} ns by a pipe and ${BASH_REMATCH[3]} ns by a file" \
			[ "${BASH_REMATCH[3]}" -ge $((2 * BASH_REMATCH[1])) ]
	else
		expect_output "three times"
	fi
	explain "The programs" "these are medians of real rounds, far apart on any machine: what is measured is the time of one round trip" WRONG CRASH HANG TIMEOUT
}

@test "measure: on two cores, and what spinning costs" {
	gap 3; needs 1 2; points 0
	scenario -b plain './measure -2 -c -n 40 -w 5 -r 2 -t 60000 shm-spin pipe >csv 2>said
		if grep -q "one CPU" said; then echo one; else sound csv 2 40 64; fi; rm csv said'
	expect_match '^(one|2 mechanisms, all rows are sound)$'
	explain_given "One core, and two"
}

@test "measure: a round that does not end is given up" {
	gap 3; needs 1; points 2
	scenario -b plain './measure -1 -n 1000000 -r 3 -t 60 pipe 2>said; echo $?; sed -E "s/: [0-9]+ of/: N of/" said
		./measure -1 -n 1000000 -t 60000 sysv-queue 2>said & await_children $! 2; tree=$!
		kill -KILL ${children[0]}; wait $tree; echo $?; sed "s/pong/ping/" said
		./measure -1 -n 1000000 -t 60000 sysv-queue & await_children $! 2; kill $!; wait $!; echo $?; rm said'
	expect_output '1
measure: pipe, 1 core, 64 bytes: given up after 60 ms: N of 1000100 round trips
1
measure: sysv-queue, 1 core, 64 bytes: ping died of signal 9
143'
	explain "The programs" "a million trips do not fit into 60 ms; then one of the two processes is killed"
}

# Gap 4: the copy

@test "copy: by mmap, a file of any size" {
	gap 4; needs 1; points 8
	local size
	size=$(random 5000 200000)
	scenario "for bytes in 0 1 4095 4096 4097 $size; do
			head -c \$bytes /dev/urandom >from; ./copy mmap from to | sed 's/[0-9]* us/N us/'; cmp from to || echo 'not the same'
		done; head -c 9000 from >short; ./copy mmap short to >/dev/null; cmp short to || echo 'not the same'; rm from to short"
	expect_output "mmap: 0 bytes, N us
mmap: 1 bytes, N us
mmap: 4095 bytes, N us
mmap: 4096 bytes, N us
mmap: 4097 bytes, N us
mmap: $size bytes, N us"
	explain "A file in memory" "the copy is as long as the file, and has the same bytes: a mapping does not make a file longer, a private one does not reach the file at all, and of an empty file there is nothing to map (EINVAL)" CRASH WRONG
}

@test "copy: it is memory that is copied" {
	gap 4; needs 1; points 4
	scenario -w 'head -c 70000 /dev/zero >from; ./copy mmap from to >/dev/null; cmp from to
		echo >from; ./copy mmap from to >/dev/null; cmp from to; rm from to'
	expect_called 'copy/mmap:[0-9]* bytes shared-file'
	expect_not_called copy/pread copy/pwrite copy/sendfile copy/splice copy/readv copy/writev 'copy/read:file from' 'copy/write:file to'
	expect_not_called 'copy#2/read:file from' 'copy#2/write:file to'
	explain "A file in memory" "both files are mapped, the one that is written shared, and memcpy does the rest: no read and no write moves the bytes, be there 70000 (copy) or 1 (copy#2); nor does a write make TO longer: posix_fallocate does, and finds the room for all of it"
}

@test "copy: a failure is reported, and does not kill it" {
	gap 4; needs 1; points 6
	local rule copies='head -c 9000 /dev/urandom >from; ./copy mmap from to; status=$?; rm from to; exit $status'
	for rule in "1:the first mmap of a file" "each:an mmap of a file, after the first,"; do
		failing "copy/mmap-file:${rule%%:*}:ENOMEM"
		scenario "$copies"
		expect_complaint '^copy: to: Cannot allocate memory$'
		expect_status 1
		explain "A file in memory" "${rule#*:} fails: copy_by_mmap returns -1 with that errno, ENOMEM. A call that is made afterwards may set errno to something else (munmap(MAP_FAILED, ...) fails with EINVAL), so keep errno while you clean up" WRONG
		explain "A file in memory" "${rule#*:} fails, and what it returns is used: mmap's failure is MAP_FAILED, not NULL" CRASH
	done
	for rule in "ENOSPC:No space left on device" "EDQUOT:Disk quota exceeded" "EIO:Input/output error"; do
		failing "copy/fallocate:each:${rule%%:*}"
		scenario "$copies"
		expect_complaint "^copy: to: ${rule#*:}\$"
		expect_status 1
		explain "A file in memory" "posix_fallocate fails, with ${rule%%:*}: it returns its error number instead of -1, and leaves errno alone. Whatever the number is, copy_by_mmap sets errno to it and returns -1: there may be no room for the file (ftruncate makes none), and then a store into the mapping is SIGBUS" WRONG CRASH
	done
	if [[ $LABBOX_LEVEL == *ns ]]; then
		failing
		scenario -b plain 'head -c 40000000 /dev/zero >much; head -c 20000000 /dev/zero >from; ./copy mmap from to; status=$?; rm -f much from to; exit $status'
		expect_status 1
		expect_complaint '^copy: to: No space left on device$'
		explain "A file in memory" "the disk is full, and a store into the mapping finds no place for its page: that is SIGBUS. Ask for the room before you map it (posix_fallocate), which ftruncate does not" WRONG CRASH
	fi
}

@test "cpu: processor time of the trips that count, in both modes" {
	gap 5; needs 1 3; points 0
	scenario -b plain './sides cpu 4000 996000 5000000000 2147484000; ./sides ping 64 2 3 | grep cpu; ./sides pong 64 1 4 | grep cpu'
	expect_output '4000: 4000
996000: 996000
5000000000: 5000000000
2147484000: 2147484000
cpu 96000
cpu 112000'
	explain "Processor time" "user mode and kernel together, of this process, since the first trip that counts"
	scenario -b plain './sides cpu'
	expect_complaint .
	expect_failure
	explain "Processor time" "the clock cannot be read here: say so, and exit"
}

# What is given

@test "measure: parts and interruptions; what is not there" {
	gap 3; needs 1 2; points 0
	cutting read:2-40:7 write:2-40:9 recv:2-40:7 send:2-40:9
	scenario './measure -1 -c -n 3 -w 1 -r 1 -t 60000 pipe unix-stream tcp fifo >csv; echo $?; sound csv 1 3 64; rm csv'
	expect_output '0
4 mechanisms, all rows are sound'
	cutting
	failing measure/mq_open:1+:ENOSYS measure/msgget:1+:ENOSPC
	scenario './measure -1 -c -n 3 -w 1 -r 2 -t 60000 posix-queue sysv-queue pipe >csv 2>said; echo $?; sound csv 2 3 64; cat said; rm csv said'
	expect_output '0
1 mechanism, all rows are sound
measure: posix-queue: skipped: Function not implemented
measure: sysv-queue: skipped: No space left on device'
	explain_given "The programs"
}

@test "bad input: one clear line, and status 2" {
	gap 0; points 0
	local line lines=('./measure -b 0' './measure -b 1048577' './measure -b 64,' './measure -n 0' './measure -n 1x' './measure -r 1001' './measure -p 0' './measure -p 0,0' './measure -1 smoke')
	scenario -b plain "tell $(printf '%q ' "${lines[@]}"); ./measure -l"
	for line in "${lines[@]}"; do
		expect_told "$line" 2 '' '^measure: .+'
	done
	expect_that "the list of mechanisms" "$output" matches "$output" "$(<"$BATS_TEST_DIRNAME/expected/list.out")\$"
	lines=('./percentile' './percentile 0 </dev/null' './percentile 101' './copy' './copy move a b' './copy mmap a')
	scenario -b plain "tell $(printf '%q ' "${lines[@]}")"
	for line in "${lines[@]}"; do
		expect_told "$line" 2 '' '^(percentile: (usage|P is)|copy: usage).+'
	done
	scenario -b plain 'echo a >a; tell "./percentile 5 <a" "./percentile 5 </dev/null" "./copy mmap a a" "./copy write none b" "./copy write . b"; cat a; rm a'
	expect_told './percentile 5 <a' 1 '' "^percentile: not a number: 'a'\$"
	expect_told './percentile 5 </dev/null' 1 '' '^percentile: no numbers on standard input$'
	expect_told './copy mmap a a' 1 '' '^copy: a and a are the same file$'
	expect_told './copy write none b' 1 '' '^copy: none: No such file or directory$'
	expect_told './copy write . b' 1 '' '^copy: .: not a regular file$'
	explain_given "The programs"
}
