# .github/workflows/ and a folder with the kit, for the students' template repository.
pack() {
	mkdir -p "$1/.github/workflows" "$1/.grader"
	sed "s/@LAB@/$lab/g" "$here/github/workflow.yml" >"$1/.github/workflows/grade.yml"
	cp "$here/github"/{grade,result.jq} "$here/grade.sh" "$work/kit.tar.gz" "$1/.grader/"
	echo "$lab" >"$1/.grader/lab"
	shopt -s dotglob
}
