#!/usr/bin/env bats
# The contract of doors, a test for each sentence of it. TIMES says how often
# clients and servers are killed (20 unless said), CALLS how many calls must not
# leave anything behind (10000).

setup_file() {
	export BIN=$BATS_FILE_TMPDIR DOORS=$BATS_FILE_TMPDIR/plain/lib
	local here=$BATS_TEST_DIRNAME name kind flags
	local kit=$here/../../../..
	source "$kit/grader/lib/lay.bash"
	local words=(-std=gnu11 -g -O1 -Wall -Wextra -Wshadow -Wvla
		-Wmissing-prototypes -Werror "-I$DOORS")
	for kind in plain asan tsan; do
		case $kind in
		plain) flags=() ;;
		asan) flags=(-fsanitize=address -fsanitize=undefined) ;;
		tsan) flags=(-fsanitize=thread) ;;
		esac
		mkdir -p "$BIN/$kind"
		lay "$kit" doors "$BIN/$kind"
		cp "$kit/labs/lab.mk" "$BIN/"
		cp "$kit/labs/doors/Makefile" "$BIN/$kind/"
		make -s -C "$BIN/$kind" CPPFLAGS="-Werror ${flags[*]}" \
			lib/libdoor.a lib/libdoor.so
		for name in create call descriptors lives unref attach limits stress order; do
			"${CC:-cc}" "${words[@]}" "${flags[@]}" \
				-o "$BIN/$kind/test_$name" "$here/$name.c" \
				"$here/check.c" "$BIN/$kind/lib/libdoor.a" -pthread
		done
	done
}

setup() {
	cd "$BATS_TEST_TMPDIR" || exit
	export TSAN_OPTIONS=die_after_fork=0:halt_on_error=1:report_thread_leaks=0
	export ASAN_OPTIONS=detect_leaks=0
}

# one KIND PROGRAM CASE: runs that case in the build KIND; returns its status. A
# sanitizer's own locks may not survive a fork while another thread runs or allocates
# memory: then the case ends by its alarm, having said nothing, and is tried again. That
# it ends at all, the plain build shows.
one() {
	local try status
	for try in 1 2 3; do
		mkdir "$1-$3-$try"
		status=0
		(cd "$1-$3-$try" && timeout -s KILL 150 \
			"$BIN/$1/test_$2" "$3") || status=$?
		[[ $1 != plain ]] && ((status == 128 + 14)) || break
	done
	return "$status"
}

# holds PROGRAM CASE...: in the plain build, and with the address sanitizer.
holds() {
	local program=$1 name kind
	shift
	for name; do
		for kind in plain asan; do
			one "$kind" "$program" "$name" || {
				echo "$program $name, $kind: failed"
				return 1
			}
		done
	done
}

# Not with the address sanitizer: it takes the unwinding of a cancelled thread
# for a use of its stack.
holds_plainly() {
	one plain "$1" "$2"
}

# races PROGRAM CASE...: the thread sanitizer has nothing to say
races() {
	local program=$1 name
	shift
	for name; do
		one tsan "$program" "$name" || {
			echo "$program $name: races"
			return 1
		}
	done
}

needs_root() {
	((EUID == 0)) || skip "needs root, to become another user"
}

# --- names

@test "structures have the sizes and the members that Solaris gives them" {
	holds create layouts
}

@test "the constants have the values of Solaris" {
	holds create values
}

@test "S_ISDOOR is true of a door, and not of a file or a directory" {
	holds create is_door
}

# --- door_create

@test "an unknown attribute is EINVAL" {
	holds create unknown_attribute
}

@test "DOOR_UNREF with DOOR_UNREF_MULTI is EINVAL" {
	holds create both_unrefs
}

@test "the descriptor of a new door is close-on-exec" {
	holds create close_on_exec
}

@test "the first door that is not private calls the thread creator once, with NULL" {
	holds create first_door
}

@test "every private door calls the thread creator with its own info" {
	holds create private_door
}

