#!/usr/bin/env bats
# What students hand in that is broken, odd or hostile: it costs them a row, in words,
# and the run nothing. All of it is handed in at once, and graded once.

setup_file() {
	kit=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)
	dir=$(mktemp -d "$BATS_TMPDIR/class.XXXXXX")
	export kit dir out=$dir/out
	source "$BATS_TEST_DIRNAME/class.bash"
	stand_in "$kit" "$dir/kit"
	mkdir "$dir/in" "$dir/work"
	cd "$dir/in" || return
	make_names
	make_files
	make_archives
	echo "what is not theirs" >"$dir/secret.c"
	make_links
	"$dir/kit/grader/class" -o "$out" hello "$dir/in" >"$dir/said" 2>&1 ||
		echo "exit status $?" >>"$dir/said"
}

teardown_file() {
	chmod -R u+rwX "$dir"
	rm -rf "$dir"
}

setup() {
	source "$BATS_TEST_DIRNAME/class.bash"
	read_rows
}

# A name is worth its number.
names=('Ann Lee' 'Zoë Müller' "O'Brien \"Bob\"" $'two\nlines' '$(touch pwned)' '-rf'
	"$(printf 'n%.0s' {1..200})" $'latin-\xe9' 'a;b|c&d' '`id`' '*' 'ann lee' '=1+1' $'\e[31mred')
make_names() {
	local i
	for i in "${!names[@]}"; do
		mkdir -- "./${names[i]}"
		worth $((i + 1)) >"./${names[i]}/hello.c"
	done
}

