# The zip's root has setup.sh and run_autograder; the platform unpacks it in
# /autograder/source.
pack() {
	cp "$here/gradescope"/{setup.sh,run_autograder,result.jq} "$here/grade.sh" "$work/kit.tar.gz" "$1/"
	chmod +x "$1/setup.sh" "$1/run_autograder"
	echo "$lab" >"$1/lab"
}
