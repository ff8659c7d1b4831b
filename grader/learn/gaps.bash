# What the files say of the labs and their gaps. All paths are from the kit's folder,
# where the callers are.

source grader/lib/labs.bash

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
		BEGIN { head = "^ [*] Gap " gap "(, optional| [(]optional[)])?: " }
		over { next } # to the end, lest the writer be ended by SIGPIPE
		text == "" && $0 ~ head { sub(head, ""); text = $0; next }
		text != "" && (/^ \* ./) { sub(/^ \* /, ""); text = text " " $0; next }
		text != "" { over = 1 }
		END { gsub(/`/, "", text)
			if (match(text, /[^. ][.:?]( |$)/)) # not the dots of "0, 1, 2 ..."
				text = substr(text, 1, RSTART + (substr(text, RSTART + 1, 1) == "?"))
			print text }'
}

# title_of LAB GAP: the gap and its purpose, cut at a word so that it fits into a line,
# and "Next: " before it
title_of() {
	local purpose title="$1, gap $2"
	purpose=$(purpose_of "$1" "$2")
	title+=${purpose:+: $purpose}
	if ((${#title} > 74)); then
		title=${title:0:71}
		title=${title% *}
		while [[ $title =~ ^(.*)\ (a|and|for|from|in|into|is|of|or|the|to|with)$ ]]; do
			title=${BASH_REMATCH[1]}
		done
		title="${title%[,;]} ..."
	fi
	echo "$title"
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
