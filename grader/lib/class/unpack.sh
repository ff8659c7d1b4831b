# Opens what a student handed in: bash unpack.sh, in a box whose working directory
# has what.tar. Leaves the C files as 00, 01 ..., and in `list` a line for each:
# its number, how it was changed last (seconds), how deep it lay, and its path; a
# line "! SENTENCE" for what is wrong.
set -o pipefail
files_max=30
file_max=1000000 # bytes

mkdir all
tar -xf what.tar -C all --no-same-owner 2>/dev/null
rm what.tar

# archives: NUL between
archives() {
	find all -xdev -type f \( -iname '*.zip' -o -iname '*.tar' -o -iname '*.tgz' \
		-o -iname '*.tar.*' -o -iname '*.t[xb]z*' -o -iname '*.7z' -o -iname '*.rar' \) \
		-not -path '*/__MACOSX/*' -not -name '._*' -print0 | sort -z
}

# An archive may hold another, as a student packs what was packed.
for depth in 1 2; do
	while IFS= read -rd '' archive; do
		mkdir "$archive.d" || continue
		if [[ ! -s $archive ]]; then
			echo "! ${archive##*/} is empty"
		elif ! bsdtar -x -f "$archive" -C "$archive.d" --no-same-owner --no-same-permissions \
			--no-acls --no-xattrs --no-fflags </dev/null 2>words; then
			# Some of it may be there all the same.
			echo "! ${archive##*/} is broken, or not what its name says: $(head -n 1 words)"
		fi
		chmod -R u+rwX "$archive.d"
		rm -f "$archive"
	done < <(archives)
done >list

number=0
while IFS= read -rd '' line; do
	path=${line#* * * }
	if ((number == files_max)); then
		echo "! more than $files_max C files: the rest was left out"
		break
	fi
	printf -v name '%02d' $number
	cp -- "all/$path" "$name" || continue
	read -r time depth _ <<<"$line"
	# No newline in a name becomes one in the list.
	printf '%s %s %s %s\n' "$name" "${time%.*}" "$depth" "${path//$'\n'/?}"
	number=$((number + 1))
done >>list < <(find all -xdev -type f -iname '*.[ch]' -size -${file_max}c \
	-not -path '*/__MACOSX/*' -not -name '._*' -not -path '*/.git/*' \
	-printf '%T@ %d x %P\0' | sort -z -k2,2n -k4)
find all -xdev -type f -not -path '*/.git/*' -not -path '*/__MACOSX/*' -printf '%f\n' |
	head -n 20 >others
exit 0
