# In a box: bash similar.sh, in a folder with KEY.c for each student. Leaves in `pairs`
# a line "PERCENT KEY KEY" for each two that have 60 % or more in common, the most similar
# first, and in `words` what sim_c complained of.
set -o pipefail
export LC_ALL=C
shopt -s nullglob
set -- ./*.c
(($# > 1)) || exit 0
sim_c -T -p -t 60 "$@" 2>words |
	sed -n 's,^\./\(.*\)\.c consists for \([0-9]*\) % of \./\(.*\)\.c material$,\2 \1 \3,p' |
	sort -k1,1nr -k2 >all || exit 1
head -n 1000 all >pairs
