# Building a lab, in boxes: what the cache lacks, and then the programs.

build_seconds=60 # what one box gets

# box_for_building RESULT ARGUMENT...
box_for_building() {
	local result=$1
	shift
	mkdir -p "$result"
	"$LABBOX" -d "$result" -k "$LABBOX_KIT" -l "$LABBOX_LEVEL" -H "$kit" \
		-t $build_seconds -m 2e9 -E -e "CC=$CC" -e "LINKED=${linked[*]}" "$@"
}

# build_ended RESULT: whether the box ended by itself; else leaves in
# $RESULTS/build why the lab does not build
build_ended() {
	local key="" verdict="" why
	while read -r key verdict && [[ $key != verdict ]]; do :; done <"$1/result"
	case $verdict in
	exit) return ;;
	timeout) why="$build_seconds seconds" ;;
	memory) why="2 GB of memory" ;;
	*) give_up "compiling did not end: $verdict" ;;
	esac
	echo "compiling takes more than $why" >"$RESULTS/build"
	return 1
}

# compile LAB NAME...: the objects of each source file in a box of its own, as
# many at a time as there are processors
compile() {
	local lab=$1 name folder build collect sources at_work=0 bad=0
	shift
	for name; do
		folder=$work/$lab/objects/$name collect=()
		mkdir -p "$folder/in"
		sources=("$work/$lab/rules"/* "$work/$lab/source"/*.h)
		[[ -e ${sources[-1]} ]] || unset 'sources[-1]' # a lab without headers
		[[ $name == lib ]] || sources+=("$work/$lab/source/$name.c")
		cp -t "$folder/in" "${sources[@]}"
		for build in "${builds[@]}"; do
			collect+=(-x "$build-$name.o")
			[[ $name != lib ]] || collect[-1]=$build-lib.tar
		done
		if ((at_work >= processors)); then
			wait -n || bad=1
			at_work=$((at_work - 1))
		fi
		box_for_building "$folder/box" -i "$folder/in" "${collect[@]}" \
			/bin/bash ../kit/build.sh object "$name" "${builds[@]}" &
		at_work=$((at_work + 1))
	done
	while ((at_work)); do
		wait -n || bad=1
		at_work=$((at_work - 1))
	done
	return $bad
}

# get_objects LAB: puts the objects of all source files that compile in silence
# into $work/LAB/objects/all, from the cache or by compiling
get_objects() {
	local all=$work/$1/objects/all new=$cache/new.$$ name missing=() hits=()
	mkdir -p "$all"
	for name in "${!object_key[@]}"; do
		if intact "$cache/objects/${object_key[$name]}"; then
			hits+=("$cache/objects/${object_key[$name]}"/*)
		else
			missing+=("$name")
		fi
	done
	# One that is removed just now is compiled with the programs.
	((${#hits[@]} == 0)) || cp -t "$all" "${hits[@]}" 2>/dev/null || true
	((${#missing[@]})) || return 0
	apart compile "$1" "${missing[@]}" || give_up "the box does not start"
	local folder made file entry
	mkdir -p "$new"
	for name in "${missing[@]}"; do
		folder=$work/$1/objects/$name/box
		build_ended "$folder" || return 0
		made=()
		for file in "$folder"/*-"$name".[ot]*; do
			[[ ! -s $file ]] || made+=("$file")
		done
		((${#made[@]} == 0)) || cp -t "$all" "${made[@]}"
		((${#made[@]} == ${#builds[@]})) || continue
		entry=$new/${object_key[$name]}
		mkdir "$entry"
		cp -t "$entry" "${made[@]}" 2>/dev/null || rm -rf "$entry"
	done
	keep "$new" objects
}

# make_programs LAB: makes all programs of all builds; leaves them in $BUILDS, and
# in $BUILDS/BUILD-words what the compiler said, in BUILD-built whether it went well
make_programs() {
	local name program file collect=() box=$work/$1/box
	for name in "${builds[@]}"; do
		mkdir -p "$BUILDS/$name"
		collect+=(-x "$name/words" -x "$name/built")
		for program in "${programs[@]}" "${linked[@]}"; do
			collect+=(-x "$name/$program")
		done
	done
	apart box_for_building "$box" -i "$work/$1/source" -i "$work/$1/rules" \
		-i "$work/$1/objects/all" "${collect[@]}" /bin/bash ../kit/build.sh \
		programs "${programs[@]}" "${linked[@]}" -- "${builds[@]}" ||
		give_up "the box does not start"
	build_ended "$box" || return 0
	head -n 1 "$box/result" >"$BUILDS/level"
	for name in "${builds[@]}"; do
		for file in "$box/$name"-*; do
			program=${file##*/"$name"-}
			[[ -s $file ]] || continue
			case $program in
			words | built) mv "$file" "$BUILDS/$name-$program" ;;
			*) install -m 755 "$file" "$BUILDS/$name/$program" ;;
			esac
		done
	done
}

# keep_programs: what was built without a word
keep_programs() {
	local new=$cache/new.$$ name program
	for name in "${builds[@]}"; do
		[[ -e $BUILDS/$name-built && ! -s $BUILDS/$name-words ]] || return 0
		for program in "${programs[@]}" "${linked[@]}"; do
			[[ -s $BUILDS/$name/$program ]] || return 0
		done
	done
	mkdir -p "$new"
	if cp -r "$BUILDS" "$new/$whole_key"; then
		keep "$new" programs
	else
		rm -rf "$new"
	fi
}

# build LAB: once plain and once with sanitizers, and as the lab's tests ask;
# leaves the programs in $BUILDS
build() {
	admit "$1"
	[[ ! -e $RESULTS/build ]] || return 0
	make_keys "$1"
	if ! { intact "$cache/programs/$whole_key" &&
		cp -r "$cache/programs/$whole_key/." "$BUILDS" 2>/dev/null; }; then
		rm -rf "${BUILDS:?}"/*
		get_objects "$1"
		[[ -e $RESULTS/build ]] || make_programs "$1"
		[[ ! -e $RESULTS/build ]] || return 0
		keep_programs
	fi
	: >>"$BUILDS/plain-words"
	if [[ ! -e $BUILDS/plain-built ]]; then
		cp "$BUILDS/plain-words" "$RESULTS/build"
	elif [[ ! -e $BUILDS/checked-built ]]; then
		DEFAULT_BUILD=plain
		echo "memory errors (this compiler has no sanitizers)" >>"$RESULTS/lost"
	elif [[ $(ulimit -v) != unlimited ]]; then
		DEFAULT_BUILD=plain
		echo "memory errors (ulimit -v leaves sanitizers no room)" >>"$RESULTS/lost"
	fi
}
