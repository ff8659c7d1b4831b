sleep 60 | cat & ./peers $! | grep -A 1 "^fd 0"; kill %1
ipcmk -M 4096; ./objects 2>&1; ipcrm -a
./load
