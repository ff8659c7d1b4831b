# Whose submissions there are. Each system names what it exports in its own way:
#
#	Moodle      Surname Firstname_12345_assignsubmission_file/FILE, or the same
#	            with FILE behind it, for those who do not want folders
#	Canvas      surnamefirst_LATE_4711_99_FILE: the user's id, the file's id
#	Gradescope  submission_123/, and submission_metadata.yml says whose it is
#	git hosts   a clone for each
#	others      a folder, or an archive, for each
#
# What is found goes into $state/students/KEY: paths (a NUL behind each) and
# about.json. No name of a student's becomes a name of ours.

# safe TEXT: prints a name for a folder that comes from nobody else
safe() {
	local name=${1,,}
	name=${name//[^a-z0-9._-]/-}
	name=${name##[-.]*([-.])}
	[[ $name == "$1" && -n $name && ${#name} -le 60 ]] ||
		name=${name:0:50}-$(printf '%s' "$1" | sha256sum | cut -c1-6)
	printf '%s\n' "${name##-}"
}

# student KEY SYSTEM NAME ID LOGIN EMAIL TIME LATE ATTEMPTS: one whose submission is
# here; with the same key again, nothing new
student() {
	local folder=$state/new/students/$1
	[[ ! -d $folder ]] || return 0
	mkdir -p "$folder"
	: >"$folder/paths"
	jq -cn '$ARGS.positional | {key: .[0], system: .[1], name: .[2], id: .[3],
		login: .[4], email: .[5], time: .[6], late: (.[7] != ""),
		attempts: (.[8] | tonumber)}' --args -- "$@" >"$folder/about.json"
}

# has KEY PATH...: what this student handed in
has() {
	local key=$1
	shift
	printf '%s\0' "$@" >>"$state/new/students/$key/paths"
}

is_archive() { [[ ${1,,} == *.@(zip|tar|tgz|tar.gz|tar.xz|tar.bz2|txz|tbz2|7z|rar) ]]; }
is_junk() { [[ $1 == @(__MACOSX|.*|Thumbs.db|desktop.ini) ]]; }

moodle='^(.*)_([0-9]+)_assignsubmission_(file|onlinetext)_?(.*)$'
canvas='^(.*_)?(LATE_)?(anon_[A-Za-z0-9]+|[0-9]+)_([0-9]+)_(.+)$'

# find_students: fills $state/students
find_students() {
	local root=$submissions name entries=() inner
	rm -rf "$state/export" "$state/new"
	mkdir -p "$state/new/students"
	if [[ -f $root ]]; then
		mkdir "$state/export"
		# A submission's own archive stays closed: a student's turn (student).
		bsdtar -x -f "$root" -C "$state/export" --no-same-owner --no-same-permissions \
			--no-acls --no-fflags --no-xattrs 2>"$state/words" ||
			refuse "$submissions is not an archive, or broken: $(head -n 1 "$state/words" | tr -cd '[:print:]')"
		chmod -R u+rwX "$state/export"
		root=$state/export
	fi
	# An archive often holds one folder that holds all.
	while :; do
		entries=()
		for name in "$root"/*; do
			is_junk "${name##*/}" || entries+=("$name")
		done
		((${#entries[@]} == 1)) && [[ -d ${entries[0]} && ! -L ${entries[0]} &&
			! ${entries[0]##*/} =~ $moodle ]] || break
		inner=("${entries[0]}"/*/ "${entries[0]}"/*.@(zip|tar|tgz|gz|xz|yml))
		((${#inner[@]} > 1)) && [[ ! -d ${entries[0]}/.git ]] || break
		root=${entries[0]}
	done
	passed_over=()
	if [[ -f $root/submission_metadata.yml ]]; then
		from_gradescope "$root"
	else
		for name in "${entries[@]}"; do
			from_name "$name"
		done
	fi
	for name in "${passed_over[@]}"; do
		printf 'class: passed over: %s\n' "${name//[![:print:]]/?}" >&2
	done
	inner=("$state/new/students"/*)
	((${#inner[@]})) || refuse \
		"no submissions in $submissions: looked for an export of Moodle, Canvas or Gradescope, git clones, and a folder or an archive for each student"
	take_over
}

# from_name PATH: an entry that tells by its name whose it is
from_name() {
	local name=${1##*/} key late=""
	if [[ -L $1 ]]; then
		passed_over+=("$name (a link)")
	elif [[ $name =~ $moodle ]]; then
		[[ ${BASH_REMATCH[3]} == file ]] || return 0
		key=moodle-${BASH_REMATCH[2]}
		student "$key" moodle "${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}" "" "" "" "" 1
		has "$key" "$1"
	elif [[ -f $1 && $name =~ $canvas ]]; then
		key=canvas-${BASH_REMATCH[3]//[^A-Za-z0-9]/-}
		late=${BASH_REMATCH[2]}
		student "$key" canvas "${BASH_REMATCH[1]%_}" "${BASH_REMATCH[3]}" "" "" "" "$late" 1
		has "$key" "$1"
	elif [[ -d $1/.git ]]; then
		key=$(safe "$name")
		student "$key" git "$name" "" "$name" "" "" "" 1
		has "$key" "$1"
	elif [[ -d $1 ]]; then
		key=$(safe "$name")
		student "$key" plain "$name" "" "$name" "" "" "" 1
		has "$key" "$1"
	elif [[ -f $1 ]] && is_archive "$name"; then
		name=${name%.*}
		name=${name%.tar}
		key=$(safe "$name")
		student "$key" plain "$name" "" "$name" "" "" "" 1
		has "$key" "$1"
	elif [[ -f $1 && $name == *.[ch] ]]; then
		# Files side by side: one submission.
		key=$(safe "$(basename "$submissions")")
		student "$key" plain "$(basename "$submissions")" "" "" "" "" "" 1
		has "$key" "$1"
	else
		passed_over+=("$name")
	fi
}

# from_gradescope ROOT: each of several who handed in together gets a row
from_gradescope() {
	local folder name sid email time attempts key n=0 last=""
	while IFS=$'\037' read -r folder name sid email time attempts; do
		[[ $folder == submission_+([0-9]) ]] || continue
		n=$((n + 1))
		[[ $folder == "$last" ]] || n=1
		last=$folder
		key=gradescope-${folder#submission_}
		((n == 1)) || key+=-$n
		student "$key" gradescope "$name" "$sid" "${email%%@*}" "$email" "$time" "" "$attempts"
		[[ ! -d $1/$folder || -L $1/$folder ]] || has "$key" "$1/$folder"
	done < <(awk -f "$kit/grader/lib/class/gradescope.awk" "$1/submission_metadata.yml")
}

# take_over: the students found now, with what is known of them from before
take_over() {
	local folder key
	mkdir -p "$state/students"
	for folder in "$state/students"/*; do
		[[ -d $state/new/students/${folder##*/} ]] || rm -rf "$folder"
	done
	for folder in "$state/new/students"/*; do
		key=${folder##*/}
		mkdir -p "$state/students/$key"
		mv "$folder/paths" "$folder/about.json" "$state/students/$key/"
	done
}
