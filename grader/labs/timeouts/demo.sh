./nap suspend 300 100
./nap jump 100
mkfifo fifo; ./deadline 200 fifo || echo "exit status $?"; rm fifo
mkfifo fifo; echo "a line in time" >fifo & until test -p fifo; do :; done; ./deadline 2000 fifo; rm fifo
