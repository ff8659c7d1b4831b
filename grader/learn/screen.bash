# What `make watch` shows: a body, which is drawn again when the terminal has another
# size; below it, on a terminal, the keys and a line that says what is going on. Of a
# body that is too long for the terminal, as much as fits is drawn, and the rest when a
# key asks for it. Where standard output is no terminal, or an editor reads it, one body
# comes after the other.
#
#	top, below	the first line of the body that is drawn, and the next that is not
#	result		the body that tells of the last grading
#	whole		it is of all tests, and can be made again
#	viewing		something else is shown that a key has asked for

body="" top=0 below=0 result="" whole="" status="" news="" seen="" viewing=""
set_colours
shopt -s extglob
on_terminal="" colour=() columns=80
[[ ! -t 1 || ${TERM-dumb} == dumb || -n $editor ]] || on_terminal=1
! in_colour || colour=(-c)
keys_line="h hint  e explain  t trace  l list  a all again  q quit"

# show BODY
show() {
	body=$1 top=0
	draw
}

draw() {
	local lines footer room note="" bare
	if [[ -z $on_terminal ]]; then
		printf '%s\n\n' "$body"
		[[ -z $viewing ]] || printf '(Enter: back to the result)\n\n'
		return 0
	fi
	columns=$(terminal_width)
	mapfile -t lines < <(wrap <<<"$body")
	mapfile -t footer < <(wrap <<<"$keys_line")
	room=$(($(terminal_height) - ${#footer[@]} - 2)) # the note, and the status
	for ((below = top; below < ${#lines[@]}; below++)); do
		bare=${lines[below]//$'\e['*([0-9;])m/}
		room=$((room - 1 - (${#bare} > 0 ? (${#bare} - 1) / columns : 0)))
		((room >= 0 || below == top)) || break
	done
	if ((below < ${#lines[@]})); then
		note="m: $((${#lines[@]} - below)) more line"
		((below + 1 == ${#lines[@]})) || note+=s
	elif ((top > 0)); then
		note="m: from the top"
	fi
	[[ -z $viewing ]] || note+="${note:+, }Enter: back to the result"
	((room <= 0)) || note=${note:+$'\n'($note)}
	((room > 0)) || note=${note:+($note)}
	printf '\e[H\e[2J'
	printf '%s\n' "${lines[@]:top:below - top}"
	printf '%s\n' "$note" "${footer[@]/#/$dim}"
	printf '%s%s' "$plain" "${status:0:columns - 1}"
	((below < ${#lines[@]})) || below=0
}

# show_more: what did not fit; after that the beginning again
show_more() {
	top=$below
	[[ -z $on_terminal ]] || draw
}

# wrap: lines that are too wide go on in the next one. A command, which may be copied,
# is broken where a shell reads on, or by the terminal itself.
wrap() {
	local line bare rest at width
	while IFS= read -r line; do
		bare=${line//$'\e['*([0-9;])m/}
		if ((${#bare} <= columns)); then
			printf '%s\n' "$line"
			continue
		elif [[ $bare =~ ^\ *(again|draw|make\ trace|grader/trace/trace)\  ]]; then
			line=${line/' -f "'/$' \\\n      -f "'}
			printf '%s\n' "${line/' RUN='/$' \\\n      RUN='}"
			continue
		fi
		rest=${bare%%[! ]*} at=0
		while [[ $line =~ ^(\ *)([^ ]+)(.*)$ ]]; do
			bare=${BASH_REMATCH[2]//$'\e['*([0-9;])m/}
			width=$((${#BASH_REMATCH[1]} + ${#bare}))
			line=${BASH_REMATCH[3]}
			if ((at > ${#rest} && at + width > columns)); then
				printf '\n%s%s' "${rest:+$rest  }" "${BASH_REMATCH[2]}"
				at=$((${#rest} + 2 + ${#bare}))
			else
				printf '%s%s' "${BASH_REMATCH[@]:1:2}"
				at=$((at + width))
			fi
		done
		echo
	done
}

show_again() {
	[[ -n $on_terminal ]] || return 0
	if [[ -n $whole ]]; then
		columns=$(terminal_width)
		result=$(whole_result)
		[[ -n $viewing ]] || body=$result
	fi
	top=0
	draw
}

# show_status TEXT: what is going on, in place of what was
show_status() {
	status=$1
	[[ -z $on_terminal ]] || printf '\r\e[K%s' "${status:0:columns - 1}"
}

# show_progress: how far a grading is
show_progress() {
	local n
	[[ $phase == rest && -n $on_terminal ]] || return 0
	n=$(compgen -G "$work/tmp/ipc-grade.*/$lab/results/[0-9]*/verdict" | grep -c '') || true
	show_status "${#stale[@]} more tests, $n done${held:+; $held: as soon as all have run}"
}

# The terminal is as we leave it: the next line is the shell's.
show_end() { [[ -z $on_terminal ]] || printf '\r\e[K'; }

# tell_editor FOLDER: what was found, if an editor reads it
tell_editor() {
	[[ -n $editor ]] || return 0
	[[ -z ${1-} ]] || "$build_folder/report" -g "$1" || true
	echo "graded $lab"
}

# head_line: the lab, where it stands, and when that was seen; or where it stood when
# all tests had run last
head_line() {
	local score left before="before: "
	[[ -z $whole ]] || before=""
	score=$(number_of "$lab" score)
	left="$lab${score:+  $before$score/$(number_of "$lab" max_score)}  gaps [$(bar_of "$lab")]"
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

# show_beginning: nothing is known yet, but the keys work
show_beginning() {
	result=$(head_line)
	[[ -z $on_terminal ]] || show "$result"
}

# failure_of FOLDER: the first failure that the report finds there
failure_of() { "$build_folder/report" -l1 -w "$columns" "${colour[@]}" "$1" || true; }

# show_news WORDS: what there is to tell of a grading; nothing that a key has asked for
# goes away for it
show_news() {
	result=$1
	[[ -n $viewing ]] || show "$result"
}

# whole_result: what is to be told when all tests have run
whole_result() {
	head_line
	case $news in
	" "*" "*) printf '\n  %sGaps%s are done.%s\n' "$green" "$news" "$plain" ;;
	?*) printf '\n  %sGap%s is done.%s\n' "$green" "$news" "$plain" ;;
	esac
	if [[ -n $failing ]]; then
		failure_of "$known"
	else
		say_done
	fi
}

# show_result: all tests have run
show_result() {
	whole=1
	if [[ -n $viewing ]]; then
		status="all tests have run (Enter: the result)"
	else
		status="waiting for a save"
	fi
	show_news "$(whole_result)"
	show_status "$status"
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

# fact NAME: what is noted of the test that failed: its scenario (ran), its gap ...
fact() {
	local n
	n=$(grep -nxF -- "$failing" "$known/names" 2>/dev/null | cut -d : -f 1) || return 0
	printf -v n '%s/%03d/%s' "$known" "$n" "$1"
	cat "$n" 2>/dev/null || true
}

# show_first: the first test of a round has run, and others still have to
show_first() {
	local verdict="" text
	whole="" status=""
	read -r verdict <"$new/001/verdict" || true
	text=$(head_line)$'\n'
	if [[ $verdict == OK ]]; then
		text+=$'\n'"  ${green}ok$plain    $(<"$new/names")"
	else
		text+=$(failure_of "$new")
		failing=$(<"$new/names")
	fi
	show_news "$text"
}

# show_unbuilt: what the compiler says
show_unbuilt() {
	whole="" held="" status="waiting for a save"
	show_news "$(head_line)"$'\n\n'"$(failure_of "$new")"
	tell_editor "$new"
}

# show_trouble WORDS: the grader could not grade
show_trouble() {
	whole="" held="" status="a tries again"
	show_news "$(head_line)"$'\n\n'"$1"
	tell_editor
}

# show_words COMMAND...: what it says, in place of the result
show_words() {
	local words
	words=$(COLUMNS=$columns "$@" 2>&1 </dev/null) || true
	viewing=1
	[[ -n $phase ]] || status=""
	show "$words"
}

explain_last() {
	show_status "looking closer ..."
	show_words bash grader/learn/explain "$lab"
}

# hint_last: for the gap of the failure that is shown, or the one at hand
hint_last() {
	local gap
	if [[ -s $new/build ]]; then
		show_words echo "It has to build first. For a hint, press h again then."
		return 0
	elif [[ $(fact ran) == make ]]; then
		show_words echo "First fix what the compiler warns of. For a hint, press h again then."
		return 0
	fi
	gap=$(fact gap)
	[[ ${gap:-0} != 0 ]] || gap=""
	show_words bash grader/learn/hint ${gap:+-g "$gap"} "$lab"
}

# trace_last: what the last scenario that failed calls
trace_last() {
	local ran
	ran=$(fact ran)
	if [[ ! -e grader/trace/trace ]]; then
		show_words echo "This copy has no grader/trace."
	elif [[ -z $ran || $ran == make ]]; then
		show_words echo "No test that runs a program has failed."
	else
		show_status "tracing ..."
		show_words draw_run "$ran" "$(fact when)" "$(fact failing)"
	fi
}

# draw_run RUN WHEN RULES: with the calls that failed in it, as far as that is known; what
# else was special about the run (WHEN), it tells
draw_run() {
	local rule rules=() when='^when ([^ :]+)(:[0-9]+)? ([a-z_0-9]+).* fails with ([A-Z0-9]+)$'
	if [[ $3 != *each* ]]; then
		for rule in $3; do
			rules+=(-f "$rule")
		done
	fi
	if [[ -z $2 ]] || ((${#rules[@]})); then
		:
	elif [[ $2 =~ $when ]]; then
		rule=${BASH_REMATCH[1]}/${BASH_REMATCH[3]}
		rules=(-f "$rule:1:${BASH_REMATCH[4]}")
		printf "In the test each such call failed in turn; here it is the first. The second:\n  grader/trace/trace -f %s %s '%s'\n\n" \
			"$rule:2:${BASH_REMATCH[4]}" "$lab" "${1//"'"/"'\''"}"
	else
		printf 'The test ran under a condition that this picture is without:\n  %s\n\n' "${2//$'\n'/$'\n'  }"
	fi
	bash grader/trace/trace "${rules[@]}" "$lab" "$1"
}

# list_all: the list of all tests, as `make LAB` shows it
list_all() {
	if [[ -n $complete ]]; then
		show_words "$build_folder/report" -l -w "$columns" "${colour[@]}" "$known"
	else
		show_words echo "Not all tests have run yet."
	fi
}

show_back() {
	viewing=""
	[[ -n $phase ]] || status="waiting for a save"
	[[ -z $result ]] || show "$result"
}
