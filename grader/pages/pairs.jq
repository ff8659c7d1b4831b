# Two students' sources ($one, $other), the starter's ($starter), and the line of
# pairs.jsonl ($pair) -> the page that has both side by side. Lines that both have and the starter has not
# are marked.
include "page";
include "text";
include "names";

def bare: explode | map(select(. > 32)) | implode;
def lines: cut(200000) | split("\r\n") | join("\n") | split("\n");
def set: reduce (lines[] | bare) as $line ({}; .[$line] = true);
def side($name; $words; $theirs; $known):
	element("div"; element("h2"; $name | text) + element("pre";
		[$words | lines[] | bare as $bare | text(2000)
			| if $bare != "" and $theirs[$bare] and ($known[$bare] | not) then element("mark"; .) else . end]
		| join("\n")));

($starter | set) as $known
| $pair[0] as $pair | $pair.a as $a | $pair.b as $b
| ($one | hide($names[0]; $pair)) as $one | ($other | hide($names[0]; $pair)) as $other
| page("\($lab): \($a) and \($b)";
	element("h1"; "\($lab | text): \($a | text) and \($b | text)") +
	element("p"; "\($pair.percent) % of the one is in the other, too, with the starter taken out. What both have is marked. That is a reason to read both, not a verdict.") +
	"<div class=\"pair\">" + side($a; $one; $other | set; $known) + side($b; $other; $one | set; $known) + "</div>")
