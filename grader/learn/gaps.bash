# What the files say of the labs and their gaps. All paths are from the kit's folder,
# where the callers are.

# labs: their names, in learning order, a line each
labs() { cut -f1 labs/list; }

# is_lab NAME
is_lab() { labs | grep -qx -- "$1"; }

# open_gaps LAB: the gaps whose TODO stands in its sources, a line each
open_gaps() {
	sed -nE 's,.*// TODO ([0-9]+)\r?$,\1,p' "labs/$1"/*.c 2>/dev/null | sort -nu
}

# place_of LAB GAP: "labs/LAB/FILE:LINE", where the gap is to be filled, or was
place_of() {
	{
		grep -nE "// TODO $2"$'\r?$' "labs/$1"/*.c /dev/null ||
			grep -nE "\bGap $2\b" "labs/$1"/*.[ch] /dev/null || true
	} 2>/dev/null | head -n 1 | cut -d : -f 1,2
}

# purpose_of LAB GAP: what it is for: the first sentence above it in the source
purpose_of() {
	cat "labs/$1"/*.c 2>/dev/null | tr -d '\r' | awk -v gap="$2" '
		over { next } # to the end, lest the writer be ended by SIGPIPE
		text == "" && index($0, "* Gap " gap ": ") { sub(/.*\* Gap [0-9]+: /, ""); text = $0; next }
		text != "" && (/^ \* ./) { sub(/^ \* /, ""); text = text " " $0; next }
		text != "" { over = 1 }
		END { sub(/[.:] .*/, "", text); sub(/[.:]$/, "", text); print text }'
}

# tests_by_gap LAB: "GAP POINTS" for each test
tests_by_gap() {
	sed -nE 's/^[[:space:]]*gap ([0-9]+);.*points ([0-9]+).*/\1 \2/p' \
		"grader/labs/$1/tests.bats"
}

# required_gaps LAB: those with points, a line each; an optional one has none
required_gaps() {
	tests_by_gap "$1" | awk '$1 > 0 && $2 > 0 { print $1 }' | sort -nu
}
