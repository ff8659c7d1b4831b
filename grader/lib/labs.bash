# Which labs there are: labs/list has a line for each, in learning order.

# By name, not by "..", since grader/lib may be a link (as in the kit's own tests).
labs_list=${BASH_SOURCE[0]%grader/lib/labs.bash}labs/list
[[ $labs_list == /* ]] || labs_list=$PWD/$labs_list

# labs: their names, a line each
labs() { cut -f1 "$labs_list"; }

# is_lab NAME
is_lab() {
	local name
	while read -r name _; do
		[[ $name != "$1" ]] || return 0
	done <"$labs_list"
	return 1
}

# must_be_labs PROGRAM NAME...: ends the caller, in that program's name, if one is none
must_be_labs() {
	local program=$1 name
	shift
	for name; do
		is_lab "$name" || {
			printf '%s: no such lab: %s (labs/list names them)\n' "$program" "$name" >&2
			exit 2
		}
	done
}
