./garage car put Volvo 240 Michelin AA H Michelin A H Pirelli B V Pirelli C Z; ./garage car rename Saab 900; ./garage car list; rm car
./hello producer f "Hello World" & until [ -s f ]; do :; done; sleep 0.1; ./hello consumer f; wait
