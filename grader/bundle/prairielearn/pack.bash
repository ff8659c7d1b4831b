# The grader's folder of an external grader (entry point run.sh, mounted as
# /grade/serverFilesCourse/NAME), and the image's Dockerfile.
pack() {
	cp "$here/prairielearn"/{run.sh,result.jq,Dockerfile} "$here/grade.sh" "$work/kit.tar.gz" "$1/"
	echo "$lab" >"$1/lab"
	chmod +x "$1/run.sh"
}
