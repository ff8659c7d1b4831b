# Text that may come from a student, for a page, XML, a CSV or a name.

# What a reader cannot see, or what changes how text is read: controls, C1 among them,
# marks of writing direction, spaces without width (the same as report/safe.c).
def is_hidden:
	. < 32 or (. >= 127 and . <= 159) or . == 173 or . == 1564 or . == 6158
	or (. >= 8203 and . <= 8207) or (. >= 8232 and . <= 8238) or (. >= 8288 and . <= 8303)
	or . == 65279 or (. >= 65529 and . <= 65531) or (. >= 917504 and . <= 917631);
def may_hide: test("[^ -~\\n\\t]");
def hex:
	def digits: if . < 16 then [.] else (. / 16 | floor | digits) + [. % 16] end;
	digits | map(if . < 10 then 48 + . else 55 + . end) | implode | ("000" + .)[-([4, length] | max):];

# cut($n): the first $n characters, and how many more there were
def cut($n): if length > $n then .[:$n] + "… (\(length - $n) characters more)" else . end;

# visible: what is hidden is named; newlines and tabs stay
def visible:
	if may_hide then explode | map(if . == 10 or . == 9 or (is_hidden | not) then .
		else ("<U+\(hex)>" | explode)[] end) | implode else . end;

# harmless: a cell of a CSV: one line, and no formula for any spreadsheet
def harmless:
	tostring | cut(2000)
	| if may_hide or test("[\\n\\t]") then explode | map(if is_hidden then 32 else . end) | implode else . end
	| if test("^ *[=+@\\-＝＋－＠]") then "'" + . else . end;

# text: safe within an element or an attribute; text($n): at most $n characters
def text($n): tostring | cut($n) | visible | @html;
def text: text(20000);
