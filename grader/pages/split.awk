# Pages, each behind a line with a record separator and its name -> folder/NAME.html.
# (No page has that character: it would be named there.)
/^\036/ {
	if (file != "")
		close(file)
	file = folder "/" substr($0, 2) ".html"
	next
}
{ print > file }