make_files() {
	mkdir -p empty nested/a/b/c junk/__MACOSX crlf wrong-name many attempts/1 attempts/2 \
		copies twice large only-header deep-and-flat/old given/.git
	worth 5 >nested/a/b/c/hello.c
	worth 5 >junk/hello.c
	worth 9 | tee junk/hello.c~ junk/.hello.c.swp junk/._hello.c junk/__MACOSX/hello.c \
		"junk/#hello.c#" junk/hello.c.bak >/dev/null
	worth 5 | sed 's/$/\r/' >crlf/hello.c
	worth 5 >wrong-name/Hello2.C
	(cd many && seq -f 'file-%.0f' 20100 | xargs touch)
	worth 1 >attempts/1/hello.c
	worth 2 >attempts/2/hello.c
	touch -d 2026-01-01 attempts/1/hello.c
	touch -d 2026-01-02 attempts/2/hello.c
	worth 1 >copies/hello.c
	worth 3 >"copies/hello (2).c"
	worth 2 >"copies/hello (1).c"
	touch -d 2026-01-01 copies/*
	{ worth 1 && head -c 1100000 /dev/zero; } >large/hello.c
	worth 4 >only-header/hello.h
	worth 6 >deep-and-flat/hello.c
	worth 7 >deep-and-flat/old/hello.c
	touch -d 2026-01-01 deep-and-flat/hello.c deep-and-flat/old/hello.c
	worth 3 >given/hello.c
	printf '#!/bin/sh\ntouch %q\n' "$dir/ran" >given/.git/hook
	printf '[core]\n\tfsmonitor = "touch %s"\n' "$dir/ran" >given/.git/config
	worth 9 >given/.git/hello.c
}

make_archives() {
	cd "$dir/work" || return
	mkdir lab
	worth 8 >lab/hello.c
	bsdtar -a -cf ../in/zipped.zip lab
	tar -czf ../in/tarred.tar.gz lab
	tar -cJf inner.tar.xz lab
	bsdtar -a -cf ../in/within.zip inner.tar.xz
	bsdtar -a -cf deep1.zip -C ../in within.zip
	tar -C "$dir/work" -cf ../in/deep.tar deep1.zip
	head -c 300 ../in/zipped.zip | tail -c 250 >../in/broken.zip
	mkdir half
	head -c 3000 /dev/urandom | base64 | sed 's,^,// ,' >half/hello.c
	bsdtar -a -cf half.zip half
	head -c 1500 half.zip >../in/half.zip
	echo "no archive" >../in/text.zip
	: >../in/nothing.zip
	tar -cf truncated.tar lab
	gzip -c truncated.tar | head -c 60 >../in/truncated.tar.gz
	bsdtar --format zip --options zip:encryption=zipcrypt --passphrase secret \
		-cf ../in/locked.zip lab
	head -c 60000000 /dev/zero >lab/hello.c
	tar -cf - lab | gzip -1 >../in/bomb.tar.gz
	worth 8 >lab/hello.c
	tar -cPf ../in/up.tar --transform 's,lab/,../../../../../up/,' lab
	tar -cPf ../in/absolute.tar --transform "s,lab/,$dir/planted/," lab
	mkdir links
	ln -s "$dir/secret.c" links/hello.c
	tar -cf ../in/link.tar links
	mkdir links2
	ln -s "$dir/planted" links2/way
	tar -cf through.tar links2
	mkdir -p x/links2/way
	worth 8 >x/links2/way/hello.c
	tar -rf through.tar -C x links2/way/hello.c
	cp through.tar ../in/
	tar -cf ../in/tiny.tar -C ../in/many .
	rm -rf "$dir/planted"
	mkdir "$dir/planted"
	cd "$dir/in" || return
}

make_links() {
	mkdir linked
	ln -s "$dir/secret.c" linked/hello.c
	ln -s "$dir/work" leads-out
	mkdir pipe
	mkfifo pipe/hello.c
}

@test "the run ends with status 0, and prints nothing of a student's that a terminal would obey" {
	cat "$dir/said"
	[[ "$(<"$dir/said")" == *" students: "*" graded, "*" with nothing that can be graded; see "* ]]
	[[ "$(<"$dir/said")" != *"exit status"* && "$(<"$dir/said")" != *$'\e'* ]]
}

@test "names of every kind are names, and nothing else" {
	for i in "${!names[@]}"; do
		[ "$i" != 3 ] || continue # two lines
		[ "$i" != 7 ] || continue # not UTF-8
		[ "$i" != 13 ] || continue # an escape sequence
		is "${key_of[${names[i]}]-}" graded $((i + 1))
	done
	is "${key_of[two?lines]-}" graded 4
	is "${key_of[$'latin-\xef\xbf\xbd']-}" graded 8
	is "${key_of['?[31mred']-}" graded 14
	[ -z "$(find "$dir" -name pwned)" ]
	[ -z "$(jq -r .key "$out/.state/rows.jsonl" | grep -vxE '[a-z0-9._-]{1,60}')" ]
}

@test "no two have the same key" {
	[ -z "$(jq -r .key "$out/.state/rows.jsonl" | sort | uniq -d)" ]
	[ "$(wc -l <"$out/.state/rows.jsonl")" = "$(find "$dir/in" -mindepth 1 -maxdepth 1 -printf x | wc -c)" ]
}

@test "an empty folder: nothing was there" {
	is empty problem 0
	says empty "there is: nothing"
}

@test "files in folders within folders are found" { is nested graded 5; }

@test "editor backups and __MACOSX are passed over" { is junk graded 5; }

@test "lines that end with CR LF are a matter for the grader" { is crlf graded 5; }

@test "a wrong file name: the row says which was probably meant" {
	is wrong-name problem 0
	says wrong-name "is it Hello2.C?"
	says only-header "looked for hello.c; there is: hello.h"
}

@test "many thousands of files: the row says so" {
	is many problem 0
	says many "more than 20000 files"
	is tiny problem 0
	says tiny "more than 20000 files"
}

@test "of several attempts the newest is taken" {
	is attempts graded 2
	says attempts "2 files are called hello.c: taken was 2/hello.c"
	is copies graded 3
	has copies attempts 3
}

@test "of two of one age the one that lies less deep is taken" { is deep-and-flat graded 6; }

@test "a file that is too large is left out" {
	is large problem 0
	says large "hello.c is larger than 1 MB"
}

@test "zip, tar, and an archive within an archive are opened" {
	is zipped graded 8
	is tarred graded 8
	is within graded 8
	is deep problem 0
	says deep "lies too deep"
}

@test "archives that are broken, cut off, empty or something else: the row says so" {
	for key in broken half text truncated; do
		is "$key" problem 0
		says "$key" "is broken, or not what its name says"
	done
	is nothing problem 0
	says nothing "nothing.zip is empty"
}

@test "an encrypted archive: the row says so" {
	is locked problem 0
	says locked "locked.zip is encrypted"
}

@test "an archive that would fill the disk: the row says so" {
	is bomb problem 0
	says bomb "bomb.tar.gz holds more than this lab can need"
}

@test "links and paths that lead out are not followed" {
	is up problem 0
	is link problem 0
	is linked problem 0
	is leads-out problem 0
	says leads-out "it is a link, which is not followed"
	is through graded 8
	is pipe problem 0
	[ -z "$(ls "$dir/planted")" ]
	[ ! -e "$dir/up" ] && [ ! -e /up ]
	[ -z "$(grep -r "what is not theirs" "$out")" ]
}

@test "an absolute path is one within the archive" { is absolute graded 8; }

@test "git is not run in a clone, and its folder is no part of what was handed in" {
	is given graded 3
	has given system git
	[ ! -e "$dir/ran" ]
}
