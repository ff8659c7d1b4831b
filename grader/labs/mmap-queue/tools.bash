# Functions for the scenarios of this lab.

# What hang reports call the semaphores of a queue, by their place in the file.
export LABBOX_FIELDS="16 lock 48 free 80 items"

# header VERSION SIZE FILE: makes a file that begins like a queue
header() {
	printf %b "ipcq\\0$1\\0\\0\\0" >"$3"
	truncate -s "$2" "$3"
}

# begins FILE BYTES: makes FILE as long as a queue; it begins with BYTES
begins() {
	printf %b "$2" >"$1"
	truncate -s 320 "$1"
}

# poke FILE OFFSET VALUE: stores one byte, as if a program had done so and died;
# the lock is at offset 16, the items at 80
poke() {
	printf %b "\\0$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# basics [PART...]: what would leave others waiting for ever is told before they start; gaps
# that are open are not tried
basics() {
	local said
	said=$(./meanwhile basics "$@" ok) || { echo "$said"; exit; }
}
