# Reads valgrind's logs; prints the first line of each error, leak or open
# descriptor that has a place in the program, in words for a student.
# Descriptors inherited from the grader have no such place. `mine` names the
# program's own source files, with blanks around; `descriptors` is "allowed" where
# one may be open at the end.
#
# One block that main itself has made lives until the program ends, and is no leak; it
# only looks so if main returns, and would not if it called exit. What hangs on such a
# block is lost "indirectly", and is told only beside what is lost for itself.
function flush_error() {
	if (what ~ /indirectly lost/ && place != "")
		hanging = hanging what " at " place "\n"
	else if (what != "" && place != "" && !(in_main && what ~ / in 1 blocks .*lost/)) {
		print what " at " place
		lost = lost || what ~ /lost/
	}
	what = place = ""
}
/^== memcheck/ { flush_error(); next }
{ sub(/^==[0-9]+== ?/, "") }
/^ *$/ { flush_error(); next }
/Open file descriptor [0-9]+/ {
	flush_error()
	# Standard input, output and error are to be open, whatever dup2 made of them.
	if ($0 ~ /descriptor [012]:/ || descriptors == "allowed")
		next
	what = $0
	sub(/^ *Open/, "open", what)
	sub(/: *$/, "", what)
	next
}
/Open (AF_[A-Z]+|unix) socket [0-9]+/ {
	flush_error()
	if (descriptors == "allowed")
		next
	what = $0
	sub(/^ */, "", what)
	next
}
/<inherited from parent>/ { what = place = ""; next }
/^[A-Z0-9].*(lost in loss record|Invalid|uninitialised|Conditional|Mismatched|overlap|Syscall param)/ {
	flush_error()
	what = $0
	sub(/ in loss record.*/, "", what)
	next
}
/^ +(at|by) 0x/ && place == "" {
	if (match($0, /\([A-Za-z0-9_.-]+\.[ch]:[0-9]+\)/)) {
		place = substr($0, RSTART + 1, RLENGTH - 2)
		file = place
		sub(/:.*/, "", file)
		if (index(mine, " " file " ") == 0)
			place = ""
		in_main = / main \(/
	}
}
END {
	flush_error()
	if (lost)
		printf "%s", hanging
}
