./pipeline printf '%s\n' pear apple fig '|' sort '|' head -n 2
