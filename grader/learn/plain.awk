# Markdown as plain text, for a terminal of `width` columns: paragraphs, lists and
# tables are filled, code keeps its lines, and the marks are left out.
#
#	awk -v width=80 -f plain.awk FILE

/^<!-- .* -->$/ { next }
/^```/ { fill(); in_code = !in_code; next }
in_code { print "    " $0; next }
/^[ \t]*$/ { fill(); print ""; next }
/^(    |\t)/ && text == "" { print; next }
/^#+ / {
	fill()
	text = substr($0, index($0, " ") + 1)
	fill()
	next
}
/^\|[-|: ]*$/ { next } # below the head of a table
/^\|/ { fill(); text = row($0); rest = "  "; next }
# (In the middle of a paragraph a number begins no list, unless it is 1: CommonMark 5.3.)
/^ *([-*]|[0-9]+\.) / && (text == "" || rest != "" || /^ *([-*]|1\.) /) {
	fill()
	match($0, /^ *([-*]|[0-9]+\.) /)
	first = substr($0, 1, RLENGTH)
	rest = sprintf("%" RLENGTH "s", "")
	text = substr($0, RLENGTH + 1)
	next
}
{ text = text " " $0 }
END { fill() }

# row LINE: a table's, its cells behind each other
function row(line) {
	sub(/^\| */, "", line)
	sub(/ *\|$/, "", line)
	gsub(/\\\|/, "\001", line)
	gsub(/ *\| */, " -> ", line)
	gsub("\001", "|", line)
	return line
}

# fill: prints what has been gathered, in lines that fit
function fill(   words, n, i, line, empty) {
	n = split(without_marks(text), words, " ")
	line = first
	empty = 1
	for (i = 1; i <= n; i++) {
		if (!empty && length(line " " words[i]) >= width) {
			print line
			line = rest
			empty = 1
		}
		line = line (empty ? "" : " ") words[i]
		empty = 0
	}
	if (n > 0)
		print line
	text = first = rest = ""
}

# without_marks TEXT: what is between backquotes stays as it is, in quotes if those are
# what holds it together
function without_marks(text,   parts, n, i, out) {
	gsub(/<\/?(details|summary|code)>/, "", text)
	n = split(text, parts, "`")
	for (i = 1; i <= n; i++)
		out = out (i % 2 ? without_stars(parts[i]) : quoted(parts[i]))
	# Of a link, its words stay.
	while (match(out, /!?\[[^]]*\]\([^)]*\)/)) {
		n = RSTART + RLENGTH
		text = substr(out, RSTART, RLENGTH)
		sub(/^!?\[/, "", text)
		sub(/\]\([^)]*\)$/, "", text)
		out = substr(out, 1, RSTART - 1) text substr(out, n)
	}
	return out
}

function quoted(code) {
	return code ~ / / && code !~ /"/ ? "\"" code "\"" : code
}

function without_stars(text,   marked, at, n) {
	while (match(text, /\*+[^* ][^*]*\*+/)) {
		at = RSTART
		n = RLENGTH
		marked = substr(text, at, n)
		gsub(/\*/, "", marked)
		text = substr(text, 1, at - 1) marked substr(text, at + n)
	}
	gsub(/\*\*/, "", text) # around something in backquotes
	return text
}
