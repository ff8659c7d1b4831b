# autograders/ASSIGNMENT/: autograder.py and what it needs beside it.
pack() { lay "$1" autograder.py result.jq; }
