# The source file is a link to a device that never ends.
#
# Lab: hello
# Expect: BUILD
# Marks: 0
# Seconds: 60

ln -sf /dev/zero "$1/hello.c"
