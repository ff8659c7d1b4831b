# A handler that prints by a function whose address it has looked up: the checker
# watches names.
#
# Lab: signals
# File: tally.c
# Expect: WRONG
# Marks: 86
# Seconds: 120

cat >"$1/head.txt" <<'END'
#include <dlfcn.h>

static int (*say)(const char *, ...);

__attribute__((constructor)) static void
look_up(void)
{
	*(void **)&say = dlsym(dlopen("libc.so.6", RTLD_LAZY), "printf");
}
END
line=$(grep -n '^#include' "$1/tally.c" | tail -n 1 | cut -d : -f 1)
sed -i -e "${line}r $1/head.txt" \
	-e 's/^\tcase SIGUSR1:$/&\n\t\tsay("%s", "");/' "$1/tally.c"
rm "$1/head.txt"
