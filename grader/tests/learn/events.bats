#!/usr/bin/env bats
# What `make watch` waits with: saves in whatever way, keys, the terminal.
load learn.bash

setup() {
	events=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)/.build/events
	dir=$(mktemp -d "$BATS_TMPDIR/events.XXXXXX")
	cd "$dir" || return
	mkdir lab
	echo 1 >lab/a.c
	mkfifo keys
	exec 7<>keys
	helper=""
}

teardown() {
	[ -z "$helper" ] || kill "$helper" || true
	rm -rf "$dir"
}

# begin [-l]
begin() {
	"$events" "$@" lab <keys >words 3>&- 7>&- &
	helper=$!
	await words ready
}

# saves COMMAND...: the command is a save, and the only one
saves() {
	local n
	n=$(grep -c saved words) || true
	"$@"
	await words saved $((n + 1))
}

write() { echo "$RANDOM $RANDOM" >"$1"; }
by_rename() { write lab/.new && mv lab/.new lab/a.c; }
with_backup() { mv lab/a.c lab/a.c~ && cp lab/a.c~ lab/a.c && write lab/a.c; }

every_way() {
	saves write lab/a.c
	saves by_rename
	saves with_backup
	saves rm lab/a.c
	saves write lab/b.h
	# The whole folder, as make reset does.
	mkdir new && write new/a.c
	replace() { mv lab old && mv -T new lab; }
	saves replace
	saves write lab/a.c
}

@test "every way to save a file is one, a deleted file and another folder too" {
	begin
	every_way
}

@test "the same where inotify does not work" {
	begin -l
	every_way
}

@test "what a build makes, and an editor's own files, are no saves" {
	begin
	write lab/a.o
	write lab/prog
	write lab/.a.c.swp
	write lab/4913
	write lab/a.c~
	write 'lab/#a.c#'
	saves write lab/a.c
	[ "$(cat words)" = $'ready\nsaved' ]
}

@test "keys come at once; what is no key of ours is not told; SIGUSR1 is" {
	begin
	printf 'h\033[A' >&7
	await words "key h"
	printf 'q' >&7
	await words "key q"
	kill -USR1 "$helper"
	await words graded
	[ "$(cat words)" = $'ready\nkey h\nkey q\ngraded' ]
}

# on_terminal COMMAND: runs it in a session with a terminal of its own; its words
# come to the file words, and what is left of the terminal's settings, when the process
# whose id is in the file pid has ended, too, to `after`
on_terminal() {
	local ended="while [ -s pid ] && grep -q . /proc/\$(<pid)/cmdline; do sleep 0.05; done 2>/dev/null"
	SHELL=/bin/bash script -qec "stty -g >before; $1; $ended; stty -g >after" /dev/null \
		<keys >screen 2>&1 3>&- 7>&- &
	session=$!
	await words ready
}

@test "the terminal is as it was after the end, whatever ended it" {
	for way in TERM HUP KILL-reader; do
		: >words
		# The one who reads may be killed.
		on_terminal "bash -c '$events lab <&0 >words & echo \$! >pid; echo \$\$ >reader; wait'"
		until [ -s reader ]; do sleep 0.05; done
		read -r helper <pid
		[[ "$(stty -a <"/proc/$helper/fd/0")" == *" -icanon "* ]]
		if [ $way = KILL-reader ]; then
			kill -KILL "$(<reader)"
		else
			kill -$way "$helper"
		fi
		helper=""
		wait "$session" || true
		cmp before after
		rm before after pid reader
	done
}

@test "a new size of the terminal is told; Ctrl-Z gives it back, and fg takes it again" {
	: >words
	on_terminal "bash -mc '$events lab <&0 >words; stty -a >stopped; fg'"
	helper=$(pgrep -f "^$events lab")
	stty cols 70 <"/proc/$helper/fd/0"
	await words resized
	printf '\032' >&7
	await stopped " icanon "
	await words continued
	[[ "$(stty -a <"/proc/$helper/fd/0")" == *" -icanon "* ]]
	kill "$helper"
	helper=""
	wait "$session" || true
	cmp before after
}
