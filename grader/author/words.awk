# Makes documentation of the comments above bash functions. A comment that begins
# "# NAME ARGUMENT...: text", right above "NAME() {", is for the users of NAME; any
# other is for readers of the file only.
#
#	awk -f words.awk used=1 TEST... used= FILE... show=1 FILE...
#		a row "| `NAME ARGUMENT...` | text |" for each function of FILE that is
#		for tests: a TEST uses it, or at least no other function does
#	awk -v rules=1 -f words.awk show=1 FILE...
#		a line "- text" for each rule_NAME, and for each test of bats

FNR == 1 { forget() }
used { note_words(in_tests); next }
!show { note_words(in_files); next }

rules && /^@test "/ {
	gsub(/^@test "|" \{$/, "")
	gsub(/\\"/, "\"")
	print "- " $0
}

/^#( |\t|$)/ {
	line = $0
	sub(/^#[ \t]*/, "", line)
	if (usage == "") {
		usage = line
		if (match(line, /: /)) {
			usage = substr(line, 1, RSTART - 1)
			text = substr(line, RSTART + 2)
		}
	} else if (line ~ /^-[a-z]  /) {
		text = text (text ? "; " : "") "`" substr(line, 1, 2) "`: "
		sub(/^-[a-z] +/, "", line)
		text = text line
		options = 1
	} else if (line == "") {
		text = text (options ? "." : "")
		options = 0
	} else {
		text = text " " line
	}
	next
}

/^(declare |[A-Za-z_]+=)/ { next } # what the function sets

/^[a-z_]+\(\) / {
	name = $0
	sub(/\(.*/, "", name)
	for_tests = (name in in_tests) || !(name in in_files)
	if (rules)
		for_tests = name ~ /^rule_/
	if (for_tests && text != "" && usage ~ "^" name "( |,|$)")
		print_entry()
}
{ forget() }

function print_entry() {
	if (rules) {
		print "- " text
	} else {
		gsub(/\|/, "\\|", usage)
		gsub(/\|/, "\\|", text)
		printf "| `%s` | %s |\n", usage, text
	}
}

function note_words(seen,    i, n, list) {
	sub(/^[ \t]*#.*|^[a-z_]+\(\) /, "")
	n = split($0, list, /[^A-Za-z_]+/)
	for (i = 1; i <= n; i++)
		seen[list[i]]
}

function forget() {
	usage = text = ""
	options = 0
}
