# Everything a lab's tests need. A test reads:
#
#	@test "the reader sees end-of-file once every writer is done" {
#		gap 2; points 10
#		scenario './pipeline yes "|" head -n 1'
#		expect_status 0
#		expect_output y
#		explain "End of file" "a write end is still open somewhere"
#	}
#
# An expectation that fails does not end the test: the report shows them all.
# The verdict falls in teardown, from what was written down.
lib=$KIT/grader/lib

# A program that a test calls by itself, and this machine lacks: what it would
# have printed must not be expected to be nothing.
command_not_found_handle() {
	echo "$1" >>"$test_dir/lacks"
	return 127
}

source "$lib/declare.bash"
source "$lib/scenario.bash"
source "$lib/judge.bash"
source "$lib/expect.bash"
source "$lib/checkers.bash"
source "$lib/conduct.bash"
source "$lib/verdict.bash"
source "$lib/every.bash"

# What a lab brings to each of its scenarios: functions, and programs, which are
# built with the grader.
lab_tools="" lab_programs=()
[[ ! -f $KIT/grader/labs/$LAB/tools.bash ]] ||
	IFS= read -rd '' lab_tools <"$KIT/grader/labs/$LAB/tools.bash" || true
helpers=("${LABBOX%/*}/labs/$LAB/programs"/*)
[[ ! -e ${helpers[0]} ]] ||
	lab_programs=(-i "${helpers[0]%/*}" -e "LABBOX_HELPERS=${helpers[*]##*/}")
