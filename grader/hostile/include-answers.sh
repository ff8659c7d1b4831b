# Includes the reference solution by its path. Without namespaces the compiler
# can read it, where everybody can.
#
# Lab: hello
# Expect: BUILD
# Marks: 0
# Seconds: 60
# Open: uid plain

printf '#include "%s/solutions/hello/hello.c"\n' "$2" >"$1/hello.c"
