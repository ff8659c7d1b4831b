# The source file is larger than the disk; no block of it exists.
#
# Lab: hello
# Expect: BUILD
# Marks: 0
# Seconds: 60

truncate -s 500G "$1/hello.c" || truncate -s 1G "$1/hello.c"
