# Functions for the scenarios of this lab. A car has 336 bytes: magic, version, changes
# (at 8) and, from 12 on, the texts: make, model, and from 112 on 56 bytes a wheel.

# begins FILE BYTES [SIZE]: makes FILE as long as a car, or SIZE bytes; it begins with BYTES
begins() {
	printf %b "$2" >"$1"
	truncate -s "${3-336}" "$1"
}

# poke FILE OFFSET BYTES: stores bytes, as another program might
poke() {
	printf %b "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# put MAKE MODEL: a car of that name, in the file car
put() {
	./garage car put "$@" Michelin AA H Michelin A H Pirelli B V Pirelli C Z
}

# a_car: makes the file car, without the programs: a Volvo 240 with wheels
a_car() {
	begins car 'car!\1\0\0\0'
	poke car 12 Volvo
	poke car 62 240
	local i
	for i in 0 1 2 3; do
		poke car $((112 + 56 * i)) "Brand$i"
		poke car $((162 + 56 * i)) "A$i"
		poke car $((165 + 56 * i)) "S$i"
	done
}

# fill_disk: leaves room for one page
fill_disk() {
	dd if=/dev/zero of=filler bs=64k status=none 2>/dev/null
	dd if=/dev/zero of=filler bs=4k oflag=append conv=notrunc status=none 2>/dev/null
	truncate -s -4096 filler
}
