# Functions for the scenarios of this lab.

# plant NAME [FIELD=VALUE...]: makes a table of three values by hand, as
# /dev/shm/NAME or, if NAME has no slash in front, under the key of that file,
# in place of what was there.
# bytes: how large it is (zeros follow); project: of the key; the rest is in the table.
plant() {
	perl -we '
		my ($name, @fields) = @ARGV;
		my $posix = $name =~ m{^/};
		my ($device, $inode) = $posix ? (0, 0) : stat $name;
		my %is = (magic => 0x4c424154, version => 1, size => 60,
			device => $device, inode => $inode, room => 3,
			written => 3, offset => 48, bytes => 60, project => "T");
		/(\w+)=(.+)/ and $is{$1} = $2 for @fields;
		my $table = pack "L2 Q3 L2 Q f3", @is{qw(magic version size
			device inode room written offset)}, 1.414, 3.142, 1.771;
		$table = substr $table . "\0" x 4096, 0, $is{bytes};
		if ($posix) {
			open my $file, ">", "/dev/shm$name" or die $!;
			truncate $file, $is{bytes} or die "truncate: $!";
			print $file $table;
			close $file or die $!;
			exit;
		}
		my $key = ord($is{project}) << 24 | ($device & 0xff) << 16 |
			$inode & 0xffff;
		my $old = shmget $key, 0, 0;
		shmctl $old, 0, 0 if defined $old;  # IPC_RMID
		my $id = shmget $key, $is{bytes}, 013600;  # NORESERVE, EXCL, CREAT, 0600
		defined $id or die "shmget: $!";
		shmwrite $id, $table, 0, length $table or die $!;' "$@"
}

# table ROOM: prints a table of POSIX that is full of zeros; starts no process
table() {
	local zero='\0\0\0\0' text i size room
	printf -v size '\\x%x\\0\\0\\0' $((48 + 4 * $1))
	printf -v room '\\x%x\\0\\0\\0' "$1"
	text="TABL\1\0\0\0$size$zero$zero$zero$zero$zero$room$room\60\0\0\0$zero"
	for ((i = 0; i < $1; i++)); do
		text+=$zero
	done
	printf %b "$text"
}

# refusals PROGRAM NAME DAMAGE...: plants a table with each of them, which is
# FIELD=VALUE or several; prints what read says of it, and removes the last one
refusals() {
	local program=$1 name=$2 damage
	for damage in "${@:3}"; do
		# shellcheck disable=SC2086 # it may be several
		plant "$name" $damage 2>/dev/null || {
			echo "$damage: it cannot be made here"
			continue
		}
		echo "$damage: $("./$program" "$name" read 2>&1)"
		[[ $name != /* || -e /dev/shm$name ]] || echo "$name is gone"
	done
	"./$program" "$name" remove >/dev/null
}

# table_key FILE: the key that the tables have which FILE names
table_key() {
	local device inode
	read -r device inode < <(stat -c '%d %i' "$1")
	echo $((0x54 << 24 | (device & 0xff) << 16 | inode & 0xffff))
}

# segment FILE: what the kernel says of the segment that FILE has as its key
segment() {
	awk -v key="$(table_key "$1")" '
		$1 == key { print "bytes " $4 ", mode " $3 ", attached " $7 }
	' /proc/sysvipc/shm
}

# read_only FILE: the segment which FILE has as its key can only be read from now on
read_only() {
	# struct shmid_ds begins with a struct ipc_perm: five numbers of 4 bytes, then the mode.
	perl -we '
		my ($stat, $set, $ds) = (2, 1, "");
		my $id = shmget $ARGV[0], 0, 0;
		defined $id && shmctl $id, $stat, $ds or die "shmctl: $!";
		substr $ds, 20, 2, pack "S", 0400;
		shmctl $id, $set, $ds or die "shmctl: $!";
	' "$(table_key "$1")"
}

# header FILE: the size that stands in the segment which FILE has as its key
header() {
	perl -we '
		my $header = "";
		my $id = shmget $ARGV[0], 0, 0;
		defined $id && shmread $id, $header, 0, 16 or exit;
		printf "header: size %d\n", unpack "x8 Q", $header;
	' "$(table_key "$1")"
}

# reserved NAME: says so if not all bytes of that object have memory. In files of
# another kind zeros may need none.
reserved() {
	local size blocks
	read -r size blocks < <(stat -c '%s %b' "/dev/shm$1")
	((blocks * 512 >= size)) || [[ $(stat -f -c %T /dev/shm) != tmpfs ]] ||
		echo "reserved only $((blocks * 512)) of $size bytes"
}

# watch PROGRAM NAME: starts its watch, and prints its first line
watch() {
	local line
	mkfifo in out
	"./$1" "$2" watch <in >out &
	exec 3>in 4<out
	rm in out
	read -r line <&4
	echo "$line"
}

# look: sends watch a line, and prints the answer
look() {
	local line
	(echo >&3) 2>/dev/null  # it may have ended: SIGPIPE is for us alone
	read -r line <&4
	echo "$line"
}

# unwatch: ends it
unwatch() {
	exec 3>&-
	wait $!
}

# read_slowly PROGRAM NAME: starts a read that is still attached when this
# returns, since its output is more than a pipe holds
read_slowly() {
	"./$1" "$2" create 9000
	# shellcheck disable=SC2046
	"./$1" "$2" write $(seq 9000) >/dev/null
	start_unread "./$1" "$2" read
	await_blocked $! write
}

# mapped PID WORD: how the process has mapped what has WORD in its name, and
# whether it could make it writable
mapped() {
	awk -v word="$2" '
		index($6, word) { print "mapped " $2; ours = 1 }
		ours && $1 == "VmFlags:" { ours = 0; if (/ mw/) print "may become writable" }
	' "/proc/$1/smaps"
}

# held PID: what the process still has of the objects in /dev/shm
held() {
	mapped "$1" /dev/shm/ | sed 's/^mapped/still &/'
	find "/proc/$1/fd" -lname '/dev/shm/*' -printf 'open %l\n'
}

# converse: a consumer, and a producer that gets our standard input
converse() {
	rm -f got
	touch key
	./consumer key >got &
	await_line got ready
	./producer key
	echo "producer: status $?"
	wait $!
	echo "consumer: status $?"
}

# two_talk: a consumer and a producer that have exchanged a line
two_talk() {
	local line
	touch key
	mkfifo out
	./consumer key >out 2>consumer-says & consumer=$!
	exec 4<out
	rm out
	read -r line <&4
	feed ./producer key 2>producer-says
	producer=$!
	tell hello
	read -r line <&4
	echo "$line"
}

# tell LINE: gives it to the producer of two_talk
tell() { (echo "$*" >&3) 2>/dev/null; }

# part PID: ends the talk; prints the status of PID
part() {
	local status
	exec 3>&-
	wait "$1"
	status=$?
	cat <&4
	echo "status $status"
	cat consumer-says producer-says
}
