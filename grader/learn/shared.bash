# What the steps of the learning loop have in common. All paths are from the kit's
# folder, where the callers are.
#
# What is known of a lab is the result of its last grading, $results/LAB.json, and
# the sources. Besides there is one small file, $results/learn, which may be deleted
# at any time: "hint LAB GAP LEVEL" is the last hint shown, "compare LAB" that the
# comparison was asked for once.
source grader/lib/surroundings.bash
source grader/learn/gaps.bash
results=$(results_folder "$PWD")

# number_of LAB FIELD: a number from the head of its last result; nothing if it has
# not been graded
number_of() {
	[[ -f $results/$1.json ]] || return 0
	sed -nE "1s/.*\"$2\": ([0-9]+).*/\1/p" "$results/$1.json"
}

# is_done LAB: the last result has full marks
is_done() {
	local score
	score=$(number_of "$1" score)
	[[ -n $score && $score == "$(number_of "$1" max_score)" ]]
}

# is_edited LAB: a source is newer than the last result
is_edited() {
	[[ -f $results/$1.json &&
		-n $(find "labs/$1" -name '*.[ch]' -newer "$results/$1.json" 2>/dev/null) ]]
}

# next_lab: the first in learning order without full marks; nothing if all have them
next_lab() {
	local lab
	for lab in $(labs); do
		is_done "$lab" || { echo "$lab"; return; }
	done
}

# gap_now LAB: the gap with which to go on; 0 if what fails belongs to none
gap_now() {
	local gap
	gap=$(number_of "$1" next_gap)
	[[ -n $gap ]] || gap=$(open_gaps "$1" | head -n 1)
	echo "${gap:-0}"
}

# gaps_done LAB: the required gaps all of whose tests have passed, a line each
gaps_done() {
	[[ -f $results/$1.json ]] || return 0
	awk '
		match($0, /"gap": [0-9]+/) {
			gap = substr($0, RSTART + 7, RLENGTH - 7) + 0
			points = match($0, /"max_points": [1-9]/)
			if (gap > 0 && points) wanted[gap] = 1
			if (gap > 0 && points && $0 !~ /"passed": true/) failed[gap] = 1
		}
		END { for (gap in wanted) if (!(gap in failed)) print gap }' \
		"$results/$1.json" | sort -n
}

# bar_of LAB: a # for each gap that is done, a dot for each that is not
bar_of() {
	local gap done_ bar=""
	done_=" $(gaps_done "$1" | xargs) "
	for gap in $(required_gaps "$1"); do
		if [[ $done_ == *" $gap "* ]]; then bar+="#"; else bar+="."; fi
	done
	echo "$bar"
}

# recall WORD...: the line of the small file that begins with these words; what
# stands behind them
recall() {
	[[ -f $results/learn ]] || return 0
	awk -v words="$* " 'index($0 " ", words) == 1 { print substr($0, length(words) + 1) }' \
		"$results/learn" | tail -n 1
}

# remember WORDS VALUE: puts that line into it, in place of the one before
remember() {
	mkdir -p "$results"
	{
		[[ ! -f $results/learn ]] ||
			awk -v words="$1 " 'index($0 " ", words) != 1' "$results/learn"
		echo "$1${2:+ $2}"
	} >"$results/.learn.$$"
	mv "$results/.learn.$$" "$results/learn"
}

# in_colour: whether standard output is to be coloured
in_colour() { [[ -t 1 && -z ${NO_COLOR-} && ${TERM-} != dumb ]]; }

# terminal_width: prints how many columns the terminal has, 80 if there is none
terminal_width() {
	local width=${COLUMNS-}
	[[ -n $width ]] || read -r _ width < <(stty size 2>/dev/null </dev/tty) || true
	[[ $width =~ ^[1-9][0-9]*$ ]] || width=80
	echo "$width"
}

# terminal_height: prints how many lines it has, 24 if there is none
terminal_height() {
	local height=""
	read -r height _ < <(stty size 2>/dev/null </dev/tty) || true
	[[ $height =~ ^[1-9][0-9]*$ ]] || height=24
	echo "$height"
}

# in_plain_text: what comes in, in Markdown, to be read on a terminal
in_plain_text() {
	local width
	width=$(terminal_width)
	awk -v width=$((width < 80 ? width : 80)) -f grader/learn/plain.awk
}

# set_colours: sets green, dim, plain and bold, to nothing where there is no colour
set_colours() {
	green="" dim="" bold="" plain=""
	! in_colour || green=$'\e[32m' dim=$'\e[2m' bold=$'\e[1m' plain=$'\e[0m'
}
