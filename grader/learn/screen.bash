# What `make watch` shows: a body, which is drawn again when the terminal has another
# size; below it, on a terminal, the keys and a line that says what is going on. Where
# standard output is no terminal, or an editor reads it, one body comes after the other.

body="" result="" status="" news="" seen="" viewing=""
set_colours
on_terminal="" colour=()
[[ ! -t 1 || ${TERM-dumb} == dumb || -n $editor ]] || on_terminal=1
! in_colour || colour=(-c)
keys_line="h hint  e explain  t trace  l list  a all again  q quit"

# show BODY
show() {
	body=$1
	draw
}

draw() {
	if [[ -n $on_terminal ]]; then
		printf '\e[H\e[2J%s\n\n%s\n%s' "$body" "$dim$keys_line$plain" "$status"
	else
		printf '%s\n\n' "$body"
	fi
}

show_again() { [[ -z $on_terminal ]] || draw; }

# show_status TEXT: what is going on, in place of what was
show_status() {
	status=$1
	[[ -z $on_terminal ]] || printf '\r\e[K%s' "${status:0:78}"
}

# show_progress: how far a grading is
show_progress() {
	local n
	[[ $phase == rest && -n $on_terminal ]] || return 0
	n=$(compgen -G "$work/tmp/ipc-grade.*/$lab/results/[0-9]*/verdict" | grep -c '') || true
	show_status "${#stale[@]} more tests, $n done"
}

# The terminal is as we leave it: the next line is the shell's.
show_end() { [[ -z $on_terminal ]] || printf '\r\e[K'; }

# tell_editor FOLDER: what was found, if an editor reads it
tell_editor() {
	[[ -n $editor ]] || return 0
	[[ -z ${1-} ]] || "$build_folder/report" -g "$1" || true
	echo "graded $lab"
}

# head_line: the lab, where it stands, and when that was seen
head_line() {
	local score left
	score=$(number_of "$lab" score)
	left="$lab${score:+  $score/$(number_of "$lab" max_score)}  gaps [$(bar_of "$lab")]"
	printf '%s%s%s   %s\n' "$bold" "$left" "$plain" "$seen"
}

# note_time: sets seen to when the first verdict came, and how long that took
note_time() {
	local ms
	printf -v seen '%(%H:%M:%S)T' -1
	[[ -n $saved_at ]] || return 0
	ms=$(((${EPOCHREALTIME/[.,]/} - saved_at) / 1000))
	printf -v seen '%s, %d.%d s after the save' "$seen" $((ms / 1000)) $((ms % 1000 / 100))
}

# failure_of FOLDER: the first failure that the report finds there
failure_of() { "$build_folder/report" -1 "${colour[@]}" "$1" || true; }

# show_result: all tests have run
show_result() {
	local gap text
	text=$(head_line)$'\n'
	for gap in $news; do
		text+=$'\n'"  ${green}Gap $gap is done.$plain"$'\n'
	done
	if [[ -n $failing ]]; then
		failing_ran=$(ran_of "$known" "$failing")
		text+=$(failure_of "$known")
	else
		failing_ran=""
		text+=$(say_done)
	fi
	result=$text
	if [[ -n $viewing ]]; then
		show_status "all tests have run"
	else
		status="waiting for a save"
		show "$text"
	fi
	tell_editor "$known"
}

# say_done: full marks, and how to go on
say_done() {
	local next optional
	printf '\n  %sFull marks: %s is done.%s\n' "$green" "$lab" "$plain"
	optional=$(failure_of "$known") # the gap without points, if there is one
	[[ -z $optional ]] || printf '%s\n' "$optional"
	next=$(next_lab)
	echo
	[[ ! -d solutions ]] || echo "  make compare LAB=$lab shows it beside the reference."
	[[ -z $next ]] || echo "  Next lab: $next. Leave by q, then: make watch LAB=$next"
}

# ran_of FOLDER TEST: its scenario
ran_of() {
	local n
	n=$(grep -nxF -- "$2" "$1/names" | cut -d : -f 1) || return 0
	printf -v n '%s/%03d/ran' "$1" "$n"
	cat "$n" 2>/dev/null || true
}

# show_first: the first test of a round has run, and others still have to
show_first() {
	local verdict="" text
	read -r verdict <"$new/001/verdict" || true
	text=$(head_line)$'\n'
	if [[ $verdict == OK ]]; then
		text+=$'\n'"  ${green}ok$plain    $(<"$new/names")"
	else
		text+=$(failure_of "$new")
		failing_ran=$(<"$new/001/ran")
	fi
	result=$text status=""
	show "$text"
}

# show_unbuilt: what the compiler says
show_unbuilt() {
	result="$(head_line)"$'\n\n'"$(failure_of "$new")" status="waiting for a save"
	show "$result"
	tell_editor "$new"
}

# show_trouble WORDS: the grader could not grade
show_trouble() {
	result="$(head_line)"$'\n\n'"$1" status="a tries again"
	show "$result"
	tell_editor
}

# show_words COMMAND...: what it says, in place of the result
show_words() {
	local words
	words=$("$@" 2>&1 </dev/null) || true
	viewing=1
	[[ -n $phase ]] || status=""
	show "$words"$'\n\n'"(Enter: back to the result)"
}

explain_last() {
	show_status "looking closer ..."
	show_words bash grader/lib/explain "$lab"
}

# trace_last: what the last scenario that failed calls
trace_last() {
	if [[ ! -e grader/trace/trace ]]; then
		show_words echo "This copy has no grader/trace."
	elif [[ -z $failing_ran || $failing_ran == make ]]; then
		show_words echo "No scenario has failed."
	else
		show_status "tracing ..."
		show_words bash grader/trace/trace "$lab" "$failing_ran"
	fi
}

# list_all: the list of all tests, as `make LAB` shows it
list_all() {
	if [[ -n $complete ]]; then
		show_words "$build_folder/report" "${colour[@]}" "$known"
	else
		show_words echo "Not all tests have run yet."
	fi
}

show_back() {
	viewing=""
	[[ -n $phase ]] || status="waiting for a save"
	[[ -z $result ]] || show "$result"
}