@test "what the thread creator is told stays as it is" {
	holds create info_stays
}

@test "door_xcreate returns when its threads are there" {
	holds create xcreated
}

@test "door_xcreate makes no door if it cannot have its threads" {
	holds create xcreate_fails
}

@test "a door of door_xcreate asks its own creator for more threads" {
	holds create xcreate_grows
}

@test "a thread_t is a small number" {
	holds create thread_numbers
}

@test "a door for which no first thread can be made is EAGAIN, and not made" {
	holds create no_first_thread
}

@test "when no more threads can be made, those that there are serve" {
	holds create no_more_threads
}

@test "door_server_create returns the creator that was there before" {
	holds create creator_is_returned
}

@test "doors that are closed or revoked leave nothing behind" {
	holds create many
}

# --- door_call

@test "a call of what is not a door is EBADF" {
	holds call not_a_door
}

@test "a call of a revoked door is EBADF" {
	holds call revoked
}

@test "arguments below DATA_MIN or above DATA_MAX are ENOBUFS" {
	holds call size_limits
}

@test "descriptors to a door that refuses them are ENOTSUP, after ENOBUFS" {
	holds call refuse_desc
}

@test "more descriptors than DESC_MAX are ENFILE" {
	holds call too_many_desc
}

@test "a call that may not be made fails at once, though no thread is idle" {
	holds call checked_at_once
}

@test "a call waits for a server thread as long as it takes" {
	holds call waits_for_thread
}

@test "many threads call at once, each served by a thread of its own" {
	holds call pool_grows
}

@test "many processes call at once, each served by a thread of its own" {
	holds_plainly call many_processes
}

@test "a signal handler ends a call with EINTR, even with SA_RESTART" {
	holds_plainly call interrupted
}

@test "arguments and results may be in one buffer" {
	holds call one_buffer
}

@test "results that do not fit come in fresh memory, rounded to pages" {
	holds call oversized
}

@test "results that just fit stay in the buffer" {
	holds call exact_fit
}

@test "a caller without a buffer gets its results all the same" {
	holds call no_rbuf
}

@test "arguments and results of 1 byte to 64 MiB arrive unchanged" {
	holds call sizes
}

@test "arguments that are not in memory are EFAULT" {
	holds call bad_pointer bad_page
}

@test "a caller that is cancelled leaves the door in order" {
	holds_plainly call cancelled_caller
}

# --- the procedure

@test "without arguments the procedure gets NULL" {
	holds call no_arguments
}

@test "the procedure has a copy of the arguments, which it may change" {
	holds call arguments_are_a_copy
}

@test "large arguments stay as they are while the procedure has them" {
	holds call large_stay
}

@test "a child that the procedure forks has its large arguments" {
	holds_plainly call large_after_fork
}

@test "the procedure gets the cookie of its door" {
	holds call cookies
}

@test "a procedure may call its own door, and so on" {
	holds call nested
}

# --- door_return

@test "door_return does not come back" {
	holds descriptors does_not_come_back
}

@test "results for a caller that passed NULL are E2BIG, and the call stays open" {
	holds descriptors null_caller
}

@test "a descriptor that is not open is EINVAL, and the call stays open" {
	holds descriptors bad_result_descriptor
}

@test "results that are not in memory are EFAULT, and the call stays open" {
	holds descriptors bad_result_pointer
}

@test "descriptors that the caller cannot have are EMFILE, and the call stays open" {
	holds_plainly descriptors caller_out_of_descriptors
}

@test "any thread may join the pool by door_return" {
	holds descriptors any_thread_joins
}

@test "the main thread may join the pool" {
	holds_plainly descriptors main_joins
}

# --- descriptors

@test "an argument descriptor arrives as a duplicate" {
	holds descriptors argument_descriptor
}

@test "DOOR_RELEASE closes the sender's descriptor" {
	holds descriptors released
}

@test "what is not a descriptor is EINVAL, what is not open EBADF" {
	holds descriptors not_a_descriptor
}

