# The zip's root has setup.sh and run_autograder; the platform unpacks it in
# /autograder/source.
pack() {
	lay "$1" setup.sh run_autograder result.jq
	chmod +x "$1/setup.sh" "$1/run_autograder"
}
