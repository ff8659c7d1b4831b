sleep 9 | cat & sleep 0.2; ./peers $!; kill %1
./objects || echo "exit status $?"
./load
