#!/usr/bin/env bats
# The box: what it shows, what it bounds, what it notices, on every level.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	mkdir -p "$kit/.build"
	flock "$kit/.build" make -s -C "$kit/grader"
	box=$kit/.build/labbox
	dir=$(mktemp -d "$BATS_TMPDIR/box.XXXXXX")
	mkdir "$dir/in" "$dir/result"
	if [ "$(id -u)" = 0 ]; then
		levels="userns rootns uid plain"
	else
		levels="userns plain"
	fi
	# The last level is never root's: there, an ordinary user is put on it.
	as_user=""
	[ "$(id -u)" != 0 ] || as_user="setpriv --reuid 65534 --regid 65534 --clear-groups"
	chmod -R 777 "$dir"
}

teardown() {
	rm -rf "$dir"
}

# What this machine refuses is skipped, and said.
granted() { as "$1" "$box" -p -l "$1" >/dev/null 2>&1; }

# as LEVEL COMMAND...
as() {
	local user=""
	[ "$1" != plain ] || user=$as_user
	shift
	# shellcheck disable=SC2086 # the words of the prefix
	$user "$@"
}

# in_box LEVEL SCRIPT [OPTION...]
in_box() {
	local level=$1 script=$2
	shift 2
	rm -f "$dir/result/"*
	as "$level" "$box" -l "$level" -d "$dir/result" -i "$dir/in" "$@" \
		/bin/bash -c "$script"
}

# said KEY: the facts of that name in the result
said() { sed -n "s/^$1 //p" "$dir/result/result"; }

each_level() {
	local level
	for level in $levels; do
		granted "$level" || { echo "# $level is refused here" >&3; continue; }
		"$@" "$level" || { echo "on $level"; cat "$dir/result/"*; return 1; }
	done
}

@test "output, errors and the exit status come back apart" {
	check() {
		in_box "$1" 'echo out; echo err >&2; exit 7'
		[ "$(cat "$dir/result/out")" = out ] &&
			[ "$(cat "$dir/result/err")" = err ] &&
			[ "$(said verdict)" = exit ] && [ "$(said status)" = 7 ]
	}
	each_level check
}

@test "a death by signal is 128 and the signal" {
	check() {
		in_box "$1" 'kill -KILL $$'
		[ "$(said status)" = 137 ]
	}
	each_level check
}

@test "files go in, and the named ones come out" {
	check() {
		echo hello >"$dir/in/file"
		in_box "$1" 'tr a-z A-Z <file >made; mkdir sub; echo x >sub/deep' -x made -x sub/deep -x none
		[ "$(cat "$dir/result/made")" = HELLO ] &&
			[ "$(cat "$dir/result/sub-deep")" = x ] && [ ! -s "$dir/result/none" ]
	}
	each_level check
}

@test "what comes out is never followed through a symbolic link" {
	check() {
		in_box "$1" 'ln -s /etc/passwd made; mkfifo pipe' -x made -x pipe
		[ ! -s "$dir/result/made" ] && [ ! -s "$dir/result/pipe" ]
	}
	each_level check
}

@test "the scenario is not root, and has no way to become it" {
	check() {
		in_box "$1" 'id -u; grep NoNewPrivs /proc/self/status; grep CapEff /proc/self/status'
		[ "$(sed -n 1p "$dir/result/out")" != 0 ] &&
			grep -q 'NoNewPrivs:.1' "$dir/result/out" &&
			grep -q 'CapEff:.0000000000000000' "$dir/result/out"
	}
	each_level check
}

@test "descriptors from 3 up are closed" {
	check() {
		exec 7</etc/passwd
		in_box "$1" 'for ((i = 0; i < 256; i++)); do [ ! -e /proc/$$/fd/$i ] || echo $i; done'
		exec 7<&-
		[ "$(xargs <"$dir/result/out")" = "0 1 2" ]
	}
	each_level check
}

