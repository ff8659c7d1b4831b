# Opens what a student handed in: bash unpack.sh LAB NAME..., in a box whose working
# directory has what.tar; the names are those of the lab's files. Leaves C files as
# 00, 01 ..., and in `list` a line for each: its number, when it was changed last
# (seconds), how deep it lay, and its path; a line "! SENTENCE" for what is wrong. In
# `others`, names of what else there is.
set -o pipefail
shopt -s nocasematch extglob
files_max=30
file_max=1000000     # bytes of a C file
entries_max=20000    # in one archive
archive_max=50000000 # bytes of an archive within an archive
export LC_ALL=C.UTF-8
trap '' XFSZ
ulimit -f $((archive_max / 1024))

mkdir all
tar -xf what.tar -C all --no-same-owner 2>/dev/null
rm what.tar

is_junk=(-path '*/__MACOSX/*' -o -path '*/.git/*' -o -name '._*')
is_archive=(-iname '*.zip' -o -iname '*.tar' -o -iname '*.tgz' -o -iname '*.tar.*'
	-o -iname '*.t[xb]z*' -o -iname '*.7z' -o -iname '*.rar')
wanted=()
for ending in '[cC]' '[hH]' '[zZ][iI][pP]' '[tT][aA][rR]' '[tT][aA][rR].*' '[tT][gG][zZ]' \
	'[tT][xXbB][zZ]*' '7[zZ]' '[rR][aA][rR]'; do
	wanted+=(--include "*.$ending")
done

# cannot NAME WORDS: why an archive could not be opened
cannot() {
	case $2 in
	*passphrase* | *encrypt* | *password*) echo "! $1 is encrypted" ;;
	*"no space"* | *"too large"*) echo "! $1 holds more than this lab can need" ;;
	*Path*".."* | *absolute*) echo "! $1 has paths that lead out of it, which were left out" ;;
	*symlink* | *"hard link"* | *hardlink*) echo "! $1 has links that lead out of it, which were left out" ;;
	# Some of it may be there all the same.
	*) echo "! $1 is broken, or not what its name says" ;;
	esac
}

# open ARCHIVE: a folder of its name takes its place
open() {
	local name=${1##*/} words n
	name=${name//[[:cntrl:]]/?}
	mv -- "$1" packed
	mkdir -- "$1" || return
	if [[ ! -s packed ]]; then
		echo "! $name is empty"
		return
	fi
	bsdtar -t -f packed </dev/null 2>words | head -n $((entries_max + 1)) >entries
	n=$(wc -l <entries)
	if ((n > entries_max)); then
		echo "! $name holds more than $entries_max files: it was not opened"
		return
	fi
	grep -vE '/$|(^|/)(__MACOSX|\.git)/|(^|/)\._' entries | head -n 200 >>names
	# (It complains of a pattern that nothing matches.)
	bsdtar -x -f packed -C "$1" --passphrase none --no-same-owner --no-same-permissions --no-acls \
		--no-xattrs --no-fflags "${wanted[@]}" </dev/null 2>&1 |
		grep -v -e 'Not found in archive' -e 'Error exit delayed' >>words
	chmod -R u+rwX "$1"
	# make handin gives no times: those of the archive count.
	find "$1" -type f -not -newermt @1 -exec touch -r packed {} +
	[[ -s words ]] || return 0
	words=$(head -c 2000 words)
	# Of a file that it says something of there may be a part, or what it never was.
	while IFS= read -r n; do
		n=${n#bsdtar: }
		n=${n%%: *}
		[[ /$n/ == */../* || ! -f $1/$n ]] || rm -f -- "$1/$n"
	done <<<"$words"
	# Of one that it cannot read it makes a file with something in it.
	[[ $words != *passphrase* ]] || find "$1" -type f -delete
	cannot "$name" "$words"
}

# An archive may hold another, as a student packs what was packed.
: >>names
for depth in 1 2 3; do
	opened=0
	while IFS= read -rd '' archive; do
		if ((depth == 3)); then
			archive=${archive##*/}
			echo "! ${archive//[[:cntrl:]]/?} lies too deep, in other archives: it was not opened"
			continue
		fi
		open "$archive"
		opened=$((opened + 1))
		((opened < 50)) || break
	done < <(find all -xdev -type f \( "${is_archive[@]}" \) -not \( "${is_junk[@]}" \) -print0 |
		sort -z)
	((opened)) || break
done >list
rm -f packed entries words

lab=$1 sources=("${@:2}") number=0
while IFS= read -rd '' line; do
	path=${line#* * * }
	read -r _ depth time _ <<<"${line%%$'\n'*}"
	if ((number == files_max)); then
		echo "! more than $files_max C files: the rest was left out"
		break
	fi
	printf -v name '%02d' $number
	cp -- "all/$path" "$name" || continue
	# No newline in a name becomes one in the list.
	printf '%s %s %s %s\n' "$name" "${time%.*}" "$depth" "${path//[[:cntrl:]]/?}"
	number=$((number + 1))
done >>list < <(find all -xdev -type f -iname '*.[ch]' -size -${file_max}c \
	-not \( "${is_junk[@]}" \) -printf '%d %T@ %P\0' | head -z -n $entries_max |
	while read -rd '' depth time path; do
		# What the lab is made of is not lost among others.
		rank=3
		[[ /$path != */"$lab"/* ]] || rank=2
		for source in "${sources[@]}"; do
			[[ ${path##*/} != "${source%.*}"* ]] || { rank=$((rank - 2)) && break; }
		done
		printf '%s %s %s %s\0' "$rank" "$depth" "$time" "$path"
	done | sort -z -k1,1n -k2,2n -k4V)
find all -xdev -type f -iname '*.[ch]' -size +$((file_max - 1))c -not \( "${is_junk[@]}" \) -printf '%f\0' |
	while IFS= read -rd '' name; do
		echo "! ${name//[[:cntrl:]]/?} is larger than 1 MB: it was left out"
	done | head -n 5 >>list
{
	find all -xdev -type f -iname '*.[ch]' -not \( "${is_junk[@]}" \) -printf '%f\n'
	sed 's,.*/,,' names
} | awk '!seen[$0]++' | head -n 40 >others
exit 0
