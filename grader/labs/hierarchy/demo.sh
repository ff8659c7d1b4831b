./measure -1 -n 100 pipe shm-futex unix-stream 2>&1
seq 1 10 | ./percentile 50 90 99
head -c 1000000 /dev/zero >a; ./copy write a b; ./copy mmap a b; cmp a b
