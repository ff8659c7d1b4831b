# What the tests of all labs have in common.

# builds_without_a_warning SECTION: the whole of the first test
builds_without_a_warning() {
	expect_no_warning
	[[ $first_came != *"implicit declaration"* ]] ||
		explain "$1" "no header that is included here declares that function. Its manual page, under SYNOPSIS, names the header, and the macro where one is needed: #define _GNU_SOURCE before the first #include"
	[[ $first_came != *"[-Wclobbered]"* ]] ||
		explain "$1" "after a jump, a local variable that was changed since setjmp may have its old value or its new one; only if it is volatile it is sure to have the new one (longjmp(3)). Make it volatile, or no local one, even if nobody reads it after the jump: the compiler cannot tell"
	explain "$1" "the compiler saw something that is probably a mistake (which warnings count: CFLAGS in labs/lab.mk)"
}

# rejects SCRIPT STATUS REGEX: a program that is called wrongly says so in one
# line, which matches, and ends with that status
rejects() {
	scenario "$1"
	expect_complaint "$3"
	expect_status "$2"
}

# explain_given SECTION: what a failure means that no gap can cause
explain_given() {
	explain "$1" "this part is given: it should work as it came"
}

# memcheck_of [-d] SCRIPT: its programs that run under `memcheck` have no memory
# error, and leave neither memory nor a descriptor behind (-d: descriptors that
# live as long as the program are no fault). valgrind is slow.
memcheck_of() {
	local descriptors=""
	[[ $1 != -d ]] || { descriptors=allowed; shift; }
	scenario -b plain -t 40 "$1"
	expect_clean_memory "$descriptors"
}