@test "result descriptors are behind the data, at a multiple of 24" {
	holds descriptors result_descriptor
}

@test "a door that passes shows its attributes and its id, DOOR_LOCAL at home" {
	holds_plainly descriptors door_as_descriptor
}

@test "a door that was passed can be called" {
	holds descriptors passed_door_works
}

@test "600 descriptors pass in one call" {
	holds descriptors hundreds
}

@test "thousands of calls of all kinds leave no descriptor open" {
	holds descriptors leaks
}

@test "what comes before the next call is not taken for the ACK of the last" {
	holds order descriptors_after_results memory_after_results
}

# --- door_info, door_getparam, door_revoke

@test "door_info tells the maker about its door" {
	holds lives info_here
}

@test "door_info tells others about it, and it is not DOOR_LOCAL" {
	holds lives info_elsewhere
}

@test "di_target is -1 once the server has ended" {
	holds lives info_dead
}

@test "door_info of what is not a door is EBADF" {
	holds lives info_not_a_door
}

@test "a door has one uniquifier, and no other door has it" {
	holds lives uniquifiers
}

@test "parameters have their defaults and their limits" {
	holds lives params
}

@test "any process may read parameters, and only the maker set them" {
	holds lives params_elsewhere
}

@test "door_revoke closes the descriptor, and info says DOOR_REVOKED" {
	holds lives revoke_closes
}

@test "door_revoke by any process but the maker is EPERM" {
	holds lives revoke_elsewhere
}

@test "a call under way when its door is revoked comes to its end" {
	holds lives revoke_under_way
}

@test "a call that waits for a thread when its door is revoked is EBADF" {
	holds lives revoke_before
}

# --- door_bind

@test "a private door is served by bound threads alone, and EINVAL once revoked" {
	holds lives bound
}

@test "door_bind is EBADF for another's door, EINVAL for one that is not private" {
	holds lives bind_errors
}

@test "door_unbind of a thread that is not bound is EBADF" {
	holds lives unbound
}

# --- ends

@test "a server thread that ends inside the procedure is EINTR to its caller alone" {
	holds lives thread_ends
}

@test "a server that dies is EINTR to calls under way, EBADF to later ones" {
	holds lives server_dies
}

@test "a server that dies in a call of a revoked door is EINTR, too" {
	holds lives revoked_server_dies
}

@test "a server that died before the call is EBADF" {
	holds lives server_died_before server_died_mailbox_held
}

@test "a client that dies cancels its server thread" {
	holds_plainly lives client_dies
}

@test "DOOR_NO_CANCEL keeps the thread from that" {
	holds_plainly lives no_cancel
}

@test "a cancellation that was not noticed does not hit the next call" {
	holds_plainly lives unnoticed
}

# --- fork

@test "a child may call inherited doors, but not revoke or bind them" {
	holds_plainly lives after_fork
}

@test "a child that lives on does not make a dead server look alive" {
	holds_plainly lives child_outlives_server
}

@test "a caller that forks shares nothing with its child" {
	holds_plainly lives caller_forks
}

@test "a signal handler may fork in the middle of a call" {
	holds_plainly lives handler_forks
}

@test "a procedure may fork" {
	holds_plainly lives procedure_forks
}

# --- unreferenced

@test "DOOR_UNREF gives one notice, without arguments, when the last has gone" {
	holds_plainly unref once
}

@test "DOOR_UNREF_MULTI gives one each time" {
	holds_plainly unref each_time
}

@test "without either there is no notice" {
	holds unref never
}

@test "a notice comes with the last of several, not the first" {
	holds_plainly unref last_one
}

@test "descriptors that were opened by path count, the path itself does not" {
	holds unref at_a_path
}

@test "descriptors that were passed through a door count" {
	holds unref passed
}

@test "descriptors that were passed over a socket count" {
	holds unref over_a_socket
}

@test "no notice comes before calls under way have ended" {
	holds_plainly unref after_calls
}

