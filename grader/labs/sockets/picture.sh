printf 'hello\n\ntwo words\n' >lines; start ./echod sock; ./echo sock <lines; stop
