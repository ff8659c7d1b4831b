./twins hello world
./echod sock >log & while ! grep -qs ready log; do :; done; printf 'hello\n\ntwo words\n' >lines; env ./echo sock <lines; kill $!; wait; rm log lines
./collect box 4 >log & while ! grep -qs ready log; do :; done; ./post box hello '' 'two words' "$(printf '%0260d' 7)"; wait; cut -c 1-40 log; rm log
