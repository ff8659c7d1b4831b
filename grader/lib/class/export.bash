# Whose submissions there are. Each system names what it exports in its own way:
#
#	Moodle      Surname Firstname_12345_assignsubmission_file/FILE (older ones:
#	            with a _ at the end), or the same with _FILE behind it, for those
#	            who do not want folders; a group's name and number for groups, no
#	            number for those without a group
#	Canvas      surnamefirst_LATE_4711_99_FILE: the user's id, the file's id; FILE
#	            gets -1, -2 ... when it is handed in again
#	Gradescope  submission_123/, and submission_metadata.yml says whose it is
#	git hosts   a clone for each
#	others      a folder, or an archive, for each
#
# What is found goes into $state/students/KEY: paths (NUL behind each: a path, and
# the name that the student gave it, empty for a folder), system, and said
# (sentences); and, for all students, into $state/about, a line for each. No name
# of a student's becomes a name of ours.

moodle='_([0-9]+)_assignsubmission_(file|onlinetext)(_(.*))?$'
moodle_nobody='_assignsubmission_(file|onlinetext)(_(.*))?$'
canvas='(^|_)(anon_[A-Za-z0-9]+|[0-9]+)_([0-9]+)_(.+)$'
canvas_text='(^|_)(anon_[A-Za-z0-9]+|[0-9]+)_(text|link)\.html$'

is_archive() { [[ ${1,,} == *.@(zip|tar|tgz|tar.gz|tar.xz|tar.bz2|tar.zst|txz|tbz|tbz2|7z|rar) ]]; }
is_junk() { [[ $1 == @(__MACOSX|.*|Thumbs.db|desktop.ini) ]]; }
is_of_system() {
	[[ $1 =~ $moodle || $1 =~ $moodle_nobody || $1 == submission_metadata.yml ]] ||
		[[ $1 =~ $canvas || $1 =~ $canvas_text ]]
}

