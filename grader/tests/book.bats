#!/usr/bin/env bats
# The book, and what it shows: handouts/book/, handouts/transcripts, handouts/predict/.

setup() {
	kit=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	cd "$kit" || return
	source grader/author/lab.bash
	flock "$kit/.build" make -s -C grader
}

# page TITLE BODY: the text of one
page() { printf '<!DOCTYPE html><html lang="en"><head><title>%s</title></head><body>%s</body></html>' "$1" "$2"; }

@test "the book is made: a page for each chapter, valid, small, no script" {
	handouts/book/make -q -H "$BATS_TEST_TMPDIR/book"
	mapfile -t all < <(labs)
	cd "$BATS_TEST_TMPDIR/book"
	for lab in "${all[@]}"; do
		[ -f "$lab.html" ]
		! grep -q '<!-- ' "$lab.html"
	done
	for file in *.html; do
		tidy -q -e -utf8 "$file"
		[ "$(grep -c '<h1' "$file")" = 1 ]
		grep -q '<meta name="description" content="[^"]' "$file"
		grep -qE '<title>.+ \| .+</title>' "$file"
	done
	# Previous and next lead through all of them.
	file=index.html n=1
	while next=$(grep -oE 'rel="next" href="[^"]+"' "$file"); do
		next=${next##*href=\"} n=$((n + 1))
		grep -qF "rel=\"prev\" href=\"$file\"" "${next%\"}"
		file=${next%\"}
	done
	[ "$n" = "$(ls ./*.html | wc -l)" ]
}

@test "what is wrong with a page is told" {
	mkdir "$BATS_TEST_TMPDIR/book"
	cd "$BATS_TEST_TMPDIR/book"
	page one '<h1 id="top">x</h1><p><a href="two.html#there">y</a></p>' >one.html
	page two '<h1>x</h1><h2 id="there">z</h2><p><a href="http://there/">o</a></p>' >two.html
	"$kit/handouts/book/check" .
	wrong() {
		page three "<h1 id=\"top\">x</h1>$2" >three.html
		run "$kit/handouts/book/check" .
		echo "$output"
		[ "$status" = 1 ] && [[ "$output" == *"$1"* ]]
	}
	wrong 'four.html, which is not there' '<p><a href="four.html">y</a></p>'
	wrong 'no such place' '<p><a href="two.html#nowhere">y</a></p>'
	wrong 'no such place' '<p><a href="#nowhere">y</a></p>'
	wrong 'twice' '<p id="top">y</p>'
	wrong 'without a text' '<p><img src="one.html" alt="" /></p>'
	wrong 'level 3 after one of level 1' '<h3>y</h3>'
	wrong 'a script' '<script>y</script>'
	wrong 'mismatch' '<p><b>y</p>'
	wrong 'bytes' "$(printf '%0205000d' 1)"
	echo '<svg><defs><path id="a"/></defs><use href="#a"/></svg>' >a.svg
	wrong 'a shape is used again' '<p>y</p>'
}

@test "an include that is misspelt, and a mark that is none, are told" {
	stale() {
		printf '# x\n\n<!-- %s -->\n<!-- end -->\n' "$1" >"$BATS_TEST_TMPDIR/x.md"
		run handouts/refresh -c "$BATS_TEST_TMPDIR/x.md"
		echo "$output"
		[ "$status" = 1 ] && [[ "$output" == *"$2"* ]]
	}
	stale 'predict nothing.c' 'there is no handouts/predict/nothing.c'
	stale 'answer nothing' 'there is no handouts/predict/nothing.out'
	stale "output $(labs | head -n 1)/nothing.out" 'there is no grader/labs/'
	stale 'inclde labs/x.c f' 'without a mark above it: inclde'
}

@test "each answer to be predicted is what the program prints" {
	grader/author/predicted >&3
	printf 'int main(void) { return 0; }\n' >"$BATS_TEST_TMPDIR/p.c"
	echo something >"$BATS_TEST_TMPDIR/p.out"
	run grader/author/predicted "$BATS_TEST_TMPDIR/p.c"
	[ "$status" = 1 ] && [[ "$output" == *-something* ]]
}

@test "each command of a handout runs, and prints what the handout shows" {
	handouts/transcripts >&3
}

@test "a transcript that no longer holds is told" {
	local lab copy=$BATS_TEST_TMPDIR/kit
	lab=$(labs | head -n 1)
	mkdir "$copy"
	files | grep -vE '^(labs|solutions|grader/labs|handouts/predict)/|^grader/(hostile|tests)/' |
		xargs cp -p --parents -t "$copy"
	cp -p --parents -r labs/{lab.mk,"$lab"} solutions/{lab.mk,"$lab"} grader/labs/"$lab" handouts/predict/"$lab".* "$copy"
	ln -s "$kit/.build" "$copy/.build"
	grep "^$lab" labs/list >"$copy/labs/list"
	cd "$copy"
	handouts/transcripts
	for out in grader/labs/"$lab"/expected/*.out; do
		echo 'one line more' >>"$out"
	done
	handouts/refresh "handouts/$lab.md"
	run handouts/transcripts
	echo "$output"
	[ "$status" = 1 ] && [[ "$output" == *"handouts/$lab.md shows:"* ]]
}

@test "a report that the book shows is what the grader says" {
	case $(.build/labbox -p) in
	userns | rootns) ;;
	*) skip "the box has no namespaces of its own" ;;
	esac
	# One of them: grader/author/broken -c LAB compares the others.
	local reports=(grader/labs/*/expected/*.report) lab
	((${#reports[@]} > 6))
	lab=${reports[0]#grader/labs/}
	grader/author/broken -c "${lab%%/*}"
}

@test "each text of the pages can be read on what is behind it, light and dark" {
	cat grader/pages/style.css handouts/book/style.css | awk '
		function channel(hex,    c) {
			c = index("0123456789abcdef", substr(hex, 1, 1)) * 16 + index("0123456789abcdef", substr(hex, 2, 1)) - 17
			c /= 255
			return c <= 0.03928 ? c / 12.92 : exp(2.4 * log((c + 0.055) / 1.055))
		}
		function luminance(c) {
			if (length(c) == 4) c = "#" substr(c, 2, 1) substr(c, 2, 1) substr(c, 3, 1) substr(c, 3, 1) substr(c, 4, 1) substr(c, 4, 1)
			return 0.2126 * channel(substr(c, 2, 2)) + 0.7152 * channel(substr(c, 4, 2)) + 0.0722 * channel(substr(c, 6, 2))
		}
		function contrast(a, b,    x, y) {
			x = luminance(a) + 0.05
			y = luminance(b) + 0.05
			return x > y ? x / y : y / x
		}
		/:root \{/ { theme++; for (name in colour) value[theme, name] = colour[name] }
		{
			line = $0
			while (match(line, /--[a-z]+: #[0-9a-f]+/)) {
				split(substr(line, RSTART, RLENGTH), part, ": ")
				colour[part[1]] = value[theme, part[1]] = part[2]
				line = substr(line, RSTART + RLENGTH)
			}
		}
		END {
			n = split("text dim bad good bar", front, " ")
			m = split("ground shade", back, " ")
			for (t = 1; t <= theme; t++)
				for (i = 1; i <= n; i++)
					for (j = 1; j <= m; j++) {
						c = contrast(value[t, "--" front[i]], value[t, "--" back[j]])
						tried++
						if (c < 4.5) { printf "theme %d: %s on %s: %.2f, less than 4.5\n", t, front[i], back[j], c; low = 1 }
					}
			for (t = 1; t <= theme; t++)
				if (contrast(value[t, "--text"], value[t, "--mark"]) < 4.5) { print "theme " t ": mark"; low = 1 }
			exit low || theme < 3 || tried < 30
		}'
}
