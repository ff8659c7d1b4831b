touch key; ./sysv key create 3; ./sysv key write 1.414 3.142 1.771; ./sysv key read; ./sysv key remove; ./sysv key read || echo "exit status $?"
./posix /kit-demo create 3; ./posix /kit-demo write 1.414 3.142; ./posix /kit-demo stat; ./posix /kit-demo remove
touch key; ./consumer key | { read -r ready; echo "consumer: $ready"; printf "%s\n" hello "is anybody there?" end | ./producer key; cat; }
