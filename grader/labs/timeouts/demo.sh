./nap suspend 300 100
./nap jump 100
mkfifo fifo; ./deadline 200 fifo || echo "exit status $?"
echo "a line in time" >fifo & ./deadline 2000 fifo; rm fifo
