# What a machine may lack, and what it may have in another form: found out
# before anything is judged, so that it becomes no mark.

# use_gnu_tools: sees to it that the usual tools are those of the system
use_gnu_tools() {
	local words
	words=$(cp --help 2>&1) || true
	[[ $words == *BusyBox* ]] || return 0
	PATH=/usr/local/bin:/usr/bin:/bin:$PATH
	hash -r
	words=$(cp --help 2>&1) || true
	[[ $words != *BusyBox* ]] ||
		give_up "cp and other tools are BusyBox's; it needs those of GNU (coreutils)"
}

# choose_build_folder KIT: prints the folder for what the grader makes for itself: in the
# kit, or, where that belongs to somebody else, one of the caller's own
choose_build_folder() {
	local own sum
	[[ -d $1/.build ]] || mkdir -p "$1/.build" 2>/dev/null || true
	if [[ -w $1/.build ]] || [[ -z ${XDG_CACHE_HOME-} && -z ${HOME-} ]]; then
		echo "$1/.build"
		return
	fi
	read -r sum _ < <(cksum <<<"$1")
	own=${XDG_CACHE_HOME:-$HOME/.cache}/ipc-lab-kit/$sum
	mkdir -p "$own" 2>/dev/null || own=$1/.build
	echo "$own"
}

# results_folder KIT: prints the folder of the last results of the caller's own labs
results_folder() {
	local build
	build=$(choose_build_folder "$1")
	if [[ $build == "$1/.build" ]]; then
		echo "$1/.results"
	else
		echo "$build/results"
	fi
}

# make_grader: builds the grader's own programs where they are not up to date, by
# the system's own compiler
make_grader() {
	local words own=cc lock elsewhere=()
	# The command that a report names, if a zip file lost its mode.
	[[ -x $kit/grader/grade ]] || chmod +x "$kit/grader/grade" 2>/dev/null || true
	[[ -w $build_folder ]] || give_up "no right to write in $build_folder"
	{ exec {lock}>"$build_folder/lock"; } 2>/dev/null ||
		give_up "no right to write in $build_folder"
	flock "$lock"
	[[ -e $build_folder/labbox ]] || echo "building the grader, once" >&2
	command -v "$own" >/dev/null || own=$CC
	[[ $build_folder -ef $kit/.build ]] || elsewhere=(BUILD="$build_folder")
	words=$(make -s -C "$kit/grader" CC="$own" "${elsewhere[@]}" 2>&1) ||
		give_up "its own programs do not build:
$words"
	exec {lock}>&-
}

# show_tools: the box shows of /opt and /usr/local what belongs there, and where tools
# are
show_tools() {
	local tool tools
	LABBOX_SHOW=""
	while read -r tool; do
		[[ ! $tool =~ ^(/opt|/usr/local)/[^/]+ ]] || LABBOX_SHOW+=:${BASH_REMATCH[0]}
	done < <(mapfile -t tools < <(type -P "${CC%% *}" make as ld valgrind)
		exec realpath "${tools[@]}")
	export LABBOX_SHOW
}

# full_disk FOLDER...: whether there is no room in one of these; prints which
full_disk() {
	local folder blocks size inodes inodes_max
	for folder; do
		[[ -d $folder ]] || continue
		read -r blocks size inodes inodes_max < <(stat -f -c '%a %S %d %c' "$folder")
		((blocks * size < 1048576 || (inodes < 8 && inodes_max > 0))) || continue
		echo "the disk is full: there is no room in $folder"
		return 0
	done
	return 1
}

# check_machine: whether what is to be judged can run here at all. Sets
# other_compiler, if it is neither gcc nor clang, whose warnings cost points.
check_machine() {
	local said
	other_compiler=""
	# Namespaces bring their own.
	[[ $LABBOX_LEVEL == *ns || -w /dev/shm ]] ||
		give_up "there is no /dev/shm here, which shared memory and semaphores need"
	[[ $(stat -c %A /dev/null) == crw?rw?rw? ]] ||
		give_up "/dev/null is not what everybody may read and write: $(ls -l /dev/null 2>&1)"
	[[ ! $(type -P "${CC%% *}") -ef $(type -P cc) ]] || return 0
	printf '#include <stdatomic.h>\nint main(void) { return 42; }\n' >"$work/try.c"
	# shellcheck disable=SC2086 # it may be called with options
	said=$($CC -o "$work/try" "$work/try.c" 2>&1) ||
		give_up "$CC does not compile the smallest program of C11:
$said"
	LD_PRELOAD="$LABBOX_TOOLS/exits.so" "$work/try" 2>/dev/null || (($? == 42)) ||
		give_up "the grader's checkers cannot watch what $CC makes (another C library?)"
	rm "$work/try" "$work/try.c"
	said=$($CC -dM -E - </dev/null 2>/dev/null) || true
	[[ $said == *__GNUC__* ]] || other_compiler=1
	mkdir -p "$work/try/in"
	# shellcheck disable=SC2016 # the shell in the box expands it
	"$LABBOX" -d "$work/try" -i "$work/try/in" -l "$LABBOX_LEVEL" -e "CC=$CC" \
		/bin/bash -c 'type -P "${CC%% *}"' || give_up "the box does not start"
	[[ -s $work/try/out ]] ||
		give_up "the box, which hides /tmp and the users' folders, does not show $CC"
	rm -r "$work/try"
}

# choose_folder: sets folder to where the work is done. In memory, if there is
# room for all that programs may print: hundreds of small files come and go.
choose_folder() {
	local kind="" blocks=0 size=0
	folder=${TMPDIR:-/tmp}
	# Without namespaces, boxes watch what appears in /dev/shm.
	[[ -z ${TMPDIR-} && $LABBOX_LEVEL == *ns && -w /dev/shm ]] || return 0
	read -r kind blocks size < <(stat -f -c '%T %a %S' /dev/shm) || true
	[[ $kind != tmpfs ]] || ((blocks * size < 256000000)) || folder=/dev/shm
}
