touch key; ./sysv key turnstile 1 4 2500; ./sysv key table 5 100; ./sysv key stat; ./sysv key remove; ./sysv key stat || echo "exit status $?"
./posix /kit-demo turnstile 3 4 2500 >/dev/null; ./posix /kit-demo hold 1 </dev/null; ./posix /kit-demo remove
