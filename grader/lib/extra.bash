# What a student added to a lab's folder.

# take_extra LAB: takes C files of the student's own that the sources include,
# "by such a name", into $work/LAB/source; names in $RESULTS/behind those that
# nothing includes
take_extra() {
	local file name i wanted source=$work/$1/source extra=() more=1
	for file in "$tree_dir/$1"/*.[ch]; do
		name=${file##*/}
		[[ ! -f $file || " ${sources[*]} ${linked[*]/%/.c} " == *" $name "* ]] ||
			extra+=("$name")
	done
	((${#extra[@]})) || return 0
	while ((more)); do
		more=0
		wanted=$'\n'$(sed -nE 's/^[[:blank:]]*#[[:blank:]]*include[[:blank:]]*"([A-Za-z0-9_.-]+)".*/\1/p' \
			"$source"/*.[ch])$'\n'
		for i in "${!extra[@]}"; do
			name=${extra[i]}
			[[ $wanted == *$'\n'"$name"$'\n'* ]] || continue
			take "$1" "$source" "$1/$name"
			unset "extra[i]"
			more=1
		done
	done
	((${#extra[@]} == 0)) ||
		printf '%s\n' "${extra[@]//[![:print:]]/?}" >"$RESULTS/behind"
}
