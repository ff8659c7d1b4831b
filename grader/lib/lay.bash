# lay KIT LAB DIR: makes DIR a submission of the lab: the reference, with the
# lab's files that have no gap.
lay() {
	mkdir -p "$3"
	cp "$1/labs/$2"/*.[ch] "$3/"
	cp "$1/solutions/$2"/*.[ch] "$3/"
}
