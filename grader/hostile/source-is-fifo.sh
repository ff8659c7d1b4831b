# The source file is a FIFO: who opens it waits for ever.
#
# Lab: hello
# Expect: BUILD
# Marks: 0
# Seconds: 60

rm "$1/hello.c"
mkfifo "$1/hello.c"
