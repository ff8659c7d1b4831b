# What of a submission comes into the grader: a lab's own source files, and
# nothing else of the folder that was handed in.

source_max=1000000 # bytes of a source file

# lab_facts LAB: sets programs, linked, sources and given to what the lab's
# Makefile says
lab_facts() {
	local words facts
	words=$(make -s -C "$kit/labs/$1" programs tests sources given) ||
		give_up "labs/$1/Makefile is missing or broken; make reset LAB=$1"
	mapfile -t facts <<<"$words"
	read -ra programs <<<"${facts[0]}"
	read -ra linked <<<"${facts[1]-}"
	read -ra sources <<<"${facts[2]-}"
	given=" ${facts[3]-} "
}

# admit LAB: copies the sources into $work/LAB/source, and what else they are
# built with: make's rules and the lab's library into $work/LAB/rules. Leaves in
# $RESULTS/build why a file cannot be taken, in $RESULTS/todo the gaps still open,
# in $RESULTS/places where files, programs and gaps begin; sets said to what counts as a word of the compiler's.
admit() {
	local source=$work/$1/source rules=$work/$1/rules name
	local theirs=() ours=() complaints=""
	said=""
	mkdir -p "$source" "$rules"
	for name in "${sources[@]}"; do
		if [[ ! -e $tree_dir/$1/$name && $given == *" $name "* ]]; then
			ours+=("$kit/labs/$1/$name")
		else
			theirs+=("$1/$name")
		fi
	done
	for name in "${linked[@]}"; do
		ours+=("$kit/grader/labs/$1/linked/$name.c")
	done
	for name in "$kit/grader/labs/$1/linked"/*.h; do
		[[ ! -e $name ]] || ours+=("$name")
	done
	((${#theirs[@]} == 0)) || take "$1" "$source" "${theirs[@]}"
	[[ -n $complaints ]] || take_extra "$1"
	if [[ -n $complaints ]]; then
		printf '%s' "$complaints" >"$RESULTS/build"
		return
	fi
	: >"$RESULTS/todo"
	awk -v todo="$RESULTS/todo" -f "$kit/grader/lib/places.awk" "$source"/*.[ch] >"$RESULTS/places"
	((${#ours[@]} == 0)) || cp -t "$source" "${ours[@]}"
	cp -t "$rules" "$kit/labs/$1/Makefile" "$kit/labs/lab.mk"
	# The box takes files, not folders. The same bytes whenever it is made: they
	# are hashed.
	[[ ! -d $kit/labs/$1/lib ]] ||
		(cd "$kit/labs/$1" && find lib -name '*.[ch]' | LC_ALL=C sort |
			tar --mtime=@0 --owner=0 --group=0 --numeric-owner \
				-cf "$rules/lib.tar" -T -)
}

# take LAB FOLDER FILE...: copies these out of the tree; adds to complaints what
# none of them may be, to said what costs only the compiler's silence
take() {
	local complaint
	"$build_folder/admit" "$tree_dir" "$2" $source_max "${@:3}" \
		>"$work/$1/complaints" || give_up "the sources cannot be copied"
	while read -r complaint; do
		case $complaint in
		refused\ *) complaints+=${complaint#refused }$'\n' ;;
		word\ *) said+=${complaint#word }$'\n' ;;
		esac
	done <"$work/$1/complaints"
}
