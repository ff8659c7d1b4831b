./gather sync 'sleep 0.3; echo three' 'sleep 0.1; echo one' 'sleep 0.2; echo two'
./gather async 'sleep 0.3; echo three' 'sleep 0.1; echo one' 'sleep 0.2; echo two'
./gather async 'exit 3' 'kill $$' || echo "exit status $?"
