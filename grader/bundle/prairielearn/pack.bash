# The grader's folder of an external grader (entry point run.sh, mounted as
# /grade/serverFilesCourse/NAME), and the image's Dockerfile.
pack() {
	lay "$1" run.sh result.jq Dockerfile
	chmod +x "$1/run.sh"
}
