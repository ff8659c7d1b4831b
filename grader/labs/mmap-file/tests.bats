#!/usr/bin/env bats
# builds: race
# shellcheck disable=SC2016 # the box expands what is in single quotes
load ../../lib/lab

@test "it builds without a warning" {
	gap 0; points 2
	builds_without_a_warning "The programs"
}

# Gap 1: a new file

@test "map_new: the file has its size, and what is stored in it" {
	gap 1; points 8
	local size
	size=$(random 4097 9999)
	scenario -w "./steps new f; wc -c <f; head -c 1 f; tail -c 1 f; echo
		./steps new g $size; wc -c <g; head -c 1 g; tail -c 1 g"
	expect_output "336 bytes
336
az
$size bytes
$size
az"
	expect_called steps/mmap
	[[ $output != *"only 0 are mapped"* ]] ||
		explain "The size of the file" "what map_new returned is memory, but not this file's: with MAP_ANONYMOUS mmap ignores the descriptor, and with a file it needs MAP_SHARED alone"
	explain "The size of the file" "a new file is empty: give it its size before anything is stored, or the store raises SIGBUS; and map all of it, MAP_SHARED, or the file never sees what is stored; its descriptor stays open" CRASH
}

@test "map_new: no room on the disk is an error, not SIGBUS" {
	gap 1; points 6
	failing steps/fallocate:each:ENOSPC steps/ftruncate:each:EIO steps/mmap-file:each:ENOMEM
	scenario './steps new f'
	expect_failed
	expect_status 1
	expect_output ""
	expect_complaint '^steps: map_new: (No space left on device|Input/output error|Cannot allocate memory)$'
	explain "The calls" "each call's result is looked at: mmap fails with MAP_FAILED, which is not NULL; posix_fallocate returns the error, and leaves errno alone" CRASH
	failing
	if [[ $LABBOX_LEVEL == *ns ]]; then
		scenario -b plain 'fill_disk; ./steps new f 9000'
		expect_status 1
		expect_output ""
		expect_complaint '^steps: map_new: No space left on device$'
		explain "The size of the file" "ftruncate, or a byte written at the end, makes a file long, but gives the rest of it no room, and a write of zeros may end early: the disk was full, and a store raised SIGBUS; posix_fallocate reserves the room, or fails" CRASH
	fi
	scenario "./steps short f; ./steps short g $(random 4097 9999)"
	expect_output ""
	expect_status 1
	expect_said '^(steps: map_new: (File too large|No space left on device|Input/output error)
?){2}$'
	explain "The size of the file" "the last byte of the file gets no room here (RLIMIT_FSIZE): a write of zeros ends early, and returns how many bytes it has written; write the rest, and if that fails, errno says why" CRASH
	failing steps/ftruncate:each:EIO
	scenario './steps short f'
	in_each_run too_large_first
	failing steps/mmap-file:1+:ENOMEM steps/ftruncate:each:EIO
	scenario './steps new f'
	leave_out '!(*ENOMEM*)'
	expect_said '^steps: map_new: Cannot allocate memory$'
	explain "The calls" "the reason is what failed first (here the file may not get so large, or cannot be mapped); ftruncate, which cleans up after that, may fail, too, and then errno is its own: keep the first one, and put it back" CRASH
}

# too_large_first: if the file could not get so large, that is the reason, and not what
# the clean-up says
too_large_first() {
	[[ -z $(calls_of 'steps/[^ ]+' " EFBIG ") ]] ||
		error_matches '^steps: map_new: (File too large|No space left on device)$'
}

@test "unmap_saved: all is on the disk, and no longer mapped" {
	gap 1; points 8
	scenario -w './steps save f; ./steps save g 9000'
	expect_output '336 bytes
9000 bytes'
	expect_quiet
	expect_called steps/msync steps/munmap
	explain "On the disk" "msync with MS_SYNC waits until all that was stored is on the disk; munmap takes the address and the size; neither does the work of the other"
	failing steps/msync:each:EIO
	scenario './steps save f'
	expect_failed
	expect_status 1
	expect_output '336 bytes'
	expect_complaint '^steps: unmap_saved: Input/output error$'
	explain "On the disk" "what could not be saved is reported, by -1 and errno, and unmapped all the same" CRASH
	failing steps/munmap:each:EINVAL
	scenario './steps save f'
	expect_output '336 bytes
byte 0 is still mapped'
	expect_complaint '^steps: unmap_saved: Invalid argument$'
	explain "On the disk" "munmap has failed, and what is saved is still mapped: that is reported, too, by -1 and errno" CRASH
}

