# The source file is a link to the reference: to a file that others own.
#
# Lab: hello
# Expect: BUILD
# Marks: 0
# Seconds: 60

ln -sf "$2/solutions/hello/hello.c" "$1/hello.c"
