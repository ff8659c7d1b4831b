# Rules about what a reader sees of a lab.
rules+=(demo handout_written sections picture explained links others questions refreshed)

# rule_demo: `demo.sh` runs every program of the lab, a line each
rule_demo() {
	local file=grader/labs/$lab/demo.sh program
	[[ -f $file ]] || { echo "$file is missing: a few lines that show the programs"; return; }
	for program in $(words programs); do
		grep -qE "\./$program\b" "$file" || echo "$file: show what ./$program does"
	done
}

# rule_handout_written: the handout has no `TODO:` left from the skeleton
rule_handout_written() { left_to_write "handouts/$lab.md"; }

# rule_sections: the handout has the sections that all labs have, and tells of every gap
rule_sections() {
	local file=handouts/$lab.md section gap
	[[ -f $file ]] || { echo "$file is missing"; return; }
	for section in 'What you will see' 'The calls' 'The programs?(, precisely)?' 'The gaps?' \
		'When it goes wrong' 'Break it on purpose' 'Check yourself' 'Read on'; do
		grep -qxE "## $section" "$file" || echo "$file: no section \"## ${section%%\?*}\""
	done
	for gap in $(gaps_of "$lab"); do
		sed -n '/^## The gaps*$/,/^## [^T]/p' "$file" | grep -E "^\| $gap \||\bTODO $gap\b" >/dev/null ||
			echo "$file: The gaps: say what gap $gap is, its trap and its tests"
	done
}

# rule_picture: the handout shows its picture, `handouts/LAB.svg`, with a text that says the same
rule_picture() {
	local file=handouts/$lab.svg
	[[ -f $file ]] || { echo "$file is missing: a picture of the mechanism"; return; }
	left_to_write "$file"
	grep -qE "^!\[[^]]+\]\($lab\.svg\)" "handouts/$lab.md" || tr '\n' ' ' <"handouts/$lab.md" |
		grep -qE "!\[[^]]+\]\($lab\.svg\)" ||
		echo "handouts/$lab.md: show the picture: ![what it shows, in words]($lab.svg)"
}

# rule_explained: the handout has every section to which a test's `explain` refers
rule_explained() {
	local section
	while read -r section; do
		grep -qxF -e "## $section" -e "### $section" "handouts/$lab.md" ||
			echo "handouts/$lab.md: no section \"$section\", to which a test refers"
	done < <(sed -nE 's/^\t+(explain(_given)?|builds_without_a_warning) "([^"]*)".*/\3/p' \
		"grader/labs/$lab/tests.bats" | sort -u)
}

# rule_links: every link in the handout leads to a file
rule_links() { dead_links "handouts/$lab.md"; }

# dead_links FILE...
dead_links() {
	local file link
	for file; do
		while read -r link; do
			[[ -e ${file%/*}/$link || ($file != */* && -e $link) ]] ||
				echo "$file: a link to $link, which does not exist"
		done < <(grep -oE '\]\([^)#:]+\)' "$file" | sed 's/^](//; s/)$//')
	done
}

# rule_others: the handout names no other lab (`labs/X`, the lab `X`, make X, X.md) but in
# what handouts/refresh fills in, so that a lab can be added, moved and deleted
rule_others() { other_labs "handouts/$lab.md" "$lab"; }

# other_labs FILE [LAB]: the labs that it names in text written by hand, but LAB
other_labs() {
	local name line
	while read -r line name; do
		if [[ $name == "${2-}" ]]; then
			:
		elif labs | grep -qx -- "$name"; then
			echo "$1:$line: names the lab $name: write <!-- see $name --> and <!-- end -->, which handouts/refresh fills in while that lab is there"
		elif ! make_targets | grep -qx -- "$name"; then
			echo "$1:$line: names a lab $name, which is not in labs/list: take it out, or write <!-- see $name --> and <!-- end --> for a lab to come"
		fi
	done < <(awk -f grader/author/rules/named.awk "$1")
}

# rule_questions: questions are in `handouts/predict/LAB.md`, each with its programs `LAB.*c`
# and their outputs; the handout has the mark `<!-- questions -->`; and they name no other lab
rule_questions() {
	local text=handouts/predict/$lab.md program
	if [[ -f $text ]]; then
		grep -qxF '<!-- questions -->' "handouts/$lab.md" ||
			echo "handouts/$lab.md: say where $text is: <!-- questions -->, <!-- end -->, and run handouts/refresh"
		left_to_write "$text"
		dead_links "$text"
		other_labs "$text" "$lab"
	fi
	for program in "handouts/predict/$lab"{,.*}.c; do
		[[ -e $program ]] || continue
		grep -qsxF "<!-- predict ${program##*/} -->" "$text" ||
			echo "$text: show $program: <!-- predict ${program##*/} -->, <!-- end -->"
		[[ -f ${program%.c}.out ]] ||
			echo "${program%.c}.out is missing: what it prints; grader/author/predicted -w $program"
	done
}

# rule_refreshed: what handouts and README show of other files is up to date
rule_refreshed() {
	local words stale
	# One answer for all labs: a shell asks once.
	[[ -n ${refresh_says+known} ]] || refresh_says=$(handouts/refresh -c 2>&1) || true
	words=$(printf '%s\n' "$refresh_says" | sed 's/^refresh: //')
	stale=$(sed -n 's/ is not up to date: .*//p' <<<"$words" | xargs)
	grep -vE "is not up to date: |^\$" <<<"$words" || true
	[[ -z $stale ]] || echo "handouts/refresh: run it for $stale"
}
