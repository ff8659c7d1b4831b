#!/usr/bin/env bats
# Other machines, and Slurm: the same rows as on this machine alone; one that does not
# answer, or a queue that is closed, costs nothing that was done.

# What a run on this machine alone makes of it is in $here/rows.
setup_file() {
	here=$(mktemp -d "$BATS_TMPDIR/class.XXXXXX")
	export here
	(
		setup
		"$dir/kit/grader/class" -o "$out" hello "$dir/in" >/dev/null
		cp "$out/gradebook" "$here/rows"
		teardown
	)
}

teardown_file() { rm -rf "$here"; }

setup() {
	source "$BATS_TEST_DIRNAME/class.bash"
	kit=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/class.XXXXXX")
	out=$dir/out sshd=""
	stand_in "$kit" "$dir/kit"
	mkdir "$dir/in" "$dir/bin"
	cd "$dir/in" || return
	for n in 1 2 3 4; do
		mkdir "s$n"
		worth "$n" >"s$n/hello.c"
	done
	PATH=$dir/bin:$PATH
}

teardown() {
	[ -z "$sshd" ] || kill "$sshd"
	chmod -R u+rwX "$dir"
	rm -rf "$dir"
}

class() {
	run "$dir/kit/grader/class" -o "$out" "$@" hello "$dir/in"
	echo "$output"
}

# program NAME <SCRIPT
program() {
	{ echo '#!/bin/bash' && cat; } >"$dir/bin/$1"
	chmod +x "$dir/bin/$1"
}

# an_ssh: a stand-in for ssh, whose hosts are all this machine; a host that is named
# in $dir/dead does not answer
an_ssh() {
	program ssh <<-END
		while [[ \$1 == -* ]]; do
			[[ \$1 != -o && \$1 != -l ]] || shift
			shift
		done
		host=\$1
		shift
		[[ \$1 != -- ]] || shift
		! grep -qsx "\$host" '$dir/dead' || { echo "ssh: connect to host \$host: No route to host" >&2; exit 255; }
		echo "\$host" >>'$dir/asked'
		exec bash -c "\$*"
	END
}

@test "several machines: the same rows, and each has graded some" {
	an_ssh
	class -w 1 -S one,two
	[ "$status" = 0 ]
	cmp "$out/gradebook" "$here/rows"
	# Once each to see whether it is there.
	[ "$(grep -c one "$dir/asked")" -gt 1 ]
	[ "$(grep -c two "$dir/asked")" -gt 1 ]
}

@test "several machines, from a service: no SHELL, or one that starts nothing; no HOME" {
	an_ssh
	unset SHELL HOME
	class -w 1 -S one,two
	[ "$status" = 0 ]
	cmp "$out/gradebook" "$here/rows"
	rm -r "$out"
	export SHELL=/bin/false HOME=/nowhere
	class -w 1 -S one,two
	[ "$status" = 0 ]
	cmp "$out/gradebook" "$here/rows"
}

@test "a machine that does not answer: one line, exit status 2, nothing that was done is lost" {
	an_ssh
	class
	echo two >"$dir/dead"
	worth 9 >s1/hello.c
	class -S one,two
	[ "$status" = 2 ]
	[ "$output" = "class: two does not answer, or has not the same folders: ssh: connect to host two: No route to host" ]
	read_rows
	is s1 fault null
	is s2 graded 2
	class -S one
	[ "$status" = 0 ]
	read_rows
	is s1 graded 9
}

@test "a machine that dies in the middle: the others do its work; if there is none, exit status 2" {
	an_ssh
	for n in 1 2 3 4; do
		worth "$n" | sed '1s,^,/* DIES */,' >"s$n/hello.c"
	done
	sed -i "s,^source=,&,; s,^points=,! grep -q DIES \"\$source\" || echo one >>'$dir/dead'\n&," "$dir/kit/grader/grade"
	class -w 1 -S one,two
	[ "$status" = 0 ]
	read_rows
	is s4 graded 4
	rm "$dir/dead" -r "$out"
	class -w 1 -S one
	[ "$status" = 2 ]
	[[ "$output" == "class: "*" submissions were not graded, run it again: ssh: connect to host one: No route to host" ]]
	[ "${#lines[@]}" = 1 ]
	read_rows
	is s1 graded 1
	is s4 fault null
}