# Gap 2: a file that is there

@test "map_old: a car is mapped, and shared" {
	gap 2; points 5
	scenario -w 'begins f "car!\1\0\0\0"; ./steps old f f; ./steps old f
		chmod 600 f; ./steps old f'
	expect_output 'f: 0 changes
f: 1 changes
f: 2 changes
f: 3 changes'
	expect_called steps/mmap
	[[ $output != *"Invalid argument"* ]] ||
		explain "Files that are not believed" "a call refused its arguments: those of mmap are a length that is not 0 and an offset that is a multiple of the page size, so map the file from its start, the header with the rest"
	explain "Files that are not believed" "a file of the right size, magic and version is a car; it is mapped MAP_SHARED, so that others see what is stored; its header is at the start, wherever the descriptor stands, which stays open, as the caller may hold a lock by it" CRASH
}

@test "map_old: a file of another size is refused, untouched" {
	gap 2; points 5
	local shorter="0 1 3 4 7 8 12 335" sizes
	sizes="$shorter 337 340 4096 8192 65872"
	scenario "for size in $sizes; do begins \$size 'car!\\1\\0\\0\\0' \$size; done
		./steps old $sizes
		begins huge 'car!\\1'; ./steps huge huge; ./garage 0 list; echo \$?"
	expect_output "$(for size in $sizes huge; do echo "$size: refused"; done)
1"
	expect_complaint '^garage: 0: not a whole car$'
	[[ $output != "$(for size in $shorter; do echo "$size: refused"; done)"$'\n'* ]] ||
		explain "Files that are not believed" "a longer file is something else, too, though all that is mapped is there: the size must be equal, all 64 bits of it (huge has 4 GiB more than a record); errno is EBADMSG"
	explain "Files that are not believed" "mmap succeeds whatever the size of the file; what is mapped beyond its last page raises SIGBUS, so ask fstat first, and compare all 64 bits of the size (huge has 4 GiB more than a record); errno is EBADMSG" CRASH
}

@test "map_old: a foreign file is refused" {
	gap 2; points 5
	local files="a b c d hello turned late zero v0 v2 v257 v65537 high text"
	scenario 'begins a "Car!\1"; begins b "cAr!\1"; begins c "caR!\1"; begins d "car?\1"; begins hello "hlo!\1"
		begins turned "!rac\1"; begins late "\0car!\1"; begins zero ""
		begins v0 "car!"; begins v2 "car!\2"; begins v257 "car!\1\1"
		begins v65537 "car!\1\0\1"; begins high "car!\1\0\0\1"
		seq 1000 | head -c 336 >text; '"./steps old $files
		mkdir folder; mkfifo fifo; ./steps old folder fifo /dev/zero
		for f in folder fifo text /dev/zero; do ./garage \$f list; echo \$?; done; rm fifo"
	expect_output "$(for file in $files folder fifo /dev/zero; do echo "$file: refused"; done)
1
1
1
1"
	expect_said '^garage: folder: not a whole car
garage: fifo: not a whole car
garage: text: not a whole car
garage: /dev/zero: not a whole car$'
	explain "Files that are not believed" "compare the magic, all four bytes, and the version; what can be opened may not be a file at all, and may have another size; errno is EBADMSG, nothing stays mapped, and the descriptor stays open" CRASH
	scenario 'begins same "c\0r\0\1"; begins second "ca\0\0\1"; begins third "c\0s\0\1"; begins last "c\0r!\1"; begins car "car!\1"
		./steps magic 00720063 same second third last car'
	expect_output 'same: 0 changes
second: refused
third: refused
last: refused
car: refused'
	explain "Files that are not believed" "map_old was asked for the magic 0x00720063, and no other: it takes what its caller names. It is a number of four bytes, with zero bytes among them here: == compares all 32 bits, where strncmp would stop at a zero byte"
}

