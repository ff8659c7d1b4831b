#!/usr/bin/env bats
# What machines lack or have in another form, and how files arrive: it works, or
# the grader says why not; it is never a mark.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/surroundings.XXXXXX")
	chmod 755 "$dir"
	cd "$kit" || return
	[ -d solutions/hello ] || skip "there is no lab hello"
	mkdir -p "$dir/tree" "$dir/bin"
	cp -r solutions/hello "$dir/tree/hello"
}

teardown() {
	chmod -R u+w "$dir"
	rm -rf "$dir"
}

# program NAME <SCRIPT: one that comes before the machine's own
program() {
	# It may be a link to the machine's own.
	rm -f "$dir/bin/$1"
	{ echo '#!/bin/bash'; cat; } >"$dir/bin/$1"
	chmod 755 "$dir/bin/$1"
}

# grade [ARGUMENT...] hello: a folder that was handed in
grade() { grader/grade -t "$dir/tree" "$@"; }

# privately COMMAND: with mounts that nobody else sees
privately() {
	[ "$(id -u)" = 0 ] || skip "needs root"
	run unshare -m bash -c "$1"
}

@test "sources with CR LF, a byte order mark or Latin-1 are accepted" {
	awk -f solutions/starter.awk solutions/hello/hello.c | sed 's/$/\r/' >"$dir/tree/hello/hello.c"
	run grade -f 'learns the sum|without a warning' hello
	[[ "${lines[0]}" == "hello  10/"* ]]
	[[ "$output" == *"gap 1 is still open, at TODO 1 in "*"hello.c:"* ]]
	{
		printf '\xef\xbb\xbf/* Gr\xfc\xdfe */\n'
		cat solutions/hello/hello.c
	} >"$dir/tree/hello/hello.c"
	run grade -q -f 'any sum|without a warning' hello
	[ "$status" = 0 ]
}

@test "what the sources include is taken, too; what they do not is named" {
	echo '#include "mine.h"' >>"$dir/tree/hello/hello.c"
	echo '#  include "deep-er.c" /* another */' >"$dir/tree/hello/mine.h"
	echo 'extern int deeper;' >"$dir/tree/hello/deep-er.c"
	run grade -f 'any sum' hello
	[ "$status" = 0 ]
	[[ "$output" != *"Left behind"* ]]
	ln -s /etc/shadow "$dir/tree/hello/shadow.c"
	echo '#error not included' >"$dir/tree/hello/old.h"
	run grade -f 'any sum' hello
	[ "$status" = 0 ]
	[[ "$output" == *$'\n  Left behind, as no source includes it: old.h shadow.c' ]]
	# What is included must be in the folder, as all else.
	echo '#include "shadow.c"' >>"$dir/tree/hello/hello.c"
	run grade -f 'any sum' hello
	[ "$status" = 1 ]
	[[ "$output" == *"hello/shadow.c leads out of the folder that was handed in"* ]]
	rm "$dir/tree/hello/shadow.c"
	echo 'int more = deeper' >"$dir/tree/hello/shadow.c"
	run grade -f 'any sum' hello
	[ "$status" = 1 ]
	[[ "$output" == *"shadow.c:1"* ]]
}

@test "paths with spaces and quotes, and a pattern that begins with a dash" {
	mkdir "$dir/it's \"a\" tree"
	mv "$dir/tree/hello" "$dir/it's \"a\" tree/"
	run grader/grade -t "$dir/it's \"a\" tree" -f '-?warning' hello
	[ "$status" = 0 ]
	[[ "${lines[0]}" == "hello  10/10 "* ]]
	run grader/grade -t "$dir/it's \"a\" tree" -f '-warning' hello
	[ "$status" = 2 ]
	[ "$output" = 'grade: no test of hello matches "-warning"' ]
}

@test "BusyBox first in PATH: the system's own tools are used" {
	for tool in cp stat realpath sort tar install cksum head sed awk; do
		program $tool <<-'END'
			echo "BusyBox v1.37: no such option" >&2
			exit 1
		END
	done
	PATH=$dir/bin:$PATH run grade -f 'any sum|without a warning' hello
	[ "$status" = 0 ]
}

