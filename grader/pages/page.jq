# What the pages share: text that may come from a student, and the frame.

# cut($n): the first $n characters, and how many more there were
def cut($n): if length > $n then .[:$n] + "… (\(length - $n) characters more)" else . end;

# visible: control characters and marks that change how text is read are named
def visible:
	gsub("(?<c>[\\p{Cc}\\p{Cf}\\p{Co}\\p{Cn}&&[^\\n\\t]])"; "<U+\(.c | explode[0])>");

# text: safe within an element or an attribute; text($n): at most $n characters
def text($n): tostring | cut($n) | visible | @html;
def text: text(20000);

# named: what a person is called on a page
def named: if .name != "" then .name else .key end;

def element($name; $attributes; content):
	"<\($name)\($attributes)>\(content)</\($name)>";
def element($name; content): element($name; ""; content);

def row(cells): element("tr"; [cells] | join(""));
def cell: element("td"; .);
def number_cell: element("td"; " class=\"number\""; .);
def table($caption; $head; rows):
	element("div"; " class=\"wide\""; element("table";
		element("caption"; $caption) +
		element("thead"; element("tr"; $head | map(element("th"; " scope=\"col\""; .)) | join(""))) +
		element("tbody"; [rows] | join("\n"))));

# bar($part): a share of 0 to 1, drawn; its number stands beside it as text
def bar($part):
	"<span class=\"bar\" aria-hidden=\"true\"><span style=\"width:\(($part * 100) | round)%\"></span></span>";

def page($title; body):
	"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n" +
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" +
	"<meta name=\"color-scheme\" content=\"light dark\">\n" +
	element("title"; $title | text) + "\n" + element("style"; $style) + "\n</head>\n<body>\n<main>\n" +
	body + "\n</main>\n</body>\n</html>";
