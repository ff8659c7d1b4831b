# The folder is still its student's, who exchanges the source for a link to a
# secret, and back, all the time: what is looked at must be what is copied.
#
# Lab: hello
# Expect: OK BUILD
# Marks: any
# Seconds: 60

mkdir -p /tmp/elsewhere
echo '#error "breach: the secret was compiled"' >/tmp/elsewhere/secret.c
chmod -R a+rX /tmp/elsewhere
ln -s /tmp/elsewhere/secret.c "$1/other.c"
cat >/tmp/elsewhere/swap.c <<'END'
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>

int
main(void)
{
	while (renameat2(AT_FDCWD, "hello.c", AT_FDCWD, "other.c",
			 RENAME_EXCHANGE) == 0)
		;
	return 1;
}
END
cc -o /tmp/elsewhere/swap /tmp/elsewhere/swap.c
cd "$1" || exit
/tmp/elsewhere/swap >/dev/null 2>&1 </dev/null &
