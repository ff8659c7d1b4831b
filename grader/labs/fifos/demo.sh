./logd fifo >log & until grep -qs ready log; do :; done; ./logit fifo pear 2; ./logit fifo apple 1; ./ask fifo records; kill $!; wait; cat log; rm log
mkfifo fifo; ./logit fifo apple 1 || echo "exit status $?"; rm fifo