@test "map_old: a call that fails is not a foreign file" {
	gap 2; points 3
	failing steps/fstat:each:EACCES steps/pread:each:EIO steps/mmap-file:each:ENOMEM
	scenario 'begins f "car!\1\0\0\0"; ./steps old f'
	expect_failed
	expect_match '^f: (Permission denied|Input/output error|Cannot allocate memory)$'
	explain "Files that are not believed" "EBADMSG is for what is not a car; if a call fails, the result is NULL (which MAP_FAILED is not), and errno stays as the call left it" CRASH
	failing
	scenario 'begins f "car!\1\0\0\0"; ./steps readonly f'
	expect_output 'f: Permission denied'
	explain "Files that are not believed" "a file that is open for reading only cannot be mapped for writing: mmap refuses it, or mprotect later; then the result is NULL, errno is that call's, and what was mapped before is unmapped again" CRASH
}

# Gap 3: texts

@test "text_put: a text stays in its field" {
	gap 3; points 7
	local means="a text may have any bytes, or none; one of size - 1 bytes fits, one of size bytes does not, as it needs a byte for its end; nothing beside the field is touched, and nothing of what was there before stays, whatever it was"
	scenario './steps text'
	expect_output 'texts stay in their fields'
	[[ $output != *"is refused, but"* ]] ||
		means="a text that does not fit is refused, and then its field is as it was: look at the length before anything is written"
	[[ $output != *"length "@(???|?????)" is not refused"* ]] ||
		means="strlen returns a size_t: in a smaller type the length of a long text is cut, and it seems to fit"
	explain "Texts in fields" "$means" CRASH
}

@test "car_check: each of the 14 texts has its end" {
	gap 3; points 7
	scenario './steps check'
	expect_output 'cars are told apart'
	scenario -b plain './steps check'
	expect_output 'cars are told apart'
	explain "Texts in fields" "look for a null byte inside the field, and nowhere else: in both names, and in all three texts of all four wheels; what comes after it does not matter; errno is EBADMSG" CRASH
}

@test "hello: the consumer finds the text in its memory" {
	gap 3; needs 1 2; points 4
	local text
	text="Hello $(random 1000 9999)"
	scenario -w "start ./hello producer f '$text'; idle \$server; ./hello consumer f
		wait \$server; echo \"status \$?\"; cat log; ls f 2>/dev/null"
	expect_output "asleep
$text
status 0
ready
taken"
	explain "A handshake" "the producer sleeps until the consumer posts, in the same file: both must have it mapped MAP_SHARED" HANG CRASH
	scenario 'start ./hello producer f text; ./hello consumer f >/dev/full; echo $?; idle $server
		./hello consumer f; wait $server'
	expect_output '1
asleep
text'
	expect_complaint '^hello: standard output: No space left on device$'
	explain_given "The programs"
}

# Gap 4: changes

@test "record_write: changes is odd while words are stored" {
	gap 4; points 8
	scenario -c race './steps write'
	expect_output 'changes is odd while words are stored'
	explain "Half a change" "odd before the first word is stored, even after the last; a killed writer may have left it odd, and then it must stay odd; and it never comes back to what it was" CRASH
}

@test "record_read: a change in the middle is noticed" {
	gap 4; points 8
	scenario -c race './steps read'
	expect_output 'no car is half of another'
	explain "Half a change" "look at changes, all 32 bits, before the first word and after the last, and copy all 81 between: if it was odd, or is another number, what was copied is of two cars: EAGAIN; nobody waits, and nothing is stored in the record" CRASH HANG TIMEOUT
}

@test "two processes, two addresses: no race, no half car" {
	gap 4; points 6
	scenario -c race './steps together'
	expect_output 'whole cars, at two addresses'
	expect_no_race
	explain "Half a change" "words and changes are _Atomic: use them as they are, one by one; memcpy, or a pointer without _Atomic, gives that up, and then the compiler and the processor may change the order" RACE CRASH
	scenario -c race './steps order'
	expect_output 'what is written first is seen first'
	expect_no_race
	explain "Half a change" "a reader that sees a new word must then see that changes is no longer what it was, and one that sees the even number, all new words: plain uses of what is _Atomic keep the order in which you wrote them, a weaker order such as memory_order_relaxed does not" RACE CRASH
}