@test "with namespaces: the kit, homes and temporary files are not there" {
	for level in userns rootns; do
		granted $level || continue
		touch "$dir/secret"
		in_box $level "cat $kit/README.md $dir/secret; ls /root /home; cat >>/usr/bin/x"
		[ ! -s "$dir/result/out" ]
		[ "$(grep -c 'No such file\|Read-only' "$dir/result/err")" = 5 ]
	done
}

@test "with namespaces: it sees its own processes only, and cannot end the first" {
	for level in userns rootns; do
		granted $level || continue
		in_box $level 'kill -KILL 1; kill -TERM 1; ls -d /proc/[0-9]* | wc -l; cat /proc/1/environ /proc/1/maps; ls /proc/1/fd'
		[ "$(said verdict)" = exit ]
		[ "$(head -n 1 "$dir/result/out")" -le 5 ]
		[ "$(wc -l <"$dir/result/out")" = 1 ]
	done
}

@test "kernel objects left behind are named, with the missing call, and gone" {
	check() {
		in_box "$1" 'ipcmk -M 64 -S 1 -Q; : >/dev/shm/box-test; : >/dev/shm/sem.box-test; mkfifo f'
		[ "$(said left | sort)" = "$(printf '%s\n' \
			"FIFO"$'\t'"f"$'\t'"unlink" \
			"POSIX semaphore"$'\t'"/box-test"$'\t'"sem_unlink" \
			"POSIX shared memory object"$'\t'"/box-test"$'\t'"shm_unlink" \
			"$(said left | grep '^System V message')" \
			"$(said left | grep '^System V semaphore')" \
			"$(said left | grep '^System V shared')" | sort)" ] &&
			[ "$(said left | grep -c 'IPC_RMID')" = 3 ] &&
			[ ! -e /dev/shm/box-test ] && [ ! -e /dev/shm/sem.box-test ]
	}
	each_level check
}

@test "root in a container, which lacks capabilities, removes what a box leaves behind" {
	granted uid || skip "refused here"
	run setpriv --bounding-set -sys_admin,-ipc_owner --inh-caps -all "$box" -l uid \
		-d "$dir/result" -i "$dir/in" /bin/bash -c 'ipcmk -M 64 -S 1 -Q; : >/dev/shm/box-test'
	[ "$(said left | grep -c '^System V .*IPC_RMID')" = 3 ]
	for id in $(said left | sed -nE 's/^System V .*\tid ([0-9]+),.*/\1/p'); do
		[ -z "$(awk -v id="$id" '{ owner = FILENAME ~ /sem/ ? $5 : $8 }
			$2 == id && owner >= 61184 && owner < 61440' /proc/sysvipc/{shm,msg,sem})" ]
	done
	[ ! -e /dev/shm/box-test ]
}

@test "boxes that share the machine's names take turns" {
	check() {
		case $1 in *ns) return ;; esac
		mkdir -p "$dir/other"
		chmod 777 "$dir/other"
		script='[ ! -e /dev/shm/box-turn ] && : >/dev/shm/box-turn && sleep 0.5 && rm /dev/shm/box-turn && echo alone'
		as "$1" "$box" -l "$1" -d "$dir/other" -i "$dir/in" /bin/bash -c "$script" &
		in_box "$1" "$script"
		wait $!
		mv "$dir/other" "$dir/other-$1"
		[ "$(cat "$dir"/{result,"other-$1"}/out)" = $'alone\nalone' ]
	}
	each_level check
}

@test "a scenario that leaves nothing is told to have left nothing" {
	check() {
		in_box "$1" '(exit 3) & wait; sleep 0.01 & exit 0'
		[ -z "$(said left)" ]
	}
	each_level check
}

