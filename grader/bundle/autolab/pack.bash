# Two files: autograde-Makefile and autograde.tar, side by side in what is made.
pack() {
	lay "$work/grader" grade result.jq
	(cd "$work" && pack_alike "$time" grader) >"$1/autograde.tar"
	cp "$here/autolab/autograde-Makefile" "$1/"
}