# safe TEXT: sets key to a name for a folder that comes from nobody else
safe() {
	local sum
	key=${1,,}
	key=${key//[^a-z0-9._-]/-}
	key=${key##*([-.])}
	[[ $key == "$1" && -n $key && ${#key} -le 60 ]] && return
	sum=$(printf '%s' "$1" | sha256sum)
	key=${key:0:50}-${sum:0:6}
	key=${key##-}
}

# student KEY SYSTEM NAME ID LOGIN EMAIL TIME LATE ATTEMPTS SOURCE: one who handed
# something in; with the same key again, nothing new
student() {
	local folder=$state/new/students/$1 line
	[[ ! -d $folder ]] || return 0
	mkdir -p "$folder"
	: >"$folder/paths"
	: >"$folder/said"
	echo "$2" >"$folder/system"
	line=$(printf '%s\037' "${@//[[:cntrl:]]/?}")
	printf '%s\n' "$line" >>"$state/new/about"
}

# has KEY PATH [NAME]: what this student handed in
has() { printf '%s\0%s\0' "$2" "${3-}" >>"$state/new/students/$1/paths"; }

# says KEY SENTENCE: what the instructor should know of it
says() { printf '%s\n' "$2" >>"$state/new/students/$1/said"; }

# find_students: fills $state/students
find_students() {
	local name inner words
	rm -rf "$state/export" "$state/new" "$state"/pages.*
	mkdir -p "$state/new/students"
	: >"$state/new/about"
	root=$submissions
	if [[ -f $root ]]; then
		mkdir "$state/export"
		# A student's own archive stays closed; that is opened in a box (unpack.sh).
		LC_ALL=C.UTF-8 bsdtar -x -f "$root" -C "$state/export" --no-same-owner \
			--no-same-permissions --no-acls --no-fflags --no-xattrs \
			2>"$state/words" </dev/null || {
			refuse_full_disk
			# Paths and links that lead out are left out, which is as it should be.
			words=$(grep -vE 'Path contains|symlink|hard-?link|Ignoring|Error exit delayed' \
				"$state/words" | head -n 1 | tr -cd '[:print:]') || true
			[[ -z $words ]] || refuse "$submissions is not an archive, or a broken one: $words"
		}
		chmod -R u+rwX "$state/export"
		root=$state/export
	fi
	find_root
	passed_over=()
	if [[ -f $root/submission_metadata.yml && ! -L $root/submission_metadata.yml ]]; then
		from_gradescope
	elif is_one_submission; then
		safe "$(basename "$submissions")"
		student "$key" plain "$(basename "$submissions")" "" "" "" "" "" 1 .
		has "$key" "$root"
	else
		for name in "${entries[@]}"; do
			from_name "$name"
		done
	fi
	for name in "${passed_over[@]:0:5}"; do
		printf 'class: passed over: %s\n' "${name//[![:print:]]/?}" >&2
	done
	((${#passed_over[@]} <= 5)) ||
		printf 'class: passed over: %d more\n' $((${#passed_over[@]} - 5)) >&2
	inner=("$state/new/students"/*)
	((${#inner[@]})) || refuse \
		"no submissions in $submissions: looked for an export of Moodle, Canvas or Gradescope, git clones, and a folder or an archive for each student"
	take_over
}

# find_root: sets root to the folder that has an entry for each student, and
# entries: what is exported often lies in a folder of its own
find_root() {
	local name inner n
	while :; do
		entries=()
		for name in "$root"/*; do
			# (Our own folder may lie beside what was handed in.)
			is_junk "${name##*/}" || [[ $name -ef $out ]] || entries+=("$name")
		done
		((${#entries[@]} == 1)) || return 0
		name=${entries[0]}
		[[ -d $name && ! -L $name && ! -e $name/.git ]] || return 0
		! is_of_system "${name##*/}" || return 0
		n=0
		for inner in "$name"/*; do
			! is_junk "${inner##*/}" || continue
			! is_of_system "${inner##*/}" || n=$((n + 2))
			[[ ! -d $inner ]] && ! is_archive "$inner" || n=$((n + 1))
			[[ $inner != *.[ch] ]] || is_of_system "${inner##*/}" || return 0
		done
		((n > 1)) || return 0
		root=$name
	done
}

# is_one_submission: whether the lab's files lie at the top
is_one_submission() {
	local name
	for name in "${sources[@]}"; do
		[[ ! -f $root/$name ]] || return 0
	done
	return 1
}

# from_name PATH: an entry that tells by its name whose it is
from_name() {
	local name=${1##*/} key="" late="" who rest source=${1#"$root/"}
	if [[ $name =~ $moodle ]]; then
		who=${name%%"${BASH_REMATCH[0]}"} key=moodle-${BASH_REMATCH[1]}
		student "$key" moodle "$who" "${BASH_REMATCH[1]}" "" "" "" "" 1 "$source"
		from_moodle "$1" "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]}"
	elif [[ $name =~ $moodle_nobody ]]; then
		who=${name%%"${BASH_REMATCH[0]}"} rest=${BASH_REMATCH[3]}
		late=${BASH_REMATCH[1]}
		safe "$who"
		student "$key" moodle "$who" "" "" "" "" "" 1 "$source"
		from_moodle "$1" "$late" "$rest"
	elif [[ $name =~ $canvas || $name =~ $canvas_text ]] && [[ ! -d $1 || -L $1 ]]; then
		who=${name%%"${BASH_REMATCH[0]}"} key=canvas-${BASH_REMATCH[2]//_/-}
		[[ $who != LATE && $who != *_LATE ]] || late=late
		who=${who%LATE}
		student "$key" canvas "${who%_}" "${BASH_REMATCH[2]}" "" "" "" "$late" 1 "$source"
		if [[ -L $1 ]]; then
			says "$key" "a link was left out"
		elif [[ $name =~ $canvas ]]; then
			has "$key" "$1" "${BASH_REMATCH[3]}/${BASH_REMATCH[4]}"
		else
			says "$key" "a text or an address was handed in, not a file"
		fi
	elif [[ -L $1 ]]; then
		safe "$name"
		student "$key" plain "$name" "" "$name" "" "" "" 1 "$source"
		says "$key" "it is a link, which is not followed"
	elif [[ -d $1 ]]; then
		safe "$name"
		rest=plain
		[[ ! -e $1/.git ]] || rest=git
		student "$key" "$rest" "$name" "" "$name" "" "" "" 1 "$source"
		has "$key" "$1"
	elif [[ -f $1 ]] && is_archive "$name"; then
		who=${name%.*}
		who=${who%.tar}
		safe "$who"
		student "$key" plain "$who" "" "$who" "" "" "" 1 "$source"
		has "$key" "$1" "$name"
	else
		passed_over+=("$name")
	fi
}

# from_moodle PATH KIND FILE: for the student of key
from_moodle() {
	if [[ -L $1 ]]; then
		says "$key" "a link was left out"
	elif [[ $2 == onlinetext ]]; then
		says "$key" "a text was typed in; only files are graded"
	elif [[ -d $1 ]]; then
		has "$key" "$1"
	else
		has "$key" "$1" "$3"
	fi
}

# from_gradescope: each of several who handed in together gets a row
from_gradescope() {
	local folder name sid email time attempts key n=0 last="" known=" "
	while IFS=$'\037' read -r folder name sid email time attempts; do
		[[ $folder =~ ^submission_[0-9]+$ ]] || continue
		n=$((n + 1))
		[[ $folder == "$last" ]] || n=1
		last=$folder
		key=gradescope-${folder#submission_}
		((n == 1)) || key+=-$n
		known+="$folder "
		student "$key" gradescope "$name" "$sid" "${email%%@*}" "$email" "$time" "" \
			"$attempts" "$folder"
		if [[ -L $root/$folder ]]; then
			says "$key" "it is a link, which is not followed"
		elif [[ -d $root/$folder ]]; then
			has "$key" "$root/$folder"
		fi
	done < <(awk -f "$kit/grader/lib/class/gradescope.awk" "$root/submission_metadata.yml")
	# One whose owner the file does not name.
	for folder in "$root"/submission_+([0-9]); do
		name=${folder##*/}
		[[ $known != *" $name "* && -d $folder && ! -L $folder ]] || continue
		key=gradescope-${name#submission_}
		student "$key" gradescope "" "" "" "" "" "" 1 "$name"
		says "$key" "submission_metadata.yml does not say whose it is"
		has "$key" "$folder"
	done
}

# take_over: the students found now, with what is known of them from before
take_over() {
	local folder key
	mkdir -p "$state/students"
	for folder in "$state/students"/*; do
		[[ -d $state/new/students/${folder##*/} ]] || rm -rf "$folder"
	done
	keys=()
	for folder in "$state/new/students"/*; do
		key=${folder##*/}
		keys+=("$key")
		if [[ -d $state/students/$key ]]; then
			mv "$folder"/{paths,said,system} "$state/students/$key/"
		else
			mv "$folder" "$state/students/$key"
		fi
	done
	sort "$state/new/about" >"$state/about.new"
	mv "$state/about.new" "$state/about"
}
