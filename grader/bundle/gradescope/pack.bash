# The zip's root has setup.sh and run_autograder; the platform unpacks it in
# /autograder/source.
pack() {
	cp "$here/gradescope"/{setup.sh,run_autograder,result.jq} "$here/grade.sh" "$work/kit.tar.gz" "$1/"
	echo "$lab" >"$1/lab"
}