@test "a machine with another folder of that name, or another level, is refused" {
	an_ssh
	program cksum <<<'[[ -n ${LIES-} ]] && echo 1 2 || exec /usr/bin/cksum'
	sed -i 's,^exec bash,LIES=1 exec bash,' "$dir/bin/ssh"
	class -S one
	[ "$status" = 2 ]
	[[ "$output" == *"one has another $out/.state than this machine"* ]]
	rm "$dir/bin/cksum"
	sed -i 's,^LIES=1 exec \(.*\),\1 | sed "s/ns$/other/",' "$dir/bin/ssh"
	class -S one
	[ "$status" = 2 ]
	[[ "$output" == *"one isolates programs in another way"* ]]
}

# a_sshd: sets sshd to the id of one that listens on $port, for us alone
a_sshd() {
	local tries
	ssh-keygen -q -t ed25519 -N '' -f "$dir/key"
	cp "$dir/key.pub" "$dir/authorized"
	chmod 755 "$dir"
	for tries in 1 2 3 4 5; do
		port=$((20000 + RANDOM % 20000))
		/usr/sbin/sshd -D -e -f /dev/null -h "$dir/key" -p $port -o ListenAddress=127.0.0.1 \
			-o "AuthorizedKeysFile=$dir/authorized" -o StrictModes=no -o UsePAM=no \
			-o PasswordAuthentication=no -o PidFile=none 2>"$dir/sshd.log" 3>&- &
		sshd=$!
		until grep -q 'listening on\|Cannot bind\|fatal' "$dir/sshd.log"; do
			kill -0 "$sshd" || break
			sleep 0.1
		done
		! grep -q 'listening on' "$dir/sshd.log" || return 0
	done
	return 1
}

@test "through a real sshd: the same rows" {
	[ -x /usr/sbin/sshd ] || skip "there is no sshd"
	mkdir -p /run/sshd 2>/dev/null || true
	a_sshd || skip "no sshd can listen here"
	cat >"$dir/config" <<-END
		Host one two
			HostName 127.0.0.1
			Port $port
			User $(id -un)
			IdentityFile $dir/key
			IdentitiesOnly yes
			StrictHostKeyChecking no
			UserKnownHostsFile $dir/known
			LogLevel ERROR
	END
	export PARALLEL_SSH="ssh -F $dir/config"
	class -w 1 -S one,two
	echo "$output"
	[ "$status" = 0 ]
	cmp "$out/gradebook" "$here/rows"
}

# a_slurm: stand-ins for Slurm's commands: a job runs at once
a_slurm() {
	program sbatch <<-END
		for option; do
			[[ \$option != --array=1-* ]] || n=\${option#--array=1-}
		done
		cat >'$dir/job'
		for ((i = 1; i <= \${n%%%*}; i++)); do
			SLURM_ARRAY_TASK_ID=\$i bash '$dir/job' || true
		done >/dev/null
		echo "\$*" >>'$dir/asked'
		echo "17;cluster"
	END
	program squeue <<<"[[ ! -e '$dir/queue' ]] || cat '$dir/queue'"
	program scancel <<<"echo cancelled \"\$@\" >>'$dir/asked'"
}

@test "Slurm: the same rows" {
	a_slurm
	class -e slurm -w 3
	[ "$status" = 0 ]
	cmp "$out/gradebook" "$here/rows"
	grep -q -- '--array=1-4%3 ' "$dir/asked"
}

@test "Slurm takes no job, or starts none: one line, exit status 2" {
	a_slurm
	program sbatch <<<'echo "sbatch: error: Batch job submission failed: Required partition not available (inactive or drain)" >&2; exit 1'
	class -e slurm
	[ "$status" = 2 ]
	[ "$output" = "class: Slurm takes no job: sbatch: error: Batch job submission failed: Required partition not available (inactive or drain)" ]
	program sbatch <<<'echo 17'
	echo "PD PartitionDown" >"$dir/queue"
	class -e slurm
	[ "$status" = 2 ]
	[ "$output" = "class: Slurm does not start the job: PartitionDown" ]
	grep -qx "cancelled 17" "$dir/asked"
}

@test "a job that a run left in Slurm's queue, when it was killed, is cancelled by the next" {
	a_slurm
	class
	echo 16 >"$out/.state/slurm"
	worth 7 >s1/hello.c
	class -e slurm
	[ "$status" = 0 ]
	grep -qx "cancelled 16" "$dir/asked"
}