@test "a wait for somebody who has ended is given up at once, and no other" {
	cp "$kit/.build/tools/run.sh" "$dir/in/"
	check() {
		in_box "$1" '. ./run.sh "true & await_file never"' -t 10
		[ "$(said verdict)" = alone ] && [ "$(said wall | cut -d. -f1)" -lt 4 ] || return
		# What ends meanwhile has done it before; who only sleeps is there.
		in_box "$1" '. ./run.sh "{ sleep 1; : >late; } & await_file late; rm late"' -t 10
		[ "$(said verdict)" = exit ] && [ "$(said status)" = 0 ]
	}
	each_level check
}

@test "who ends soon after the scenario is not held up, whatever it calls" {
	cat >"$dir/late.c" <<'END'
#include <unistd.h>

int
main(void)
{
	if (fork() == 0) {
		usleep(20000);
		alarm(1);
		alarm(0);
		_exit(0);
	}
	return 0;
}
END
	cc -o "$dir/in/late" "$dir/late.c"
	check() {
		in_box "$1" ./late
		[ "$(said verdict)" = exit ] && [ -z "$(said left)" ]
	}
	each_level check
}

@test "processes that outlive the scenario are named and ended" {
	check() {
		in_box "$1" 'setsid sleep 4242 & setsid sh -c "trap \"\" TERM HUP; sleep 4243" & exit 0'
		said left | grep -q '^process.*sleep' || return 1
		! ps -eo args | grep -q '^sleep 424[23]'
	}
	each_level check
}

# busy N: so many busy processes for the time of a test; unbusy ends them
busy() {
	local i
	load=()
	for ((i = 0; i < $1; i++)); do
		(exec 3>&-; exec timeout 60 sh -c 'while :; do :; done') &
		load+=($!)
	done
}
unbusy() { kill "${load[@]}" 2>/dev/null; wait "${load[@]}" 2>/dev/null || true; }

@test "waiting for the processor uses up no time" {
	# Of ten that want it, each gets a fifth of one of two processors.
	check() {
		in_box "$1" 'for ((i = 0; i < 60000; i++)); do :; done; times' -t 1.5
		[ "$(said verdict)" = exit ]
	}
	busy $((5 * $(nproc)))
	each_level check || { unbusy; false; }
	unbusy
}

@test "a loop without end uses up its time, also on a busy machine" {
	check() {
		in_box "$1" 'while :; do :; done' -t 0.4
		[ "$(said verdict)" = timeout ]
	}
	each_level check
	busy $((2 * $(nproc)))
	each_level check || { unbusy; false; }
	in_box userns 'while :; do (:); done' -t 0.4
	[ "$(said verdict)" = timeout ] || { unbusy; false; }
	in_box userns 'sleep 4244' -t 0.4
	[ "$(said verdict)" = timeout ] || { unbusy; false; }
	unbusy
}

@test "a loop that never sleeps is watched, on every level" {
	check() {
		in_box "$1" './loop_read; :' -t 0.4
		[ "$(said verdict)" = timeout ] &&
			said why | grep -q 'read(fd 3 = pipe A) returned 0 (end of input), [0-9]* time' &&
			said why | grep -q '^means: read returned 0'
	}
	gcc -o "$dir/in/loop_read" "$BATS_TEST_DIRNAME/why/hangs/loop_read.c"
	chmod 755 "$dir/in/loop_read"
	each_level check
}

@test "what is over by the wall clock alone is the machine's slowness" {
	check() {
		in_box "$1" 'sleep 4244' -t 30 -w 0.3
		[ "$(said verdict)" = slow ]
	}
	each_level check
}

@test "a wait for what never comes ends when half of the time is used up" {
	cp "$kit/.build/tools/run.sh" "$dir/in"
	check() {
		in_box "$1" '. ./run.sh "while :; do :; done & await_file never"' -t 1
		[ "$(said verdict)" = awaited ] && said why | grep -q .
	}
	each_level check
}

@test "a scenario that sleeps is ended with its time, and what it started" {
	check() {
		in_box "$1" 'sleep 4244 & sleep 4244' -t 0.3
		[ "$(said verdict)" = timeout ] && ! ps -eo args | grep -q '^sleep 4244'
	}
	each_level check
}

