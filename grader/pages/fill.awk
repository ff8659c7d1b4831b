# fill.awk -v lab=LAB -v name=FILE -v ended=0|1 MARKS EXPORT: prints the export of
# Canvas's gradebook, or Moodle's grading worksheet, with the marks (marks.jq) in it,
# and everything else as it was, byte for byte; ended: whether its last line is. Says on
# standard error which marks found no row. Exit status 1: it is not such a file, and
# standard error says why.
#
# A quoted field may hold separators and newlines (RFC 4180): cell[r, f] is field f of
# record r with its quotes, fields[r] how many there are, line_end[r] what ends it.

function complain(text) {
	gsub(/[\001-\037\177]|\302[\200-\237]|\342\200[\213-\217\252-\256]|\342\201[\240-\257]/, "?", text)
	print "class: " name ": " text > "/dev/stderr"
}

function refuse(text) {
	complain(text)
	failed = 1
	exit 1
}

function quotes(text) { return gsub(/"/, "\"", text) }

# add(text): one more record, whole
function add(text,   parts, n, i, part) {
	records++
	line_end[records] = sub(/\r$/, "", text) ? "\r\n" : "\n"
	n = split(text, parts, separator)
	for (i = 1; i <= n; i++) {
		part = parts[i]
		while (quotes(part) % 2 && i < n)
			part = part separator parts[++i]
		cell[records, ++fields[records]] = part
	}
}

# value(r, f): what field f of record r says
function value(r, f,   text) {
	if (f == 0)
		return ""
	text = cell[r, f]
	if (substr(text, 1, 1) == "\"" && substr(text, length(text)) == "\"") {
		text = substr(text, 2, length(text) - 2)
		gsub(/""/, "\"", text)
	}
	sub(/^[ \t]+/, "", text)
	sub(/[ \t]+$/, "", text)
	return text
}

# column(title): which one has just that title, or 0
function column(title,   f) {
	for (f = 1; f <= fields[1]; f++)
		if (tolower(value(1, f)) == title)
			return f
	return 0
}

# words(name): the same for "Ann Lee", "Lee, Ann" and "lee ann"
function words(text,   parts, n, i, k, t) {
	text = tolower(text)
	gsub(/[,; \t]+/, " ", text)
	n = split(text, parts, " ")
	for (i = 2; i <= n; i++)
		for (k = i; k > 1 && parts[k] < parts[k - 1]; k--) {
			t = parts[k]
			parts[k] = parts[k - 1]
			parts[k - 1] = t
		}
	text = ""
	for (i = 1; i <= n; i++)
		text = text " " parts[i]
	return text
}

# note(table, word, m): mark m is found by that word; 0 where several would be
function note(table, word, m) {
	if (word == "")
		return
	if (!(word in table))
		table[word] = m
	else if (table[word] != m)
		table[word] = 0
}

# known(table, word): the mark found by it, or 0
function known(table, word) { return word != "" && word in table ? table[word] : 0 }

# put(r, f, m): the mark goes there
function put(r, f, m) {
	if (f > fields[r])
		refuse("line " r " has fewer fields than the first")
	cell[r, f] = cell[r, f] ~ /^"/ ? "\"" score[m] "\"" : score[m]
	used[m]++
	if (used[m] == 2)
		complain("two rows are " who[m] "'s; both have the mark")
}

FNR == NR {
	split($0, field, "\t")
	if (field[1] == "") {
		complain("no mark for " (field[6] != "" ? field[6] : field[7]) ": not graded yet")
		next
	}
	m = ++marks
	score[m] = field[1]
	who[m] = field[6] != "" ? field[6] : field[7]
	if (field[2] == "moodle")
		note(participant, field[3], m)
	else if (field[2] == "canvas")
		note(canvas_id, field[3], m)
	else
		note(sis, field[3], m)
	note(login, tolower(field[4]), m)
	note(login, tolower(field[5]), m)
	note(email, tolower(field[5]), m)
	if (field[2] != "moodle" && field[2] != "canvas") {
		# A folder's name is often a number or a login.
		note(sis, field[6], m)
		note(login, tolower(field[6]), m)
	}
	note(full, words(field[6]), m)
	next
}

# (mawk reads bytes; a file in UTF-16 has zeros.)
{
	if (!started) {
		started = 1
		bom = sub(/^\357\273\277/, "") ? "\357\273\277" : ""
		separator = gsub(/;/, ";") > gsub(/,/, ",") ? ";" : ","
	}
	held = holding ? held "\n" $0 : $0
	holding = quotes(held) % 2
	if (!holding)
		add(held)
}

