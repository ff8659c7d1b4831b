# Rules about the programs of a lab.
rules+=(listed makefiles sources library gaps programs_written starter format warnings)

# rule_listed: `labs/list` has a line that says what the lab teaches
rule_listed() {
	local line
	line=$(awk -F '\t+' -v lab="$lab" '$1 == lab { print $2 }' labs/list)
	[[ -n $line && $line != *TODO:* ]] ||
		echo "labs/list: say after $lab, in a few words, what it teaches"
}

# rule_makefiles: two lines in `labs/LAB/Makefile` name the programs; one line in
# `solutions/LAB/Makefile` lays the reference over them
rule_makefiles() {
	[[ -f labs/$lab/Makefile ]] ||
		echo "labs/$lab/Makefile is missing: PROGRAMS = ..., include ../lab.mk"
	[[ -f solutions/$lab/Makefile ]] ||
		echo "solutions/$lab/Makefile is missing: its one line is include ../lab.mk"
	if [[ -f labs/$lab/Makefile && -z $(words sources) ]]; then
		echo "labs/$lab/Makefile: name the lab's programs: PROGRAMS = ..."
	fi
}

# words TARGET: what the lab's Makefile answers: sources, given, programs, tests
words() { make -s -C "labs/$lab" "$1" 2>&1; }

# rule_sources: a file stands once: a .c file with gaps in `solutions/LAB`, every other
# file in `labs/LAB`, named in GIVEN; headers have no gaps
rule_sources() {
	local given name path
	# rule_gaps complains of that.
	[[ -f labs/$lab/Makefile && -n $(gaps_of "$lab") ]] || return 0
	given=" $(words given) "
	for name in $(words sources); do
		path=solutions/$lab/$name
		if [[ $given == *" $name "* ]]; then
			[[ ! -e $path ]] ||
				echo "$path: remove it, or take $name out of GIVEN in labs/$lab/Makefile"
			[[ -e labs/$lab/$name ]] || echo "labs/$lab/$name is missing: GIVEN names it"
		elif [[ ! -e $path ]]; then
			echo "$path is missing: write it; or, if it has no gap, write labs/$lab/$name and add it to GIVEN in labs/$lab/Makefile"
		elif ! grep -q '// BEGIN SOLUTION' "$path"; then
			echo "$path has no gap: mark one (// BEGIN SOLUTION 1), or move it to labs/$lab and add it to GIVEN in labs/$lab/Makefile"
		elif [[ $name == *.h ]]; then
			echo "$path: a header has no gaps: move them into a .c file"
		fi
	done
	for path in $(files "solutions/$lab"); do
		name=${path#"solutions/$lab/"}
		[[ $name == Makefile || " $(words sources) " == *[[:space:]]"$name"[[:space:]]* ]] ||
			echo "$path: the lab's Makefile does not name it: add it to SHARED, or remove it"
	done
}

# rule_library: what need not be read stands in `labs/LAB/lib`, with a README; the handout
# names each file above it, and none of those includes a header of the library
rule_library() {
	local name header
	[[ -d labs/$lab/lib ]] || return 0
	[[ -f labs/$lab/lib/README.md ]] ||
		echo "labs/$lab/lib/README.md is missing: say what the library is, and that it need not be read"
	for name in $(words sources); do
		grep -qF -- "$name" "handouts/$lab.md" ||
			echo "handouts/$lab.md: name $name, which a student has to read"
		while read -r header; do
			[[ -f labs/$lab/$header ]] ||
				echo "labs/$lab/$name: it needs $header of the library: declare what it needs in a header in labs/$lab"
		done < <(sed -n 's/^#include "\(.*\)"$/\1/p' "labs/$lab/$name" 2>/dev/null)
	done
}

# rule_gaps: the gaps are numbered 1, 2, 3 ... without a hole
rule_gaps() {
	local gaps
	mapfile -t gaps < <(gaps_of "$lab")
	if ((${#gaps[@]} == 0)); then
		echo "solutions/$lab: mark the lines that a student is to write: // BEGIN SOLUTION 1 ... // END SOLUTION 1, with // STUB lines that take their place"
	elif [[ ${gaps[*]} != "$(seq -s ' ' ${#gaps[@]})" ]]; then
		echo "solutions/$lab: its gaps are ${gaps[*]}: number them 1 to ${#gaps[@]}"
	fi
}

# rule_programs_written: the sources have no `TODO:` left from the skeleton
rule_programs_written() { left_to_write "labs/$lab" "solutions/$lab"; }

# left_to_write PATH...: what the skeleton leaves to the author
left_to_write() {
	grep -rnHE 'TODO:' "$@" 2>/dev/null |
		sed -E 's/^([^:]*:[0-9]+):.*TODO: *(.*)$/\1: write: \2/; s/ *(-->|\*\/|<\/.*|\]\(.*|\|.*)$//' || true
}

# rule_starter: the starter in `labs/LAB` is what the reference makes
rule_starter() {
	[[ -n $(gaps_of "$lab") ]] || return 0
	local words
	words=$(solutions/starters -c "$lab" 2>&1) ||
		echo "labs/$lab: not what the reference makes: make starters LAB=$lab$(grep -m 1 '^solutions/.*:' <<<"$words" | sed 's/^/ (/; s/$/)/')"
}

# rule_format: `clang-format` would change nothing (foreign/ stays as it came)
rule_format() {
	local file sources=()
	for file in $(files "labs/$lab" "solutions/$lab" "grader/labs/$lab"); do
		[[ $file == *.[ch] && $file != */foreign/* ]] || continue
		# Starters are made from the references.
		[[ $file != labs/* || ! -e solutions/${file#labs/} ]] || continue
		sources+=("$file")
	done
	# Only if not all are well: which.
	clang-format --dry-run -Werror "${sources[@]}" </dev/null 2>/dev/null && return
	for file in "${sources[@]}"; do
		clang-format --dry-run -Werror "$file" 2>/dev/null ||
			echo "$file: not in the kit's layout: clang-format -i $file"
	done
}

# rule_warnings: gcc and clang build starter and reference without a warning
rule_warnings() {
	local dir compiler tree words
	dir=$(mktemp -d)
	for compiler in gcc clang; do
		rm -rf "${dir:?}"/*
		ln -s "$PWD/grader" "$dir/grader"
		cp -r --parents {labs,solutions}/lab.mk {labs,solutions}/"$lab" "$dir/" 2>/dev/null || true
		for tree in labs solutions; do
			# Other rules complain of what is not there.
			[[ -f $tree/$lab/Makefile && -n $(names "$tree/$lab" .c) ]] || continue
			make -s -C "$dir/$tree/$lab" clean >/dev/null 2>&1 || true
			[[ $tree == labs ]] || same_objects "$dir" "$lab"
			words=$(make -s -C "$dir/$tree/$lab" CC=$compiler CPPFLAGS=-Werror 2>&1) ||
				echo "$tree/$lab: $compiler -Werror: $(grep -m 1 -E 'error|\*\*\*' <<<"$words" || head -n 1 <<<"$words")"
		done
	done
	rm -rf "$dir"
}

# same_objects FOLDER LAB: of what the lab's build in FOLDER has made, the reference
# gets the objects of all files without a gap: it would make the same
same_objects() {
	local object
	while read -r object; do
		[[ -e $1/solutions/$2/${object%.o}.c ]] ||
			(cd "$1/labs/$2" && cp --parents -t "../../solutions/$2" "$object")
	done < <(find "$1/labs/$2" -name '*.o' -printf '%P\n')
}
