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
	[[ -d $1/labs/$2/lib ]] || return 0
	mkdir -p "$3/lib"
	cp "$1/labs/$2/lib"/*.[ch] "$3/lib/"
}
