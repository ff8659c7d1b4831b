# Codes in place of names. $names is {} if they are not wanted, else
# {KEY: {code, say: [what would tell whose it is, the longest first]}}.
include "text";

# telling: of a row, the words that would tell whose it is: whole ones, and the parts of
# a name that are no initials
def telling:
	([.key, .name, .login, .email, (.source // "" | split("/")[-1] // ""), .id] | map(select(length >= 2)))
		+ ([.name, .login, (.email | split("@")[0] // "") | splits("[^\\p{L}\\p{M}\\p{N}]+")] | map(select(length >= 3)))
	| unique_by(ascii_downcase) | sort_by(-length);

# pattern: matches them; with none of them, nothing
def pattern:
	if length == 0 then "(?!)()" else map(gsub("(?<c>[\\^$.|?*+()\\[\\]{}\\\\])"; "\\\(.c)")) | join("|")
	| "(?:^|[^\\p{L}\\p{N}])(\(.))(?![\\p{L}\\p{N}])" end;

# without($pattern; $code): the text with the code wherever the pattern matches
def without($pattern; $code):
	if test($pattern; "i") then
		.[:100000] as $text
		| [$text | match($pattern; "gi") | .captures[0]] as $found
		| reduce $found[] as $one ({said: [], at: 0};
			{said: (.said + [$text[.at:$one.offset], $code]), at: ($one.offset + $one.length)})
		| .said + [$text[.at:]] | join("")
	else . end;

# texts: of a test, what may have a name in it
def texts: .message, .ran, .wanted, .came, .stderr, .why, .means, .expected, .actual, .replay;

# coded($names): {row, result}, with the code wherever the student's name would be
def coded($names):
	if $names == {} then .
	else .row.key as $key | $names[$key] as $one
		| ($one.say | pattern) as $pattern
		| (if .result == null then . else
			# (Each command has the key, in a path.)
			.result.tests[].replay |= (split("/\($key)/") | join("/\($one.code)/"))
			# One look at all texts, as most have no name in them, and a look is dear.
			| if [.result | .build, (.tests[] | texts)] | map(strings) | join("\n") | test($pattern; "i") then
				.result.build |= without($pattern; $one.code)
				| .result.tests[] |= (texts |= (if type == "string" then without($pattern; $one.code) else "" end))
			else . end end)
		| .row |= (.problem |= without($pattern; $one.code)
			| (.notes, .files, .left) |= ((. // []) | map(without($pattern; $one.code)))
			| .key = $one.code | .name = "" | .id = "" | .login = "" | .email = "" | .source = "")
	end;

# names($rows; $codes): $names, from lines "KEY CODE"
def names($rows; $codes):
	($codes | split("\n") | map(select(. != "") | split(" ") | {key: .[0], value: .[1]}) | from_entries) as $code
	| $rows | map({key: .key, value: {code: $code[.key], say: telling}}) | from_entries;

# key_to($rows; $names): whose codes they are, as a CSV
def key_to($rows; $names):
	(["code", "key", "name", "id", "login", "email"] | @csv),
	($rows[] | [$names[.key].code, (.key, .name, .id, .login, .email | harmless)] | @csv);

# hide($names; $pair): a source, without the names of the two of that pair
def hide($names; $pair):
	if $names == {} then .
	else .[:100000] | reduce $pair.keys[] as $key (.; without($names[$key].say | pattern; $names[$key].code)) end;
