# Which of the files that a student handed in are the lab's.

looked_at_max=20000  # files in one folder
archive_max=50000000 # bytes
file_max=1000000     # bytes of a C file; one byte more says that it is too large

# note SENTENCE: for the instructor
note() { notes+=("${1//[[:cntrl:]]/?}"); }

# is_wanted NAME SIZE: whether it goes into the box; other names are remembered
is_wanted() {
	local name=${1##*/}
	case ${name,,} in
	._*) return 1 ;;
	*.[ch]) (($2 <= file_max)) || note "$name is larger than 1 MB: it was left out" ;;
	*.zip | *.tar | *.tgz | *.tar.* | *.t[xb]z* | *.7z | *.rar)
		(($2 <= archive_max)) || note "$name is larger than 50 MB: it was not opened"
		(($2 <= archive_max))
		return
		;;
	*)
		printf '%s\n' "${name//[[:cntrl:]]/?}" >&"$names"
		return 1
		;;
	esac
	(($2 <= file_max))
}

# pack: puts what may matter of what was handed in into $work/in/what.tar, names of
# what else there is into $work/in/names. Nothing is followed that leads elsewhere.
pack() {
	local path own n=0 seen name size names
	mkdir "$work/flat"
	exec {names}>"$work/in/names"
	while IFS= read -rd '' path && IFS= read -rd '' own; do
		n=$((n + 1))
		mkdir "$work/flat/$n"
		if [[ -d $path ]]; then
			seen=0
			while read -r -d ' ' size && IFS= read -rd '' name; do
				seen=$((seen + 1))
				((seen <= looked_at_max)) || {
					note "more than $looked_at_max files: the rest was not looked at"
					break
				}
				! is_wanted "$name" "$size" || printf '%s\0' "$name"
			done < <(find "$path" -xdev -type f -not -path '*/.git/*' \
				-not -path '*/__MACOSX/*' -printf '%s %P\0' 2>/dev/null |
				head -z -n $((looked_at_max + 1)) | sort -z -k2) >"$work/wanted"
			# (Links within the folder that appear meanwhile: tar keeps them as links.)
			tar -C "$path" --no-recursion --null -T "$work/wanted" -cf - 2>/dev/null |
				tar -C "$work/flat/$n" --no-same-owner -xf - 2>/dev/null || note "some of it cannot be read"
		else
			size=$(stat -c %s -- "$path") || continue
			own=${own:-${path##*/}}
			is_wanted "$own" "$size" || continue
			[[ $own != */* ]] || mkdir "$work/flat/$n/${own%%/*}"
			cp -p -- "$path" "$work/flat/$n/$own" || true
		fi
	done <"$folder_of/paths"
	exec {names}>&-
	chmod -R u+rwX,go-w "$work/flat"
	# The same bytes for the same files, whenever the folders are made.
	find "$work/flat" -type d -exec touch -d @0 {} +
	(cd "$work/flat" && pack_alike "" .) >"$work/in/what.tar"
	rm -rf "$work/flat"
}

# stamp: prints what the choice depends on
stamp() {
	{
		echo "$version $keep $system $level"
		printf '%s\n' "${notes[@]}"
		cat "$work/in/names" "$work/in/what.tar"
	} | sha256sum | cut -c1-64
}

# unpack: opens it in a box, into $work/box: the C files, list and others. Sets
# problem; fails if it is the machine that cannot.
unpack() {
	local path i collect=() verdict
	for ((i = 0; i < 30; i++)); do
		printf -v path '%02d' $i
		collect+=(-x "$path")
	done
	cp "$kit/grader/lib/class/unpack.sh" "$work/in/"
	mkdir "$work/box"
	"$labbox" -d "$work/box" -i "$work/in" -l "$level" -t 20 -m 500e6 -s 300e6 -E \
		"${collect[@]}" -x list -x others /bin/bash unpack.sh "$lab" "${sources[@]}" || return
	verdict=$(sed -n 's/^verdict //p' "$work/box/result")
	case $verdict in
	exit*) ;;
	timeout*) problem="it takes more than 20 seconds to open what was handed in" ;;
	slow*) return 1 ;;
	*) problem="what was handed in cannot be opened: it takes more memory, files or processes than any lab needs (${verdict%% *})" ;;
	esac
	[[ -e $work/box/list ]] || : >"$work/box/list"
	[[ -e $work/box/others ]] || : >"$work/box/others"
}

# plain_name PATH: sets plain to the file's name, and again to how often it was
# handed in before: Canvas and browsers add that to the second of one name
plain_name() {
	plain=${1##*/} again=0
	[[ ! $plain =~ ^(.*[^-[:space:]])(-([0-9]+)|[[:space:]]?\(([0-9]+)\))(\.[A-Za-z0-9.]+)$ ]] ||
		plain=${BASH_REMATCH[1]}${BASH_REMATCH[5]} again=${BASH_REMATCH[3]}${BASH_REMATCH[4]}
	again=$((10#${again:0:9}))
}

# how_often PATH: sets again for the file or for the archive that it lay in
how_often() {
	plain_name "$1"
	((again)) || plain_name "${1%%/*}"
}

# comes_before N M: whether file N is to be taken rather than M: the newest or the
# first, as is wished; of two of one age the one that lies less deep
comes_before() {
	local a=$((10#${time[$1]})) b=$((10#${time[$2]})) x=${paths[$1]} y=${paths[$2]}
	# Canvas counts the files that it gets.
	if [[ $system == canvas && $x =~ ^[0-9]{1,18}/ && $y =~ ^[0-9]{1,18}/ ]]; then
		a=$((10#${x%%/*})) b=$((10#${y%%/*}))
	fi
	if ((a == b)); then
		((depth[$1] == depth[$2])) || return $((depth[$1] > depth[$2]))
		how_often "$x"
		a=$again
		how_often "$y"
		b=$again
	fi
	if [[ $keep == first ]]; then
		((a < b))
	else
		((a > b))
	fi
}

# read_list: sets time, depth and paths to what unpack says of each file
read_list() {
	local n line
	while read -r n line; do
		if [[ $n == '!' ]]; then
			note "$line"
		elif [[ $n =~ ^[0-9][0-9]$ ]]; then
			n=$((10#$n))
			read -r "time[$n]" "depth[$n]" "paths[$n]" <<<"$line"
			[[ ${time[n]} =~ ^[0-9]{1,18}$ ]] || time[n]=0
			[[ ${depth[n]} =~ ^[0-9]{1,4}$ ]] || depth[n]=0
			# The number of the folder is ours.
			paths[n]=${paths[n]#*/}
		fi
	done <"$work/box/list"
}

# keep_to_folder: of a whole copy of the kit, or of several labs, only what lies in
# this lab's folder counts: others have files of the same names
keep_to_folder() {
	local n i place name
	for place in "labs/$lab" "$lab"; do
		for n in "${!paths[@]}"; do
			name=${paths[n]##*/}
			[[ /${paths[n]} == */"$place/$name" && " ${sources[*]} " == *" $name "* ]] || continue
			[[ $place == labs/* ]] || has_other_lab || continue
			for i in "${!paths[@]}"; do
				[[ /${paths[i]} == */"$place/${paths[i]##*/}" ]] || unset "paths[i]"
			done
			return
		done
	done
}

# has_other_lab: whether there is a folder that is called as another lab
has_other_lab() {
	local name
	for name in "${labs[@]}"; do
		[[ $name == "$lab" || $'\n/'$(printf '%s\n/' "${paths[@]}") != *"/$name/"* ]] || return 0
	done
	return 1
}

# choose: fills $work/tree/LAB with the lab's files; sets taken, left, notes, problem
# and attempts
choose() {
	local n name time=() depth=() paths=() best count file guess missing=() used=" "
	local target=$work/tree/$lab
	read_list
	keep_to_folder
	for name in "${sources[@]}"; do
		best="" count=0
		for n in "${!paths[@]}"; do
			if [[ ${paths[n]##*/} != "$name" ]]; then
				plain_name "${paths[n]}"
				[[ $plain == "$name" ]] || continue
			fi
			count=$((count + 1))
			[[ -n $best ]] && ! comes_before "$n" "$best" || best=$n
		done
		if [[ -n $best ]]; then
			printf -v file '%s/%02d' "$work/box" "$best"
			install -m 644 "$file" "$target/$name"
			used+="$best "
			taken+=("$name")
			((count <= attempts)) || attempts=$count
			((count == 1)) || note "$count files are called $name: taken was ${paths[best]}"
		elif [[ " ${given[*]} " != *" $name "* ]]; then
			missing+=("$name")
		fi
	done
	# What else lies there may be included by the others.
	for n in "${!paths[@]}"; do
		name=${paths[n]##*/}
		[[ $used != *" $n "* ]] || continue
		if [[ $name =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]*\.[ch]$ && ! -e $target/$name ]]; then
			printf -v file '%s/%02d' "$work/box" "$n"
			install -m 644 "$file" "$target/$name"
		else
			left+=("${paths[n]}")
		fi
	done
	for name in "${missing[@]}"; do
		guess_for "$name"
		note "$name is missing${guess:+; is it $guess?}"
	done
	local gaps=0
	for name in "${taken[@]}"; do
		[[ " ${given[*]} " == *" $name "* ]] || gaps=$((gaps + 1))
	done
	if ((!gaps)); then
		nothing_taken
	elif ((${#missing[@]})); then
		# As if they had been left as they were.
		(cd "$kit/labs/$lab" && cp -t "$target" -- "${missing[@]}")
	fi
}

# nothing_taken: sets problem to why there is nothing to grade
nothing_taken() {
	local there
	taken=()
	there=$(head -n 5 "$work/box/others" | paste -sd ' ')
	if [[ -z $there ]] && grep -q '^!' "$work/box/list"; then
		problem=$(sed -n 's/^! //p' "$work/box/list" | head -n 1)
		notes=()
	else
		problem="none of this lab's files is there: looked for ${missing[*]}; there is: ${there:-nothing}"
	fi
}

# guess_for NAME: sets guess to what was probably meant, or to nothing
guess_for() {
	local n name=${1%.*} other candidates=()
	guess=""
	for n in "${!paths[@]}"; do
		[[ $used == *" $n "* ]] || candidates+=("${paths[n]}")
	done
	while IFS= read -r other; do
		[[ ${other,,} == *.[ch] ]] || candidates+=("$other")
	done <"$work/box/others"
	for other in "${candidates[@]}"; do
		n=${other##*/}
		n=${n,,}
		# Part of one name is the other, whatever the case.
		if [[ $n == *"${name,,}"* || (${#n} -gt 4 && ${name,,} == *"${n%%.*}"*) ]]; then
			guess=$other
			return
		fi
	done
	# The only file left, for the only one that is missing.
	((${#missing[@]} == 1)) || return 0
	for other in "${candidates[@]}"; do
		[[ ${other,,} == *.c ]] || continue
		[[ -z $guess ]] || { guess="" && return; }
		guess=$other
	done
}
