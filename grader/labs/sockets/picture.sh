start ./echod sock; printf 'hello\n\ntwo words\n' | ./echo sock; stop
