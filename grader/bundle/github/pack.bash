# .github/workflows/ and a folder with the kit, for the students' template repository.
pack() {
	lay "$1/.grader" grade result.jq
	mkdir -p "$1/.github/workflows"
	sed "s/@LAB@/$lab/g" "$here/github/workflow.yml" >"$1/.github/workflows/grade.yml"
	shopt -s dotglob
}
