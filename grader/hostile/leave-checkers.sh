# A handler that prints, in a program that starts itself again without the
# checkers, so that none sees it; nor does valgrind, whose log is missing then.
#
# Lab: signals
# File: tally.c
# Expect: WRONG
# Marks: 84
# Seconds: 120

cat >"$1/again.txt" <<'END'
	if (getenv("LD_PRELOAD") != NULL) {
		unsetenv("LD_PRELOAD");
		execv("/proc/self/exe", argv);
	}
END
sed -i -e '/^main(int argc/,/^{/ { /^{/r '"$1/again.txt" -e '}' \
	-e 's/^\tcase SIGUSR1:$/&\n\t\tprintf("%s", "");/' "$1/tally.c"
sed -i '0,/^#include </s//#include <stdlib.h>\n&/' "$1/tally.c"
rm "$1/again.txt"
