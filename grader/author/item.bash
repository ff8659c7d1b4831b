# bash item.bash WORK ITEM: tries one item, "N LAB KIND NAME" with tabs between.
# Leaves in WORK/N: words (what is wrong), status and seconds; the submission
# stays in WORK/N/tree. Prints N.
set -uo pipefail
IFS=$'\t' read -r n lab kind name <<<"$2"
work=$1/$n
source grader/author/items.bash
start=${EPOCHREALTIME/[.,]/}
mkdir "$work"
status=0
"item_$kind" "$lab" "$name" >"$work/says" 2>&1 || status=$?
# What broke unforeseen is not the lab's fault.
((status <= 2)) || status=2
us=$((${EPOCHREALTIME/[.,]/} - start))
printf -v seconds '%d.%d' $((us / 1000000)) $((us % 1000000 / 100000))
printf '%s\n' "$seconds" >"$work/seconds"
printf '%s\n' "$status" >"$work/status"
echo "$n"
