# Which tests of a lab an edited program reaches: those that name it, or a function
# or a program of the grader's that names it; and those that name no program at all.
#
#	awk -v programs="handoff pipeline" -v edited="pipeline" -f reach.awk \
#		tests.bats [tools.bash programs/*.c ...]
#
# Prints their names. It takes a name anywhere for a use, in a string or a comment
# too: rather a test too many than one too few.

FNR == 1 {
	unit = ""
	name = FILENAME
	sub(/.*\//, "", name)
	is_c = sub(/\.c$/, "", name)
}
is_c { words[name] = words[name] " " $0; next }
/^@test / {
	unit = $0
	sub(/^@test ["']/, "", unit)
	sub(/["'] \{.*/, "", unit)
	tests[++n] = unit
}
/^[A-Za-z_][A-Za-z0-9_]*\(\)/ {
	unit = $0
	sub(/\(.*/, "", unit)
}
# What is set outside of all functions.
unit == "" && /^[A-Za-z_][A-Za-z0-9_]*\+?=/ {
	name = $0
	sub(/\+?=.*/, "", name)
	words[name] = words[name] " " $0
}
unit != "" { words[unit] = words[unit] " " $0 }
/^}/ || /^[A-Za-z_][A-Za-z0-9_]*\(\) .*}$/ { unit = "" }

# look_at UNIT: notes which programs it names, and looks at what it uses
function look_at(unit, text, parts, count, i) {
	if (unit in seen)
		return
	seen[unit] = 1
	text = words[unit]
	# "serve-it" may be a name of its own, or two.
	gsub(/[^A-Za-z0-9_-]+/, " ", text)
	count = split(text, parts, " ")
	for (i = 1; i <= count; i++)
		use(parts[i])
	gsub(/-/, " ", text)
	count = split(text, parts, " ")
	for (i = 1; i <= count; i++)
		use(parts[i])
}

function use(word) {
	if (word in is_program)
		named = named " " word " "
	if (word in words)
		look_at(word)
}

END {
	split(programs, list, " ")
	for (i in list)
		is_program[list[i]] = 1
	for (t = 1; t <= n; t++) {
		split("", seen)
		named = ""
		look_at(tests[t])
		reached = named == ""
		count = split(edited, list, " ")
		for (i = 1; i <= count; i++)
			reached = reached || index(named, " " list[i] " ")
		if (reached)
			print tests[t]
	}
}
