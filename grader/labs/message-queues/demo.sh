touch key; ./sysv key create 4; ./sysv key send 3 'water the plants'; ./sysv key send 31 'fire!'; ./sysv key receive; ./sysv key drain; ./sysv key remove
./posix /demo create 1; ./posix /demo send 3 hello; ./posix /demo send -n 3 more || echo "exit status $?"; ./posix /demo drain; ./posix /demo remove || echo "exit status $?"
touch key; ./requests key serve & until ./requests key read 2>/dev/null; do :; done; ./requests key write hello; ./requests key stop; wait
