# Results (the grader's JSON, one for each lab) -> JUnit XML, as CI systems read it: a
# suite for each lab, its score and seed among the properties, a case for each test. An
# optional gap that is not begun is skipped. (What the grader cannot judge gives no result.)
include "text";

# xml: text for an element or an attribute; two characters may stand in no XML
def xml: text | gsub("[\ufffe\uffff]"; "\ufffd");
def attributes: to_entries | map(" \(.key)=\"\(.value | tostring
	| xml | gsub("\n"; "&#10;") | gsub("\t"; "&#9;"))\"") | join("");
def seconds: . * 1000 | round / 1000;
def failed: (.passed or .open) | not;
def counts: {tests: length, failures: (map(select(failed)) | length), errors: 0, skipped: (map(select(.open)) | length)};

def body:
	[(.ran // "" | select(. != "") | "ran: \(.)"), .message,
		(.handout | select(. != "") | "read: \(.)"), "again: \(.replay)"] | join("\n") | xml;
def outcome:
	({message: "\(.verdict), \(.points) of \(.max_points) points: \(.came // .message | split("\n")[0] // "")",
		type: .verdict} | attributes) as $attributes
	| if .open then "<skipped message=\"an optional gap, not begun\"/>"
	elif .passed then ""
	else "<failure\($attributes)>\(body)</failure>" end;
def case($lab):
	"  <testcase\({name, classname: (if .gap > 0 then "\($lab).gap-\(.gap)" else $lab end),
		time: (.seconds | seconds)} | attributes)>\(outcome)</testcase>\n";
def suite:
	.lab as $lab
	| " <testsuite\({name: .lab} + (.tests | counts) + {time: (.seconds | seconds)} | attributes)>\n  <properties>\n" +
	([{score, max_score, kit, seed, isolation, not_checked} | to_entries[] | select(.value != "")
		| "   <property\({name: .key, value} | attributes)/>\n"] | join("")) + "  </properties>\n" +
	(.tests | map(case($lab)) | join("")) +
	(if .build != "" then "  <system-err>\(.build | xml)</system-err>\n" else "" end) + " </testsuite>";

[inputs] as $all
| "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
"<testsuites\({name: "labs"} + ([$all[].tests[]] | counts) + {time: ([$all[].seconds] | add | seconds)} | attributes)>",
($all[] | suite),
"</testsuites>"
