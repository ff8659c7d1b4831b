# Under the conductor, where a test asks for that: all that follows is run again,
# by it, and this process becomes it.
if [[ -n ${CONDUCT-} ]]; then
	read -ra options <<<"$CONDUCT"
	unset CONDUCT LABBOX_EARLY # nobody serves alarms here: checks/exits/alarms.c leaves them alone
	mkfifo "$LABBOX_LOG/rest" # for `rest`: so that no run differs from the first
	exec "$LABBOX_TOOLS/conduct" "${options[@]}" -o "$LABBOX_DIR/conduct.record" -- \
		/bin/bash "$LABBOX_TOOLS/run.sh" "$@"
fi

# memcheck PROGRAM [ARG...]: runs it under valgrind; the log goes to the grader
memcheck() {
	valgrind -q --leak-check=full --show-leak-kinds=definite,indirect \
		--track-fds=yes --child-silent-after-fork=no \
		--log-file="$LABBOX_LOG/memcheck.%p" "$@"
}

# What the sanitizers and the checkers find goes to the log, and to the notes.
# (A stack of its own for each call, as newer ones have it, outlives longjmp.)
export ASAN_OPTIONS=detect_leaks=0:verify_asan_link_order=0:detect_stack_use_after_return=0:log_path=$LABBOX_LOG/asan
export UBSAN_OPTIONS=print_stacktrace=1:log_path=$LABBOX_LOG/asan
export RACE_STATE=$TMPDIR/race # what the checker of races shares
preload=""
for name in ${CHECKERS//,/ }; do
	preload+=${preload:+:}$LABBOX_TOOLS/$name.so
done
[[ -z $preload ]] || export LD_PRELOAD=$preload
unset name preload
eval "${2-}"
eval "$1"
