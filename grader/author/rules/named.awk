# Prints the labs that a text names, "LINE NAME", but for what handouts/refresh fills
# in: labs/X, solutions/X, X.md, make X, LAB=X, the lab `X`.

# take PATTERN BEFORE AFTER: each match, without what stands before and after the name
function take(pattern, before, after,    rest, name) {
	rest = text
	while (match(rest, pattern)) {
		name = substr(rest, RSTART, RLENGTH)
		rest = substr(rest, RSTART + RLENGTH)
		sub(before, "", name)
		sub(after, "", name)
		if (name !~ /^(list|lab\.mk|lab|authors|instructors|setup|headings|refresh|transcripts|predict|book|preface|choosing|speed|sure)$/)
			print NR, name
	}
}

/^<!-- (next|see|labs|map|words|rules|report)/ { filled = 1 }
/^<!-- end -->/ { filled = 0 }
filled { next }
{
	# The name may stand on the next line.
	text = ($0 ~ /^`/ && before ~ /[Ll]ab$/ ? "lab " : "") $0
	before = $0
	take("(labs|solutions|handouts)/[a-z][a-z0-9.-]*", "^[a-z]*/", "\\.(md|svg)$|\\.$")
	take("\\([a-z][a-z0-9-]*\\.md", "^\\(", "\\.md$")
	take("[Ll]ab `[a-z0-9-]+`", "^.ab `", "`$")
	take("(^|`)make [a-z][a-z0-9-]+", "^`?make ", "")
	take("LAB=[a-z][a-z0-9-]*", "^LAB=", "")
}
