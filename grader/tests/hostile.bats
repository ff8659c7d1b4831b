#!/usr/bin/env bats
# Programs that attack the grader: a sample of grader/hostile, on the strongest
# level and on one below it. Of each kind, the commit draws some attacks, and the
# level below. grader/audit tries all of them, on all levels.

setup_file() {
	local status=0
	cd "$BATS_TEST_DIRNAME/../.." || return
	mkdir -p .build
	flock .build make -s -C grader
	export refused=""
	refused=$(grader/hostile/try -L none 2>&1) || status=$?
	[ "$status" = 2 ] || refused=""
}

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cd "$kit" || return
	# Most attacks are programs of this lab.
	[ -d solutions/hello ] || skip "there is no lab hello"
	[ -z "$refused" ] || skip "$refused"
	source grader/tests/drawn.bash
	levels="userns"
	[ "$(id -u)" != 0 ] || levels+=" $(printf '%s\n' rootns uid plain | drawn 1)"
}

granted() {
	case $1 in
	plain) true ;;
	*) .build/labbox -p -l "$1" >/dev/null 2>&1 ;;
	esac
}

# each_level ATTACK...: one of them is contained on each level
each_level() {
	local level attack
	attack=$(printf '%s\n' "$@" | drawn 1)
	for level in $levels; do
		granted "$level" || { echo "# $level is refused here" >&3; continue; }
		run grader/hostile/try -l "$level" "$attack"
		echo "$level: $output"
		[ "$status" = 0 ]
	done
}

# contained ATTACK...: two of them are, at the strongest level
contained() {
	mapfile -t attacks < <(printf '%s\n' "$@" | drawn 2)
	run grader/hostile/try "${attacks[@]}"
	echo "$output"
	[ "$(grep -c '^contained' <<<"$output")" = 2 ]
}

# What only these tests could leave on the machine. What they leave in their
# cell, try itself looks for.
machine() {
	find /dev/shm /dev/mqueue /tmp -maxdepth 1 \
		\( -name 'fill*' -o -name 'ipc-hostile.*' \) 2>/dev/null || true
	cat /proc/self/mounts
}

# Other tests run meanwhile: what they have made goes again, in time.
nothing_new_stays() {
	local i
	for ((i = 0; i < 1200; i++)); do
		[ -n "$(comm -13 <(sort <<<"$1") <(machine | sort))" ] || return 0
		sleep 0.1
	done
	comm -13 <(sort <<<"$1") <(machine | sort)
	return 1
}

@test "results are not forged, on any level" {
	each_level forge-descriptors.c forge-log.c
}

@test "answers are not read while compiling" {
	contained include-answers.sh source-is-elsewhere.sh source-is-giant.sh
}

@test "the supervisor is not hindered" {
	contained forge-stop.c hinder-supervisor.c trace-supervisor.c \
		sleepy-close.c
}

@test "memory is bounded in whatever form it is taken" {
	contained fill-page-tables.c fill-system-v.c
}

@test "one box does not starve the others, on any level" {
	each_level take-pipes.c reach-beyond.c keep-keys.c
}

@test "one submission does not see another, on any level" {
	each_level read-neighbour.sh neighbour-in-opt.sh
}

@test "what is looked at is what is compiled, and the compiler is not deceived" {
	contained swap-source.sh quiet-warnings.c lines-elsewhere.c \
		unsanitary.c unseen-by-sanitizers.c
}

@test "notes are not taken for others" {
	each_level resemble-note.c forge-notes.c
}

@test "the terminal stays as it was" {
	command -v script >/dev/null || skip "needs script"
	cat >"$BATS_TEST_TMPDIR/session" <<-'END'
		stty -a
		grader/hostile/try terminal.c
		stty -a
	END
	SHELL=/bin/sh script -qec "bash $BATS_TEST_TMPDIR/session" /dev/null </dev/null >"$BATS_TEST_TMPDIR/seen"
	cat "$BATS_TEST_TMPDIR/seen"
	grep -q '^contained' "$BATS_TEST_TMPDIR/seen"
	[[ "$(<"$BATS_TEST_TMPDIR/seen")" != *$'\033'* ]]
	[ "$(grep -c 'speed' "$BATS_TEST_TMPDIR/seen")" = 2 ]
	[ "$(grep -o '[-]*\<echo\>' "$BATS_TEST_TMPDIR/seen" | sort -u | wc -l)" = 1 ]
	[ ! -e typed-by-a-hostile-program ]
}

@test "what runs on is ended, and nothing is left on the machine" {
	before=$(machine)
	contained daemon.c kill-all.c deep-tree.c
	nothing_new_stays "$before"
}
