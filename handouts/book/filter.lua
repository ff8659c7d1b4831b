-- Turns a handout into a chapter. pandoc runs it for each; -M chapter=NAME for a page of
-- its own, -M print=NAME for a part of the PDF, where the answers stand at its end.

local print_as, answers = nil, {}

local function page_of(name)
	return name == "README" and "syllabus" or name == "preface" and "index" or name
end

function Meta(meta)
	print_as = meta.print and pandoc.utils.stringify(meta.print)
end

-- A link to a text of the handouts leads to its chapter. What is not in the book is not
-- linked to: check then finds the target missing.
function Link(link)
	local target = link.target
	if target:match("^%a+:") then
		return link
	end
	local path, anchor = target:match("^([^#]*)#?(.*)$")
	local name = path:gsub("^%.%./", ""):match("^([%w-]+)%.md$")
	if print_as then
		local chapter = name and page_of(name) or print_as
		link.target = "#" .. chapter .. (anchor ~= "" and "-" .. anchor or "")
	elseif name then
		link.target = page_of(name) .. ".html" .. (anchor ~= "" and "#" .. anchor or "")
	end
	return link
end

function Header(header)
	if print_as then
		local anchor = print_as .. "-" .. header.identifier
		header.identifier = header.level == 1 and print_as or anchor
		if header.level == 1 then
			header.content:insert(1, pandoc.Span({}, pandoc.Attr(anchor)))
		end
	end
	return header
end

-- On a phone a wide table, or a picture, scrolls in a box of its own.
function Table(table)
	return pandoc.Div(table, { class = "wide" })
end

function Para(para)
	local picture = para.content[1]
	if #para.content ~= 1 or picture.t ~= "Image" then
		return
	end
	-- One that has no colours for the dark gets them from the style sheet.
	local file = io.open("handouts/" .. picture.src)
	if file and not file:read("a"):match("prefers%-color%-scheme") then
		picture.classes:insert("light")
	end
	return pandoc.Div(para, { class = "wide" })
end

function RawBlock(block)
	if block.text:match("^<!%-%-") then
		return {}
	end
	if block.text:match("`") then
		error("a backtick stays one in " .. block.text .. ": write <code>")
	end
end

-- In print nothing can be unfolded: a question stays where it is, and its answer goes to
-- the end of the chapter.
local function questions(blocks)
	local kept, answer = pandoc.List(), nil
	for i, block in ipairs(blocks) do
		local raw = block.t == "RawBlock" and block.text or ""
		local question = raw:match("^<details><summary>(.*)</summary>")
		local after = blocks[i + 1]
		if question and after and after.t == "Div" then -- a table, folded as it is long
			kept:insert(pandoc.RawBlock("html", "<p><strong>" .. question .. "</strong></p>"))
		elseif question then
			answer = pandoc.List()
			answers[#answers + 1] = answer
			local n = #answers
			local id = print_as .. "-answer-" .. n
			kept:insert(pandoc.RawBlock("html", '<p class="question">' .. question ..
				' <a href="#' .. id .. '">[' .. n .. "]</a></p>"))
			answer:insert(pandoc.RawBlock("html", '<p class="number" id="' .. id .. '">' .. n .. "</p>"))
		elseif raw:match("^</details>") then
			answer = nil
		else
			(answer or kept):insert(block)
		end
	end
	if #answers > 0 then
		kept:insert(pandoc.Header(2, "Answers", pandoc.Attr(print_as .. "-answers")))
		for _, one in ipairs(answers) do
			kept:insert(pandoc.Div(one, { class = "answer" }))
		end
	end
	return kept
end

function Pandoc(doc)
	if print_as and print_as ~= "contents" then
		doc.blocks = questions(doc.blocks)
	end
	return doc
end

return { { Meta = Meta }, { Link = Link, Header = Header, Table = Table, Para = Para, RawBlock = RawBlock },
	{ Pandoc = Pandoc } }
