./producer q apple pear plum && ./peek q && ./consumer q; rm q
./consumer q & seq 12 | ./producer q; wait; rm q
./relay 100000 | tail -n 1
