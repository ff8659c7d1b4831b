# What the pages share: the frame, and its parts.
include "text";

# named: what a person is called on a page
def named: if .name != "" then .name else .key end;

def element($name; $attributes; content):
	"<\($name)\($attributes)>\(content)</\($name)>";
def element($name; content): element($name; ""; content);

def row(cells): element("tr"; [cells] | join(""));
def cell: element("td"; .);
def number_cell: element("td"; " class=\"number\""; .);
# heading: a column's; {number: WORD} for one of numbers
def heading:
	if type == "object" then element("th"; " scope=\"col\" class=\"number\""; .number)
	else element("th"; " scope=\"col\""; .) end;
def table($caption; $head; rows):
	element("div"; " class=\"wide\""; element("table";
		element("caption"; $caption) +
		element("thead"; element("tr"; $head | map(heading) | join(""))) +
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
