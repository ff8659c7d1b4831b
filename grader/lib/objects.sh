# What the objects of a lab may not be: bash objects.sh LINKED OBJECT...
#
# Run in the box, in the folder of the plain build. LINKED are programs of the
# grader's that are linked with the lab's files, if there are any. Says in words
# on standard output, as the compiler would, what is refused, with exit status 1;
# writes into the file `behind` how a checker may be got round, which costs the
# points that it would have given.
set -o pipefail
linked=$1
shift
# Of the lab's own files, not the grader's.
objects=()
for object; do
	object=${object#./}
	[[ " $linked " == *" ${object%.o} "* ]] || objects+=("$object")
done
((${#objects[@]})) || exit 0

# Names that begin with two underscores belong to the compiler: a program's own
# would come before those of the sanitizers and checkers.
defined=$(nm -A -g --defined-only "${objects[@]}" 2>/dev/null)
words=$(awk '$NF ~ /^__/ {
	sub(/\.o:.*/, ".c", $1)
	print $1 ": defines " $NF ": such names are the compiler'\''s"
}' <<<"$defined")

# Nor may it call the sanitizers: it could tell them to write nowhere.
words+=$(nm -A -u "${objects[@]}" 2>/dev/null |
	awk '$NF ~ /^__(asan|lsan|msan|tsan|ubsan|sanitizer)_/ {
		sub(/\.o:.*/, ".c", $1)
		print "\n" $1 ": calls " $NF ": the sanitizers are not the program'\''s"
	}')

# The linked programs find out what the lab's functions do: what runs before their
# main could answer in their place.
if [[ -n $linked ]]; then
	# (One file alone it would not name.)
	words+=$(readelf -SW "${objects[@]}" "${objects[0]}" 2>/dev/null | awk '
		/^File: / { file = $2; sub(/\.o$/, ".c", file) }
		/ \.(preinit_array|init_array|ctors|init)[ .]/ && !told[file]++ {
			print "\n" file ": has a function that runs before main (constructor)"
		}')
	words+=$(awk '$(NF - 1) == "i" {
		sub(/\.o:.*/, ".c", $1)
		print "\n" $1 ": " $NF " is chosen before main runs (ifunc)"
	}' <<<"$defined")
	# So could a function of the lab's in place of one of the C library's.
	theirs=()
	for name in $linked; do
		theirs+=("$name.o")
	done
	words+=$(awk '
		FILENAME == "-" { if ($NF in needed && $NF in library) {
			sub(/\.o:.*/, ".c", $1)
			print "\n" $1 ": defines " $NF ": that name is the C library'\''s"
		} next }
		{ sub(/@.*/, "", $NF) }
		NF == 2 { needed[$NF] }
		NF == 3 { library[$NF] }' \
		<(nm -u "${theirs[@]}" 2>/dev/null; printf 'U %s\n' malloc calloc realloc free) \
		<(for name in libc.so.6 libpthread.so.0 librt.so.1; do
			nm -D --defined-only "$(${CC:-cc} -print-file-name=$name)" 2>/dev/null
		done) - <<<"$defined")
fi

# Functions that the checkers watch, and ways to reach the others.
{
	awk 'NR == FNR { watched[$1]; next }
		$NF in watched && $(NF - 1) ~ /[TW]/ {
			sub(/\.o:.*/, ".c", $1)
			print $1 " has a " $NF "() of its own"
		}' "$LABBOX_TOOLS/watched" <(echo "$defined")
	nm -A -u "${objects[@]}" 2>/dev/null |
		awk '$NF ~ /^(dlopen|dlmopen|dlsym|dlvsym|dlinfo|dl_iterate_phdr|_r_debug|_dl_.*|__libc_dl.*)$/ {
			sub(/\.o:.*/, ".c", $1)
			print $1 " looks functions up by itself: " $NF
		}'
} >behind
[[ -n $words ]] || exit 0
printf '%s\n' "${words#$'\n'}"
exit 1
