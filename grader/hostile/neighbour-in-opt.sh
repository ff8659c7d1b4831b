# A class's submissions lie below /opt and /usr/local: one includes another's.
#
# Lab: hello
# Expect: BUILD
# Marks: 0
# Seconds: 60
# Open: uid plain

for place in /opt /usr/local; do
	mountpoint -q "$place" || mount -t tmpfs -o mode=755 tmpfs "$place"
	mkdir -p "$place/class/alice/hello"
	cp "$2/solutions/hello/hello.c" "$place/class/alice/hello/"
	chmod -R a+rX "$place/class"
done
cat >"$1/hello.c" <<'END'
#if __has_include("/opt/class/alice/hello/hello.c")
#include "/opt/class/alice/hello/hello.c"
#else
#include "/usr/local/class/alice/hello/hello.c"
#endif
END