@test "door_info says DOOR_IS_UNREF while it is so" {
	holds_plainly unref is_unref
}

@test "a notice that finds no idle thread waits for one" {
	holds_plainly unref no_thread_free
}

# --- fattach, open

@test "fattach is ENOENT without a file, EINVAL without a door" {
	holds attach errors
}

@test "fattach over an attached door is EBUSY" {
	holds attach busy
}

@test "fdetach brings the very file back, and open descriptors stay doors" {
	holds attach file_comes_back
}

@test "a door may be at two paths" {
	holds attach two_paths
}

@test "open, dup, close and fstat are the plain ones" {
	holds attach opens
}

@test "the mode of the file decides which users may open the door" {
	needs_root
	holds attach mode_decides
}

@test "a descriptor that cannot read does not call" {
	holds attach path_only
}

@test "when a server is killed, the file comes back" {
	holds attach killed_server
}

@test "a server may be started again over what a killed one left" {
	holds attach restart
}

@test "when a server exits, the file is back" {
	holds attach exiting_server
}

@test "what a crash of the machine has left is cleared away" {
	holds attach stale
}

# --- credentials

@test "door_cred tells who calls, and is EINVAL outside of a call" {
	holds_plainly attach credentials
}

@test "a caller that changes its ids is seen as what it is now" {
	needs_root
	holds_plainly attach changed_ids
}

@test "door_ucred tells all ids and groups of the caller" {
	needs_root
	holds_plainly attach ucred
}

# --- descriptors of the library

@test "more callers than the server may have descriptors are all served" {
	holds_plainly limits more_callers
}

@test "a connection that was let go loses no descriptor of the caller's" {
	holds_plainly limits let_go_with_descriptors
}

@test "a connection that was let go loses no large arguments" {
	holds_plainly limits let_go_with_memory
}

@test "when all connections are busy the next caller gets EMFILE" {
	holds_plainly limits all_busy
}

@test "a caller with few descriptors calls many doors" {
	holds_plainly limits many_doors
}

@test "a caller that closes what it does not know calls on, and its own files stay" {
	holds_plainly limits closed_by_caller
}

@test "files that take the place of the library's own at once are not written to" {
	holds_plainly limits replaced_at_once
}

@test "a number that the library uses again is not taken for the old descriptor" {
	holds_plainly limits numbers_again
}

@test "the library leaves the low numbers to the program" {
	holds limits high_numbers
}

# --- load

@test "64 threads in 8 processes call one door at once" {
	holds_plainly stress crowd
}

@test "clients killed in the middle of calls take no thread with them" {
	holds_plainly stress client
}

@test "servers killed in the middle of calls leave no caller waiting" {
	holds stress server
}

@test "a caller that forks and its child get their own results" {
	holds_plainly stress forks
}

@test "servers killed inside fattach leave nothing locked" {
	holds_plainly stress attaching
}

@test "50 threads in each of 10 children of a caller call one door" {
	TIMES=${TIMES:-4} holds_plainly stress threads
}

@test "there are no data races" {
	races call pool_grows many_processes interrupted nested
	races create xcreated xcreate_grows info_stays
	races descriptors leaks hundreds
	races lives bound thread_ends client_dies unnoticed revoke_under_way
	races unref each_time no_thread_free at_a_path
}

# --- programs from elsewhere

@test "foreign programs build unchanged, and do what they do on Solaris" {
	local source name
	for source in "$BATS_TEST_DIRNAME"/foreign/*.c; do
		name=$(basename "$source" .c)
		mkdir "$name"
		"${CC:-cc}" "-I$DOORS" -Werror=implicit-function-declaration \
			-o "$name/$name" "$source" "-L$DOORS" -ldoor -pthread
		(cd "$name" && LD_LIBRARY_PATH=$DOORS timeout -s KILL 60 \
			"./$name" >output 2>&1 </dev/null) ||
			{
				echo "$name: status $?"
				cat "$name/output"
				return 1
			}
		diff -u "${source%.c}.out" "$name/output"
	done
}
