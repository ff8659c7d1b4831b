# What the tests of grader/class have in common: a kit whose grader is a stand-in, so
# that a submission costs next to nothing. It gives as many points as the source has
# lines with an x, and breaks where the source says FAULT.

# stand_in KIT FOLDER: makes FOLDER such a kit
stand_in() {
	local name
	mkdir -p "$2/grader"
	for name in labs .build; do
		ln -s "$1/$name" "$2/$name"
	done
	for name in "$1"/grader/*; do
		ln -s "$name" "$2/grader/"
	done
	rm "$2/grader/grade" "$2/grader/pages"
	# The pages have tests of their own.
	mkdir "$2/grader/pages"
	cat >"$2/grader/pages/make" <<'END'
#!/bin/bash
cp "$1/.state/rows.jsonl" "$1/gradebook"
END
	chmod +x "$2/grader/pages/make"
	cat >"$2/grader/grade" <<'END'
#!/bin/bash
while getopts jw:s:t:T: option; do
	case $option in
	s) seed=$OPTARG ;;
	t) tree=$OPTARG ;;
	T) echo "hidden $OPTARG" >>"${0%/*}/log" ;;
	esac
done
shift $((OPTIND - 1))
echo "$tree" >>"${0%/*}/log"
source=$tree/$1/$1.c
! grep -q WAIT "$source" || read -r _ <"${0%/*}/wait"
! grep -q FAULT "$source" || { echo "grade: it is broken" >&2; exit 2; }
points=$(grep -c x "$source")
printf '{"schema": 1, "kit": "k", "lab": "%s", "seed": "%s", "isolation": "user namespaces",
"build": "", "not_checked": "", "first": "", "score": %d, "max_score": 100, "seconds": 1,
"tests": [\n {"name": "t", "gap": 1, "points": %d, "max_points": 100, "needs": "",
"verdict": "WRONG", "passed": false, "open": false, "message": "", "expected": "",
"actual": "", "handout": "", "replay": "grader/grade -t %s", "seconds": 1}\n]}\n' \
	"$1" "$seed" "$points" "$points" "$tree"
exit 1
END
	chmod +x "$2/grader/grade"
}

# worth N: a source of so many points
worth() {
	local i
	for ((i = 0; i < $1; i++)); do
		echo "/* x */"
	done
}

# read_rows: sets row_of, by key, to fields "name value" of the row, a line for each
read_rows() {
	local key line
	declare -gA row_of=() key_of=()
	while IFS=$'\t' read -r key line; do
		row_of[$key]+=$line$'\n'
		[[ $line != "name "?* ]] || key_of[${line#name }]=$key
	done < <(jq -r '.key as $key | to_entries[] | .key as $name | .value |
		if type == "array" then .[] else . end |
		"\($key)\t\($name) \(.)"' "$out/.state/rows.jsonl")
}

# is KEY STATUS SCORE: the row of that key, as last read
is() {
	[[ ${row_of[$1]-} == *$'\n'"status $2"$'\n'* && ${row_of[$1]} == *$'\n'"score $3"$'\n'* ]] || {
		echo "${row_of[$1]-no such row: $1}"
		false
	}
}

# has KEY FIELD VALUE
has() {
	[[ ${row_of[$1]-} == *"$2 $3"$'\n'* ]] || { echo "${row_of[$1]-no such row: $1}" && false; }
}

# says KEY TEXT: its problem, or a note, has that
says() {
	grep -E '^(problem|notes) ' <<<"${row_of[$1]-}" | grep -qF -- "$2" || {
		echo "${row_of[$1]-no such row: $1}"
		false
	}
}
