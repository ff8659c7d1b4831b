touch key; ./sysv key table 3 2; ./sysv key remove
