# lay KIT LAB DIR: makes DIR a submission of the lab: the reference, with the
# lab's files that have no gap, and its library.
lay() {
	mkdir -p "$3"
	cp "$1/labs/$2"/*.[ch] "$3/"
	cp "$1/solutions/$2"/*.[ch] "$3/"
	lay_library "$@"
}

# lay_library KIT LAB DIR: the sources of the lab's library, if it has one.
lay_library() {
	local lib=$1/labs/$2/lib folder
	[[ -d $lib ]] || return 0
	mkdir -p "$3/lib"
	cp "$lib"/*.[ch] "$3/lib/"
	for folder in "$lib"/*/; do # of headers, as <sys/door.h>
		[[ ! -d $folder ]] || cp -r "$folder" "$3/lib/"
	done
}
