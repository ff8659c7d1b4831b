# Functions for the scenarios of this lab.

# So that a process that is run step by step does not meet the loader.
export LD_BIND_NOW=1

# What hang reports call the mutex and the condition variable, whose sleepers have two
# places.
export LABBOX_FIELDS="8 lock 88 more 92 more"

# wait_to_pay FROM TO AMOUNT: starts one that must wait for money, and returns when it
# does; what it prints is in the file FROM, its process id is in waiter
wait_to_pay() {
	./bank /graded pay "$@" >"$1" 2>&1 &
	waiter=$!
	await_blocked $waiter futex restart_syscall
}

# crash half|owed: somebody dies inside
crash() {
	./bank /graded crash "$1" 2>/dev/null || true
}

# came PID FILE: waits for its end, and prints what it said, and its status
came() {
	local status=0
	wait "$1" || status=$?
	echo "$(<"$2"), status $status"
}
