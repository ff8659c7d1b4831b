./hello 20 22
./hello 200 200 || echo "exit status $?"
