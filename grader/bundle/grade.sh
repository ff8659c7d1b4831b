# shellcheck shell=bash
# find_kit FOLDER ELSE: sets kit to the kit unpacked in FOLDER; if it is not there, unpacks
# it into the folder ELSE
find_kit() {
	kit=$1/ipc-lab-kit
	[[ ! -d $kit ]] || return 0
	kit=$2/ipc-lab-kit
	tar -xzf "$1/kit.tar.gz" -C "$2"
}

# grade_here KIT LAB SUBMISSION RESULT: grades the files in the folder SUBMISSION, wherever in it
# the lab's lie, and writes the result as JSON; the status is that of grader/grade.
grade_here() {
	local kit=$1 lab=$2 submission=$3 result=$4 tree place file name
	tree=$(mktemp -d)
	mkdir "$tree/$lab"
	# Of each name the one in a folder that is called as the lab, then the one that lies
	# least deep: there may be other labs with files of that name.
	for place in "*/$lab/*" "*"; do
		find "$submission" -type f -path "$place" -name '*.[ch]' -not -path '*/.*' -printf '%d %p\n' |
			sort -n | while read -r _ file; do
				name=${file##*/}
				[[ -e $tree/$lab/$name ]] || cp -- "$file" "$tree/$lab/$name"
			done
	done
	# A file that is not there counts as left as it was.
	for file in "$kit/labs/$lab"/*.[ch]; do
		name=${file##*/}
		[[ -e $tree/$lab/$name ]] || cp "$file" "$tree/$lab/"
	done
	local status=0
	TERM=dumb "$kit/grader/grade" -j -t "$tree" "$lab" >"$result" </dev/null || status=$?
	rm -rf "$tree"
	return $status
}
