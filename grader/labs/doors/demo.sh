./server door >log & while ! grep -qs ready log; do :; done; ./client door 12; kill $!; wait $!; rm log door
printf "pear\napple\n" >file; ./lend file; rm file
./broker upper "a door in a door"; ./broker reverse "a door in a door"
./broker lower "a door" || echo "exit status $?"