@test "a compiler whose programs the checkers cannot watch: status 2, no mark" {
	program musl-gcc <<<'exec gcc "$@" -Wl,--dynamic-linker=/nonexistent'
	CC=$dir/bin/musl-gcc run grade hello
	[ "$status" = 2 ]
	[[ "$output" == "grade: the grader could not grade: "*"cannot watch what $dir/bin/musl-gcc makes"* ]]
	program broken-cc <<<'echo no such target >&2; exit 1'
	CC=$dir/bin/broken-cc run grade hello
	[ "$status" = 2 ]
	[[ "$output" == *"broken-cc does not compile the smallest program of C11:"*"no such target" ]]
}

@test "a compiler without sanitizers: the report says what was not checked" {
	[ -d solutions/shm ] || skip "there is no lab shm"
	# They cannot be linked statically.
	CC='gcc -static' run grader/grade -t solutions -f warning shm
	[ "$status" = 0 ]
	[[ "$output" == *"Not checked here:"*"memory errors (this compiler has no sanitizers)"*"races in shared memory (this compiler"* ]]
}

@test "a compiler that passes over what it does not know: what was not checked" {
	[ -d solutions/pipes ] || skip "there is no lab pipes"
	[ "$(id -u)" = 0 ] || skip "needs root"
	program other-cc <<-'END'
		# Knows neither sanitizers nor what others define, and warns of what they do not.
		for argument; do
			case $argument in
			-fsanitize=*) ;;
			-dM) exit 0 ;;
			*) arguments+=("$argument") ;;
			esac
		done
		[[ " $* " != *" -c "* ]] || echo "file.c:1: warning: of its own" >&2
		exec gcc "${arguments[@]}"
	END
	privately "mount -t tmpfs none /usr/local && cp '$dir/bin/other-cc' /usr/local/ &&
		CC=/usr/local/other-cc grader/grade -t solutions -f warning pipes"
	[ "$status" = 0 ]
	[[ "$output" == *"what gcc and clang warn about (this compiler is neither)"* ]]
	[[ "$output" == *"memory errors (this compiler has no sanitizers)"* ]]
	CC=$dir/bin/other-cc run grader/grade -t solutions -f warning pipes
	[ "$status" = 2 ]
	[[ "$output" == *"the box, which hides /tmp and the users' folders, does not show "*other-cc ]]
}

# built_before FOLDER COMMAND...: puts there, as COMMAND's user, what the grader has
# built already, but for the report: that is built anew
built_before() {
	make -s -C "$kit/grader"
	tar -C "$kit/.build" -c labbox admit draw events tools debug labs |
		"${@:2}" tar -x -m -C "$1"
}

@test "a kit that belongs to another user: make LAB and make explain work" {
	[ "$(id -u)" = 0 ] || skip "needs root"
	mkdir "$dir/kit"
	cp -r labs grader handouts Makefile "$dir/kit/"
	chmod -R go=u,go-w "$dir/kit"
	chmod 755 "$dir"
	mkdir "$dir/home"
	chown nobody "$dir/home"
	as_user=(setpriv --reuid nobody --clear-groups env -u XDG_CACHE_HOME HOME="$dir/home" TMPDIR="$dir/home")
	cd "$dir/kit"
	folder=$("${as_user[@]}" bash -c 'source grader/lib/surroundings.bash; choose_build_folder "$PWD"')
	built_before "$folder" "${as_user[@]}"
	run "${as_user[@]}" make hello
	[[ "$output" == *"hello  20/100"* ]]
	[ -x "$folder/report" ]
	run "${as_user[@]}" make explain LAB=hello
	[ "$status" = 0 ]
	[[ "$output" == *"3. How to look for yourself"* ]]
}