@test "a wait for a child of vfork uses up time like any sleep" {
	cc -o "$dir/in/borrower" -x c - <<-'END'
		#include <unistd.h>
		int main(void)
		{
			if (vfork() == 0)
				for (;;)
					pause();
		}
	END
	check() {
		local start=$SECONDS
		in_box "$1" ./borrower -t 1
		[ "$(said verdict)" = timeout ] && ((SECONDS - start < 15))
	}
	each_level check
}

@test "endless output is cut, and ends the scenario" {
	check() {
		in_box "$1" 'exec cat /dev/zero' -o 100000
		[ "$(said verdict)" = output ] &&
			[ "$(stat -c %s "$dir/result/out")" = 100000 ]
	}
	each_level check
}

@test "endless memory ends the scenario" {
	check() {
		in_box "$1" 'a=x; while :; do a=$a$a; done' -m 100e6
		[ "$(said verdict)" = memory ] || [ "$(said verdict)" = exit ]
	}
	each_level check
}

@test "with namespaces: the working directory and /dev/shm are of limited size" {
	for level in userns rootns; do
		granted $level || continue
		in_box $level 'for d in . /dev/shm; do
			for i in 1 2 3 4 5; do head -c 900000 /dev/zero >$d/big$i; done
			cat $d/big* | wc -c; done; rm /dev/shm/big*' -s 1e6
		[ "$(awk '$1 > 800000 && $1 < 1100000' "$dir/result/out" | wc -l)" = 2 ]
	done
}

@test "a fork bomb stays inside and is over at once" {
	for level in $levels; do
		[ $level != plain ] || continue
		granted $level || continue
		in_box $level 'f() { f | f & }; f; sleep 5' -n 40 -t 2
		[ -z "$(pgrep -f '^/bin/bash -c f\(\) ')" ]
	done
}

@test "two boxes at once do not meet" {
	granted "${levels%% *}" || skip "refused here"
	level=${levels%% *}
	mkdir "$dir/other"
	in_box "$level" ': >/dev/shm/x; ipcmk -Q -p 0600 >/dev/null; sleep 0.3; ls /dev/shm; ipcs -q | grep -c 0x' &
	"$box" -l "$level" -d "$dir/other" -i "$dir/in" /bin/bash -c \
		': >/dev/shm/y; ipcmk -Q >/dev/null; sleep 0.3; ls /dev/shm; ipcs -q | grep -c 0x'
	wait
	[ "$(cat "$dir/result/out")" = $'x\n1' ]
	[ "$(cat "$dir/other/out")" = $'y\n1' ]
}

@test "a request to stop ends everything, and leaves nothing" {
	check() {
		in_box "$1" 'ipcmk -M 64; : >/dev/shm/box-stop; sleep 4245' &
		local pid=$! i
		for ((i = 0; i < 500; i++)); do
			grep -q 'Shared memory' "$dir/result/out" 2>/dev/null && break
			sleep 0.01
		done
		kill "$(pgrep -P $pid labbox || echo $pid)"
		wait $pid || true
		! ps -eo args | grep -q '^sleep 4245' || return 1
		[ ! -e /dev/shm/box-stop ]
		: >"$dir/result/out"
	}
	# What boxes that were ended by force left there before is not ours.
	local before
	before=$(ls -d /tmp/labbox.*/tmp 2>/dev/null || true)
	each_level check
	[ "$(ls -d /tmp/labbox.*/tmp 2>/dev/null)" = "$before" ]
}

@test "a box that cannot be made says so, with status 2" {
	run "$box" -d "$dir/none" -i "$dir/in" /bin/true
	[ "$status" = 2 ]
	run "$box" -l nosuch -d "$dir/result" -i "$dir/in" /bin/true
	[ "$status" = 2 ]
	[ "$output" = "labbox: no such level: nosuch" ]
	run "$box" -t x -d "$dir/result" -i "$dir/in" /bin/true
	[ "$status" = 2 ]
}

