# What was compiled once is kept, by the content of all that its compiler could
# see: a folder of objects for each source file, and a folder of programs for
# each set of files. Both are made in a box, and only from what the compiler
# passed in silence: a warning is to be shown again.
#
# An object is made in a box in which no other source file is, so a submission
# cannot change what another gets. An entry appears whole, by a rename, and is
# never changed: several grades may work side by side.

cache=$build_folder/cache
objects_max=800 # entries; older ones go first
programs_max=30

# about_machine: sets machine to what tells one compiler from another, and one set
# of system headers from another
about_machine() {
	# Package managers touch the last of these with every change.
	machine=$(stat -Lc '%n %s %Y' "$(type -P "${CC%% *}")" "$(type -P as)" \
		"$(type -P ld)" /usr/lib/gcc/*/*/{cc1,collect2} /usr/include \
		/usr/local/include "$build_folder/tools/race.so" /etc/ld.so.cache \
		/var/lib/dpkg/status /var/lib/pacman/local \
		/{usr/lib/sysimage,var/lib}/rpm 2>/dev/null) || true
}

# make_keys LAB: sets whole_key, and object_key for each source file (and for
# lib), to the names of their entries
make_keys() {
	local folder=$work/$1/keys name hash seen="" line
	mkdir "$folder"
	[[ -n $machine ]] || about_machine
	# What every compiler sees: the rules, the headers, how it is called.
	local common="1 $LABBOX_LEVEL ${builds[*]} ${programs[*]} ${linked[*]} $CC"
	declare -A content=()
	while read -r hash name; do
		content[$name]=$hash
		[[ $name == *.c ]] || common+=$'\n'"$hash $name"
	done < <(cd "$work/$1/source" && sha256sum -- * ../rules/* \
		"$LABBOX_TOOLS"/{build.sh,objects.sh,watched,race.specs})
	common+=$'\n'$machine
	for name in "${!content[@]}"; do
		[[ $name == *.c ]] || continue
		line="$name ${content[$name]}"
		printf '%s\n%s\n' "$common" "$line" >"$folder/${name%.c}"
	done
	[[ ! -e $work/$1/rules/lib.tar ]] || printf '%s\nlib\n' "$common" >"$folder/lib"
	for name in "$work/$1/source"/*.c; do
		name=${name##*/}
		seen+="$name ${content[$name]}"$'\n'
	done
	printf '%s\n%s' "$common" "$seen" >"$work/$1/whole"
	declare -gA object_key=()
	while read -r hash name; do
		if [[ $name == ../whole ]]; then
			whole_key=$hash
		else
			object_key[$name]=$hash
		fi
	done < <(cd "$folder" && sha256sum -- * ../whole)
}

# intact ENTRY: whether there is one, and nothing in it was lost with the power or
# on a full disk
intact() {
	local file
	[[ -d $1 ]] || return
	for file in "$1"/* "$1"/*/*; do
		[[ ! -f $file || -s $file ]] || return
	done
}

# keep KIND FOLDER...: a copy of every folder becomes an entry of its name. What
# cannot be written is not kept.
keep() {
	local kind=$1 new=$cache/new.$$
	shift
	# Not for others to read: the references are among it.
	[[ -d $cache ]] || mkdir -m 700 "$cache" 2>/dev/null || true
	if mkdir -p "$new" "$cache/$kind" && cp -rL -t "$new" "$@"; then
		# Another grade may have kept the same.
		mv -t "$cache/$kind" "$new"/* || true
	fi 2>/dev/null
	rm -rf "$new"
	((RANDOM % 32)) || prune
}

# prune: removes the oldest entries, and what an end by force left half made.
# Neither a cache that has only just begun nor another grade that removes the
# same is a failure.
prune() {
	local old
	{
		find "$cache" -maxdepth 1 -name 'new.*' -mmin +60
		for old in "objects $objects_max" "programs $programs_max"; do
			find "$cache/${old% *}" -mindepth 1 -maxdepth 1 -printf '%T@ %p\n' |
				sort -rn | tail -n +$((${old#* } + 1)) | cut -d ' ' -f 2-
		done
	} 2>/dev/null | tr '\n' '\0' | xargs -0r rm -rf || true
}
