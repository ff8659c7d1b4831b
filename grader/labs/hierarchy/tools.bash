# Functions for the scenarios of this lab.

# sound CSV ROUNDS TRIPS BYTES: every row says what it must, each mechanism has all its
# rounds; prints how many mechanisms there are, and the rows that are odd
sound() {
	awk -F , -v rounds="$2" -v trips="$3" -v bytes="$4" '
		NR == 1 {
			if ($0 != "mechanism,cores,bytes,round,trips,p50_us,p90_us,p99_us,mb_per_s,wall_s,cpu_s")
				wrong("odd header: " $0)
			next
		}
		{ n[$1]++ }
		NF != 11 || $3 != bytes || $4 != n[$1] || $5 != trips || $6 <= 0 || $7 < $6 ||
			$8 < $7 || $10 * 1e6 < $6 * trips / 2 { wrong("odd row: " $0) }
		END {
			for (name in n) {
				all++
				if (n[name] != rounds)
					wrong(name ": " n[name] " of " rounds " rounds")
			}
			if (all == 0)
				print "no round of any mechanism was measured"
			else
				print all (all == 1 ? " mechanism" : " mechanisms") ", " \
					(odd ? "not all rows are sound" : "all rows are sound")
		}
		function wrong(what) { print what; odd = 1 }' "$1"
}

# p50 MECHANISM BYTES CSV: the smallest median of its rounds, in nanoseconds
p50() {
	awk -F , -v name="$1" -v bytes="$2" '
		$1 == name && $3 == bytes && (!least || $6 < least) { least = $6 }
		END { printf "%d\n", least * 1000 }' "$3"
}

# compare_wall: wall and the samples, of what `sides` prints
compare_wall() {
	awk '
		/^wall/ { wall = $2 }
		/ samples:/ {
			n = $1
			for (i = 3; i <= NF; i++)
				sum += $i
		}
		END {
			print "wall is " (wall > sum ? "longer than" : wall == sum ? "as long as" : "shorter than") \
				" " n " samples together"
		}'
}
