./tally >out & until grep -qs ready out; do :; done; kill -STOP $!; until grep -q "^State:.T" /proc/$!/status; do :; done; ./volley $! 3; kill -TERM $!; kill -CONT $!; wait $!; sed 1d out; rm out
printf "one\ntwo" >in; ./tally <in >out & until grep -qs two out; do :; done; kill -INT $!; wait $!; sed 1d out; rm in out
./volley 2147483647 3 || echo "exit status $?"