@test "valgrind that cannot start: status 2, no mark" {
	[ -d solutions/pipes ] || skip "there is no lab pipes"
	program valgrind <<-'END'
		for argument; do
			[[ $argument != --log-file=* ]] || log=${argument#*=}
		done
		echo "valgrind:  Fatal error at startup: a function redirection" >"${log//%p/$$}"
		exit 1
	END
	privately "mount --bind '$dir/bin/valgrind' \"\$(realpath \"\$(type -P valgrind)\")\" &&
		grader/grade -t solutions -f memcheck pipes"
	[ "$status" = 2 ]
	[[ "$output" == *"valgrind does not start on this machine"* ]]
}

@test "a test that calls what the machine lacks: status 2, no mark" {
	cp -a . "$dir/kit"
	cd "$dir/kit"
	sed -i 's/^	explain "Taking/	expect_output "$(no-such-program)"\n&/' grader/labs/hello/tests.bats
	run grader/grade -t solutions -f 'any sum' hello
	[ "$status" = 2 ]
	[[ "$output" == *"no-such-program, which is not a word of tests, and this machine has no such program"* ]]
}

@test "a full disk is named: status 2, no mark" {
	mkdir "$dir/small"
	privately "mount -t tmpfs -o size=200k none '$dir/small' &&
		TMPDIR='$dir/small' grader/grade -t solutions hello"
	[ "$status" = 2 ]
	[[ "$output" == *"the disk is full: there is no room in $dir/small/"* ]]
}

@test "no /dev/shm, below namespaces: status 2, no mark" {
	privately "mount -t tmpfs -o ro none /dev/shm && LABBOX_LEVEL=uid grader/grade -t solutions hello"
	[ "$status" = 2 ]
	[[ "$output" == *"there is no /dev/shm here"* ]]
}

@test "a /dev/null that is not for everybody: status 2, no mark" {
	privately "mknod $dir/null c 1 3 && chmod 620 $dir/null && mount --bind $dir/null /dev/null &&
		grader/grade -t solutions hello"
	[ "$status" = 2 ]
	[[ "$output" == *"/dev/null is not what everybody may read and write"* ]]
}

@test "a kit in which the caller may not write builds in a folder of the caller's" {
	as_user=()
	[ "$(id -u)" != 0 ] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	mkdir "$dir/kit" "$dir/home"
	cp -r Makefile labs solutions grader "$dir/kit/"
	chmod -R a-w,a+rX "$dir/kit"
	chmod 777 "$dir/home"
	place() {
		"${as_user[@]}" env "$@" bash -c 'source "$1/grader/lib/surroundings.bash"
			choose_build_folder "$1"' _ "$dir/kit"
	}
	folder=$(place -u XDG_CACHE_HOME HOME="$dir/home")
	echo "$folder"
	[[ "$folder" == "$dir/home/.cache/ipc-lab-kit/"[0-9]* ]]
	[[ "$(place XDG_CACHE_HOME="$dir/home/x" HOME=/)" == "$dir/home/x/ipc-lab-kit/"[0-9]* ]]
	built_before "$folder" "${as_user[@]}"
	run "${as_user[@]}" env -u XDG_CACHE_HOME HOME="$dir/home" TMPDIR="$dir/home" \
		bash "$dir/kit/grader/grade" \
		-t solutions -q hello
	echo "$output"
	[ "$status" = 0 ]
	[ -x "$folder/report" ]
	[ -d "$folder/cache" ]
}

@test "a checkout for Windows, and a copy without execute bits" {
	git rev-parse >/dev/null 2>&1 || skip "needs git"
	git clone -q -c core.autocrlf=true . "$dir/kit"
	[ -z "$(cd "$dir/kit" && git ls-files --eol | grep w/crlf)" ]
	find "$dir/kit" -type f -exec chmod a-x {} +
	source grader/tests/copied.bash
	copy_build "$dir/kit"
	cd "$dir/kit"
	run make
	[ "$status" = 0 ]
	[[ "$output" == *"Next: read handouts/hello.md"* ]]
	run make hello
	[[ "$output" == *"hello  20/100"* ]]
	# The command that the report names.
	run bash -c "$(sed -n 's/^ *again *//p' <<<"$output")"
	echo "$output"
	[[ "$output" == *"hello  0/20 "* ]]
}

@test "on a terminal, a line says where a grading stands; in a pipe, none" {
	command -v script >/dev/null || skip "needs script"
	run script -qec "grader/grade -t solutions -f '(any|the) sum' hello" /dev/null
	[[ "$output" == *$'\r\033[Khello: compiling'*$'\r\033[Khello: '*" of "*" tests"*$'\r\033[K'* ]]
	run grader/grade -t solutions -f 'any sum' hello
	[[ "$output" != *$'\r'* && "$output" != *"compiling"* ]]
}

@test "the first time, it says that it builds the grader" {
	mkdir "$dir/kit"
	cp -r --parents labs/list grader/{grade,lib} "$dir/kit/"
	cd "$dir/kit"
	# What would be built is not the question here.
	printf 'all:\n\t@echo "no time" >&2; false\n' >grader/Makefile
	run grader/grade hello
	[ "$status" = 2 ]
	[ "${lines[0]}" = "building the grader, once" ]
}

@test "boxes of one user leave no lock behind" {
	as_user=()
	[ "$(id -u)" != 0 ] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
	make -s -C grader
	mkdir "$dir/one" "$dir/two"
	chmod 777 "$dir/one" "$dir/two"
	cp .build/labbox "$dir/"
	"${as_user[@]}" "$dir/labbox" -d "$dir/one" -i "$dir/bin" -l plain /bin/echo one &
	first=$!
	"${as_user[@]}" "$dir/labbox" -d "$dir/two" -i "$dir/bin" -l plain /bin/echo two
	wait $first
	[ "$(cat "$dir/one/out" "$dir/two/out")" = $'one\ntwo' ]
	[ ! -e "/tmp/labbox-$("${as_user[@]}" id -u).lock" ]
}

# as_setup: lets apt-get and dpkg-query be ours; $dir/asked has what is asked for
as_setup() {
	program dpkg-query <<<'exit 1'
	program apt-get <<<"echo \"\$*\" >>'$dir/asked'; echo 'After this operation, 9 MB of additional disk space will be used.'"
	program sudo <<<'"$@"'
	rm -f "$dir/asked"
	PATH=$dir/bin:$PATH run bash grader/setup "$@"
}

@test "setup installs what grading needs; with -t, what the tests need" {
	as_setup
	[ "$status" = 0 ]
	grep -q ' install .* gcc libc6-dev libc6-dbg make bats valgrind patch$' "$dir/asked"
	[[ "$output" == *"Done: 9 MB more on the disk." ]]
	as_setup -t
	grep -q ' install .* gcc .* shellcheck clang ' "$dir/asked"
	program dpkg-query <<<'echo install ok installed'
	PATH=$dir/bin:$PATH run bash grader/setup -t
	[ "$output" = "Everything is installed." ]
}

@test "make test installs what it lacks, or names the command" {
	as_setup
	for place in /usr/local/bin /usr/bin /bin; do
		find "$place" -maxdepth 1 ! -name jq ! -name apt-get ! -name sudo \
			! -name dpkg-query -exec ln -sf -t "$dir/bin" {} +
	done
	program apt-get <<<"echo \"\$*\" >>'$dir/asked'; echo no network >&2; exit 1"
	PATH=$dir/bin run bash grader/tests/run
	[ "$status" = 2 ]
	[[ "$output" == "test: jq is not installed"*"no network"*"setup: apt-get update failed" ]]
	rm "$dir/bin/sudo"
	program id <<<'echo 1000'
	PATH=$dir/bin run bash grader/tests/run
	[ "$status" = 2 ]
	[[ "$output" == *'run "grader/setup -t" as root'* ]]
}

@test "valgrind's word about descriptor 1 after dup2 is no leak; one about 7 is" {
	found=$(awk -v mine=" handoff.c " -f grader/lib/memcheck.awk <<-'END'
		== memcheck.27
		==27== Open file descriptor 1:
		==27==    at 0x4965DF7: dup2 (dup2.c:29)
		==27==    by 0x40013C2: start_child (handoff.c:42)
		==27==
		==27== Open file descriptor 7:
		==27==    at 0x4965DF7: pipe (pipe.c:29)
		==27==    by 0x40013C2: start_child (handoff.c:40)
	END
	)
	[ "$found" = "open file descriptor 7 at handoff.c:40" ]
}

@test "one block of main's own is no leak, and what hangs on it is none; two are" {
	log() {
		cat <<-END
			== memcheck.27
			==27== $1 bytes in $2 blocks are definitely lost in loss record 2 of 2
			==27==    at 0x48465EF: calloc (in vgpreload_memcheck-amd64-linux.so)
			==27==    by 0x10914B: $3 (list.c:2)
			==27==
			==27== 16 bytes in 2 blocks are indirectly lost in loss record 1 of 2
			==27==    at 0x48465EF: calloc (in vgpreload_memcheck-amd64-linux.so)
			==27==    by 0x10914B: add (list.c:7)
		END
	}
	told() { log "$@" | awk -v mine=" list.c " -f grader/lib/memcheck.awk | wc -l; }
	[ "$(told 24 1 main)" = 0 ]
	[ "$(told 48 2 main)" = 2 ]
	[ "$(told 24 1 add)" = 2 ]
}