@test "where namespaces are refused, the next level is taken" {
	[ "$(id -u)" = 0 ] || skip "needs root to refuse them"
	# In a chroot the kernel refuses user namespaces; without the right to
	# mount, it refuses all.
	[ "$(unshare --mount sh -c "mount --rbind / /mnt && chroot /mnt $box -p")" = rootns ]
	[ "$(setpriv --bounding-set -sys_admin --inh-caps -sys_admin chroot / "$box" -p)" != rootns ]
}

@test "notes reach the report, one line each, and are no other fact" {
	check() {
		in_box "$1" 'for i in {1..20}; do
			printf "\ntool: note %d\rverdict forged\0\nverdict forged\n" $i >$LABBOX_NOTES
		done'
		[ "$(said note | grep -c '^tool: note [0-9]* verdict forged *$')" = 20 ] &&
			[ "$(said verdict)" = exit ]
	}
	each_level check
}

@test "notes in one checker's name do not push out another's" {
	check() {
		in_box "$1" 'for i in {1..600}; do echo "loud: $i"; done >$LABBOX_NOTES
			printf half >$LABBOX_NOTES
			printf "\nquiet: found\n" >$LABBOX_NOTES'
		[ "$(said note | grep -c '^loud: ')" = 500 ] &&
			said note | grep -qx 'quiet: found' && [ "$(said drowned)" = loud ]
	}
	each_level check
}

@test "notes without end are the end of the scenario" {
	check() {
		in_box "$1" 'yes "x: y" >$LABBOX_NOTES'
		[ "$(said verdict)" = notes ]
	}
	each_level check
}

@test "nobody but the supervisor reads the notes, or puts others in their place" {
	check() {
		[ "$1" != plain ] || return 0
		in_box "$1" 'for change in "chmod 666" rm "mv -t ."; do
				$change $LABBOX_NOTES 2>/dev/null && echo "$change"
			done
			read -rt 1 <$LABBOX_NOTES 2>/dev/null && echo read
			echo "x: y" >$LABBOX_NOTES'
		[ ! -s "$dir/result/out" ] && [ "$(said note)" = "x: y" ]
	}
	each_level check
}

