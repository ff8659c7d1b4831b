# Pipes between the scenario and a program.

# feed PROGRAM [ARG...]: starts it in the background ($! is its process id); it
# reads what is written to descriptor 3
feed() {
	mkfifo feed
	"$@" <feed &
	exec 3>feed
	rm feed
}

# start_unread PROGRAM [ARG...]: starts it in the background ($! is its process
# id) with our standard input; what it prints fills a pipe until descriptor 3 is
# read
start_unread() {
	mkfifo unread
	"$@" <&0 >unread &
	exec 3<unread
	rm unread
}

# open_pipe [BYTES]: opens a pipe as descriptor 3, for reading and writing; it
# holds BYTES (a power of two from 4096 on) and no more
open_pipe() {
	mkfifo pipe
	exec 3<>pipe
	rm pipe
	# 1031 is F_SETPIPE_SZ.
	[[ -z ${1-} ]] || perl -e 'fcntl(STDIN, 1031, $ARGV[0] + 0) or die "F_SETPIPE_SZ: $!\n"' "$1" <&3
}

# fill FD: writes into a pipe until not a byte more fits
fill() {
	local size
	for size in 4096 1; do
		dd if=/dev/zero of="/dev/fd/$1" bs=$size oflag=nonblock 2>/dev/null
	done
}

# bytes_in FD: prints how many bytes wait in a pipe, a FIFO or a socket
bytes_in() {
	# 0x541b is FIONREAD.
	perl -e 'my $n = pack("i", 0);
		ioctl(STDIN, 0x541b, $n) or die "FIONREAD: $!\n";
		print unpack("i", $n), "\n"' <&"$1"
}
