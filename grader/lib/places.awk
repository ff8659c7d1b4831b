# Where in the sources of a lab something begins, a line each: "file hello.c:1",
# "main-hello hello.c:80", "gap-1 hello.c:56" (the function below the comment that says
# "Gap 1", which stays where the gap is filled). With -v todo=FILE, the gaps that are
# still open go there: "1 hello.c:65".
function place(key) {
	if (!seen[key]++)
		print key, name ":" FNR
}

{ sub(/\r$/, "") }
FNR == 1 {
	name = FILENAME
	sub(/.*\//, "", name)
	print "file", name ":1"
	gap = ""
}
name ~ /\.c$/ && /\/\/ TODO [0-9]+$/ { print $NF, name ":" FNR > todo }
/^[ \t]*(\*|\/\*|\/\/)[ \t]*Gap [0-9]+/ {
	match($0, /Gap [0-9]+/)
	gap = substr($0, RSTART + 4, RLENGTH - 4)
}
/^(int[ \t]+)?main[ \t]*\(/ { place("main-" substr(name, 1, length(name) - 2)) }
gap != "" && /^[A-Za-z_][^;]*\(/ {
	place("gap-" gap)
	gap = ""
}