# python CODE: a scenario that runs it
python() { printf "exec python3 -c '%s'" "import os, socket, time, ctypes
$1"; }

@test "what the kernel counts for a user or the machine has a bound" {
	command -v python3 >/dev/null || skip "needs python3"
	cat >"$dir/in/connect.py" <<-'END'
		import os, socket, time
		os.fork(), os.fork()
		server = socket.create_server(("127.0.0.1", 0))
		ends = []
		for i in range(100):
		    c = socket.create_connection(server.getsockname())
		    c.setblocking(False)
		    try:
		        while c.send(bytes(1 << 20)): pass
		    except BlockingIOError: pass
		    ends += [c] if i % 2 else [c, server.accept()]
		time.sleep(5)
	END
	check() {
		in_box "$1" "$(python 'for i in range(6):
	if os.fork() == 0: break
[os.pipe() for i in range(120)]
time.sleep(5)')"
		[ "$(said excess)" = "more than 512 pipes at one time" ] || return
		in_box "$1" "$(python 'for i in range(20):
	if os.fork() == 0: break
kept = [socket.socketpair() for i in range(120)]
time.sleep(5)')"
		[ "$(said excess)" = "more than 2048 sockets at one time" ] || return
		in_box "$1" 'python3 connect.py'
		[ "$(said excess)" = \
			"more than 32 MiB that nobody reads in TCP connections" ] || return
		in_box "$1" 'for i in {1..300}; do ipcmk -S 1 || sleep 5; done'
		[[ "$(said excess)" = "more than 256 System V objects at one time" ]]
	}
	each_level check
}

@test "memory that is in no process is memory" {
	command -v python3 >/dev/null || skip "needs python3"
	cat >"$dir/in/closed.py" <<-'END'
		import mmap, os, time
		kept = []
		for i in range(12):
		    f = os.memfd_create("x")
		    os.write(f, bytes(30 << 20))
		    kept.append(mmap.mmap(f, 4096))
		    os.close(f)
		time.sleep(5)
	END
	check() {
		in_box "$1" 'exec python3 closed.py' -m 2e8
		[ "$(said verdict)" = memory ]
	}
	each_level check
}

@test "calls that reach beyond the box are refused" {
	command -v python3 >/dev/null || skip "needs python3"
	check() {
		in_box "$1" "$(python 'def refused(what, call):
	try: print(what, call())
	except OSError: pass
libc = ctypes.CDLL(None)
if libc.unshare(0x10000000) == 0: print("user namespace")
s = socket.socket()
refused("vsock", lambda: socket.socket(40, socket.SOCK_STREAM))
refused("alg", lambda: socket.socket(38, socket.SOCK_SEQPACKET))
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
socket.socketpair()')"
		[ ! -s "$dir/result/out" ] && [ "$(said status)" = 0 ]
	}
	each_level check
}

@test "with namespaces: of /opt and /usr/local what belongs to a system is there" {
	[ "$(id -u)" = 0 ] || skip "needs root to put something there"
	mkdir -p /opt/labbox-test/{class,gcc} "/usr/local/labbox-test"
	echo secret | tee /opt/labbox-test/class/a.c >/usr/local/labbox-test/a.c
	check() {
		case $1 in uid | plain) return ;; esac
		in_box "$1" 'cat /opt/labbox-test/class/a.c /usr/local/labbox-test/a.c 2>/dev/null
			[ -d /usr/local/bin ] && [ ! -e /opt/labbox-test ]' &&
			[ "$(said status)" = 0 ] && [ ! -s "$dir/result/out" ] || return
		LABBOX_SHOW=/opt/labbox-test in_box "$1" 'cat /opt/labbox-test/class/a.c'
		[ "$(<"$dir/result/out")" = secret ]
	}
	local status=0
	each_level check || status=1
	rm -r /opt/labbox-test /usr/local/labbox-test
	[ "$status" = 0 ]
}

@test "under AddressSanitizer and UBSan the box does the same" {
	gcc -std=gnu11 -g -O1 -fsanitize=address,undefined -o "$dir/labbox" \
		"$kit"/grader/box/*.c "$kit"/grader/why/*.c
	box=$dir/labbox
	check() {
		in_box "$1" 'echo hello; ipcmk -M 64 >/dev/null; sleep 4246 & exit 3' -x nothing
		[ "$(said status)" = 3 ] && [ "$(said left | wc -l)" = 2 ] &&
			! grep -q 'Sanitizer\|runtime error' "$dir/result/err"
	}
	each_level check
}

@test "signals end no call that the supervisor serves" {
	"${CC:-cc}" -x c -o "$dir/in/rings" - <<-'END'
		#include <signal.h>
		#include <stdio.h>
		#include <sys/time.h>

		static void on_alarm(int number) { (void)number; }

		int
		main(void)
		{
			const struct itimerval often = { { 0, 50 }, { 0, 50 } };
			struct sigaction action = { .sa_handler = on_alarm };
			int failed = 0;

			sigaction(SIGALRM, &action, NULL);
			for (int i = 0; i < 3000; i++)
				failed += setitimer(ITIMER_REAL, &often, NULL) != 0;
			printf("%d\n", failed);
		}
	END
	check() {
		in_box "$1" 'LD_PRELOAD=$LABBOX_TOOLS/exits.so ./rings' -T "$kit/.build/tools"
		[ "$(<"$dir/result/out")" = 0 ]
	}
	each_level check
}
