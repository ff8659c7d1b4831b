# Two files: autograde-Makefile and autograde.tar, side by side in what is made.
pack() {
	lay "$work/grader" grade result.jq
	tar -C "$work" --sort=name --mtime="$time" --owner=0 --group=0 --numeric-owner -cf "$1/autograde.tar" grader
	cp "$here/autolab/autograde-Makefile" "$1/"
}
