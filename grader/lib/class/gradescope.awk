# Reads Gradescope's submission_metadata.yml: a line for each submitter, with the
# fields folder, name, sid, email, time, attempts, and \037 between.

# plain(TEXT): a YAML scalar without its quotes
function plain(text) {
	sub(/^[ \t]+/, "", text)
	sub(/[ \t\r]+$/, "", text)
	if (text ~ /^'.*'$/) {
		text = substr(text, 2, length(text) - 2)
		gsub(/''/, "'", text)
	} else if (text ~ /^".*"$/) {
		text = substr(text, 2, length(text) - 2)
		gsub(/\\"/, "\"", text)
		gsub(/\\\\/, "\\", text)
	}
	gsub(/\037/, "", text)
	return text
}

# put(): those of the submission that has ended
function put(   i) {
	for (i = 1; i <= n; i++)
		printf "%s\037%s\037%s\037%s\037%s\037%d\n", folder, name[i], sid[i], email[i], time, attempts
	n = 0
	time = ""
	attempts = 1
	part = ""
}

/^[^ #-].*:[ \t\r]*$/ {
	put()
	folder = plain(substr($0, 1, match($0, /:[ \t\r]*$/) - 1))
	next
}
/^  :submitters:/ { part = "submitters"; next }
/^  :history:/ { part = "history"; item = 0; next }
/^  :created_at:/ {
	time = plain(substr($0, index($0, "at:") + 3))
	# As ISO 8601 has it.
	sub(/\.[0-9]+/, "", time)
	sub(/ /, "T", time)
	sub(/ /, "", time)
	part = ""
	next
}
/^  :/ { part = ""; next }
part == "submitters" && /^  *- / {
	n++
	name[n] = sid[n] = email[n] = ""
	sub(/- /, "  ")
}
part == "submitters" && /^ *:name:/ { name[n] = plain(substr($0, index($0, "name:") + 5)) }
part == "submitters" && /^ *:sid:/ { sid[n] = plain(substr($0, index($0, "sid:") + 4)) }
part == "submitters" && /^ *:email:/ { email[n] = plain(substr($0, index($0, "email:") + 6)) }
# (An earlier attempt has lists of its own, which lie deeper.)
part == "history" && match($0, /^  *- /) {
	if (!item)
		item = RLENGTH
	if (RLENGTH == item)
		attempts++
}
END { put() }
