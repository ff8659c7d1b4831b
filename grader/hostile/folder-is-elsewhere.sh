# The folder of the lab is a link to that of the references.
#
# Lab: hello
# Expect: BUILD
# Marks: 0
# Seconds: 60

rm -r "$1"
ln -s "$2/solutions/hello" "$1"
