# similar.awk -v folder=DIR -v starter=N FILE...: the first N files are the starter's, the
# others students' (students/KEY/...): what is left of each student's without the
# starter's lines -> DIR/KEY.c.
FNR == 1 {
	nth++
	if (nth > starter) {
		split(FILENAME, part, "/")
		if (file != folder "/" part[2] ".c") {
			if (file != "")
				close(file)
			file = folder "/" part[2] ".c"
			size = 0
		}
	}
}
{
	line = $0
	gsub(/[ \t\r]+/, "", line)
}
nth <= starter {
	known[line] = 1
	next
}
# (Nobody writes 200 KB by hand.)
!(line in known) && (size += length($0) + 1) <= 200000 { print > file }
