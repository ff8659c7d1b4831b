# Where a grading stands: a line that is overwritten, on a terminal only. Editors run
# grade -g on a terminal, too, and would take it for the beginning of the next line.

# progress TEXT: shows it instead of what was shown before; "" removes that
progress() {
	[[ ! -t 2 || ${format[*]-} == -g ]] || printf '\r\033[K%s' "$1" >&2
}

# show_tests_done LAB: counts the tests that have a verdict, until it is ended
show_tests_done() {
	local never n
	exec {never}<> <(:)
	for (( ; ; )); do
		n=$(compgen -G "$RESULTS/[0-9]*/verdict" | grep -c '') || true
		progress "$1: $n of ${#names[@]} tests"
		read -rt 0.5 -u "$never" || true
	done
}
