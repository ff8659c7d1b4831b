# shellcheck shell=bash
# Functions for the scenarios of pipes.

# closing [FD...]: runs ./pipeline FIRST "|" MIDDLE "|" LAST, started without these
# descriptors (closing 0 1: with 0>&- 1>&- at the end of the line), and prints which of
# 0, 1 and 2 each command has ("|": an end of a pipe, "?": neither that nor what
# pipeline had under that number), what the last has read, and what else was printed;
# by hand, what MIDDLE has in closing 1: ./pipeline true "|" ls -l /proc/self/fd "|"
# sh -c "cat >copy" 1>&-; cat copy. Returns pipeline's exit status. Not told: 0 of the
# first command and 1 of the last, where these were closed at the start, if they are an
# end of a pipe of their own.
closing() {
	local fd closed="" ended
	# shellcheck disable=SC2016 # the commands expand it
	local note='has=""
		for i in 0:input 1:output 2:messages; do
			fd=/proc/$$/fd/${i%:*}
			test -e $fd || continue
			has="$has ${i%:*}"
			test $fd -ef ${i#*:} || if test -p $fd; then has="$has|"; else has="$has?"; fi
		done
		echo "$0:$has" >>open'
	for fd; do
		closed+=" $fd>&-"
	done
	rm -f open copy
	echo >input
	eval './pipeline sh -c "$note; echo through" first "|" \
		sh -c "$note; read -r word; echo \"\$word\"" middle "|" \
		sh -c "$note; read -r word; echo \"\$word\" >copy" last \
		<input >output 2>messages' "$closed"
	ended=$?
	[[ " $* " != *" 0 "* ]] || sed -i 's/^first: 0|/first:/' open
	[[ " $* " != *" 1 "* ]] || sed -i 's/^last: 0| 1|/last: 0|/' open
	sort open
	cat copy output messages
	rm open copy input output messages
	return "$ended"
}