@test "garage: what one process puts, another one lists" {
	gap 4; needs 1 2 3; points 4
	local make
	make="Make $(random 1000 9999)"
	scenario 'put Volvo 240; ./garage car rename Saab 900; ./garage car list'
	expect_output_of car
	scenario "put Volvo 240; put '$make' 1; cp car copy; ./garage copy list | head -n 1
		./garage copy rename '' x; ./garage copy list | head -n 1; ./garage car list | head -n 1"
	expect_output "$make 1
 x
$make 1"
	explain "The picture" "all of a car is in the file, as bytes: a copy of the file is a copy of the car, and an address means nothing in another process" CRASH
	scenario -c race "./steps after ./garage new put '$make' 1 a A A b A A c A A d A A"
	expect_output 'the magic is there'
	expect_no_race
	explain "Check yourself" "whoever finds the magic takes the file for a car: it is stored last, when all the rest is there" RACE
}

@test "garage watch: it sees each change, and reads nothing" {
	gap 4; needs 1 2 3; points 4
	scenario -w 'put Volvo 240; ino=$(stat -c %i car)
		mkfifo in; exec 3<>in; ./garage car watch <in >log 3<&- & watch=$!
		await_lines log 5; idle $watch
		./garage car rename Saab 900; echo >&3; await_lines log 10; idle $watch
		put Lada 1200; printf "%0200d\n" 0 >&3; await_lines log 15; exec 3>&-; wait $watch; echo "status $?"
		grep -v wheel log; [[ $(stat -c %i car) == $ino ]] && echo "the same file"; rm in'
	expect_output 'asleep
asleep
status 0
Volvo 240
Saab 900
Lada 1200
the same file'
	explain "The picture" "a mapping MAP_SHARED shows what others store, without a call; a file that is cut or replaced on the way leaves those who have it mapped behind" CRASH HANG
}

@test "garage: 49 bytes are a name, 50 are not; AAA is not a rating" {
	gap 3; needs 1 2 4; points 2
	local long
	long=$(random 1000 9999)56789012345678901234567890123456789012345678x
	scenario "put $long $long; ./garage car list | head -n 1
		tell 'put ${long}y 240' 'put Volvo ${long}y' './garage car rename Volvo ${long}y' \
			'./garage car put V 2 a A A b A A c A A d AAA A' './garage car put V 2 a A A b A A c A A d A AAA'
		./garage car list | head -n 1"
	expect_match "^$long $long
.*
$long $long$"
	expect_told "put ${long}y 240" 2 '' '^garage: a text does not fit: Message too long$'
	expect_told "put Volvo ${long}y" 2 '' '^garage: a text does not fit: Message too long$'
	expect_told "./garage car rename Volvo ${long}y" 2 '' '^garage: a text does not fit: Message too long$'
	expect_told './garage car put V 2 a A A b A A c A A d AAA A' 2 '' '^garage: a text does not fit: Message too long$'
	expect_told './garage car put V 2 a A A b A A c A A d A AAA' 2 '' '^garage: a text does not fit: Message too long$'
	explain "Texts in fields" "a text that does not fit is refused with EMSGSIZE, and not cut"
}