END {
	if (failed)
		exit 1
	if (!records)
		refuse("there is nothing in it")
	if (holding)
		refuse("a quotation mark is not closed: it is no CSV")
	if (value(1, 1) ~ /Student/ && value(1, 2) ~ /ID/)
		canvas()
	else if (column("identifier") && column("grade")) {
		if (!column("last modified (grade)"))
			refuse("Moodle takes no worksheet without its column \"Last modified (grade)\"")
		moodle(column("identifier"), column("grade"), column("maximum grade"))
	} else if ((f = grade_by_values()) > 0)
		moodle(1, f, f + 1)
	else {
		for (f = 1; f <= fields[1]; f++)
			list = list (f > 1 ? ", " : "") "\"" value(1, f) "\""
		refuse("neither an export of Canvas's gradebook (Student, ID ...) nor Moodle's grading worksheet (Identifier, Grade ...); its columns: " substr(list, 1, 500))
	}
	for (m = 1; m <= marks; m++)
		if (!used[m])
			complain("no row for " who[m] " (" score[m] " points)")
	ORS = ""
	print bom
	for (r = 1; r <= records; r++) {
		for (f = 1; f <= fields[r]; f++)
			print (f > 1 ? separator : "") cell[r, f]
		print r == records && !ended ? substr(line_end[r], 1, length(line_end[r]) - 1) : line_end[r]
	}
}

# assignment(): the column of the lab's assignment: the one whose title has the lab's
# name, or the only one
function assignment(   f, title, all, n, found, has) {
	for (f = 1; f <= fields[1]; f++) {
		title = value(1, f)
		if (title !~ /\([0-9]+\)$/ || title ~ /(Current|Final|Override|Unposted) (Current |Final )?(Score|Points|Grade|Status)/)
			continue
		all = all (n++ ? ", " : "") "\"" title "\""
		only = f
		if (index(tolower(title), tolower(lab))) {
			found = f
			has++
		}
	}
	if (has == 1)
		return found
	if (n == 1)
		return only
	refuse((has ? "several columns have" : "no column has") " \"" lab "\" in its title; its assignments: " (n ? substr(all, 1, 1000) : "none"))
}

function canvas(   target, r, m, f, user, sis_user, sis_login, possible) {
	target = assignment()
	user = column("id")
	sis_user = column("sis user id")
	sis_login = column("sis login id")
	for (r = 2; r <= records; r++) {
		if (value(r, 1) ~ /Points Possible/) {
			if (value(r, target) ~ /read only/)
				refuse("Canvas takes no marks in the column \"" value(1, target) "\": it is read only")
			possible = value(r, target)
			continue
		}
		m = known(canvas_id, value(r, user))
		if (!m)
			m = known(sis, value(r, sis_user))
		if (!m)
			m = known(login, tolower(value(r, sis_login)))
		if (!m)
			m = by_name(r, 1)
		if (m)
			put(r, target, m)
	}
	of(possible)
}

# grade_by_values(): Moodle's headings are in the instructor's language. Where they are not
# English, the first column tells by its numbers that it is Moodle's, and the marks stand
# before the one column that has the same number, the maximum, in each row. 0: not so.
function grade_by_values(   r, f, number, n, same, found, several) {
	for (r = 2; r <= records; r++) {
		number = value(r, 1)
		if (!sub(/^.*[^0-9]/, "", number) || number == "")
			return 0
		n += known(participant, number) != 0
	}
	for (f = 3; n && f <= fields[1]; f++) {
		same = value(2, f) ~ /^[1-9][0-9]*([.,][0-9]+)?$/
		for (r = 2; same && r <= records; r++)
			same = value(r, f) == value(2, f) && value(r, f - 1) ~ /^(-|[0-9]+([.,][0-9]+)?)?$/
		if (same) {
			several = found
			found = f - 1
		}
	}
	return several ? 0 : found
}

# moodle(id, grade, maximum): the numbers of those columns
function moodle(id, grade, maximum,   mail, f, r, m, number, possible) {
	mail = column("email address")
	f = column("full name")
	possible = value(2, maximum)
	for (r = 2; r <= records; r++) {
		number = value(r, id)
		sub(/^.*[^0-9]/, "", number)
		m = known(participant, number)
		if (!m)
			m = known(sis, value(r, column("id number")))
		if (!m)
			m = known(email, tolower(value(r, mail)))
		if (!m)
			m = known(login, tolower(value(r, column("username"))))
		if (!m)
			m = by_name(r, f)
		if (m)
			put(r, grade, m)
	}
	of(possible)
}

# by_name(r, f): the mark of the student whom field f names, if one only has that name,
# and no other row. A mark of that row's by a number goes before.
function by_name(r, f,   other, n, name_of) {
	if (f == 0 || !known(full, words(value(r, f))))
		return 0
	for (other = 2; other <= records; other++)
		n += words(value(other, f)) == words(value(r, f))
	return n == 1 ? known(full, words(value(r, f))) : 0
}

# of(possible): that the marks are not converted
function of(possible) {
	sub(/[.,]0+$/, "", possible)
	if (possible ~ /^[0-9]/ && possible + 0 != max + 0)
		complain("it counts up to " possible " points, the lab up to " max "; the marks are not converted")
}
