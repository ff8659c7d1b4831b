# Makes a starter out of a reference file: between BEGIN SOLUTION n and
# END SOLUTION n it leaves a TODO n line and the code of the STUB lines.
#
#	awk -f starter.awk pipeline.c			every gap is opened
#	awk -f starter.awk -v gaps="1 3" pipeline.c	only gaps 1 and 3 are
#
# A gap that stays filled loses its marks, so that the two mirror each other.

BEGIN {
	split(gaps, list, " ")
	for (i in list)
		chosen[list[i]] = 1
}

function complain(what) {
	printf "%s:%d: %s\n", FILENAME, FNR, what > "/dev/stderr"
	bad = 1
	exit 1
}

/\/\/ BEGIN SOLUTION [0-9]+$/ {
	if (gap)
		complain("gap " gap " has no END SOLUTION")
	gap = $NF
	opened = gaps == "" || gap in chosen
	if (opened) {
		sub(/\/\/.*/, "// TODO " gap)
		print
	}
	next
}

/\/\/ END SOLUTION [0-9]+$/ {
	if (gap != $NF)
		complain("END SOLUTION " $NF " without its BEGIN")
	gap = ""
	next
}

gap && /^[ \t]*\/\/ STUB/ {
	if (opened && sub(/\/\/ STUB ?/, "")) {
		sub(/[ \t]+$/, "")
		print
	}
	next
}

!gap || !opened

END {
	if (!bad && gap)
		complain("gap " gap " has no END SOLUTION")
	exit bad
}
