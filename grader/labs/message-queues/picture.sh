touch key; ./sysv key create 4; ./sysv key send 3 'water the plants'; ./sysv key send 31 'fire!'; ./sysv key receive; ./sysv key drain; ./sysv key remove
