# Which of the files that a student handed in are the lab's.

# unpack: fills $work/got with the C files, and list
unpack() {
	local path i collect=()
	mkdir -p "$work/in" "$work/box" "$work/got"
	pack >"$work/in/what.tar"
	for ((i = 0; i < 30; i++)); do
		printf -v path '%02d' $i
		collect+=(-x "$path")
	done
	cp "$kit/grader/lib/class/unpack.sh" "$work/in/"
	"$kit/.build/labbox" -d "$work/box" -i "$work/in" -l "$level" -t 20 -m 500e6 -s 200e6 -E \
		"${collect[@]}" -x list -x others /bin/bash unpack.sh || return
	local verdict
	verdict=$(sed -n 's/^verdict //p' "$work/box/result")
	case $verdict in
	exit*) ;;
	slow*) return 1 ;;
	*) problem="what was handed in cannot be opened within 20 seconds, 500 MB of memory and 200 MB of files (${verdict%% *})" ;;
	esac
}

# pack: the regular files that may matter, as one archive; nothing is followed
# that leads elsewhere
pack() {
	local path n=0 folder
	mkdir "$work/flat"
	while IFS= read -rd '' path; do
		if [[ -d $path ]]; then
			n=$((n + 1))
			folder=$work/flat/$n
			mkdir "$folder"
			# (A million of them would take long to list.)
			find "$path" -xdev -type f -size -50M -not -path '*/.git/*' -printf '%P\0' 2>/dev/null |
				head -z -n 2000 |
				tar -C "$path" --null --no-recursion -T - -cf - 2>/dev/null |
				tar -C "$folder" -xf - --no-same-owner 2>/dev/null || true
		else
			cp -p -- "$path" "$work/flat/$(own_name "${path##*/}")" || true
		fi
	done <"$folder_of/paths"
	chmod -R u+rwX "$work/flat"
	tar -C "$work/flat" -cf - .
}

# own_name FILE: as the student had called it, before the system put its own in front
own_name() {
	local name=$1
	if [[ $system == canvas && $name =~ ^(.*_)?(LATE_)?(anon_[A-Za-z0-9]+|[0-9]+)_([0-9]+)_(.+)$ ]]; then
		# A folder for each, in the order in which they came.
		mkdir -p "$work/flat/${BASH_REMATCH[4]}"
		name=${BASH_REMATCH[4]}/${BASH_REMATCH[5]}
	elif [[ $system == moodle && $name =~ ^.*_[0-9]+_assignsubmission_file_(.+)$ ]]; then
		name=${BASH_REMATCH[1]}
	fi
	printf '%s' "$name"
}

# plain_name PATH: the file's name without what systems and browsers add to it
# for the second of one name
plain_name() {
	local name=${1##*/}
	[[ ! $name =~ ^(.*[^-[:space:]])(-[0-9]+|[[:space:]]?\([0-9]+\))(\.[ch])$ ]] ||
		name=${BASH_REMATCH[1]}${BASH_REMATCH[3]}
	printf '%s' "$name"
}

# comes_before N M: whether file N is to be taken rather than M: the newest or the
# first, as is wished; of two of one age the one that lies less deep
comes_before() {
	local a=${time[$1]} b=${time[$2]}
	if [[ $system == canvas && ${paths[$1]%%/*} != "${paths[$2]%%/*}" ]]; then
		a=${paths[$1]%%/*} b=${paths[$2]%%/*}
	fi
	if [[ $a == "$b" ]]; then
		((depth[$1] < depth[$2]))
	elif [[ $keep == first ]]; then
		((a < b))
	else
		((a > b))
	fi
}

# choose: fills $work/tree/LAB with the lab's files; sets taken, notes, and problem
choose() {
	local wanted=() n name time=() depth=() paths=() best count line file guess
	local sources given=()
	read -ra sources < <(make -s -C "$kit/labs/$lab" sources)
	read -ra given < <(make -s -C "$kit/labs/$lab" given) || true
	for name in "${sources[@]}"; do
		[[ " ${given[*]} " == *" $name "* ]] || wanted+=("$name")
	done
	while read -r n line; do
		if [[ $n == '!' ]]; then
			notes+=("$line")
		elif [[ $n =~ ^[0-9][0-9]$ ]]; then
			n=$((10#$n))
			read -r "time[$n]" "depth[$n]" "paths[$n]" <<<"$line"
		fi
	done <"$work/box/list"
	mkdir -p "$work/tree/$lab"
	local target=$work/tree/$lab used=" " missing=()
	for name in "${sources[@]}"; do
		best="" count=0
		for n in "${!paths[@]}"; do
			[[ $(plain_name "${paths[n]}") == "$name" ]] || continue
			count=$((count + 1))
			[[ -n $best ]] && ! comes_before "$n" "$best" || best=$n
		done
		if [[ -n $best ]]; then
			printf -v file '%s/%02d' "$work/box" "$best"
			install -m 644 "$file" "$target/$name"
			used+="$best "
			taken+=("$name")
			((count == 1)) || notes+=("$count files are called $name: taken was ${paths[best]}")
		elif [[ " ${wanted[*]} " == *" $name "* ]]; then
			missing+=("$name")
		fi
	done
	# What else lies there may be included by the others.
	for n in "${!paths[@]}"; do
		name=${paths[n]##*/}
		[[ $used != *" $n "* && $name =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*\.[ch]$ &&
			! -e $target/$name ]] || continue
		printf -v file '%s/%02d' "$work/box" "$n"
		install -m 644 "$file" "$target/$name"
	done
	local is_there=0
	for name in "${wanted[@]}"; do
		[[ " ${taken[*]} " != *" $name "* ]] || is_there=1
	done
	for name in "${missing[@]}"; do
		guess=$(guess_for "$name")
		notes+=("$name is missing${guess:+; is it $guess?}")
	done
	if ((!is_there)); then
		problem="none of this lab's files is there: looked for ${wanted[*]}"
		n=$(head -n 5 "$work/box/others" | tr '\n' ' ')
		problem+="; there is: ${n:-nothing}"
	elif ((${#missing[@]})); then
		# As if it had been left as it was.
		for name in "${missing[@]}"; do
			cp "$kit/labs/$lab/$name" "$target/$name"
		done
	fi
}

# guess_for NAME: prints the path that was probably meant, if there is one
guess_for() {
	local n best="" name=${1%.*} other
	for n in "${!paths[@]}"; do
		[[ $used != *" $n "* ]] || continue
		other=${paths[n]##*/}
		other=${other,,}
		[[ $other != *"${name,,}"* && ${name,,} != *"${other%.*}"* ]] || best=${paths[n]}
	done
	# The only file left, for the only one that is missing.
	if [[ -z $best ]] && ((${#missing[@]} == 1)); then
		for n in "${!paths[@]}"; do
			[[ $used != *" $n "* && ${paths[n],,} == *.c ]] || continue
			[[ -z $best ]] || return 0
			best=${paths[n]}
		done
	fi
	printf '%s' "$best"
}
