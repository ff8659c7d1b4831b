./hubd 0 >port & hub=$!
until read -r _ port <port; do sleep 0.1; done 2>/dev/null
printf 'hello\n\ntwo words\n' | ./say 127.0.0.1 "$port"
printf 'by name\n' | ./say localhost "$port"
kill $hub; rm port