@test "garage: a hostile car is refused, and put repairs it" {
	gap 4; needs 1 2 3; points 4
	scenario 'a_car; ./garage car list | head -n 2; tail=$(printf "%050d" 7)
		poke car 286 $tail; ./garage car list; echo $?; ./garage car rename Saab 900; echo $?'
	expect_output 'Volvo 240
  wheel: Brand0 A0 S0
1
1'
	expect_said '^garage: car: not a whole car
garage: car: not a whole car$'
	explain "Files that are not believed" "the last text of the file has no end: car_check finds that before the car is used" CRASH
	scenario 'a_car; poke car 8 "\3"; ./garage car rename Saab 900; echo $?
		put Lada 1200; ./garage car list | head -n 1; head -c 8 car | od -An -tu1
		changes=$(od -An -tu4 -j 8 -N 4 car)
		((changes % 2 == 0)) && echo "changes is even"'
	expect_output '1
Lada 1200
  99  97 114  33   1   0   0   0
changes is even'
	expect_complaint '^garage: car: not a whole car$'
	explain "Half a change" "changes is odd, and nobody is writing: its writer was killed, and the record may be half of each; storing a whole car repairs it" CRASH
	scenario -w 'a_car; poke car 8 "\3"; ./garage car rename Saab 900'
	expect_status 1
	expect_not_called garage/nanosleep garage/sched_yield garage/{poll,select,epoll_wait,futex}
	explain "Half a change" "changes is odd, and record_read never waits, not even for a moment: it returns -1 with EAGAIN at once. Whether to try again is for its caller to say; and here nobody is writing any more" WRONG HANG TIMEOUT
	failing garage/msync:each:EIO
	scenario './garage car put Volvo 240 a A A b A A c A A d A A'
	expect_failed
	expect_status 1
	expect_complaint '^garage: car: Input/output error$'
	explain "On the disk" "put promises that the car is on the disk when it ends with 0"
}

# Gap 5 (optional)

@test "list: it waits for a writer, asleep (optional)" {
	gap 5; needs 2 3 4; points 0
	scenario 'a_car; poke car 8 "\1"; exec 4<>car; flock 4
		./garage car list >log 4<&- & list=$!
		idle $list; poke car 12 Sedan; poke car 8 "\2"; flock -u 4
		wait $list; echo "status $?"; head -n 1 log'
	expect_output 'asleep
status 0
Sedan 240'
	explain "If you want more" "the writer holds flock(fd, LOCK_EX): ask for the lock, which sleeps until the writer has given it back, and read again" HANG TIMEOUT
	scenario 'a_car; poke car 8 "\1"; ./garage car list; echo $?'
	expect_output 1
	expect_complaint '^garage: car: not a whole car$'
	explain "If you want more" "the lock is free and changes is still odd: the writer was killed, and nobody will ever finish: EBADMSG" HANG TIMEOUT
	failing garage/flock:1:EINVAL
	scenario 'a_car; poke car 8 "\1"; ./garage car list; echo $?'
	expect_output 1
	expect_complaint '^garage: car: Invalid argument$'
	explain "If you want more" "if flock fails, errno says why"
	failing
	scenario 'a_car; mkfifo in; exec 3<>in; ./garage car watch <in >log 3<&- & watch=$!
		await_lines log 5; exec 4<>car; flock 4; poke car 8 "\1"; echo >&3; idle $watch
		poke car 8 "\2"; flock -u 4; await_lines log 10
		flock -n 4 && echo "writers can go on"; exec 3>&-; wait $watch; rm in'
	expect_output 'asleep
writers can go on'
	explain "If you want more" "watch lives on: give the lock back, or no writer ever gets it" HANG TIMEOUT
}

# All

@test "bad input: one clear line, and status 2" {
	gap 0; points 2
	local words
	scenario 'tell ./garage "./garage car" "./garage car lists" "./garage car list x" "./garage car put a b c A" \
			"./garage car put a b a A A b A A c A A d A A x" "./garage car rename a" "./garage car rename a b c" \
			./hello "./hello producer f" "./hello consumer f g"'
	for words in ./garage './garage car' './garage car lists' './garage car list x' './garage car put a b c A' \
		'./garage car put a b a A A b A A c A A d A A x' './garage car rename a' './garage car rename a b c'; do
		expect_told "$words" 2 '' '^garage: usage: garage FILE '
	done
	for words in ./hello './hello producer f' './hello consumer f g'; do
		expect_told "$words" 2 '' '^hello: usage: hello producer FILE TEXT '
	done
	explain_given "The programs"
}

@test "memcheck: together, without bad memory or a leak" {
	gap 0; needs 1 2 3 4; points 2
	memcheck_of -d 'put Volvo 240; memcheck ./garage car rename Saab 900; ./garage car list'
	expect_output_of car
	explain "The programs" "free what you allocate, and stay inside your arrays"
}
