./handoff
./pipeline printf "%s\n" pear apple fig "|" sort "|" head -n 2
./pipeline true "|" no-such-command || echo "exit status $?"
