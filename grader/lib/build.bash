# Building a lab, in boxes: what the cache lacks, and then the programs.

build_seconds=60 # what one box gets

# box_for_building RESULT ARGUMENT...: what only the machine was too slow for is
# tried again
box_for_building() {
	local try
	for try in 1 2 3; do
		run_box_for_building "$@" || return
		! grep -q '^verdict slow' "$1/result" || continue
		return 0
	done
}

run_box_for_building() {
	"$LABBOX" -d "$1" -T "$LABBOX_TOOLS" -l "$LABBOX_LEVEL" -H "$kit" \
		-t $build_seconds -m 2e9 -E -e "CC=$CC" -e "LINKED=${linked[*]}" "${@:2}"
}

# build_ended RESULT: whether the box ended by itself; else leaves in
# $RESULTS/build why the lab does not build
build_ended() {
	local key="" verdict="" why
	while read -r key verdict && [[ $key != verdict ]]; do :; done <"$1/result"
	case $verdict in
	exit) return ;;
	timeout) why="$build_seconds seconds of processor time" ;;
	memory) why="2 GB of memory" ;;
	excess | notes) why="any lab needs" ;;
	slow) give_up "the machine is too busy to compile the programs" ;;
	*) give_up "compiling did not end: $verdict" ;;
	esac
	echo "compiling takes more than $why" >"$RESULTS/build"
	return 1
}

# compile LAB NAME...: the objects of each source file into the folder of its key,
# each in a box of its own, as many at a time as there are processors
compile() {
	local lab=$1 name folder build collect sources at_work=0 bad=0
	shift
	for name; do
		folder=$work/$lab/objects/${object_key[$name]} collect=()
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
		box_for_building "$folder" -i "$folder/in" "${collect[@]}" \
			/bin/bash ../tools/build.sh object "$name" "${builds[@]}" &
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
	local objects=$work/$1/objects name file made
	local missing=() hits=() folders=() whole=() useless=()
	for name in "${!object_key[@]}"; do
		if intact "$cache/objects/${object_key[$name]}"; then
			hits+=("$cache/objects/${object_key[$name]}"/*)
		else
			missing+=("$name")
			folders+=("$objects/${object_key[$name]}")
		fi
	done
	# One that is removed just now is compiled with the programs.
	((${#hits[@]} == 0)) || cp -t "$objects/all" "${hits[@]}" 2>/dev/null || true
	((${#missing[@]})) || return 0
	mkdir -p "${folders[@]/%//in}"
	in_group compile "$1" "${missing[@]}" || give_up "the box does not start"
	hits=()
	for name in "${missing[@]}"; do
		file=$objects/${object_key[$name]} made=0
		build_ended "$file" || return 0
		useless+=("$file"/{in,out,err,log,result})
		for file in "$file"/*-"$name".[ot]*; do
			[[ ! -s $file ]] || hits+=("$file") made=$((made + 1))
		done
		((made < ${#builds[@]})) || whole+=("${file%/*}")
	done
	((${#hits[@]} == 0)) || cp -t "$objects/all" "${hits[@]}"
	rm -rf "${useless[@]}"
	((${#whole[@]} == 0)) || keep objects "${whole[@]}"
}

# make_programs LAB: makes all programs of all builds; leaves them in $BUILDS, and
# in $BUILDS/BUILD-words what the compiler said, in BUILD-built whether it went
# well, in BUILD-able whether it did not, but should have; see lib/objects.sh for
# plain-behind
make_programs() {
	local name program file collect=() box=$work/$1/box
	for name in "${builds[@]}"; do
		collect+=(-x "$name/words" -x "$name/built" -x "$name/able")
		for program in "${programs[@]}" "${linked[@]}"; do
			collect+=(-x "$name/$program")
		done
	done
	collect+=(-x plain/behind)
	in_group box_for_building "$box" -i "$work/$1/source" -i "$work/$1/rules" \
		-i "$work/$1/objects/all" "${collect[@]}" /bin/bash ../tools/build.sh \
		programs "${programs[@]}" "${linked[@]}" -- "${builds[@]}" ||
		give_up "the box does not start"
	build_ended "$box" || return 0
	read -r name <"$box/result"
	echo "$name" >"$BUILDS/level"
	[[ ! -s $box/plain-behind ]] || cp "$box/plain-behind" "$BUILDS/"
	for name in "${builds[@]}"; do
		[[ ! -s $box/$name-able ]] || echo yes >"$BUILDS/$name-able"
		[[ ! -s $box/$name-words ]] || cp "$box/$name-words" "$BUILDS/"
		[[ ! -s $box/$name-built ]] || echo yes >"$BUILDS/$name-built"
		for program in "${programs[@]}" "${linked[@]}"; do
			file=$box/$name-$program
			[[ ! -s $file ]] || install -m 755 "$file" "$BUILDS/$name/$program"
		done
	done
}

# keep_programs LAB: what was built without a word
keep_programs() {
	local name program
	for name in "${builds[@]}"; do
		[[ -e $BUILDS/$name-built && ! -s $BUILDS/$name-words ]] || return 0
		for program in "${programs[@]}" "${linked[@]}"; do
			[[ -s $BUILDS/$name/$program ]] || return 0
		done
	done
	ln -s "$BUILDS" "$work/$1/$whole_key"
	keep programs "$work/$1/$whole_key"
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
		mkdir -p "${builds[@]/#/$BUILDS/}" "$work/$1/objects/all" "$work/$1/box"
		get_objects "$1"
		[[ -e $RESULTS/build ]] || make_programs "$1"
		[[ ! -e $RESULTS/build ]] || return 0
		keep_programs "$1"
	fi
	[[ -z $other_compiler || ! -e $BUILDS/plain-built ]] || : >"$BUILDS/plain-words"
	printf '%s' "$said" >>"$BUILDS/plain-words"
	if [[ ! -e $BUILDS/plain-built ]]; then
		cp "$BUILDS/plain-words" "$RESULTS/build"
		return
	fi
	# The program's fault, not that of a compiler that lacks something.
	local name
	for name in "${builds[@]:1}"; do
		[[ -e $BUILDS/$name-able ]] || continue
		rm "$BUILDS/plain-built"
		echo "it does not compile for the checkers (build $name):" |
			cat - "$BUILDS/$name-words" >"$RESULTS/build"
		return
	done
	if [[ ! -e $BUILDS/checked-built ]]; then
		DEFAULT_BUILD=plain
		echo "memory errors (this compiler has no sanitizers)" >>"$RESULTS/lost"
	elif [[ $(ulimit -v) != unlimited ]]; then
		DEFAULT_BUILD=plain
		echo "memory errors (ulimit -v leaves sanitizers no room)" >>"$RESULTS/lost"
	fi
}
